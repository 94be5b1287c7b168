// SieveScripts on Pigeonhole's library, used as its doveadm commands use it.
#include "sieve/sieve-scripts.h"
#include "compat/sieve.h"

namespace eas {

namespace {

constexpr char rescued_name[] = "dovecot.orig"; ///< what Pigeonhole calls a script that was no link
constexpr unsigned most_errors = 10;            ///< of a script that does not compile

char const *home_of(void *context)
{
    char const *home = nullptr;
    return mail_user_get_home(static_cast<struct mail_user *>(context), &home) > 0 ? home : nullptr;
}

char const *setting_of(void *context, char const *name)
{
    return mail_user_plugin_getenv(static_cast<struct mail_user *>(context), name);
}

struct FreeInstance {
    void operator()(struct sieve_instance *instance) const { sieve_deinit(&instance); }
};
struct FreeStorage {
    void operator()(struct sieve_storage *storage) const { sieve_storage_unref(&storage); }
};
struct FreeScript {
    void operator()(struct sieve_script *script) const { sieve_script_unref(&script); }
};
using ScriptHandle = std::unique_ptr<struct sieve_script, FreeScript>;

ErrorKind kind_of(enum sieve_error error)
{
    switch (error) {
    case SIEVE_ERROR_NOT_FOUND:
        return ErrorKind::not_found;
    case SIEVE_ERROR_NOT_VALID:
    case SIEVE_ERROR_BAD_PARAMS:
        return ErrorKind::bad_request;
    case SIEVE_ERROR_NO_PERMISSION:
    case SIEVE_ERROR_NOT_POSSIBLE:
    case SIEVE_ERROR_NO_QUOTA:
        return ErrorKind::denied;
    default:
        return ErrorKind::temporary;
    }
}

class PigeonholeScripts final : public SieveScripts {
public:
    explicit PigeonholeScripts(struct mail_user *user)
    {
        struct sieve_environment environment = {};
        environment.username = user->username;
        environment.home_dir = home_of(user);
        environment.base_dir = user->set->base_dir;
        environment.event_parent = user->event;
        environment.flags = SIEVE_FLAG_HOME_RELATIVE;
        static constexpr struct sieve_callbacks callbacks = {home_of, setting_of};
        m_instance.reset(sieve_init(&environment, &callbacks, user, user->mail_debug));
        enum sieve_error error;
        if (m_instance)
            m_storage.reset(
                sieve_storage_create_main(m_instance.get(), user, SIEVE_STORAGE_FLAG_READWRITE, &error));
    }

    bool is_open() const { return m_storage != nullptr; }
    Result<std::string> active() override;
    Result<std::optional<std::string>> read(std::string const &name) override;
    Result<void> save(std::string const &name, std::string const &text) override;
    Result<void> activate(std::string const &name) override;

private:
    Error error(std::string const &what) const;
    ScriptHandle open(std::string const &name, enum sieve_error *error);
    Result<void> compile(struct sieve_script *script) const;

    std::unique_ptr<struct sieve_instance, FreeInstance> m_instance;
    std::unique_ptr<struct sieve_storage, FreeStorage> m_storage;
};

Error PigeonholeScripts::error(std::string const &what) const
{
    enum sieve_error code;
    char const *reason = sieve_storage_get_last_error(m_storage.get(), &code);
    return {kind_of(code), what + ": " + reason};
}

ScriptHandle PigeonholeScripts::open(std::string const &name, enum sieve_error *error)
{
    return ScriptHandle(name.empty() ? sieve_storage_active_script_open(m_storage.get(), error)
                                     : sieve_storage_open_script(m_storage.get(), name.c_str(), error));
}

/// A script that stands in place of the link gets the name under which Pigeonhole will keep it.
Result<std::string> PigeonholeScripts::active()
{
    DataStackFrame frame;
    char const *name = nullptr;
    int const found = sieve_storage_active_script_get_name(m_storage.get(), &name);
    if (found < 0)
        return error("the active Sieve script cannot be found");
    if (found > 0)
        return std::string(name);
    enum sieve_error code;
    auto const script = open("", &code);
    if (!script || sieve_script_is_default(script.get()))
        return std::string();
    auto const text = read("");
    if (!text || !*text)
        return text ? Result(std::string()) : text.error();
    auto const saved = save(rescued_name, **text);
    return saved ? Result(std::string(rescued_name)) : saved.error();
}

Result<std::optional<std::string>> PigeonholeScripts::read(std::string const &name)
{
    DataStackFrame frame;
    enum sieve_error code;
    auto const script = open(name, &code);
    if (!script && code == SIEVE_ERROR_NOT_FOUND)
        return std::optional<std::string>();
    struct istream *input; // the script's
    if (!script || sieve_script_get_stream(script.get(), &input, &code) < 0)
        return error("the Sieve script " + name + " cannot be read");
    std::string text;
    unsigned char const *data;
    size_t size;
    while (i_stream_read_more(input, &data, &size) > 0) {
        text.append(reinterpret_cast<char const *>(data), size);
        i_stream_skip(input, size);
    }
    if (input->stream_errno != 0)
        return Error{ErrorKind::temporary,
                     std::string("a Sieve script cannot be read: ") + i_stream_get_error(input)};
    return std::optional(std::move(text));
}

Result<void> PigeonholeScripts::compile(struct sieve_script *script) const
{
    auto *messages = t_str_new(256);
    auto *handler = sieve_strbuf_ehandler_create(m_instance.get(), messages, false, most_errors);
    enum sieve_error code;
    auto *binary = sieve_compile_script(script, handler, SIEVE_COMPILE_FLAG_NOGLOBAL, &code);
    sieve_error_handler_unref(&handler);
    if (binary) {
        sieve_close(&binary);
        return {};
    }
    return Error{ErrorKind::bad_request,
                 std::string("the Sieve script does not compile: ") + str_c(messages)};
}

Result<void> PigeonholeScripts::save(std::string const &name, std::string const &text)
{
    DataStackFrame frame;
    enum sieve_storage_quota quota;
    uint64_t limit;
    if (sieve_storage_quota_havespace(m_storage.get(), name.c_str(), text.size(), &quota, &limit) <= 0)
        return Error{ErrorKind::denied, "the user's limit of Sieve scripts, " + std::to_string(limit)};
    auto *input = i_stream_create_from_data(text.data(), text.size());
    auto *saving = sieve_storage_save_init(m_storage.get(), name.c_str(), input);
    bool is_saved = saving != nullptr;
    while (is_saved && (is_saved = sieve_storage_save_continue(saving) == 0) && i_stream_read(input) > 0)
        ;
    is_saved = is_saved && sieve_storage_save_finish(saving) == 0;
    i_stream_unref(&input);
    auto *script = is_saved ? sieve_storage_save_get_tempscript(saving) : nullptr;
    Result<void> const checked = script ? compile(script) : error("Sieve script " + name);
    if (!checked) {
        if (saving)
            sieve_storage_save_cancel(&saving);
        return checked;
    }
    if (sieve_storage_save_commit(&saving) < 0)
        return error("Sieve script " + name + " cannot be saved");
    return {};
}

Result<void> PigeonholeScripts::activate(std::string const &name)
{
    DataStackFrame frame;
    if (name.empty()) {
        if (sieve_storage_deactivate(m_storage.get(), ioloop_time) < 0)
            return error("the Sieve script cannot be deactivated");
        return {};
    }
    enum sieve_error code;
    auto const script = open(name, &code);
    if (!script || sieve_script_activate(script.get(), ioloop_time) < 0)
        return error("Sieve script " + name + " cannot be activated");
    return {};
}

} // namespace

} // namespace eas

extern "C" __attribute__((visibility("default"))) eas::SieveScripts *eas_sieve_open(struct mail_user *user)
{
    auto scripts = std::make_unique<eas::PigeonholeScripts>(user);
    return scripts->is_open() ? scripts.release() : nullptr;
}

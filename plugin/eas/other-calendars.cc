// See other-calendars.h.
#include "eas/other-calendars.h"
#include "services/calendar-owner.h"
#include "stores/ics-store.h"
#include <filesystem>

namespace eas {

namespace {

/// For what Dovecot looks up; not the data stack, whose frames change meanwhile.
class Pool {
public:
    Pool() : m_pool(pool_alloconly_create("other user", 1024)) {}
    ~Pool() { pool_unref(&m_pool); }
    Pool(Pool const &) = delete;
    Pool &operator=(Pool const &) = delete;
    pool_t get() const { return m_pool; }

private:
    pool_t m_pool;
};

/// What the userdb says of a user.
struct OtherUser {
    std::string name;
    std::map<std::string, std::string, std::less<>> fields;

    std::string field(std::string_view name_of_field, std::string_view otherwise = {}) const
    {
        auto const found = fields.find(name_of_field);
        return std::string(found == fields.end() ? otherwise : found->second);
    }
};

std::string_view domain_of(std::string_view address)
{
    auto const at = address.rfind('@');
    return at == address.npos ? std::string_view() : address.substr(at + 1);
}

bool is_of_domain(std::string_view address, std::vector<std::string> const &own_addresses)
{
    return std::ranges::any_of(own_addresses, [&](std::string const &own) {
        return equals_ignoring_case(domain_of(own), domain_of(address));
    });
}

/// Nothing if there is no such user.
Result<std::optional<OtherUser>> look_up(UserSession const &session, std::string const &name)
{
    DataStackFrame frame;
    struct auth_user_info info;
    i_zero(&info);
    info.service = "eas";
    Pool const pool;
    char const *user_name = nullptr;
    char const *const *fields = nullptr;
    int const found = auth_master_user_lookup(mail_storage_service_get_auth_conn(session.service_context()),
                                              name.c_str(), &info, pool.get(), &user_name, &fields);
    if (found < 0)
        return Error{ErrorKind::temporary, "the userdb cannot be asked about " + name};
    if (found == 0)
        return std::optional<OtherUser>();
    OtherUser user{user_name, {}};
    for (; fields != nullptr && *fields != nullptr; fields++) {
        std::string_view const field = *fields;
        auto const equals = std::min(field.find('='), field.size());
        user.fields.emplace(field.substr(0, equals), field.substr(std::min(equals + 1, field.size())));
    }
    return std::optional(std::move(user));
}

/// User names are addresses, or the part of them before the '@' where the own one is such a name.
Result<OtherUser> find(UserSession const &session, std::string_view address,
                       std::vector<std::string> const &own_addresses)
{
    std::vector<std::string> names{std::string(address)};
    bool const is_short = std::string_view(session.user()->username).find('@') == std::string_view::npos;
    if (is_short && is_of_domain(address, own_addresses))
        names.emplace_back(address.substr(0, address.rfind('@')));
    for (auto const &name : names) {
        auto user = look_up(session, name);
        if (!user)
            return user.error();
        if (*user)
            return **std::move(user);
    }
    return Error{ErrorKind::not_found, "no user has the address " + std::string(address)};
}

/// What the configuration says, and the userdb says otherwise of that user.
struct OtherSettings {
    std::string calendar_directory; ///< "": there is none
    std::string free_busy;
};

Result<OtherSettings> settings_of(OtherUser const &user)
{
    DataStackFrame frame;
    auto const home = user.field("home");
    std::string const name(user.name), local(name.substr(0, name.find('@'))), domain(domain_of(name));
    struct var_expand_table const variables[] = {{'u', name.c_str(), "user"},
                                                 {'n', local.c_str(), "username"},
                                                 {'d', domain.c_str(), "domain"},
                                                 {'h', home.c_str(), "home"},
                                                 {'\0', nullptr, nullptr}};
    Pool const pool;
    char const *error = nullptr;
    auto const *settings = eas_host_settings_of(name.c_str(), variables, pool.get(), &error);
    if (settings == nullptr)
        return Error{ErrorKind::temporary, error};
    auto directory = user.field("eas_calendar_dir", settings->eas_calendar_dir);
    if (directory == "~" || directory.starts_with("~/"))
        directory = home.empty() ? "" : home + directory.substr(1);
    return OtherSettings{directory.starts_with('/') ? directory : "",
                         user.field("eas_free_busy", settings->eas_free_busy)};
}

} // namespace

Result<CalendarFreeBusy::Person> open_calendars_of(UserSession const &session, std::string_view address,
                                                   std::vector<std::string> const &own_addresses)
{
    auto const user = find(session, address, own_addresses);
    if (!user)
        return user.error();
    auto const said = settings_of(*user);
    if (!said)
        return said.error();
    auto const &who = said->free_busy;
    if (who != "all" && (who != "domain" || !is_of_domain(address, own_addresses)))
        return Error{ErrorKind::denied, user->name + " does not show free/busy times"};
    IcsStoreSettings settings;
    settings.directory = said->calendar_directory;
    settings.files.unreadable_is_error = true; // else it would count as free
    settings.files.may_watch = false;
    if (settings.directory.empty())
        return Error{ErrorKind::not_found, user->name + " has no calendars"};
    std::error_code ignored;
    if (!std::filesystem::is_directory(settings.directory, ignored)) // else it would count as free
        return Error{ErrorKind::denied, sanitize_utf8(settings.directory) + " cannot be read"};
    auto index = std::make_unique<NoIndex>();
    auto calendars = std::make_unique<IcsStore>(std::move(settings), *index);
    return CalendarFreeBusy::Person{std::move(index), std::move(calendars),
                                    calendar_context(session.settings().time_zone,
                                                     Instant::from_seconds(time(nullptr)),
                                                     {std::string(address)})};
}

} // namespace eas

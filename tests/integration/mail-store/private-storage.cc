// See the header.
#include "private-storage.h"
#include "compat/storage.h"
#include <boost/test/unit_test.hpp>
#include <cstdlib>
#include <fstream>
#include <grp.h>
#include <spawn.h>
#include <sstream>
#include <sys/wait.h>

namespace eas::test {

namespace {

constexpr char service_name[] = "doveadm"; // one that doveconf knows without our settings module

struct mail_storage_service_ctx *storage_service;
std::filesystem::path directory;

char const configuration[] = R"(
base_dir = @DIR@/run
state_dir = @DIR@/state
log_path = @DIR@/dovecot.log
ssl = no
mail_home = @DIR@/home/%u
mail_location = %d:@DIR@/home/%u/mail
mail_plugins = acl
mail_fsync = never
mail_uid = @UID@
mail_gid = @GID@
first_valid_uid = 0
first_valid_gid = 0
plugin {
  acl = vfile
}
namespace inbox {
  inbox = yes
  separator = /
  mailbox "Gesendet" {
    special_use = \Sent
  }
  mailbox Notizen {
    auto = create
  }
}
namespace public {
  type = public
  separator = /
  prefix = Public/
  location = maildir:@DIR@/public/%u
  subscriptions = no
}
namespace hidden {
  separator = /
  prefix = Hidden/
  location = maildir:@DIR@/home/%u/hidden
  list = no
  hidden = yes
  subscriptions = no
}
)";

std::string configuration_path()
{
    return directory / "dovecot.conf";
}

void write_configuration()
{
    std::string text = configuration;
    std::pair<std::string, std::string> const values[] = {{"@DIR@", directory.string()},
                                                          {"@UID@", std::to_string(geteuid())},
                                                          {"@GID@", std::to_string(getegid())}};
    for (auto const &[name, value] : values)
        for (size_t at; (at = text.find(name)) != text.npos;)
            text.replace(at, name.size(), value);
    std::ofstream(configuration_path()) << text;
}

std::string next_user_name(std::string const &format)
{
    static int number;
    return "user" + std::to_string(++number) + "@" + format;
}

} // namespace

void fail(std::string const &reason)
{
    BOOST_FAIL(reason);
    abort();
}

void value_of(Result<void> result)
{
    if (!result)
        fail(result.error().message);
}

std::filesystem::path root_directory()
{
    return directory;
}

/// Mail is not for root. The program may be where only root can read, so a copy of it goes on.
void go_on_as_nobody(char **argv)
{
    constexpr uid_t nobody = 65534;
    auto program = directory / "mail-store-test";
    std::filesystem::copy_file("/proc/self/exe", program);
    for (auto const &entry : std::filesystem::recursive_directory_iterator(directory))
        if (chown(entry.path().c_str(), nobody, nobody) < 0)
            fail("chown failed");
    std::filesystem::permissions(program, std::filesystem::perms(0755));
    if (chown(directory.c_str(), nobody, nobody) < 0 || setgroups(0, nullptr) < 0 || setgid(nobody) < 0 ||
        setuid(nobody) < 0)
        fail("root privileges cannot be dropped");
    execv(program.c_str(), argv);
    fail("the test program cannot be started again");
}

std::vector<char *> start_storage(int argc, char **argv)
{
    // Dovecot keeps none of our environment: the directory is known by the configuration's path.
    bool started_again = argc > 3 && std::string_view(argv[3]) == "--";
    if (started_again) {
        directory = std::filesystem::path(argv[2]).parent_path();
    } else {
        char pattern[] = "/tmp/eas-mail-store.XXXXXX";
        directory = mkdtemp(pattern);
        std::filesystem::create_directory(directory / "home");
    }
    // Behind "--" are the tests' own arguments.
    static std::string config_option = "-c", config = configuration_path(), separator = "--";
    static std::vector<char *> all{argv[0], config_option.data(), config.data(), separator.data()};
    std::vector<char *> own(argv + (started_again ? 4 : 1), argv + argc);
    all.insert(all.end(), own.begin(), own.end());
    all.push_back(nullptr);
    if (geteuid() == 0)
        go_on_as_nobody(all.data());
    if (!started_again || !std::filesystem::exists(config))
        write_configuration();
    static int all_count = static_cast<int>(all.size()) - 1;
    static char **all_arguments = all.data();

    auto const service_flags = static_cast<enum master_service_flags>(MASTER_SERVICE_FLAG_STANDALONE |
                                                                      MASTER_SERVICE_FLAG_DONT_SEND_STATS |
                                                                      MASTER_SERVICE_FLAG_NO_SSL_INIT);
    master_service =
        master_service_init("eas-mail-store-test", service_flags, &all_count, &all_arguments, "");
    if (master_getopt(master_service) > 0)
        exit(FATAL_DEFAULT);
    auto const storage_flags = static_cast<enum mail_storage_service_flags>(
        MAIL_STORAGE_SERVICE_FLAG_ALLOW_ROOT | MAIL_STORAGE_SERVICE_FLAG_NO_RESTRICT_ACCESS |
        MAIL_STORAGE_SERVICE_FLAG_NO_CHDIR);
    storage_service = mail_storage_service_init(master_service, nullptr, storage_flags);
    master_service_init_finish(master_service);
    struct mail_storage_service_input input = {};
    input.module = input.service = service_name;
    mail_storage_service_init_settings(storage_service, &input); // here the program starts anew
    own.insert(own.begin(), argv[0]);
    return own;
}

void stop_storage()
{
    mail_storage_service_deinit(&storage_service);
    master_service_deinit(&master_service);
    if (!getenv("KEEP_MAIL"))
        std::filesystem::remove_all(directory);
}

User::User(std::string const &format, std::vector<std::string> overrides)
    : m_name(next_user_name(format)), m_overrides(std::move(overrides))
{
    std::filesystem::create_directories(home());
    connect();
}

User::User(User const &other, std::vector<std::string> overrides)
    : m_name(other.name()), m_overrides(std::move(overrides))
{
    connect();
}

User::~User()
{
    disconnect();
}

std::filesystem::path User::home() const
{
    return directory / "home" / m_name;
}

void User::connect()
{
    struct mail_storage_service_input input = {};
    input.module = input.service = service_name;
    input.username = m_name.c_str();
    std::string home_field = "home=" + home().string();
    std::vector<char const *> fields{home_field.c_str()};
    for (auto const &setting : m_overrides)
        fields.push_back(setting.c_str());
    fields.push_back(nullptr);
    input.userdb_fields = fields.data();
    char const *reason;
    if (mail_storage_service_lookup_next(storage_service, &input, &m_service_user, &m_user, &reason) <= 0)
        fail(reason);
    m_state = std::make_unique<FileStateStore>((home() / "eas").string(), false);
    m_store = std::make_unique<DovecotMailStore>(m_user, *m_state);
}

void User::disconnect()
{
    m_store.reset();
    mail_user_deinit(&m_user);
    mail_storage_service_user_unref(&m_service_user);
}

void User::reconnect()
{
    disconnect();
    connect();
}

FolderId User::folder(std::string const &name_of_leaf)
{
    for (auto const &folder : value_of(m_store->folders()))
        if (folder.name == name_of_leaf)
            return folder.id;
    fail("no folder " + name_of_leaf);
}

std::unique_ptr<MailFolderHandle> User::open(std::string const &name_of_leaf)
{
    return value_of(m_store->open(folder(name_of_leaf)));
}

std::string User::doveadm(std::vector<std::string> const &arguments, std::string const &input) const
{
    auto input_path = directory / "doveadm-input", output_path = directory / "doveadm-output";
    std::ofstream(input_path) << input;
    std::string user = "USER=" + m_name, home_variable = "HOME=" + home().string();
    std::string path = "PATH=/usr/bin:/bin:/usr/sbin:/sbin";
    char *environment[] = {user.data(), home_variable.data(), path.data(), nullptr};
    std::vector<std::string> command{"doveadm", "-c", configuration_path()};
    command.insert(command.end(), arguments.begin(), arguments.end());
    std::vector<char *> argv;
    for (auto &word : command)
        argv.push_back(word.data());
    argv.push_back(nullptr);

    posix_spawn_file_actions_t files;
    posix_spawn_file_actions_init(&files);
    posix_spawn_file_actions_addopen(&files, 0, input_path.c_str(), O_RDONLY, 0);
    posix_spawn_file_actions_addopen(&files, 1, output_path.c_str(), O_WRONLY | O_CREAT | O_TRUNC, 0600);
    pid_t pid;
    int status = -1;
    if (posix_spawnp(&pid, "doveadm", &files, nullptr, argv.data(), environment) == 0)
        waitpid(pid, &status, 0);
    posix_spawn_file_actions_destroy(&files);
    if (status != 0)
        fail("doveadm " + arguments.at(0) + " failed, see " + (directory / "dovecot.log").string());
    io_loop_time_refresh(); // Dovecot looks at its list index once in a turn of the event loop
    std::ostringstream output;
    output << std::ifstream(output_path).rdbuf();
    return output.str();
}

Uid User::save(std::string const &mailbox, std::string const &message, MailFlags const &flags)
{
    return value_of(m_store->save(folder(mailbox), Content(message), flags));
}

std::string bytes_of(Content const &content)
{
    StringSink sink;
    value_of(content.copy_to(sink));
    return sink.text;
}

std::string message_with_body(std::string const &subject, std::string const &body)
{
    return "From: Ann <ann@example.com>\r\nTo: bob@example.com\r\nSubject: " + subject + "\r\n\r\n" + body;
}

} // namespace eas::test

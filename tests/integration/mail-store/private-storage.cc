// See the header.
#include "private-storage.h"
#include "compat/storage.h"
#include <boost/test/unit_test.hpp>
#include <cstdlib>
#include <fstream>
#include <spawn.h>
#include <sstream>
#include <sys/wait.h>

namespace eas::test {

namespace {

struct mail_storage_service_ctx *storage_service;
std::filesystem::path directory;

char const configuration[] = R"(
base_dir = @DIR@/run
state_dir = @DIR@/state
log_path = @DIR@/dovecot.log
ssl = no
mail_home = @DIR@/home/%u
mail_location = %d:~/mail
mail_plugins = acl
mail_fsync = never
first_valid_uid = 0
submission_timeout = 5 secs
protocol tiny-log {
  mail_index_rewrite_min_log_bytes = 1
  mail_index_log_rotate_min_size = 1k
  mail_index_log_rotate_max_size = 2k
  mail_index_log_rotate_min_age = 0
  mail_index_log2_max_age = 0
}
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
  location = maildir:~/hidden
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
    for (size_t at; (at = text.find("@DIR@")) != text.npos;)
        text.replace(at, 5, directory.string());
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

void start_storage(char const *program)
{
    char pattern[] = "/tmp/eas-mail-store.XXXXXX";
    directory = mkdtemp(pattern);
    std::filesystem::create_directory(directory / "home");
    write_configuration();

    static std::string const path = configuration_path();
    static char const *arguments[] = {program, "-c", path.c_str(), nullptr};
    static char **argv = const_cast<char **>(arguments);
    static int argc = 3;
    auto const service_flags = static_cast<enum master_service_flags>(
        MASTER_SERVICE_FLAG_STANDALONE | MASTER_SERVICE_FLAG_DONT_SEND_STATS | MASTER_SERVICE_FLAG_NO_SSL_INIT);
    master_service = master_service_init("eas-mail-store-test", service_flags, &argc, &argv, "");
    if (master_getopt(master_service) > 0)
        exit(FATAL_DEFAULT);
    auto const storage_flags = static_cast<enum mail_storage_service_flags>(
        MAIL_STORAGE_SERVICE_FLAG_ALLOW_ROOT | MAIL_STORAGE_SERVICE_FLAG_NO_RESTRICT_ACCESS |
        MAIL_STORAGE_SERVICE_FLAG_NO_CHDIR);
    storage_service = mail_storage_service_init(master_service, nullptr, storage_flags);
    master_service_init_finish(master_service);
}

void stop_storage()
{
    mail_storage_service_deinit(&storage_service);
    master_service_deinit(&master_service);
    if (!getenv("KEEP_MAIL"))
        std::filesystem::remove_all(directory);
}

User::User(std::string const &format, std::string const &service)
    : m_name(next_user_name(format)), m_service(service)
{
    std::filesystem::create_directories(home());
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
    input.module = input.service = m_service.c_str();
    input.username = m_name.c_str();
    char const *reason;
    if (mail_storage_service_lookup_next(storage_service, &input, &m_service_user, &m_user, &reason) <= 0)
        fail(reason);
    m_store = std::make_unique<DovecotMailStore>(m_user);
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
    std::string user = "USER=" + m_name, path = "PATH=/usr/bin:/bin:/usr/sbin:/sbin";
    char *environment[] = {user.data(), path.data(), nullptr};
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

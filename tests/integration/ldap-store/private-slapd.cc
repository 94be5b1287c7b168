// See private-slapd.h.
#include "private-slapd.h"
#include <boost/test/unit_test.hpp>
#include <csignal>
#include <cstdlib>
#include <fcntl.h>
#include <fstream>
#include <netinet/in.h>
#include <spawn.h>
#include <sstream>
#include <sys/socket.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <thread>

extern char **environ;

namespace eas::test {

namespace {

constexpr char program[] = "/usr/sbin/slapd";

std::filesystem::path temporary_directory()
{
    char name[] = "/tmp/eas-slapd-XXXXXX"; // short: it is part of a socket's path
    BOOST_REQUIRE(mkdtemp(name));
    return name;
}

/// Its messages go to `log`.
pid_t spawn(std::vector<std::string> arguments, std::string const &log)
{
    std::vector<char *> pointers;
    for (auto &each : arguments)
        pointers.push_back(each.data());
    pointers.push_back(nullptr);
    posix_spawn_file_actions_t actions;
    posix_spawn_file_actions_init(&actions);
    posix_spawn_file_actions_addopen(&actions, STDERR_FILENO, log.c_str(), O_WRONLY | O_CREAT | O_APPEND,
                                     0600);
    pid_t pid = -1;
    BOOST_REQUIRE_EQUAL(posix_spawn(&pid, pointers[0], &actions, nullptr, pointers.data(), environ), 0);
    posix_spawn_file_actions_destroy(&actions);
    return pid;
}

void run(std::vector<std::string> const &arguments, std::string const &log)
{
    int status = -1;
    waitpid(spawn(arguments, log), &status, 0);
    BOOST_REQUIRE_MESSAGE(status == 0, arguments[0] << " failed: " << std::ifstream(log).rdbuf());
}

int free_port()
{
    int const probe = socket(AF_INET, SOCK_STREAM, 0);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t length = sizeof address;
    auto *const raw = reinterpret_cast<sockaddr *>(&address);
    BOOST_REQUIRE_EQUAL(bind(probe, raw, length), 0);
    BOOST_REQUIRE_EQUAL(getsockname(probe, raw, &length), 0);
    close(probe);
    return ntohs(address.sin_port);
}

bool listens(std::filesystem::path const &path)
{
    int const probe = socket(AF_UNIX, SOCK_STREAM, 0);
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    path.string().copy(address.sun_path, sizeof address.sun_path - 1);
    int const result = connect(probe, reinterpret_cast<sockaddr *>(&address), sizeof address);
    close(probe);
    return result == 0;
}

std::string percent_encoded(std::string text)
{
    for (size_t at; (at = text.find('/')) != text.npos;)
        text.replace(at, 1, "%2f");
    return text;
}

} // namespace

bool has_slapd()
{
    return access(program, X_OK) == 0;
}

PrivateSlapd::PrivateSlapd(SlapdOptions options)
    : m_options(std::move(options)), m_directory(temporary_directory())
{
    std::filesystem::create_directory(m_directory / "data");
    if (m_options.tls) {
        run({"/usr/bin/openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "30", "-subj",
             "/CN=localhost", "-addext", "subjectAltName=DNS:localhost,IP:127.0.0.1", "-keyout",
             m_directory / "key.pem", "-out", m_directory / "certificate.pem"},
            log());
        m_ports[0] = free_port();
        m_ports[1] = free_port();
    }
    write_configuration();
    load("dn: dc=example,dc=org\nobjectClass: dcObject\nobjectClass: organization\ndc: example\no: "
         "Example\n\n" +
         m_options.entries);
    start();
}

void PrivateSlapd::load(std::string const &ldif)
{
    std::ofstream(m_directory / "entries.ldif") << ldif;
    run({"/usr/sbin/slapadd", "-f", m_directory / "slapd.conf", "-l", m_directory / "entries.ldif"}, log());
}

std::string PrivateSlapd::backup()
{
    run({"/usr/sbin/slapcat", "-o", "ldif-wrap=no", "-f", m_directory / "slapd.conf", "-l",
         m_directory / "backup.ldif"},
        log());
    std::ostringstream ldif;
    ldif << std::ifstream(m_directory / "backup.ldif").rdbuf();
    return ldif.str();
}

void PrivateSlapd::restore(std::string const &ldif)
{
    stop();
    for (auto const &file : std::filesystem::directory_iterator(m_directory / "data"))
        std::filesystem::remove(file);
    load(ldif);
    start();
}

void PrivateSlapd::replicate(PrivateSlapd &provider)
{
    m_options.after += "\nsyncrepl rid=001 provider=" + provider.socket_uri() +
                       " type=refreshAndPersist retry=\"1 +\" searchbase=\"dc=example,dc=org\" "
                       "bindmethod=simple binddn=\"cn=admin,dc=example,dc=org\" credentials=secret";
    if (m_options.before.find("serverID") != std::string::npos)
        m_options.after += "\nmultiprovider on";
    write_configuration();
    provider.stop(); // it writes contextCSN
    restore(provider.backup());
    provider.start();
}

void PrivateSlapd::write_configuration()
{
    auto const directory = m_directory.string();
    std::ofstream file(m_directory / "slapd.conf");
    for (auto const *schema : {"core", "cosine", "inetorgperson"})
        file << "include /etc/ldap/schema/" << schema << ".schema\n";
    file << "modulepath /usr/lib/ldap\nmoduleload back_mdb\nmoduleload syncprov\nloglevel none\n";
    if (m_options.tls)
        file << "TLSCertificateFile " << directory << "/certificate.pem\nTLSCertificateKeyFile " << directory
             << "/key.pem\n";
    file << m_options.before << "\ndatabase mdb\nmaxsize 1073741824\nsuffix \"dc=example,dc=org\"\n"
         << "rootdn \"cn=admin,dc=example,dc=org\"\nrootpw secret\ndbnosync\ndirectory " << directory
         << "/data\n"
         << "index objectClass,uid,mail,cn,sn,entryUUID,entryCSN eq\n"
         << m_options.after << '\n';
    if (m_options.syncprov)
        file << "overlay syncprov\nsyncprov-sessionlog 1000\n";
}

void PrivateSlapd::start()
{
    std::string listeners = socket_uri();
    if (m_options.tls)
        listeners += ' ' + plain_uri() + ' ' + tls_uri();
    m_pid = spawn({program, "-f", m_directory / "slapd.conf", "-h", listeners, "-d", "0"}, log());
    for (int tries = 0; !listens(m_directory / "ldapi"); ++tries) {
        BOOST_REQUIRE_MESSAGE(tries < 3000 && waitpid(m_pid, nullptr, WNOHANG) == 0,
                              "slapd does not start: " << std::ifstream(log()).rdbuf());
        std::this_thread::sleep_for(std::chrono::milliseconds(10));
    }
}

void PrivateSlapd::stop(int signal)
{
    if (m_pid <= 0)
        return;
    kill(m_pid, signal);
    waitpid(m_pid, nullptr, 0);
    m_pid = -1;
}

void PrivateSlapd::pause()
{
    kill(m_pid, SIGSTOP);
    waitpid(m_pid, nullptr, WUNTRACED); // until all its threads have stopped
}

void PrivateSlapd::resume()
{
    kill(m_pid, SIGCONT);
}

PrivateSlapd::~PrivateSlapd()
{
    stop(SIGKILL);
    std::error_code ignored;
    std::filesystem::remove_all(m_directory, ignored);
}

std::string PrivateSlapd::socket_uri() const
{
    return "ldapi://" + percent_encoded((m_directory / "ldapi").string());
}

LdapSettings PrivateSlapd::settings() const
{
    LdapSettings settings;
    settings.uris = {socket_uri()};
    settings.bind_dn = "cn=admin,dc=example,dc=org";
    settings.password = "secret";
    return settings;
}

} // namespace eas::test

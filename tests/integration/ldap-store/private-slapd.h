// A slapd of the test's own in a temporary directory: its socket, its database, no more.
#pragma once
#include "stores/ldap-connection.h"
#include <filesystem>
#include <string>
#include <sys/types.h>

namespace eas::test {

struct SlapdOptions {
    bool syncprov = true;
    std::string before = {};  ///< configuration lines before those of the database
    std::string after = {};   ///< and of the database
    std::string entries = {}; ///< LDIF, besides dc=example,dc=org
    bool tls = false;         ///< listens on ldap:// and ldaps:// of loopback too
};

/// Whether the machine has the server at all.
bool has_slapd();

class PrivateSlapd {
public:
    explicit PrivateSlapd(SlapdOptions options = {});
    ~PrivateSlapd();
    PrivateSlapd(PrivateSlapd const &) = delete;
    PrivateSlapd &operator=(PrivateSlapd const &) = delete;

    void start();
    void stop(int signal = 15);
    void pause();  ///< it lives and does not answer
    void resume(); ///< after pause()
    /// All entries as LDIF, with their operational attributes.
    std::string backup();
    /// What a backup, or an edited one, says in place of all there is. slapd stops meanwhile.
    void restore(std::string const &ldif);
    /// Replicates `provider` from now on, with its content so far; and can be written to if it has an id of
    /// its own ("serverID" in SlapdOptions::before).
    void replicate(PrivateSlapd &provider);

    std::string socket_uri() const;
    std::string plain_uri() const { return "ldap://127.0.0.1:" + std::to_string(m_ports[0]); }
    std::string tls_uri() const { return "ldaps://127.0.0.1:" + std::to_string(m_ports[1]); }
    std::string ca_file() const { return (m_directory / "certificate.pem").string(); }
    /// As the administrator, over the socket.
    LdapSettings settings() const;
    std::filesystem::path const &directory() const { return m_directory; }

private:
    void write_configuration();
    void load(std::string const &ldif);
    std::string log() const { return (m_directory / "log").string(); }
    SlapdOptions m_options;
    std::filesystem::path m_directory;
    int m_ports[2] = {0, 0};
    pid_t m_pid = -1;
};

} // namespace eas::test

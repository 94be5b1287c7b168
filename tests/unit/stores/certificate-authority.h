// Certificates for tests, made by the openssl command: authorities that sign certificates, each with one set
// of extensions and one period, and lists of revocations.
#pragma once
#include "stores/ics-fixture.h"
#include "support.h"
#include <cstdlib>
#include <fstream>
#include <sstream>

namespace eas::test {

struct Period {
    char const *start = "20200101000000Z", *end = "20400101000000Z";
};
constexpr Period ended{"20200101000000Z", "20210101000000Z"};

inline std::string contents_of(std::filesystem::path const &path)
{
    std::ifstream file(path, std::ios::binary);
    std::ostringstream text;
    text << file.rdbuf();
    return text.str();
}

inline void run_openssl(std::string const &arguments)
{
    std::string const command = "openssl " + arguments + " >/dev/null 2>&1";
    BOOST_REQUIRE_MESSAGE(std::system(command.c_str()) == 0, command);
}

/// What a certificate is for.
constexpr char const *ca_extensions = "basicConstraints=critical,CA:TRUE\nkeyUsage=keyCertSign,cRLSign\n";
constexpr char const *mail_extensions =
    "basicConstraints=CA:FALSE\nkeyUsage=digitalSignature,keyEncipherment\n"
    "extendedKeyUsage=emailProtection\n";
constexpr char const *server_extensions = "basicConstraints=CA:FALSE\nextendedKeyUsage=serverAuth\n";

class CertificateAuthority {
public:
    /// Signed by itself.
    explicit CertificateAuthority(std::string const &name)
    {
        prepare();
        sign(*this, name, ca_extensions, {}, true);
    }
    /// Signed by `above`.
    CertificateAuthority(CertificateAuthority &above, std::string const &name,
                         char const *extensions = ca_extensions, Period period = {})
    {
        prepare();
        sign(above, name, extensions, period, false);
    }

    std::string pem_path() const { return m_home + "/certificate.pem"; }
    std::string pem_of(std::string const &name) const { return m_home + "/" + name + ".pem"; }
    std::string der() const { return der_of(pem_path()); }

    /// The DER of a new certificate.
    std::string issue(std::string const &name, char const *extensions = mail_extensions, Period period = {})
    {
        CertificateAuthority holder(*this, name, extensions, period);
        std::filesystem::copy_file(holder.pem_path(), m_home + "/" + name + ".pem",
                                   std::filesystem::copy_options::overwrite_existing);
        return holder.der();
    }

    void revoke(std::string const &name)
    {
        auto const own = m_home + "/" + name + ".pem";
        run_openssl(ca() + " -revoke " + own);
    }
    void revoke(CertificateAuthority const &below) { run_openssl(ca() + " -revoke " + below.pem_path()); }

    /// PEM of the list of what was revoked.
    std::string revocations(Period period = {})
    {
        auto const path = m_home + "/crl.pem";
        run_openssl(ca() + " -gencrl -crl_lastupdate " + period.start + " -crl_nextupdate " + period.end +
                    " -out " + path);
        return contents_of(path);
    }

private:
    void prepare()
    {
        std::ofstream(m_home + "/index.txt");
        std::ofstream(m_home + "/index.txt.attr") << "unique_subject = no\n";
        std::ofstream(m_home + "/serial") << "1000\n";
        std::ofstream(m_home + "/crlnumber") << "01\n";
        std::ofstream(m_home + "/ca.cnf")
            << "[ca]\ndefault_ca=own\n[own]\ndatabase=" << m_home << "/index.txt\nserial=" << m_home
            << "/serial\ncrlnumber=" << m_home << "/crlnumber\nnew_certs_dir=" << m_home
            << "\ncertificate=" << m_home << "/certificate.pem\nprivate_key=" << m_home
            << "/key.pem\ndefault_md=sha256\npolicy=any\ndefault_crl_days=30\n[any]\ncommonName=supplied\n";
        run_openssl("genpkey -algorithm EC -pkeyopt ec_paramgen_curve:P-256 -out " + m_home + "/key.pem");
    }

    std::string ca() const { return "ca -batch -config " + m_home + "/ca.cnf"; }

    void sign(CertificateAuthority &above, std::string const &name, char const *extensions, Period period,
              bool by_itself)
    {
        std::ofstream(m_home + "/extensions.cnf") << extensions;
        run_openssl("req -new -key " + m_home + "/key.pem -subj /CN=" + name + " -out " + m_home +
                    "/request.pem");
        run_openssl(above.ca() + " -in " + m_home + "/request.pem -notext -startdate " + period.start +
                    " -enddate " + period.end + " -extfile " + m_home + "/extensions.cnf -out " + pem_path() +
                    (by_itself ? " -selfsign" : ""));
    }

    static std::string der_of(std::string const &pem)
    {
        run_openssl("x509 -in " + pem + " -outform DER -out " + pem + ".der");
        return contents_of(pem + ".der");
    }

    TemporaryDirectory m_directory;
    std::string m_home = m_directory.path;
};

} // namespace eas::test

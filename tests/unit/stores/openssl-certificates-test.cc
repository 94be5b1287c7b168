// Verdicts on certificates. A root signs a middle authority, that one signs the certificates.
#include "stores/certificate-authority.h"
#include "stores/openssl-certificates.h"

using namespace eas;

namespace {

Instant const now = Instant::from_seconds(1795341487); // 2026-11-22

struct CertificatesFixture {
    test::TemporaryDirectory directory;
    test::CertificateAuthority root{"Root"};
    test::CertificateAuthority middle{root, "Middle"};
    std::string crl_file;

    void write_revocations(std::string const &pem)
    {
        crl_file = std::string(directory.path) + "/crl.pem";
        std::ofstream(crl_file) << pem;
    }
    int verdict(std::string const &certificate, std::vector<std::string> const &chain, bool strict = false)
    {
        OpenSslCertificates checker({root.pem_path(), "", crl_file});
        auto const checked = checker.check({certificate, chain, strict, now});
        BOOST_REQUIRE_EQUAL(test::error_of(checked), "");
        return static_cast<int>(*checked);
    }
    int of_middle(std::string const &certificate, bool strict = false)
    {
        return verdict(certificate, {middle.der()}, strict);
    }
};

} // namespace

BOOST_FIXTURE_TEST_SUITE(openssl_certificates, CertificatesFixture)

BOOST_AUTO_TEST_CASE(a_chain_up_to_a_trusted_root_is_valid)
{
    BOOST_TEST(of_middle(middle.issue("Anna")) == 1);
    BOOST_TEST(verdict(root.issue("Bob"), {}) == 1);
}

BOOST_AUTO_TEST_CASE(a_signature_that_is_not_its_issuers)
{
    std::string forged = middle.issue("Anna");
    forged.back() ^= 1;
    BOOST_TEST(of_middle(forged) == 3);
}

BOOST_AUTO_TEST_CASE(an_issuer_that_nobody_trusts)
{
    test::CertificateAuthority other("Other");
    BOOST_TEST(verdict(other.issue("Anna"), {}) == 4);
    BOOST_TEST(verdict(other.issue("Anna"), {other.der()}) == 4); // its root comes along
    BOOST_TEST(verdict(middle.issue("Anna"), {}) == 4);           // what is between is missing
    BOOST_TEST(verdict(other.der(), {}) == 4);
}

BOOST_AUTO_TEST_CASE(a_chain_with_what_is_no_certificate)
{
    BOOST_TEST(verdict(middle.issue("Anna"), {middle.der(), "nonsense"}) == 5);
}

BOOST_AUTO_TEST_CASE(a_chain_that_is_too_long)
{
    std::vector<std::unique_ptr<test::CertificateAuthority>> authorities;
    std::vector<std::string> chain{middle.der()};
    for (int i = 0; i < 12; ++i) {
        auto &above = authorities.empty() ? middle : *authorities.back();
        authorities.push_back(
            std::make_unique<test::CertificateAuthority>(above, "Deep" + std::to_string(i)));
        chain.push_back(authorities.back()->der());
    }
    BOOST_TEST(verdict(authorities.back()->issue("Anna"), chain) == 5);
}

BOOST_AUTO_TEST_CASE(a_certificate_for_something_else)
{
    BOOST_TEST(of_middle(middle.issue("Server", test::server_extensions)) == 6);
    BOOST_TEST(of_middle(middle.issue("Encryption", "keyUsage=keyEncipherment\n")) == 6);
}

BOOST_AUTO_TEST_CASE(a_certificate_outside_its_period)
{
    BOOST_TEST(of_middle(middle.issue("Anna", test::mail_extensions, test::ended)) == 7);
    BOOST_TEST(
        of_middle(middle.issue("Bob", test::mail_extensions, {"20390101000000Z", "20400101000000Z"})) == 7);
}

BOOST_AUTO_TEST_CASE(an_authority_outside_its_period)
{
    test::CertificateAuthority old(root, "Old", test::ca_extensions, test::ended);
    BOOST_TEST(verdict(old.issue("Anna"), {old.der()}) == 8);
}

BOOST_AUTO_TEST_CASE(an_authority_that_may_not_sign_mail_certificates)
{
    test::CertificateAuthority narrow(root, "Narrow",
                                      "basicConstraints=critical,CA:TRUE\nextendedKeyUsage=serverAuth\n");
    BOOST_TEST(verdict(narrow.issue("Anna"), {narrow.der()}) == 9);
    test::CertificateAuthority last(root, "Last", "basicConstraints=critical,CA:TRUE,pathlen:0\n");
    test::CertificateAuthority below(last, "Below");
    BOOST_TEST(verdict(below.issue("Anna"), {last.der(), below.der()}) == 9);
}

BOOST_AUTO_TEST_CASE(what_is_no_certificate)
{
    BOOST_TEST(of_middle("") == 10);
    BOOST_TEST(of_middle("nonsense") == 10);
    BOOST_TEST(of_middle(middle.issue("Anna") + "more") == 10);
}

BOOST_AUTO_TEST_CASE(users_and_authorities_in_each_others_place)
{
    test::CertificateAuthority user(root, "User", test::mail_extensions);
    BOOST_TEST(verdict(user.issue("Anna"), {user.der()}) == 11);
    BOOST_TEST(verdict(middle.der(), {}) == 11);
}

BOOST_AUTO_TEST_CASE(a_revoked_certificate)
{
    auto const anna = middle.issue("Anna"), bob = middle.issue("Bob");
    middle.revoke("Anna");
    write_revocations(root.revocations() + middle.revocations());
    for (bool strict : {false, true}) {
        BOOST_TEST(of_middle(anna, strict) == 13);
        BOOST_TEST(of_middle(bob, strict) == 1);
    }
}

BOOST_AUTO_TEST_CASE(a_revoked_authority)
{
    auto const anna = middle.issue("Anna");
    root.revoke(middle);
    write_revocations(root.revocations() + middle.revocations());
    BOOST_TEST(of_middle(anna) == 15);
}

BOOST_AUTO_TEST_CASE(revocations_that_are_out_of_date)
{
    auto const anna = middle.issue("Anna"), bob = middle.issue("Bob");
    middle.revoke("Bob");
    write_revocations(root.revocations() + middle.revocations(test::ended));
    BOOST_TEST(of_middle(anna, true) == 14);
    BOOST_TEST(of_middle(anna, false) == 1);
    BOOST_TEST(of_middle(bob, false) == 13); // what was revoked then still is
}

BOOST_AUTO_TEST_CASE(revocations_that_nobody_knows)
{
    auto const anna = middle.issue("Anna");
    BOOST_TEST(of_middle(anna, true) == 16);
    write_revocations(root.revocations());
    BOOST_TEST(of_middle(anna, true) == 16);
    BOOST_TEST(of_middle(anna, false) == 1);
}

BOOST_AUTO_TEST_CASE(a_directory_of_authorities_and_revocations)
{
    auto const anna = middle.issue("Anna");
    middle.revoke("Anna");
    std::string const path = directory.path;
    std::filesystem::copy_file(root.pem_path(), path + "/root.pem");
    std::ofstream(path + "/crl.pem") << middle.revocations();
    test::run_openssl("rehash " + path);
    OpenSslCertificates checker({"", path, ""});
    std::vector<std::string> const chain{middle.der()};
    auto const checked = checker.check({anna, chain, false, now});
    BOOST_REQUIRE_EQUAL(test::error_of(checked), "");
    BOOST_TEST(static_cast<int>(*checked) == 13);
}

BOOST_AUTO_TEST_CASE(files_that_cannot_be_read)
{
    std::string const none = std::string(directory.path) + "/none.pem", empty = root.pem_path() + ".empty";
    std::ofstream{empty};
    auto const error = [&](CertificateFiles files) {
        std::vector<std::string> const chain;
        return test::error_of(OpenSslCertificates(files).check({root.der(), chain, false, now}));
    };
    BOOST_TEST(error({none, "", ""}) == "the trusted CAs " + none + ": No such file or directory");
    BOOST_TEST(error({empty, "", ""}) == "the trusted CAs " + empty + ": it holds none in PEM");
    BOOST_TEST(error({root.pem_path(), "", none}) ==
               "the revocations " + none + ": No such file or directory");
    BOOST_TEST(error({root.pem_path(), "", empty}) == "the revocations " + empty + ": it holds none in PEM");
}

BOOST_AUTO_TEST_CASE(what_mail_can_be_encrypted_with)
{
    OpenSslCertificates checker({root.pem_path(), "", ""});
    auto const anna = middle.issue("Anna"), stranger = test::CertificateAuthority("Own").issue("Anna");
    std::vector<std::string> const published{anna,
                                             anna,
                                             stranger, // whoever signed it
                                             middle.issue("Bob", test::mail_extensions, test::ended),
                                             middle.issue("Signer", "keyUsage=digitalSignature\n"),
                                             middle.issue("Server", test::server_extensions),
                                             middle.der(),
                                             "nonsense"};
    BOOST_TEST(checker.for_encryption(published, now) == (std::vector<std::string>{anna, stranger}),
               boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(certificates_in_a_signed_message)
{
    OpenSslCertificates checker({root.pem_path(), "", ""});
    auto const anna = middle.issue("Anna");
    std::string const path = std::string(directory.path) + "/chain";
    std::ofstream(path + ".pem") << test::contents_of(middle.pem_path())
                                 << test::contents_of(middle.pem_of("Anna"));
    test::run_openssl("crl2pkcs7 -nocrl -certfile " + path + ".pem -outform DER -out " + path + ".p7b");
    std::vector<std::string> const published{test::contents_of(path + ".p7b")};
    BOOST_TEST(checker.for_encryption(published, now) == std::vector<std::string>{anna},
               boost::test_tools::per_element());
}

BOOST_AUTO_TEST_SUITE_END()

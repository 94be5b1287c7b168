// ValidateCert: what goes to the checker, and what becomes of requests that ask for too much.
#include "commands/validate-cert.h"
#include "fakes/command-fixture.h"
#include "support.h"

using namespace eas;
using test::Node;

namespace {

/// Says of a certificate what it holds: "13" is revoked.
class SayingChecker final : public CertificateChecker {
public:
    Result<CertificateVerdict> check(Question const &question) override
    {
        strict = question.revocation_must_be_known;
        chain.assign(question.chain.begin(), question.chain.end());
        if (question.certificate == "unreadable")
            return Error{ErrorKind::temporary, "the trusted CAs x.pem: no"};
        return static_cast<CertificateVerdict>(parse_unsigned(question.certificate).value_or(10));
    }
    std::vector<std::string> for_encryption(std::span<std::string const>, Instant) override { return {}; }

    bool strict = false;
    std::vector<std::string> chain;
};

struct ValidateCertFixture : test::CommandFixture {
    SayingChecker checker;

    ValidateCertFixture() { ports.certificates = &checker; }

    static Node certificate(std::string_view der)
    {
        return {Tag::ValidateCert_Certificate, base64_encode(der)};
    }
    static Node certificates(std::vector<Node> below)
    {
        return {Tag::ValidateCert_Certificates, std::move(below)};
    }
    std::string answer(std::vector<Node> below)
    {
        return run(run_validate_cert, {Tag::ValidateCert_ValidateCert, std::move(below)});
    }
};

} // namespace

BOOST_FIXTURE_TEST_SUITE(validate_cert, ValidateCertFixture)

BOOST_AUTO_TEST_CASE(each_certificate_has_a_status)
{
    BOOST_TEST(answer({certificates({certificate("1"), certificate("13")})}) ==
               "<ValidateCert><Status>1</Status><Certificate><Status>1</Status></Certificate>"
               "<Certificate><Status>13</Status></Certificate></ValidateCert>");
    BOOST_TEST(log_note == "certificates=1,13");
    BOOST_TEST(!checker.strict);
}

BOOST_AUTO_TEST_CASE(chain_and_check_crl_reach_the_checker)
{
    answer({{Tag::ValidateCert_CertificateChain, {certificate("above"), certificate("top")}},
            certificates({certificate("1")}),
            {Tag::ValidateCert_CheckCrl, "1"}});
    BOOST_TEST(checker.strict);
    BOOST_TEST(checker.chain == (std::vector<std::string>{"above", "top"}), boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(what_is_no_base64_is_no_certificate)
{
    BOOST_TEST(
        answer({certificates({{Tag::ValidateCert_Certificate, "!!!"}})}) ==
        "<ValidateCert><Status>1</Status><Certificate><Status>10</Status></Certificate></ValidateCert>");
    BOOST_TEST(
        answer({certificates({certificate("1" + std::string(1 << 16, ' '))})}) ==
        "<ValidateCert><Status>1</Status><Certificate><Status>10</Status></Certificate></ValidateCert>");
}

BOOST_AUTO_TEST_CASE(requests_without_or_with_too_many_certificates)
{
    std::string const refused = "<ValidateCert><Status>2</Status></ValidateCert>";
    BOOST_TEST(answer({}) == refused);
    BOOST_TEST(answer({certificates({})}) == refused);
    BOOST_TEST(answer({certificates(std::vector<Node>(101, certificate("1")))}) == refused);
    BOOST_TEST(answer({{Tag::ValidateCert_CertificateChain, std::vector<Node>(101, certificate("1"))},
                       certificates({certificate("1")})}) == refused);
    answer({certificates({certificate("1")}), {Tag::ValidateCert_CheckCrl, "2"}});
    BOOST_TEST((error && error->kind == ErrorKind::bad_request)); // the dispatcher's Status 2
}

BOOST_AUTO_TEST_CASE(a_server_that_cannot_check)
{
    BOOST_TEST(answer({certificates({certificate("1"), certificate("unreadable")})}) ==
               "<ValidateCert><Status>17</Status></ValidateCert>");
    BOOST_TEST(log_note == "status=17 the trusted CAs x.pem: no");
    ports.certificates = nullptr;
    BOOST_TEST(answer({certificates({certificate("1")})}) ==
               "<ValidateCert><Status>17</Status></ValidateCert>");
}

BOOST_AUTO_TEST_SUITE_END()

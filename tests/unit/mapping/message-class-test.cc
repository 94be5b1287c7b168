// MessageClass by structure. MS-ASEMAIL 2.2.2.49.
#include "mapping/message-class.h"
#include "memory-message.h"
#include <boost/test/unit_test.hpp>

using namespace eas;
using namespace eas::test;

BOOST_AUTO_TEST_SUITE(message_class_suite)

namespace {

struct Example {
    char const *what;
    Part root;
    char const *message_class;
    bool smime;
};

Part report(char const *type, std::string content)
{
    return multipart("report", {plain("text"), leaf(type, std::move(content)), leaf("message/rfc822")});
}

Part opaque(char const *smime_type)
{
    return leaf("application/pkcs7-mime").with(&MimePart::smime_type, smime_type);
}

std::vector<Example> const examples = {
    {"text", plain("x"), "IPM.Note", false},
    {"mixed", multipart("mixed", {plain("x"), leaf("application/pkcs7-mime")}), "IPM.Note", false},
    {"encrypted", opaque("enveloped-data"), "IPM.Note.SMIME", true},
    {"opaque signed", opaque("signed-data"), "IPM.Note.SMIME", true},
    {"old programs", leaf("application/x-pkcs7-mime"), "IPM.Note.SMIME", true},
    {"by name", leaf("application/octet-stream").named("SMIME.P7M"), "IPM.Note.SMIME", true},
    {"certificates only", opaque("certs-only"), "IPM.Note", false},
    {"receipt", opaque("signed-receipt"), "IPM.Note.Receipt.SMIME", true},
    {"clear signed",
     multipart("signed", {plain("x"), leaf("application/octet-stream")})
         .with(&MimePart::protocol, "application/pkcs7-signature"),
     "IPM.Note.SMIME.MultipartSigned", true},
    {"clear signed, no protocol", multipart("signed", {plain("x"), leaf("application/x-pkcs7-signature")}),
     "IPM.Note.SMIME.MultipartSigned", true},
    {"PGP signed",
     multipart("signed", {plain("x"), leaf("application/pgp-signature")})
         .with(&MimePart::protocol, "application/pgp-signature"),
     "IPM.Note", false},
    {"PGP encrypted",
     multipart("encrypted", {leaf("application/pgp-encrypted"), leaf("application/octet-stream")}),
     "IPM.Note", false},
    {"bounce",
     report("message/delivery-status",
            "Reporting-MTA: dns; x\r\n\r\nFinal-Recipient: y\r\naction: Failed\r\n"),
     "REPORT.IPM.NOTE.NDR", false},
    {"delay", report("message/delivery-status", "Action: delayed\n"), "REPORT.IPM.NOTE.DELAYED", false},
    {"delivery", report("message/delivery-status", "Action: delivered\n"), "REPORT.IPM.NOTE.DR", false},
    {"relay", report("message/global-delivery-status", "Action: relayed\n"), "REPORT.IPM.NOTE.DR", false},
    {"read",
     report("message/disposition-notification",
            "Disposition: manual-action/MDN-sent-manually; displayed\r\n"),
     "REPORT.IPM.NOTE.IPNRN", false},
    {"not read", report("message/disposition-notification", "Disposition: automatic-action; deleted\n"),
     "REPORT.IPM.NOTE.IPNNRN", false},
    {"report without content", report("message/delivery-status", ""), "IPM.Note", false},
    {"report of another kind", report("message/feedback-report", "x"), "IPM.Note", false},
    {"empty multipart", multipart("signed", {}), "IPM.Note", false},
};

} // namespace

BOOST_AUTO_TEST_CASE(follows_from_the_structure)
{
    for (auto const &example : examples) {
        MemoryMessage message(example.root);
        auto root = *message.structure();
        BOOST_TEST(*message_class(message, root) == example.message_class, example.what);
        BOOST_TEST(is_smime(root) == example.smime, example.what);
    }
}

BOOST_AUTO_TEST_CASE(an_unreadable_report_is_an_error)
{
    MemoryMessage message(report("message/delivery-status", "Action: failed\n"));
    auto root = *message.structure();
    message.failure = Error{ErrorKind::temporary, "disk"};
    BOOST_TEST(!message_class(message, root));
}

BOOST_AUTO_TEST_SUITE_END()

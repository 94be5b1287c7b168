// How attachments are named and described.
#include "mapping/attachments.h"
#include "memory-message.h"
#include <boost/test/unit_test.hpp>

using namespace eas;
using namespace eas::test;

BOOST_AUTO_TEST_SUITE(attachments)

namespace {

std::string name_of(Part const &part)
{
    MemoryMessage message(multipart("mixed", {plain("x"), part}));
    auto root = *message.structure();
    return *to_attachment({&root.parts[1], false}, "f:1:").display_name;
}

Part message_about(char const *subject)
{
    return leaf("message/rfc822").with(&MimePart::subject, subject);
}

} // namespace

BOOST_AUTO_TEST_CASE(names_are_safe_and_never_empty)
{
    std::pair<Part, char const *> const examples[] = {
        {leaf("application/pdf").named("report.pdf"), "report.pdf"},
        {leaf("application/pdf").named("C:\\Temp\\report.pdf"), "report.pdf"},
        {leaf("application/pdf").named("../../etc/passwd"), "passwd"},
        {leaf("application/pdf").named("a:b*c?.pdf"), "a_b_c_.pdf"},
        {leaf("application/pdf").named("a\nb\x01.pdf"), "a_b\ufffd.pdf"},
        {leaf("application/pdf").named(" \t"), "attachment 2.pdf"},
        {leaf("application/pdf").named(".."), "attachment 2.pdf"},
        {leaf("application/pdf"), "attachment 2.pdf"},
        {leaf("application/x-odd"), "attachment 2.bin"},
        {leaf("image/jpeg"), "image 2.jpg"},
        {leaf("image/x-odd"), "image 2.bin"},
        {leaf("application/ms-tnef"), "winmail.dat"},
        {leaf("application/pkcs7-signature"), "smime.p7s"},
        {leaf("application/pkcs7-mime"), "smime.p7m"},
        {leaf("text/calendar"), "invite.ics"},
        {leaf("message/delivery-status"), "delivery-status.txt"},
        {leaf("message/rfc822"), "message.eml"},
        {leaf("message/rfc822").named("old.EML"), "old.EML"},
        {leaf("message/rfc822").named("old"), "old.eml"},
        {message_about("Re: 1/2 of it"), "Re_ 1_2 of it.eml"},
        {message_about("Gr\u00fc\u00dfe"), "Gr\u00fc\u00dfe.eml"},
    };
    for (auto const &[part, name] : examples)
        BOOST_TEST(name_of(part) == name);
}

BOOST_AUTO_TEST_CASE(long_names_keep_their_extension)
{
    auto name = name_of(leaf("application/pdf").named(std::string(1000, 'x') + ".pdf"));
    BOOST_TEST(name.size() == 240u);
    BOOST_TEST(name.ends_with("x.pdf"));
    auto subject = name_of(message_about(std::string(1000, 'x').c_str()));
    BOOST_TEST(subject.size() == 240u);
    BOOST_TEST(subject.ends_with("x.eml"));
}

BOOST_AUTO_TEST_CASE(an_attachment_is_described)
{
    MemoryMessage message(multipart(
        "related",
        {html("x"), leaf("image/png", "12345").cid("a@b").with(&MimePart::content_location, "x.png")}));
    auto root = *message.structure();
    auto attachment = to_attachment({&root.parts[1], true}, "folder:7:");
    BOOST_TEST(attachment.file_reference == "folder:7:2");
    BOOST_TEST((attachment.method == Attachment::Method::normal));
    BOOST_TEST(attachment.estimated_data_size == 5u);
    BOOST_TEST(attachment.content_id.value() == "a@b");
    BOOST_TEST(attachment.content_location.value() == "x.png");
    BOOST_TEST(attachment.is_inline.value());
}

BOOST_AUTO_TEST_CASE(what_is_not_there_is_not_said)
{
    MemoryMessage message(multipart("mixed", {leaf("message/rfc822", "12345")}));
    auto root = *message.structure();
    auto attachment = to_attachment({&root.parts[0], false}, "");
    BOOST_TEST((attachment.method == Attachment::Method::email));
    BOOST_TEST(!attachment.content_id);
    BOOST_TEST(!attachment.content_location);
    BOOST_TEST(!attachment.is_inline);
}

BOOST_AUTO_TEST_SUITE_END()

#include "request/content-log.h"
#include "support.h"
#include "wbxml/decoder.h"
#include "wbxml/encoder.h"
#include <boost/test/unit_test.hpp>

using namespace eas;

BOOST_AUTO_TEST_SUITE(content_log)

namespace {

Element leaf(Tag tag, std::string_view text)
{
    Element element;
    element.tag = tag;
    element.text = text;
    return element;
}

bool contains(std::string const &text, std::string_view what)
{
    return text.find(what) != text.npos;
}

} // namespace

BOOST_AUTO_TEST_CASE(a_document_is_xml_with_its_namespaces)
{
    Element root;
    root.tag = Tag::AirSync_Sync;
    root.children = {leaf(Tag::AirSync_SyncKey, "1"), leaf(Tag::AirSync_MoreAvailable, ""),
                     leaf(Tag::Email_Subject, "a < b & c")};
    BOOST_TEST(readable(root) == "<AirSync:Sync>\n"
                                 "  <AirSync:SyncKey>1</AirSync:SyncKey>\n"
                                 "  <AirSync:MoreAvailable/>\n"
                                 "  <Email:Subject>a &lt; b &amp; c</Email:Subject>\n"
                                 "</AirSync:Sync>\n");
}

BOOST_AUTO_TEST_CASE(what_is_private_is_told_by_its_size)
{
    for (auto const tag : {Tag::AirSyncBase_Data, Tag::ComposeMail_Mime, Tag::Settings_Password,
                           Tag::ItemOperations_Password, Tag::Contacts_Picture}) {
        auto const text = readable(leaf(tag, "secret"));
        BOOST_TEST(!contains(text, "secret"));
        BOOST_TEST(contains(text, "(6 bytes)"));
    }
}

BOOST_AUTO_TEST_CASE(long_text_and_bytes_are_cut)
{
    BOOST_TEST(contains(readable(leaf(Tag::Email_Subject, std::string(1000, 'x'))), "... (1000 bytes)"));
    BOOST_TEST(
        contains(readable(leaf(Tag::Email2_ConversationId, std::string("\0\x01\xff", 3))), "0x0001ff"));
    BOOST_TEST(contains(readable(leaf(Tag::Email_Subject, "one\ntwo")), "one&#10;two"));
}

BOOST_AUTO_TEST_CASE(an_entry_has_both_sides_and_no_password)
{
    HttpRequest request;
    request.method = "POST";
    request.path = "/Microsoft-Server-ActiveSync";
    request.query = "Cmd=Sync";
    request.headers = {{"authorization", "Basic c2VjcmV0"}, {"User-Agent", "Phone"}};
    request.body = "no document";
    HttpResponse response;
    response.headers = {{"Content-Type", "application/vnd.ms-sync.wbxml"}};
    auto const entry = content_log_entry(request, response,
                                         std::string("\x03\x01\x6a\x00\x45\x4b\x03"
                                                     "7\0\x01\x01",
                                                     11));
    BOOST_TEST(contains(entry, "> POST /Microsoft-Server-ActiveSync?Cmd=Sync\n"));
    BOOST_TEST(contains(entry, "User-Agent: Phone\n"));
    BOOST_TEST(!contains(entry, "c2VjcmV0"));
    BOOST_TEST(contains(entry, "body (11 bytes)\n"));
    BOOST_TEST(contains(entry, "< 200 OK\n"));
    BOOST_TEST(contains(entry, "<AirSync:SyncKey>7</AirSync:SyncKey>"));
}

BOOST_AUTO_TEST_SUITE_END()

#include "commands/get-attachment.h"
#include "fakes/command-fixture.h"
#include <boost/test/unit_test.hpp>

using namespace eas;
using namespace eas::test;

namespace {

struct AttachmentFixture : CommandFixture {
    StoredFolder &inbox = mail.add_folder("inbox", "INBOX", SpecialUse::inbox);

    AttachmentFixture()
    {
        version = v12_1;
        StoredMessage stored;
        stored.structure.type = "multipart/mixed";
        stored.structure.parts.resize(2);
        for (size_t i = 0; i < 2; ++i)
            stored.structure.parts[i].id = std::to_string(i + 1);
        stored.structure.parts[0].type = "text/plain";
        stored.structure.parts[0].charset = "iso-8859-1";
        stored.structure.parts[1].type = "image/png\r\nSet-Cookie: x";
        stored.parts = {{"1", "Gr\xfc\xdf"}, {"2", std::string("\0\1PNG", 5)}};
        inbox.add(std::move(stored));
    }
    std::string get(std::string name)
    {
        line.attachment_name = std::move(name);
        return run_bytes(run_get_attachment, nullptr);
    }
};

} // namespace

BOOST_FIXTURE_TEST_SUITE(get_attachment, AttachmentFixture)

BOOST_AUTO_TEST_CASE(the_answer_is_the_attachments_bytes_and_type)
{
    BOOST_CHECK_EQUAL(get("inbox:1:1"), "Gr\xfc\xdf");
    BOOST_CHECK_EQUAL(content_type, "text/plain; charset=iso-8859-1");
    BOOST_CHECK_EQUAL(get("inbox:1:2"), std::string("\0\1PNG", 5));
}

BOOST_AUTO_TEST_CASE(a_senders_type_writes_no_header_fields)
{
    get("inbox:1:2");
    BOOST_CHECK_EQUAL(content_type, "application/octet-stream");
}

BOOST_AUTO_TEST_CASE(what_is_not_there_is_not_found)
{
    for (std::string name : {"", "x", "inbox:1:9", "inbox:7:1", "gone:1:1", "../../etc/passwd"}) {
        BOOST_CHECK_EQUAL(get(name), "");
        BOOST_REQUIRE(error);
        BOOST_CHECK(error->kind == ErrorKind::not_found);
    }
}

BOOST_AUTO_TEST_SUITE_END()

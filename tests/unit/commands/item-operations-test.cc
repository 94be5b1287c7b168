#include "base/text.h"
#include "commands/item-operations.h"
#include "fakes/command-fixture.h"
#include <boost/test/unit_test.hpp>

using namespace eas;
using namespace eas::test;

namespace {

MimePart leaf(std::string id, std::string type)
{
    MimePart part;
    part.id = std::move(id);
    part.type = std::move(type);
    return part;
}

/// A text, a picture and a message in a message.
StoredMessage example()
{
    StoredMessage message;
    message.raw = "Subject: Hi\r\n\r\n...";
    message.headers.subject = "Hi";
    message.structure = leaf("", "multipart/mixed");
    message.structure.parts = {leaf("1", "text/plain"), leaf("2", "image/png"), leaf("3", "message/rfc822")};
    message.structure.parts[1].disposition = "attachment";
    message.structure.parts[1].name = "picture.png";
    message.structure.parts[2].parts = {leaf("3.1", "text/plain")};
    message.parts = {
        {"1", "Hello"}, {"2", "0123456789"}, {"3", "Subject: Inside\r\n\r\nText"}, {"3.1", "Text"}};
    return message;
}

Node const mailbox{Tag::ItemOperations_Store, "Mailbox"};

Node body_preference(std::string type)
{
    return {Tag::AirSyncBase_BodyPreference, {Node{Tag::AirSyncBase_Type, std::move(type)}}};
}

/// Counts what is kept beside the answer.
class CountingAnswer final : public AnswerSink {
public:
    Result<void> write(std::string_view bytes) override { return m_answer.write(bytes); }
    Result<void> overwrite(uint64_t position, std::string_view bytes) override
    {
        return m_answer.overwrite(position, bytes);
    }
    Result<Content> keep(Content const &content) override
    {
        ++kept;
        return m_answer.keep(content);
    }
    size_t kept = 0;

private:
    StringAnswer m_answer;
};

struct ItemOperationsFixture : CommandFixture {
    StoredFolder &inbox = mail.add_folder("INBOX", "INBOX", SpecialUse::inbox);
    Uid uid = inbox.add(example());

    std::string ask(std::vector<Node> operations)
    {
        return run(run_item_operations, {Tag::ItemOperations_ItemOperations, std::move(operations)});
    }
    std::string ask_for(std::vector<Node> fetch)
    {
        return ask({{Tag::ItemOperations_Fetch, std::move(fetch)}});
    }
    std::string ask_for_attachment(std::string reference)
    {
        return ask_for({mailbox, {Tag::AirSyncBase_FileReference, std::move(reference)}});
    }
    std::string ask_for_range(std::string range)
    {
        return ask_for({mailbox,
                        {Tag::AirSyncBase_FileReference, "INBOX:1:2"},
                        {Tag::ItemOperations_Options, {Node{Tag::ItemOperations_Range, std::move(range)}}}});
    }
    std::string ask_for_message(std::string server_id)
    {
        return ask_for({mailbox,
                        {Tag::AirSync_CollectionId, "INBOX"},
                        {Tag::AirSync_ServerId, std::move(server_id)},
                        {Tag::ItemOperations_Options, {body_preference("1")}}});
    }
    /// How many contents are kept beside the answer.
    size_t kept_of(std::vector<Node> operations)
    {
        std::string const document = to_wbxml({Tag::ItemOperations_ItemOperations, std::move(operations)});
        auto const root = decode(document);
        CountingAnswer answer;
        CommandOutput output{answer};
        Session session = session_of(version);
        BOOST_REQUIRE(run_item_operations(session, &*root, output));
        return answer.kept;
    }
};

/// The answer with one Fetch in it.
std::string fetched(std::string const &content)
{
    return "<ItemOperations><Status>1</Status><Response><Fetch>" + content +
           "</Fetch></Response></ItemOperations>";
}

std::string attachment_status(int status, std::string const &reference)
{
    return fetched(
        "<Status>" + std::to_string(status) + "</Status>" +
        (reference.empty() ? "<FileReference/>" : "<FileReference>" + reference + "</FileReference>"));
}

uint32_t number_at(std::string const &bytes, size_t offset)
{
    uint32_t number = 0;
    for (size_t i = 0; i < 4; ++i)
        number |= static_cast<uint32_t>(static_cast<unsigned char>(bytes.at(offset + i))) << 8 * i;
    return number;
}

/// The parts of a multipart answer. MS-ASCMD 2.2.1.10.1.1.
std::vector<std::string> split_multipart(std::string const &bytes)
{
    std::vector<std::string> parts;
    for (uint32_t i = 0; i < number_at(bytes, 0); ++i)
        parts.push_back(bytes.substr(number_at(bytes, 4 + 8 * i), number_at(bytes, 8 + 8 * i)));
    return parts;
}

bool contains(std::string const &text, std::string_view part)
{
    return text.find(part) != text.npos;
}

} // namespace

BOOST_FIXTURE_TEST_SUITE(item_operations, ItemOperationsFixture)

BOOST_AUTO_TEST_CASE(an_attachment_comes_as_base64_with_its_type)
{
    BOOST_CHECK_EQUAL(
        ask_for_attachment("INBOX:1:2"),
        fetched("<Status>1</Status><FileReference>INBOX:1:2</FileReference><Properties>"
                "<ContentType>image/png</ContentType><Data>MDEyMzQ1Njc4OQ==</Data></Properties>"));
}

BOOST_AUTO_TEST_CASE(an_attached_message_comes_as_a_whole)
{
    auto const answer = ask_for_attachment("INBOX:1:3");
    BOOST_CHECK(contains(answer, "<ContentType>message/rfc822</ContentType><Data>" +
                                     base64_encode("Subject: Inside\r\n\r\nText") + "</Data>"));
    BOOST_CHECK(contains(ask_for_attachment("INBOX:1:3.1"), base64_encode("Text")));
}

BOOST_AUTO_TEST_CASE(a_message_that_is_one_part_can_be_the_attachment)
{
    StoredMessage message;
    message.structure = leaf("", "application/pdf");
    message.parts = {{"", "%PDF"}};
    auto const reference = "INBOX:" + std::to_string(inbox.add(message)) + ":";
    for (auto each : {reference, reference + "1"})
        BOOST_CHECK(
            contains(ask_for_attachment(each), "<ContentType>application/pdf</ContentType><Data>JVBERg==<"));
}

BOOST_AUTO_TEST_CASE(what_is_no_attachment_is_told_so)
{
    for (std::string reference : {"INBOX:1:4", "INBOX:1:", "INBOX:2:2", "OTHER:1:2", "INBOX:1", "x",
                                  "INBOX:1:2:2", "INBOX:0:2", "INBOX:99999999999:2", "INBOX:1:../2"})
        BOOST_CHECK_EQUAL(ask_for_attachment(reference), attachment_status(15, reference));
    BOOST_CHECK_EQUAL(ask_for_attachment(""), attachment_status(15, ""));
}

BOOST_AUTO_TEST_CASE(a_range_of_an_attachment)
{
    BOOST_CHECK(contains(ask_for_range("2-4"), "<Properties><Range>2-4</Range><Total>10</Total>"
                                               "<ContentType>image/png</ContentType><Data>MjM0</Data>"));
    BOOST_CHECK(contains(ask_for_range("8-99"), "<Range>8-9</Range><Total>10</Total>"));
    for (auto range : {"10-12", "4-2", "4", "-4", "4-", "a-b", "", "1-2-3"})
        BOOST_CHECK_EQUAL(ask_for_range(range), attachment_status(8, "INBOX:1:2"));
    inbox.messages.at(uid).parts["2"] = "";
    BOOST_CHECK_EQUAL(ask_for_range("0-99"), attachment_status(10, "INBOX:1:2"));
}

BOOST_AUTO_TEST_CASE(operations_are_done_in_their_order)
{
    Node const fetch{
        Tag::ItemOperations_Fetch,
        {mailbox, {Tag::AirSync_ServerId, "INBOX:1"}, {Tag::ItemOperations_Options, {body_preference("1")}}}};
    Node const attachment{Tag::ItemOperations_Fetch,
                          {mailbox, {Tag::AirSyncBase_FileReference, "INBOX:1:2"}}};
    Node const empty{Tag::ItemOperations_EmptyFolderContents, {Node{Tag::AirSync_CollectionId, "INBOX"}}};
    auto const answer = ask({fetch, attachment, empty, fetch});
    BOOST_CHECK(contains(answer, "<EmptyFolderContents><Status>1</Status>"));
    BOOST_CHECK(contains(answer, "<Data>Hello</Data>"));
    BOOST_CHECK(contains(answer, "<Data>MDEyMzQ1Njc4OQ==</Data>"));
    BOOST_CHECK(contains(answer, "<Fetch><Status>6</Status><ServerId>INBOX:1</ServerId></Fetch>"));
}

BOOST_AUTO_TEST_CASE(only_what_goes_before_a_change_is_kept_and_only_once)
{
    Node const fetch{Tag::ItemOperations_Fetch, {mailbox, {Tag::AirSyncBase_FileReference, "INBOX:1:2"}}};
    Node const empty{Tag::ItemOperations_EmptyFolderContents, {Node{Tag::AirSync_CollectionId, "other"}}};
    for (bool const multi_part : {false, true}) {
        line.accept_multi_part = multi_part;
        BOOST_TEST(kept_of({fetch, fetch}) == 0u);
        BOOST_TEST(kept_of({empty, fetch}) == 0u);
        BOOST_TEST(kept_of({fetch, empty, fetch, empty, fetch}) == 2u);
    }
}

BOOST_AUTO_TEST_CASE(texts_leave_the_memory_when_they_are_many)
{
    StoredMessage message;
    message.structure = leaf("", "text/plain");
    message.parts = {{"", std::string(3 << 20, 'x')}};
    Node const fetch{Tag::ItemOperations_Fetch,
                     {mailbox,
                      {Tag::AirSync_ServerId, "INBOX:" + std::to_string(inbox.add(message))},
                      {Tag::ItemOperations_Options, {body_preference("1")}}}};
    for (bool const multi_part : {false, true}) {
        line.accept_multi_part = multi_part;
        BOOST_TEST(kept_of({fetch, fetch}) == 0u);
        BOOST_TEST(kept_of({fetch, fetch, fetch, fetch}) == 2u);
    }
}

BOOST_AUTO_TEST_CASE(options_of_another_operation_are_refused)
{
    auto const status_of_fetch = [&](Node option) {
        auto const answer = ask_for({mailbox,
                                     {Tag::AirSync_ServerId, "INBOX:1"},
                                     {Tag::ItemOperations_Options, {std::move(option)}}});
        return contains(answer, "<Fetch><Status>2</Status>") ? 2 : contains(answer, "<Subject>Hi</Subject>");
    };
    BOOST_CHECK_EQUAL(status_of_fetch({Tag::ItemOperations_DeleteSubFolders}), 2);
    BOOST_CHECK_EQUAL(status_of_fetch({Tag::ItemOperations_MoveAlways}), 2);
    BOOST_CHECK_EQUAL(status_of_fetch({Tag::AirSync_MIMESupport, "0"}), 1);
    BOOST_CHECK_EQUAL(status_of_fetch({Tag::AirSync_MIMETruncation, "8"}), 1); // of no operation: skipped
    Node const option{Tag::ItemOperations_Options, {body_preference("1")}};
    BOOST_CHECK(contains(
        ask({{Tag::ItemOperations_EmptyFolderContents, {Node{Tag::AirSync_CollectionId, "INBOX"}, option}}}),
        "<EmptyFolderContents><Status>2</Status><CollectionId>INBOX</CollectionId>"));
    BOOST_CHECK_EQUAL(inbox.messages.size(), 1u);
}

BOOST_AUTO_TEST_CASE(two_references_in_a_fetch_are_refused)
{
    Node const reference{Tag::AirSyncBase_FileReference, "INBOX:1:2"};
    BOOST_CHECK_EQUAL(ask_for({mailbox, reference, reference}), attachment_status(2, "INBOX:1:2"));
}

BOOST_AUTO_TEST_CASE(more_than_a_hundred_operations_are_refused)
{
    Node const fetch{Tag::ItemOperations_Fetch, {mailbox, {Tag::AirSync_ServerId, "INBOX:1"}}};
    BOOST_CHECK_EQUAL(ask(std::vector<Node>(101, fetch)),
                      "<ItemOperations><Status>11</Status></ItemOperations>");
    BOOST_CHECK(contains(ask(std::vector<Node>(100, fetch)), "<ItemOperations><Status>1</Status>"));
}

BOOST_AUTO_TEST_CASE(a_message_comes_with_its_properties)
{
    auto const answer = ask_for_message("INBOX:1");
    BOOST_CHECK(answer.starts_with("<ItemOperations><Status>1</Status><Response><Fetch><Status>1</Status>"
                                   "<CollectionId>INBOX</CollectionId><ServerId>INBOX:1</ServerId>"
                                   "<Class>Email</Class><Properties>"));
    BOOST_CHECK(contains(answer, "<Subject>Hi</Subject>"));
    BOOST_CHECK(contains(answer, "<Data>Hello</Data>"));
    BOOST_CHECK(contains(answer, "<FileReference>INBOX:1:2</FileReference>"));
}

BOOST_AUTO_TEST_CASE(a_message_that_is_not_there_is_not_found)
{
    for (std::string id : {"INBOX:2", "INBOX", "OTHER:1", "INBOX:1:2", "INBOX:x"})
        BOOST_CHECK_EQUAL(
            ask_for_message(id),
            fetched("<Status>6</Status><CollectionId>INBOX</CollectionId><ServerId>" + id + "</ServerId>"));
}

BOOST_AUTO_TEST_CASE(an_empty_server_id_beside_a_file_reference_is_no_server_id)
{
    // BlackBerry 10 (EAS 14.1)
    auto const answer = ask_for({mailbox,
                                 Node{Tag::AirSync_CollectionId},
                                 Node{Tag::AirSync_ServerId},
                                 {Tag::AirSyncBase_FileReference, "INBOX:1:2"}});
    BOOST_CHECK(answer.starts_with("<ItemOperations><Status>1</Status><Response><Fetch><Status>1</Status>"
                                   "<FileReference>INBOX:1:2</FileReference><Properties>"));
}

BOOST_AUTO_TEST_CASE(each_fetch_has_its_own_status)
{
    auto const answer =
        ask({{Tag::ItemOperations_Fetch, {mailbox, {Tag::AirSync_ServerId, "INBOX:7"}}},
             {Tag::ItemOperations_Fetch, {mailbox, {Tag::AirSyncBase_FileReference, "INBOX:1:2"}}}});
    BOOST_CHECK(answer.starts_with("<ItemOperations><Status>1</Status><Response><Fetch><Status>6</Status>"
                                   "<ServerId>INBOX:7</ServerId></Fetch><Fetch><Status>1</Status>"));
    BOOST_CHECK(contains(log_note, "7"));
}

BOOST_AUTO_TEST_CASE(a_folder_is_opened_once_for_neighbouring_fetches)
{
    ask({{Tag::ItemOperations_Fetch, {mailbox, {Tag::AirSyncBase_FileReference, "INBOX:1:1"}}},
         {Tag::ItemOperations_Fetch, {mailbox, {Tag::AirSyncBase_FileReference, "INBOX:1:2"}}}});
    BOOST_CHECK_EQUAL(mail.opened, 1u);
}

BOOST_AUTO_TEST_CASE(fetches_that_do_not_say_what_or_where)
{
    BOOST_CHECK_EQUAL(ask_for({{Tag::AirSync_ServerId, "INBOX:1"}}),
                      fetched("<Status>2</Status><ServerId>INBOX:1</ServerId>"));
    BOOST_CHECK_EQUAL(ask_for({mailbox}), fetched("<Status>2</Status>"));
    BOOST_CHECK_EQUAL(ask_for({{Tag::ItemOperations_Store, "DocumentLibrary"}}),
                      fetched("<Status>9</Status>"));
    BOOST_CHECK_EQUAL(ask_for({{Tag::ItemOperations_Store, "DocumentLibrary"},
                               {Tag::DocumentLibrary_LinkId, "\\\\server\\share"}}),
                      fetched("<Status>9</Status><LinkId>\\\\server\\share</LinkId>"));
    BOOST_CHECK_EQUAL(ask_for({mailbox, {Tag::Search_LongId, "x"}}),
                      fetched("<Status>6</Status><LongId>x</LongId>"));
}

BOOST_AUTO_TEST_CASE(errors_of_the_store_have_their_status)
{
    std::pair<ErrorKind, int> const rows[] = {
        {ErrorKind::denied, 16}, {ErrorKind::temporary, 3}, {ErrorKind::too_large, 11}};
    for (auto const &[kind, expected] : rows) {
        mail.open_refusal = Error{kind, "no"};
        BOOST_CHECK_EQUAL(ask_for_attachment("INBOX:1:2"), attachment_status(expected, "INBOX:1:2"));
    }
}

BOOST_AUTO_TEST_CASE(a_body_part_is_offered_as_html_only)
{
    auto const answer =
        ask_for({mailbox,
                 {Tag::AirSync_ServerId, "INBOX:1"},
                 {Tag::ItemOperations_Options,
                  {Node{Tag::AirSyncBase_BodyPartPreference, {Node{Tag::AirSyncBase_Type, "1"}}}}}});
    BOOST_CHECK_EQUAL(answer, fetched("<Status>164</Status><ServerId>INBOX:1</ServerId>"));
}

BOOST_AUTO_TEST_CASE(multipart_answers_carry_attachments_as_parts)
{
    line.accept_multi_part = true;
    auto const bytes = run_bytes(
        run_item_operations,
        {Tag::ItemOperations_ItemOperations,
         std::vector<Node>{
             {Tag::ItemOperations_Fetch, {mailbox, {Tag::AirSyncBase_FileReference, "INBOX:1:2"}}},
             {Tag::ItemOperations_Fetch, {mailbox, {Tag::AirSyncBase_FileReference, "INBOX:1:9"}}},
             {Tag::ItemOperations_Fetch, {mailbox, {Tag::AirSyncBase_FileReference, "INBOX:1:1"}}}}});
    BOOST_CHECK_EQUAL(content_type, "application/vnd.ms-sync.multipart");
    auto const parts = split_multipart(bytes);
    BOOST_REQUIRE_EQUAL(parts.size(), 3u);
    BOOST_CHECK_EQUAL(xml_of(parts[0]),
                      "<ItemOperations><Status>1</Status><Response>"
                      "<Fetch><Status>1</Status><FileReference>INBOX:1:2</FileReference><Properties>"
                      "<ContentType>image/png</ContentType><Part>1</Part></Properties></Fetch>"
                      "<Fetch><Status>15</Status><FileReference>INBOX:1:9</FileReference></Fetch>"
                      "<Fetch><Status>1</Status><FileReference>INBOX:1:1</FileReference><Properties>"
                      "<ContentType>text/plain</ContentType><Part>2</Part></Properties></Fetch>"
                      "</Response></ItemOperations>");
    BOOST_CHECK_EQUAL(parts[1], "0123456789");
    BOOST_CHECK_EQUAL(parts[2], "Hello");
    BOOST_CHECK_EQUAL(bytes.size(), 4 + 3 * 8 + parts[0].size() + 15);
}

BOOST_AUTO_TEST_CASE(multipart_answers_carry_bodies_as_parts)
{
    line.accept_multi_part = true;
    auto const bytes =
        run_bytes(run_item_operations, {Tag::ItemOperations_ItemOperations,
                                        {Node{Tag::ItemOperations_Fetch,
                                              {mailbox,
                                               {Tag::AirSync_ServerId, "INBOX:1"},
                                               {Tag::ItemOperations_Options, {body_preference("1")}}}}}});
    auto const parts = split_multipart(bytes);
    BOOST_REQUIRE_EQUAL(parts.size(), 2u);
    BOOST_CHECK(contains(xml_of(parts[0]), "<Part>1</Part></Body>"));
    BOOST_CHECK(!contains(xml_of(parts[0]), "<Data>"));
    BOOST_CHECK_EQUAL(parts[1], "Hello");
}

BOOST_AUTO_TEST_CASE(a_body_without_data_has_an_empty_part)
{
    line.accept_multi_part = true;
    Node preference = body_preference("1");
    preference.children.emplace_back(Tag::AirSyncBase_TruncationSize, "0");
    auto const bytes =
        run_bytes(run_item_operations, {Tag::ItemOperations_ItemOperations,
                                        {Node{Tag::ItemOperations_Fetch,
                                              {mailbox,
                                               {Tag::AirSync_ServerId, "INBOX:1"},
                                               {Tag::ItemOperations_Options, {std::move(preference)}}}}}});
    auto const parts = split_multipart(bytes);
    BOOST_REQUIRE_EQUAL(parts.size(), 2u);
    BOOST_CHECK(contains(xml_of(parts[0]), "<Part>1</Part></Body>"));
    BOOST_CHECK_EQUAL(parts[1], "");
}

BOOST_AUTO_TEST_CASE(a_multipart_answer_may_have_no_part_but_the_document)
{
    line.accept_multi_part = true;
    auto const bytes = run_bytes(run_item_operations, Node{Tag::ItemOperations_ItemOperations});
    auto const parts = split_multipart(bytes);
    BOOST_REQUIRE_EQUAL(parts.size(), 1u);
    BOOST_CHECK_EQUAL(xml_of(parts[0]), "<ItemOperations><Status>2</Status></ItemOperations>");
}

BOOST_AUTO_TEST_CASE(a_request_that_breaks_the_schema_fails_as_a_whole)
{
    auto const protocol_error = "<ItemOperations><Status>2</Status></ItemOperations>";
    BOOST_CHECK_EQUAL(ask({}), protocol_error);
    BOOST_CHECK_EQUAL(ask({Node{Tag::ItemOperations_EmptyFolderContents}}), protocol_error);
    BOOST_CHECK_EQUAL(ask({Node{Tag::ItemOperations_Move}}), protocol_error);
    BOOST_CHECK_EQUAL(ask_for({mailbox,
                               {Tag::AirSync_ServerId, "INBOX:1"},
                               {Tag::ItemOperations_Options, {Node{Tag::AirSync_MIMESupport, "3"}}}}),
                      protocol_error);
    BOOST_CHECK_EQUAL(xml_of(run_bytes(run_item_operations, nullptr)), protocol_error);
}

BOOST_AUTO_TEST_CASE(a_message_that_vanishes_while_it_is_read_is_worth_another_try)
{
    inbox.messages[uid].read_error = Error{ErrorKind::not_found, "message 1 is gone"};
    for (bool multi_part : {false, true}) {
        line.accept_multi_part = multi_part;
        ask_for_attachment("INBOX:1:2");
        BOOST_REQUIRE(error);
        BOOST_CHECK(error->kind == ErrorKind::temporary);
        BOOST_CHECK_EQUAL(error->message, "message 1 is gone");
    }
}

BOOST_AUTO_TEST_SUITE_END()

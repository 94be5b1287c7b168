#include "commands/send-mail.h"
#include "commands/smart-send.h"
#include "fakes/command-fixture.h"
#include "mapping/email-flag.h"
#include "sync/server-id.h"
#include <boost/test/unit_test.hpp>

using namespace eas;
using namespace eas::test;

namespace {

std::string const message =
    "From: anna@example.com\r\nTo: bob@example.org\r\nSubject: Re: Hi\r\n\r\nMy answer\r\n";

struct SmartFixture : CommandFixture {
    StoredFolder &inbox = mail.add_folder("inbox", "INBOX", SpecialUse::inbox);
    StoredFolder &sent_folder = mail.add_folder("sent", "Sent", SpecialUse::sent);
    Uid uid = inbox.add(original());
    std::string id = message_id("inbox", uid);

    static StoredMessage original()
    {
        StoredMessage stored;
        stored.headers.from = "bob@example.org";
        stored.headers.message_id = "<1@example.org>";
        stored.structure.type = "text/plain";
        stored.structure.id = "1";
        stored.parts["1"] = "Their text\r\n";
        stored.raw = "Message-ID: <1@example.org>\r\n\r\nTheir text\r\n";
        return stored;
    }
    MailFlags const &flags() { return inbox.messages.at(uid).flags; }

    std::vector<Node> request(std::vector<Node> source, std::string client_id = "1")
    {
        return {{Tag::ComposeMail_ClientId, std::move(client_id)},
                Node{Tag::ComposeMail_Source, std::move(source)},
                Node{Tag::ComposeMail_SaveInSentItems},
                opaque(Tag::ComposeMail_Mime, message)};
    }
    std::vector<Node> source()
    {
        return {{Tag::ComposeMail_FolderId, "inbox"}, {Tag::ComposeMail_ItemId, id}};
    }
    std::string reply(std::vector<Node> children)
    {
        return run(run_smart_reply, {Tag::ComposeMail_SmartReply, std::move(children)});
    }
    std::string forward(std::vector<Node> children)
    {
        return run(run_smart_forward, {Tag::ComposeMail_SmartForward, std::move(children)});
    }
};

std::string status(int value, std::string const &command = "SmartReply")
{
    return "<" + command + "><Status>" + std::to_string(value) + "</Status></" + command + ">";
}

bool has(std::string const &text, std::string const &part)
{
    return text.find(part) != text.npos;
}

} // namespace

BOOST_FIXTURE_TEST_SUITE(smart_send, SmartFixture)

BOOST_AUTO_TEST_CASE(a_reply_has_the_original_below_and_goes_on_with_the_thread)
{
    BOOST_CHECK_EQUAL(reply(request(source())), "");
    BOOST_REQUIRE_EQUAL(submission.sent.size(), 1u);
    auto const &sent = submission.sent[0];
    BOOST_CHECK(has(sent, "My answer\r\n\r\n-----Original Message-----\r\nFrom: bob@example.org\r\n"));
    BOOST_CHECK(has(sent, "\r\n> Their text\r\n"));
    BOOST_CHECK(has(sent, "In-Reply-To: <1@example.org>\r\nReferences: <1@example.org>\r\n"));
    BOOST_CHECK_EQUAL(sent_folder.messages.begin()->second.raw, sent);
}

BOOST_AUTO_TEST_CASE(the_original_is_marked_as_answered_or_forwarded)
{
    reply(request(source()));
    BOOST_CHECK(flags().answered && !flags().forwarded);
    BOOST_CHECK_EQUAL(forward(request(source(), "2")), "");
    BOOST_CHECK(flags().forwarded);
    BOOST_CHECK(has(submission.sent[1], "\r\nTheir text\r\n"));
}

BOOST_AUTO_TEST_CASE(when_the_original_was_answered_is_kept)
{
    reply(request(source()));
    auto const last = last_verb_of(flags());
    BOOST_REQUIRE(last && last->time);
    BOOST_CHECK(last->verb == LastVerb::reply && *last->time == clock.now());
    BOOST_CHECK_EQUAL(forward(request(source(), "2")), "");
    BOOST_CHECK(last_verb_of(flags())->verb == LastVerb::forward);
}

BOOST_AUTO_TEST_CASE(with_replace_mime_the_message_is_sent_as_it_is)
{
    auto children = request(source());
    children.insert(children.begin() + 2, Node{Tag::ComposeMail_ReplaceMime});
    BOOST_CHECK_EQUAL(reply(children), "");
    BOOST_CHECK(submission.sent[0].ends_with("\r\n\r\nMy answer\r\n"));
    BOOST_CHECK(has(submission.sent[0], "In-Reply-To: <1@example.org>"));
    BOOST_CHECK(flags().answered);
}

BOOST_AUTO_TEST_CASE(nothing_is_sent_without_the_original)
{
    struct Row {
        int expected;
        std::vector<Node> source;
    };
    std::vector<Row> const rows = {
        {150, {{Tag::ComposeMail_FolderId, "inbox"}, {Tag::ComposeMail_ItemId, "inbox:77"}}},
        {150, {{Tag::ComposeMail_FolderId, "other"}, {Tag::ComposeMail_ItemId, id}}},
        {150, {{Tag::ComposeMail_FolderId, "gone"}, {Tag::ComposeMail_ItemId, "gone:1"}}},
        {150, {{Tag::ComposeMail_ItemId, "nonsense"}}},
        {150, {{Tag::ComposeMail_LongId, "result-1"}}},
        {103, {{Tag::ComposeMail_FolderId, "inbox"}}},
        {104, {{Tag::ComposeMail_ItemId, id}, {Tag::ComposeMail_InstanceId, "tomorrow"}}},
        {150, {{Tag::ComposeMail_ItemId, id}, {Tag::ComposeMail_InstanceId, "2026-03-20T22:40:00.000Z"}}},
    };
    for (auto const &row : rows) {
        BOOST_CHECK_EQUAL(reply(request(row.source)), status(row.expected));
        BOOST_CHECK_EQUAL(forward(request(row.source)), status(row.expected, "SmartForward"));
    }
    BOOST_CHECK(submission.sent.empty());
    BOOST_CHECK(device.sent_client_ids.empty());
    BOOST_CHECK(sent_folder.messages.empty());
}

BOOST_AUTO_TEST_CASE(a_mail_store_that_fails_has_a_status)
{
    mail.open_refusal = Error{ErrorKind::temporary, "disk"};
    BOOST_CHECK_EQUAL(reply(request(source())), status(111));
    mail.open_refusal = Error{ErrorKind::denied, "ACL"};
    BOOST_CHECK_EQUAL(reply(request(source())), status(150));
}

BOOST_AUTO_TEST_CASE(an_original_that_vanishes_while_it_is_sent_has_status_150)
{
    inbox.messages.at(uid).structure.type = "application/pdf";
    inbox.messages.at(uid).read_error = Error{ErrorKind::not_found, "expunged"};
    BOOST_CHECK_EQUAL(forward(request(source())), status(150, "SmartForward"));
    BOOST_CHECK(device.sent_client_ids.empty());
}

BOOST_AUTO_TEST_CASE(a_client_id_is_sent_once_by_whichever_command)
{
    BOOST_CHECK_EQUAL(reply(request(source())), "");
    BOOST_CHECK_EQUAL(reply(request(source())), status(118));
    BOOST_CHECK_EQUAL(forward(request(source())), status(118, "SmartForward"));
    BOOST_CHECK_EQUAL(
        run(run_send_mail, {Tag::ComposeMail_SendMail,
                            {{Tag::ComposeMail_ClientId, "1"}, opaque(Tag::ComposeMail_Mime, message)}}),
        status(118, "SendMail"));
    BOOST_CHECK_EQUAL(submission.sent.size(), 1u);
    BOOST_CHECK_EQUAL(sent_folder.messages.size(), 1u);
}

BOOST_AUTO_TEST_CASE(what_was_not_sent_marks_nothing)
{
    submission.refusal = Error{ErrorKind::temporary, "server down"};
    BOOST_CHECK_EQUAL(reply(request(source())), status(111));
    BOOST_CHECK(!flags().answered);
}

BOOST_AUTO_TEST_CASE(elements_that_must_be_there_are_missed)
{
    auto children = request(source());
    children.erase(children.begin() + 1);
    BOOST_CHECK_EQUAL(reply(children), status(103));
    children = request(source());
    children.erase(children.begin());
    BOOST_CHECK_EQUAL(reply(children), status(103));
    BOOST_CHECK_EQUAL(xml_of(run_bytes(run_smart_reply, nullptr)), status(101));
}

BOOST_AUTO_TEST_CASE(forwardees_are_for_the_calendar)
{
    version = v16_0;
    auto children = request(source());
    Node const forwardees{Tag::ComposeMail_Forwardees, std::vector<Node>{}};
    children.push_back(forwardees);
    BOOST_CHECK_EQUAL(forward(children), status(178, "SmartForward"));
    BOOST_CHECK_EQUAL(
        forward({{Tag::ComposeMail_ClientId, "1"}, Node{Tag::ComposeMail_Source, source()}, forwardees}),
        status(179, "SmartForward"));
    BOOST_CHECK(submission.sent.empty());
}

BOOST_AUTO_TEST_CASE(up_to_12_1_the_original_is_named_in_the_query)
{
    version = v12_1;
    body = message;
    line.collection_id = "inbox";
    line.item_id = id;
    line.save_in_sent = true;
    run_bytes(run_smart_reply, nullptr);
    BOOST_CHECK(!error);
    BOOST_REQUIRE_EQUAL(submission.sent.size(), 1u);
    BOOST_CHECK(has(submission.sent[0], "> Their text"));
    BOOST_CHECK_EQUAL(sent_folder.messages.size(), 1u);
    BOOST_CHECK(flags().answered);
    line.item_id = "inbox:77";
    run_bytes(run_smart_forward, nullptr);
    BOOST_REQUIRE(error);
    BOOST_CHECK(error->kind == ErrorKind::not_found);
    line.item_id.clear();
    run_bytes(run_smart_forward, nullptr);
    BOOST_CHECK(error->kind == ErrorKind::bad_request);
    BOOST_CHECK_EQUAL(submission.sent.size(), 1u);
}

BOOST_AUTO_TEST_CASE(up_to_12_1_a_repeated_reply_is_sent_once)
{
    version = v12_1;
    body = "Message-ID: <a@example.com>\r\n" + message;
    line.command = "SmartReply";
    line.collection_id = "inbox";
    line.item_id = id;
    for (int i = 0; i < 2; ++i) {
        run_bytes(run_smart_reply, nullptr);
        BOOST_CHECK(!error);
    }
    BOOST_CHECK_EQUAL(submission.sent.size(), 1u);
    line.command = "SmartForward";
    run_bytes(run_smart_forward, nullptr);
    BOOST_CHECK_EQUAL(submission.sent.size(), 2u);
}

BOOST_AUTO_TEST_SUITE_END()

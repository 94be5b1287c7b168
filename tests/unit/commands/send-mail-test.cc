#include "commands/send-mail.h"
#include "fakes/command-fixture.h"
#include <boost/test/unit_test.hpp>

using namespace eas;
using namespace eas::test;

namespace {

std::string const message = "From: anna@example.com\r\nTo: bob@example.org\r\nSubject: Hi\r\n\r\nHello\r\n";

struct SendMailFixture : CommandFixture {
    StoredFolder &sent_folder = mail.add_folder("sent", "Sent", SpecialUse::sent);

    std::string send(std::string mime = message, std::string client_id = "1")
    {
        return ask({{Tag::ComposeMail_ClientId, std::move(client_id)},
                    Node{Tag::ComposeMail_SaveInSentItems},
                    opaque(Tag::ComposeMail_Mime, std::move(mime))});
    }
    std::string ask(std::vector<Node> children)
    {
        return run(run_send_mail, {Tag::ComposeMail_SendMail, std::move(children)});
    }
};

std::string status(int value)
{
    return "<SendMail><Status>" + std::to_string(value) + "</Status></SendMail>";
}

} // namespace

BOOST_FIXTURE_TEST_SUITE(send_mail, SendMailFixture)

BOOST_AUTO_TEST_CASE(success_is_an_answer_without_a_body)
{
    BOOST_CHECK_EQUAL(send(), "");
    BOOST_CHECK(!error);
    BOOST_REQUIRE_EQUAL(submission.sent.size(), 1u);
    BOOST_CHECK(submission.sent[0].ends_with("Subject: Hi\r\n\r\nHello\r\n"));
}

BOOST_AUTO_TEST_CASE(the_copy_in_sent_is_read_and_the_same_message)
{
    send();
    BOOST_REQUIRE_EQUAL(sent_folder.messages.size(), 1u);
    auto const &copy = sent_folder.messages.begin()->second;
    BOOST_CHECK(copy.flags.seen);
    BOOST_CHECK_EQUAL(copy.raw, submission.sent[0]);
    BOOST_CHECK_NE(copy.raw.find("Message-ID: <"), std::string::npos);
    BOOST_CHECK_NE(copy.raw.find("Date: Sun, 22 Nov 2026 09:58:07 +0000"), std::string::npos);
}

BOOST_AUTO_TEST_CASE(no_copy_is_made_unless_it_is_asked_for)
{
    ask({{Tag::ComposeMail_ClientId, "1"}, opaque(Tag::ComposeMail_Mime, message)});
    BOOST_CHECK_EQUAL(submission.sent.size(), 1u);
    BOOST_CHECK(sent_folder.messages.empty());
}

BOOST_AUTO_TEST_CASE(a_client_id_is_sent_once)
{
    send();
    BOOST_CHECK_EQUAL(send(), status(118));
    BOOST_CHECK_EQUAL(submission.sent.size(), 1u);
    BOOST_CHECK_EQUAL(sent_folder.messages.size(), 1u);
    BOOST_CHECK_EQUAL(send(message, "2"), "");
}

BOOST_AUTO_TEST_CASE(what_was_sent_is_durable_before_the_answer)
{
    send();
    auto const stored = load_device(state, device.id);
    BOOST_REQUIRE(stored);
    BOOST_CHECK(stored->sent_client_ids == std::vector<std::string>{"1"});
}

BOOST_AUTO_TEST_CASE(the_last_hundred_client_ids_are_remembered)
{
    for (int i = 0; i < 105; ++i)
        send(message, std::to_string(i));
    BOOST_CHECK_EQUAL(device.sent_client_ids.size(), 100u);
    BOOST_CHECK_EQUAL(device.sent_client_ids.front(), "5");
    BOOST_CHECK_EQUAL(device.sent_client_ids.back(), "104");
}

BOOST_AUTO_TEST_CASE(what_was_not_sent_may_be_sent_again)
{
    submission.refusal = Error{ErrorKind::temporary, "server down"};
    BOOST_CHECK_EQUAL(send(), status(111));
    BOOST_CHECK(sent_folder.messages.empty());
    submission.refusal.reset();
    BOOST_CHECK_EQUAL(send(), "");
    BOOST_CHECK_EQUAL(sent_folder.messages.size(), 1u);
}

BOOST_AUTO_TEST_CASE(refusals_of_the_submission_server_have_their_status)
{
    std::pair<ErrorKind, int> const rows[] = {
        {ErrorKind::temporary, 111}, {ErrorKind::quota, 115},       {ErrorKind::not_found, 116},
        {ErrorKind::too_large, 122}, {ErrorKind::bad_request, 120}, {ErrorKind::denied, 120},
    };
    for (auto const &[kind, expected] : rows) {
        submission.refusal = Error{kind, "550 no"};
        BOOST_CHECK_EQUAL(send(), status(expected));
        BOOST_CHECK_EQUAL(log_note, "550 no");
    }
    BOOST_CHECK(device.sent_client_ids.empty());
}

BOOST_AUTO_TEST_CASE(a_mail_that_is_out_is_a_success_even_if_its_copy_cannot_be_saved)
{
    mail.save_refusal = Error{ErrorKind::quota, "mailbox full"};
    BOOST_CHECK_EQUAL(send(), "");
    BOOST_CHECK_NE(log_note.find("no copy in Sent: mailbox full"), std::string::npos);
    BOOST_CHECK_EQUAL(send(), status(118));
}

BOOST_AUTO_TEST_CASE(a_mail_that_is_out_is_a_success_even_if_it_cannot_be_remembered)
{
    state.failing = true;
    BOOST_CHECK_EQUAL(send(), "");
    BOOST_CHECK_NE(log_note.find("client-id not remembered: the disk is full"), std::string::npos);
    BOOST_CHECK(device.sent_client_ids.empty()); // else the dispatcher would try again, and fail the request
    BOOST_CHECK_EQUAL(sent_folder.messages.size(), 1u);
}

BOOST_AUTO_TEST_CASE(elements_that_must_be_there_are_missed)
{
    BOOST_CHECK_EQUAL(ask({opaque(Tag::ComposeMail_Mime, message)}), status(103));
    BOOST_CHECK_EQUAL(ask({{Tag::ComposeMail_ClientId, "1"}}), status(103));
    BOOST_CHECK_EQUAL(send(message, std::string(41, '1')), status(103));
    BOOST_CHECK_EQUAL(send(message, std::string(40, '1')), "");
}

BOOST_AUTO_TEST_CASE(a_request_without_wbxml_is_invalid_content)
{
    BOOST_CHECK_EQUAL(xml_of(run_bytes(run_send_mail, nullptr)), status(101));
}

BOOST_AUTO_TEST_CASE(what_is_no_message_is_invalid_mime)
{
    BOOST_CHECK_EQUAL(send(""), status(107));
    BOOST_CHECK_EQUAL(send("no header at all"), status(107));
}

BOOST_AUTO_TEST_CASE(recipients_are_needed_and_must_be_addresses)
{
    BOOST_CHECK_EQUAL(send("Subject: Hi\r\n\r\n"), status(119));
    BOOST_CHECK_EQUAL(send("To: undisclosed-recipients:;\r\n\r\n"), status(119));
    BOOST_CHECK_EQUAL(send("To: bob\r\n\r\n"), status(116));
    BOOST_CHECK_EQUAL(send("Bcc: bob@example.org\r\n\r\n"), "");
}

BOOST_AUTO_TEST_CASE(no_account_has_an_id)
{
    auto const with_account = [&](std::string account) {
        return ask({{Tag::ComposeMail_ClientId, "1"},
                    {Tag::ComposeMail_AccountId, std::move(account)},
                    opaque(Tag::ComposeMail_Mime, message)});
    };
    BOOST_CHECK_EQUAL(with_account("work"), status(166));
    version = v14_0; // does not know the element
    BOOST_CHECK_EQUAL(with_account("work"), "");
}

BOOST_AUTO_TEST_CASE(what_is_to_carry_rights_is_not_sent_without)
{
    auto const with_template = [&](std::string id) {
        return ask({{Tag::ComposeMail_ClientId, "1"},
                    {Tag::RightsManagement_TemplateID, std::move(id)},
                    opaque(Tag::ComposeMail_Mime, message)});
    };
    BOOST_CHECK_EQUAL(with_template("ad8b5b5f-21d3-4a3d-9d4e-3ab4f6f6b1a2"), status(168));
    BOOST_CHECK(submission.sent.empty());
    BOOST_CHECK_EQUAL(with_template("00000000-0000-0000-0000-000000000000"), "");
}

BOOST_AUTO_TEST_CASE(up_to_12_1_the_body_is_the_message)
{
    version = v12_1;
    body = message;
    run_bytes(run_send_mail, nullptr);
    BOOST_CHECK(!error);
    BOOST_CHECK(sent_folder.messages.empty());
    line.save_in_sent = true;
    run_bytes(run_send_mail, nullptr);
    BOOST_CHECK_EQUAL(submission.sent.size(), 2u);
    BOOST_CHECK_EQUAL(sent_folder.messages.size(), 1u);
}

BOOST_AUTO_TEST_CASE(up_to_12_1_the_same_bytes_are_sent_once)
{
    version = v12_1;
    line.save_in_sent = true;
    for (std::string const name : {"Message-ID: <1@example.com>\r\n", "message-id: <2@example.com>\r\n",
                                   "Date: Sun, 29 Nov 2026 10:00:00 +0000\r\n"}) {
        body = name + message;
        for (int i = 0; i < 2; ++i) {
            run_bytes(run_send_mail, nullptr);
            BOOST_CHECK(!error);
        }
    }
    BOOST_CHECK_EQUAL(submission.sent.size(), 3u);
    BOOST_CHECK_EQUAL(sent_folder.messages.size(), 3u);
}

BOOST_AUTO_TEST_CASE(up_to_12_1_failures_are_http_statuses)
{
    version = v12_1;
    body = message;
    BOOST_CHECK_EQUAL(run(run_send_mail, {Tag::ComposeMail_SendMail}), "");
    BOOST_REQUIRE(error);
    BOOST_CHECK(error->kind == ErrorKind::bad_request);
    submission.refusal = Error{ErrorKind::temporary, "server down"};
    run_bytes(run_send_mail, nullptr);
    BOOST_REQUIRE(error);
    BOOST_CHECK(error->kind == ErrorKind::temporary);
    body = "Subject: Hi\r\n\r\n";
    run_bytes(run_send_mail, nullptr);
    BOOST_REQUIRE(error);
    BOOST_CHECK(error->kind == ErrorKind::bad_request);
    body = std::string("X: ") + '\0' + "\r\n" + message; // MIME that cannot be parsed: HTTP 500
    run_bytes(run_send_mail, nullptr);
    BOOST_REQUIRE(error);
    BOOST_CHECK(error->kind == ErrorKind::not_found);
}

BOOST_AUTO_TEST_SUITE_END()

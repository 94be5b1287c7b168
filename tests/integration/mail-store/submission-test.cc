// Sending: the envelope, the header as it goes out, and what a server's refusals mean. The server here
// says what each test wants; tests/integration sends through a real one.
#include "compat/smtp.h"
#include "eas/smtp-submission.h"
#include "private-storage.h"
#include <arpa/inet.h>
#include <boost/test/unit_test.hpp>
#include <fstream>
#include <netinet/in.h>
#include <sys/resource.h>
#include <thread>

namespace eas::test {

namespace {

/// An SMTP server for one connection. What it says to a command is the answer with the longest matching
/// beginning, else 250.
class Server {
public:
    using Answers = std::vector<std::pair<std::string, std::string>>;

    explicit Server(Answers answers = {})
        : m_answers(std::move(answers)), m_listener(socket(AF_INET, SOCK_STREAM, 0))
    {
        struct sockaddr_in address = {};
        address.sin_family = AF_INET;
        address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        socklen_t size = sizeof address;
        bind(m_listener, reinterpret_cast<struct sockaddr *>(&address), size);
        getsockname(m_listener, reinterpret_cast<struct sockaddr *>(&address), &size);
        host = "127.0.0.1:" + std::to_string(ntohs(address.sin_port));
        listen(m_listener, 1);
        m_thread = std::thread([this] { serve(); });
    }
    ~Server() { finish(); }
    Server(Server const &) = delete;
    Server &operator=(Server const &) = delete;

    /// Waits for the client's end; then commands and data are complete.
    void finish()
    {
        if (!m_thread.joinable())
            return;
        shutdown(m_listener, SHUT_RD);
        m_thread.join();
        close(m_listener);
    }

    std::string host;
    std::string commands; ///< all of them, a line each
    std::string data;     ///< with dots removed
    uint64_t data_bytes = 0;

private:
    void serve()
    {
        int client = accept(m_listener, nullptr, nullptr);
        if (client < 0)
            return;
        std::unique_ptr<FILE, int (*)(FILE *)> stream(fdopen(client, "r+"), fclose);
        say(client, answer("connect", "220 ready"));
        char line[8192];
        bool in_data = false;
        while (fgets(line, sizeof line, stream.get())) {
            std::string text = line;
            data_bytes += in_data ? text.size() : 0;
            if (in_data && text == ".\r\n") {
                in_data = false;
                say(client, answer("end of data", "250 accepted"));
            } else if (in_data) {
                if (data.size() < 100000)
                    data += text.starts_with(".") ? text.substr(1) : text;
            } else {
                commands += text;
                in_data = text == "DATA\r\n";
                say(client, answer(text, in_data                    ? "354 go on"
                                         : text.starts_with("EHLO") ? "250 test"
                                                                    : "250 fine"));
                in_data = in_data && m_said.starts_with("354");
            }
        }
    }
    std::string answer(std::string const &command, std::string const &otherwise) const
    {
        for (auto const &[beginning, text] : m_answers)
            if (command.starts_with(beginning))
                return text;
        return otherwise;
    }
    void say(int client, std::string const &text)
    {
        m_said = text;
        auto line = text + "\r\n";
        (void)!write(client, line.data(), line.size());
    }

    Answers m_answers;
    int m_listener;
    std::string m_said;
    std::thread m_thread;
};

struct Sender {
    explicit Sender(std::string const &submission_host, std::vector<std::string> overrides = {})
        : host(submission_host), user("maildir", std::move(overrides))
    {
        settings.hostname = "phone.example.com";
        settings.submission_host = host.c_str();
        settings.sendmail_path = "/usr/sbin/sendmail";
        settings.submission_ssl = "no";
        settings.submission_timeout = 5;
    }
    Result<void> send(Content const &message) { return SmtpSubmission(user.user(), &settings).send(message); }

    std::string host;
    User user;
    struct smtp_submit_settings settings = {};
};

/// All paths of RCPT TO.
std::string recipients_of(Server const &server)
{
    std::string recipients;
    for (size_t at = 0; (at = server.commands.find("RCPT TO:", at)) != std::string::npos; ++at)
        recipients += server.commands.substr(at + 8, server.commands.find("\r\n", at) - at - 8);
    return recipients;
}

std::string const simple =
    "From: Me <me@example.com>\r\nTo: you@example.com\r\nDate: Sun, 22 Nov 2026 10:00:00 +0000\r\n"
    "Message-ID: <1@x>\r\nSubject: x\r\n\r\n.dot\r\nbody\r\n";

/// The kind of error that a server's answers lead to.
std::string error_with(Server::Answers answers, ErrorKind expected, std::string const &message = simple)
{
    Server server(std::move(answers));
    Sender sender(server.host);
    auto sent = sender.send(Content(message));
    server.finish();
    BOOST_TEST_REQUIRE(!sent);
    BOOST_TEST(static_cast<int>(sent.error().kind) == static_cast<int>(expected), sent.error().message);
    BOOST_TEST(server.data == "");
    return sent.error().message;
}

} // namespace

BOOST_AUTO_TEST_SUITE(submission)

BOOST_AUTO_TEST_CASE(a_message_goes_out_as_it_is)
{
    Server server(Server::Answers{{"EHLO", "250-test\r\n250-8BITMIME\r\n250 SIZE 1000"}});
    Sender sender(server.host);
    value_of(sender.send(Content(simple)));
    server.finish();
    BOOST_TEST(server.data == simple);
    BOOST_TEST(server.commands == "EHLO phone.example.com\r\nMAIL FROM:<" + sender.user.name() +
                                      "> SIZE=" + std::to_string(simple.size()) +
                                      "\r\nRCPT TO:<you@example.com>\r\nDATA\r\nQUIT\r\n",
               server.commands);
}

BOOST_AUTO_TEST_CASE(recipients_come_from_to_cc_and_bcc_and_bcc_is_not_sent)
{
    Server server;
    Sender sender(server.host);
    value_of(sender.send(Content("From: me@example.com\nBCC: secret@example.com,\n second@example.com\n"
                                 "To: =?utf-8?q?M=C3=BCller=2C?= <a@example.com>, \"B, C\" <b@example.com>\n"
                                 "Cc: Team: c@example.com, <A@example.com>, a@example.com;, Empty:;\n"
                                 "Date: x\nMessage-ID: <1@x>\n\nbody\n")));
    server.finish();
    BOOST_TEST(recipients_of(server) ==
               "<secret@example.com><second@example.com><a@example.com><b@example.com>"
               "<c@example.com><A@example.com>");
    BOOST_TEST(server.data == "From: me@example.com\r\n"
                              "To: =?utf-8?q?M=C3=BCller=2C?= <a@example.com>, \"B, C\" <b@example.com>\r\n"
                              "Cc: Team: c@example.com, <A@example.com>, a@example.com;, Empty:;\r\n"
                              "Date: x\r\nMessage-ID: <1@x>\r\n\r\nbody\r\n");
}

BOOST_AUTO_TEST_CASE(no_address_of_a_list_is_lost)
{
    struct {
        char const *list, *recipients;
    } const rows[] = {
        {"a@x.de; b@x.de", "<a@x.de><b@x.de>"},
        {"a@x.de (Ann, the first), (or) b@x.de", "<a@x.de><b@x.de>"},
        {"\"x, y; <z@x.de>\" <a@x.de>, Bob\r\n <b@x.de>", "<a@x.de><b@x.de>"},
        {"\"q\\\"uote, \" <a@x.de>", "<a@x.de>"},
        {",, a@x.de ,", "<a@x.de>"},
        {"Group: a@x.de, b@x.de; c@x.de", "<a@x.de><b@x.de><c@x.de>"},
        {"<@relay.example:a@x.de>", "<a@x.de>"},
    };
    for (auto const &row : rows) {
        Server server;
        Sender sender(server.host);
        value_of(sender.send(Content(std::string("To: ") + row.list + "\r\n\r\nx\r\n")));
        server.finish();
        BOOST_TEST(recipients_of(server) == row.recipients, row.list);
    }
}

BOOST_AUTO_TEST_CASE(missing_fields_are_added)
{
    Server server;
    Sender sender(server.host);
    value_of(sender.send(Content("To: a@example.com\r\nSubject: x\r\n\r\nbody\r\n")));
    server.finish();
    BOOST_TEST(server.data.find("From: " + sender.user.name() + "\r\n") != std::string::npos);
    BOOST_TEST(server.data.find("\r\nDate: ") != std::string::npos);
    BOOST_TEST(server.data.find("\r\nMessage-ID: <") != std::string::npos);
    BOOST_TEST(server.data.ends_with("\r\n\r\nbody\r\n"));
}

BOOST_AUTO_TEST_CASE(a_header_that_arrives_byte_by_byte_is_found)
{
    class ByteByByte final : public ContentSource {
    public:
        Result<void> copy_to(Sink &sink) const override
        {
            for (char const &c : simple)
                if (auto written = sink.write({&c, 1}); !written)
                    return written;
            return {};
        }
    };
    Server server;
    Sender sender(server.host);
    value_of(sender.send(Content(std::make_shared<ByteByByte const>())));
    server.finish();
    BOOST_TEST(server.data == simple);
}

BOOST_AUTO_TEST_CASE(refusals_have_their_kinds)
{
    error_with({{"connect", "554 go away"}}, ErrorKind::temporary);
    error_with({{"connect", "421 busy"}}, ErrorKind::temporary);
    error_with({{"MAIL", "550 not you"}}, ErrorKind::bad_request);
    error_with({{"MAIL", "552 too big"}}, ErrorKind::too_large);
    error_with({{"MAIL", "452 no space"}}, ErrorKind::quota);
    error_with({{"RCPT", "451 later"}}, ErrorKind::temporary);
    error_with({{"RCPT", "552 5.2.2 mailbox full"}}, ErrorKind::quota);
    error_with({{"RCPT", "452 4.5.3 too many"}}, ErrorKind::temporary);
    error_with({{"DATA", "554 no"}}, ErrorKind::bad_request);
    auto message = error_with({{"RCPT", "550 5.1.1 <you@example.com> who?"}}, ErrorKind::bad_request);
    BOOST_TEST(message.find("recipient you@example.com") != std::string::npos, message);
    BOOST_TEST(message.find("550 5.1.1 <you@example.com> who?") != std::string::npos, message);
}

BOOST_AUTO_TEST_CASE(a_refusal_of_the_data_is_an_error)
{
    struct {
        char const *answer;
        ErrorKind kind;
    } const rows[] = {{"552 5.3.4 too large", ErrorKind::too_large},
                      {"552 no room", ErrorKind::quota},
                      {"554 5.7.1 spam", ErrorKind::bad_request},
                      {"451 later", ErrorKind::temporary}};
    for (auto const &row : rows) {
        Server server(Server::Answers{{"end of data", row.answer}});
        Sender sender(server.host);
        auto sent = sender.send(Content(simple));
        BOOST_TEST_REQUIRE(!sent);
        BOOST_CHECK(sent.error().kind == row.kind);
    }
}

BOOST_AUTO_TEST_CASE(nobody_receives_a_message_that_one_recipient_is_refused_for)
{
    error_with({{"RCPT TO:<b@", "550 unknown"}}, ErrorKind::bad_request,
               "To: a@example.com, b@example.com, c@example.com\r\n\r\nx\r\n");
}

BOOST_AUTO_TEST_CASE(a_message_over_the_servers_size_is_not_sent)
{
    error_with({{"EHLO", "250-test\r\n250 SIZE 100"}}, ErrorKind::too_large, simple);
}

BOOST_AUTO_TEST_CASE(a_server_that_is_not_there_is_a_temporary_error)
{
    Sender sender("127.0.0.1:1");
    auto sent = sender.send(Content(simple));
    BOOST_TEST_REQUIRE(!sent);
    BOOST_CHECK(sent.error().kind == ErrorKind::temporary);
}

BOOST_AUTO_TEST_CASE(a_server_that_hangs_up_is_a_temporary_error)
{
    Server server(Server::Answers{{"MAIL", "250 fine"}, {"RCPT", "421 closing"}});
    Sender sender(server.host);
    auto sent = sender.send(Content(simple));
    BOOST_TEST_REQUIRE(!sent);
    BOOST_CHECK(sent.error().kind == ErrorKind::temporary);
}

BOOST_AUTO_TEST_CASE(bad_addresses_are_refused_before_anything_is_sent)
{
    char const *const headers[] = {
        "Subject: nobody\r\n",
        "To: undisclosed-recipients:;\r\n",
        "To: just words\r\n",
        "To: a@\r\n",
        "To: <a@b@c>\r\n",
        "To: a@example.com> SIZE=1 <b@c\r\n",
        "To: \"a\r\n\x01\"@example.com\r\n",
        "To: a@exa mple.com\r\n",
        "To: a@example.com, \xFF@example.com\r\n",
        "To: <a@example.com> and more\r\n",
        "To: b@example.com, \"open <a@example.com>\r\n",
    };
    for (auto header : headers) {
        Sender sender("127.0.0.1:1");
        auto sent = sender.send(Content(std::string(header) + "\r\nx\r\n"));
        BOOST_TEST_REQUIRE(!sent);
        BOOST_TEST((sent.error().kind == ErrorKind::bad_request), header << sent.error().message);
    }
}

BOOST_AUTO_TEST_CASE(international_addresses_need_smtputf8_and_domains_are_sent_in_ascii)
{
    std::string const message =
        "From: m@example.com\r\nTo: =?utf-8?q?J=C3=B6rg?= <jörg@bücher.example>\r\n\r\nx\r\n";
    {
        Server server(Server::Answers{{"EHLO", "250-test\r\n250 SMTPUTF8"}});
        Sender sender(server.host);
        value_of(sender.send(Content(message)));
        server.finish();
        BOOST_TEST(server.commands.find("RCPT TO:<jörg@xn--bcher-kva.example>\r\n") != std::string::npos,
                   server.commands);
        BOOST_TEST(server.commands.find("> SMTPUTF8\r\n") != std::string::npos, server.commands);
    }
    auto reason = error_with({}, ErrorKind::bad_request, message);
    BOOST_TEST(reason.find("SMTPUTF8") != std::string::npos);
    Server server;
    Sender sender(server.host);
    value_of(sender.send(Content(
        "To: a@bücher.example, \"odd one\"@example.com, x@[127.0.0.1], y@under_score.example\r\n\r\nx\r\n")));
    server.finish();
    for (auto expected : {"<a@xn--bcher-kva.example>", "<\"odd one\"@example.com>", "<x@[127.0.0.1]>",
                          "<y@under_score.example>"})
        BOOST_TEST(server.commands.find(expected) != std::string::npos, expected << server.commands);
}

BOOST_AUTO_TEST_CASE(the_users_addresses_are_the_name_or_what_is_configured)
{
    Sender plain("");
    BOOST_TEST(SmtpSubmission(plain.user.user(), &plain.settings).addresses() ==
                   std::vector{plain.user.name()},
               boost::test_tools::per_element());
    Sender configured("", {"eas_user_addresses=ann@example.com, a.other@example.org"});
    std::vector<std::string> const expected{"ann@example.com", "a.other@example.org"};
    BOOST_TEST(SmtpSubmission(configured.user.user(), &configured.settings).addresses() == expected,
               boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(sendmail_gets_envelope_and_message)
{
    Sender sender("");
    auto directory = sender.user.home();
    auto program = directory / "sendmail";
    std::ofstream(program) << "#!/bin/sh\necho \"$@\" > " << directory / "arguments"
                           << "\ncat > " << directory / "message"
                           << "\n";
    std::filesystem::permissions(program, std::filesystem::perms(0700));
    auto path = program.string() + " -x";
    sender.settings.sendmail_path = path.c_str();
    value_of(sender.send(Content("Bcc: b@example.com\r\n" + simple)));
    std::ostringstream arguments, message;
    arguments << std::ifstream(directory / "arguments").rdbuf();
    message << std::ifstream(directory / "message").rdbuf();
    BOOST_TEST(arguments.str() == "-x -i -f " + sender.user.name() + " -- b@example.com you@example.com\n");
    BOOST_TEST(message.str() == simple);
    auto missing = (directory / "no-such-program").string();
    sender.settings.sendmail_path = missing.c_str();
    auto sent = sender.send(Content(simple));
    BOOST_TEST_REQUIRE(!sent);
    BOOST_CHECK(sent.error().kind == ErrorKind::temporary);
}

#ifndef __SANITIZE_ADDRESS__ // which keeps freed memory
BOOST_AUTO_TEST_CASE(memory_does_not_grow_with_the_message)
{
    class Large final : public ContentSource {
    public:
        Result<void> copy_to(Sink &sink) const override
        {
            std::string block;
            for (int i = 0; i < 100; ++i)
                block += std::string(76, 'A') + "\r\n";
            auto written = sink.write(simple);
            for (int i = 0; i < 13000 && written; ++i)
                written = sink.write(block);
            return written;
        }
    };
    auto peak_kilobytes = [] {
        struct rusage usage;
        getrusage(RUSAGE_SELF, &usage);
        return usage.ru_maxrss;
    };
    Server server;
    Sender sender(server.host);
    auto before = peak_kilobytes();
    value_of(sender.send(Content(std::make_shared<Large const>())));
    server.finish();
    BOOST_TEST(server.data_bytes > 13000u * 100 * 78);
    BOOST_TEST(peak_kilobytes() - before < 32 * 1024); // of 100 MB
}
#endif

BOOST_AUTO_TEST_SUITE_END()

} // namespace eas::test

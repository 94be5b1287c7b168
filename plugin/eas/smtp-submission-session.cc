// The dialogue of RFC 5321 3.3 step by step, in an event loop of its own, and what its replies mean.
#include "eas/smtp-submission-session.h"
#include "compat/smtp.h"
#include "eas/paced-stream.h"

namespace eas {

namespace {

enum class Step { connect, mail, recipient, data };

/// What the server (or the client library, with a status of 9000 and more) said.
struct Reply {
    unsigned status = 0;
    std::string text; ///< the status, the enhanced code if there is one, words
    bool is_success() const { return status / 100 == 2; }
    /// Dovecot parses enhanced codes only of servers that announce them.
    bool has_code(std::string const &subject_and_detail) const
    {
        auto code = text.size() > 6 ? std::string_view(text).substr(4) : std::string_view();
        return code.starts_with("4." + subject_and_detail + " ") ||
               code.starts_with("5." + subject_and_detail + " ");
    }
};

/// RFC 5321 4.2.2, RFC 1870 6.1, RFC 3463 3.
ErrorKind kind_of(Reply const &reply, Step step)
{
    bool too_large = reply.has_code("3.4") || reply.has_code("2.3");
    bool too_many_recipients = reply.has_code("5.3");
    if (reply.status == 552)
        return too_large || step == Step::mail ? ErrorKind::too_large : ErrorKind::quota;
    if (reply.status == 452)
        return too_many_recipients ? ErrorKind::temporary : ErrorKind::quota;
    bool permanent = reply.status / 100 == 5;
    if (!permanent || step == Step::connect) // a server that turns everybody away is the admin's matter
        return ErrorKind::temporary;
    return too_large               ? ErrorKind::too_large
           : reply.has_code("2.2") ? ErrorKind::quota
                                   : ErrorKind::bad_request;
}

class SmtpSession {
public:
    SmtpSession(struct mail_user *user, struct smtp_submit_settings const &settings)
        : m_settings(settings), m_loop(io_loop_create())
    {
        struct ssl_iostream_settings ssl;
        mail_user_init_ssl_client_settings(user, &ssl);
        struct smtp_client_settings set = {};
        set.my_hostname = settings.hostname;
        set.connect_timeout_msecs = settings.submission_timeout * 1000;
        set.command_timeout_msecs = settings.submission_timeout * 1000;
        set.debug = settings.mail_debug;
        set.ssl = &ssl;
        set.event_parent = user->event;
        m_client = smtp_client_init(&set);
    }
    ~SmtpSession()
    {
        if (m_connection)
            smtp_client_connection_close(&m_connection);
        smtp_client_deinit(&m_client);
        io_loop_destroy(&m_loop);
    }
    SmtpSession(SmtpSession const &) = delete;
    SmtpSession &operator=(SmtpSession const &) = delete;

    Result<void> send(SmtpMessage const &message)
    {
        if (auto connected = connect(); !connected)
            return connected;
        auto parameters = mail_parameters(message);
        if (!parameters)
            return parameters.error();
        auto said = command("MAIL FROM:<" + message.sender.to_string() + ">" + *parameters);
        if (!said.is_success())
            return refused(said, Step::mail, "sender " + message.sender.to_string());
        for (auto const &recipient : message.recipients) {
            said = command("RCPT TO:<" + recipient.to_string() + ">");
            if (!said.is_success())
                return refused(said, Step::recipient, "recipient " + recipient.to_string());
        }
        said = send_data(message.data);
        return said.is_success() ? Result<void>() : refused(said, Step::data, "message");
    }

private:
    /// Callback of every command: keeps the reply and ends the wait.
    static void replied(struct smtp_reply const *reply, void *context) noexcept
    {
        auto *session = static_cast<SmtpSession *>(context);
        session->m_reply = {reply->status, smtp_reply_log(reply)};
        session->m_has_replied = true;
        io_loop_stop(session->m_loop);
    }

    Reply wait()
    {
        while (!m_has_replied)
            io_loop_run(m_loop);
        m_has_replied = false;
        return std::move(m_reply);
    }

    Result<void> connect()
    {
        DataStackFrame frame;
        char const *host;
        in_port_t port;
        if (net_str2hostport(m_settings.submission_host, 25, &host, &port) < 0)
            return Error{ErrorKind::temporary,
                         std::string("submission_host has no valid value: ") + m_settings.submission_host};
        m_connection =
            smtp_client_connection_create(m_client, SMTP_PROTOCOL_SMTP, host, port, ssl_mode(), nullptr);
        static struct smtp_client_capability_extra const smtputf8 = {"SMTPUTF8", nullptr, nullptr};
        smtp_client_connection_accept_extra_capability(m_connection, &smtputf8);
        smtp_client_connection_connect(m_connection, replied, this);
        auto said = wait();
        return said.is_success() ? Result<void>() : refused(said, Step::connect, "connection");
    }

    enum smtp_client_connection_ssl_mode ssl_mode() const
    {
        std::string_view mode = m_settings.submission_ssl ? m_settings.submission_ssl : "";
        if (mode == "smtps" || mode == "submissions")
            return SMTP_CLIENT_SSL_MODE_IMMEDIATE;
        return mode == "starttls" ? SMTP_CLIENT_SSL_MODE_STARTTLS : SMTP_CLIENT_SSL_MODE_NONE;
    }

    /// RFC 1870 (SIZE), 6152 (8BITMIME), 6531 (SMTPUTF8), as far as the server has them and they matter.
    Result<std::string> mail_parameters(SmtpMessage const &message)
    {
        auto capabilities = smtp_client_connection_get_capabilities(m_connection);
        bool utf8_offered = smtp_client_connection_get_extra_capability(m_connection, "SMTPUTF8") != nullptr;
        std::string parameters;
        for (auto const &recipient : message.recipients)
            if (recipient.is_international() && !utf8_offered)
                return Error{ErrorKind::bad_request, "the mail server does not send to addresses such as " +
                                                         recipient.to_string() + " (it lacks SMTPUTF8)"};
        if (message.sender.is_international() && !utf8_offered)
            return Error{ErrorKind::bad_request, "the mail server does not send for addresses such as " +
                                                     message.sender.to_string() + " (it lacks SMTPUTF8)"};
        if (capabilities & SMTP_CAPABILITY_SIZE) {
            auto limit = smtp_client_connection_get_size_capability(m_connection);
            if (limit != 0 && message.bytes > limit)
                return Error{ErrorKind::too_large, "the message has " + std::to_string(message.bytes) +
                                                       " bytes, the mail server takes " +
                                                       std::to_string(limit)};
            parameters += " SIZE=" + std::to_string(message.bytes);
        }
        if (message.has_8bit && (capabilities & SMTP_CAPABILITY_8BITMIME))
            parameters += " BODY=8BITMIME";
        if (utf8_offered && needs_utf8(message))
            parameters += " SMTPUTF8";
        return parameters;
    }

    static bool needs_utf8(SmtpMessage const &message)
    {
        bool needed = message.has_8bit_header || message.sender.is_international();
        for (auto const &recipient : message.recipients)
            needed |= recipient.is_international();
        return needed;
    }

    // Parentheses keep Dovecot's macros, which check types as only C can, away.
    Reply command(std::string const &line)
    {
        auto *command =
            (smtp_client_command_new)(m_connection, static_cast<enum smtp_client_command_flags>(0), replied,
                                      this);
        smtp_client_command_write(command, line.c_str());
        smtp_client_command_submit(command);
        return wait();
    }

    Reply send_data(struct istream *data)
    {
        PacedStream paced(data);
        bool by_chunks = smtp_client_connection_get_capabilities(m_connection) & SMTP_CAPABILITY_CHUNKING;
        // Chunks (RFC 3030) are paced already, and need the size.
        (smtp_client_command_data_submit)(m_connection, static_cast<enum smtp_client_command_flags>(0),
                                          by_chunks ? data : paced.get(), replied, this);
        return wait();
    }

    Error refused(Reply const &reply, Step step, std::string const &what) const
    {
        return {kind_of(reply, step), std::string("submission to ") + m_settings.submission_host + ": " +
                                          what + " refused: " + reply.text};
    }

    struct smtp_submit_settings const &m_settings;
    struct ioloop *m_loop;
    struct smtp_client *m_client;
    struct smtp_client_connection *m_connection = nullptr;
    Reply m_reply;
    bool m_has_replied = false;
};

} // namespace

Result<void> send_by_smtp(struct mail_user *user, struct smtp_submit_settings const &settings,
                          SmtpMessage const &message)
{
    DataStackFrame frame;
    return SmtpSession(user, settings).send(message);
}

} // namespace eas

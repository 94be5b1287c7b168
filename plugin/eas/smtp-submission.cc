// The message is written to a temporary file first: its size and whether it has 8-bit bytes must be known
// before the first command, and a phone's slow upload must not hold a connection to the mail server.
#include "eas/smtp-submission.h"
#include "base/text.h"
#include "compat/smtp.h"
#include "eas/smtp-submission-message.h"
#include "eas/smtp-submission-session.h"
#include <algorithm>

namespace eas {

namespace {

/// Writes to a stream of Dovecot, lines ended by CRLF: chunks (RFC 3030) leave as they are, and no LF may
/// stand alone in them (RFC 5321 2.3.8). Remembers whether 8-bit bytes were among what was written.
class StreamSink final : public Sink {
public:
    explicit StreamSink(struct ostream *output) : m_output(output) {}

    Result<void> write(std::string_view bytes) override
    {
        m_has_8bit |= std::any_of(bytes.begin(), bytes.end(), [](unsigned char c) { return c >= 0x80; });
        while (!bytes.empty()) {
            auto const line_end = bytes.find('\n');
            auto const line = bytes.substr(0, line_end);
            m_after_cr = line.empty() ? m_after_cr : line.back() == '\r';
            auto written = send(line);
            if (written && line_end != bytes.npos)
                written = send(m_after_cr ? "\n" : "\r\n");
            if (!written)
                return written;
            m_after_cr &= line_end == bytes.npos;
            bytes.remove_prefix(line_end == bytes.npos ? bytes.size() : line_end + 1);
        }
        return {};
    }
    bool has_8bit() const { return m_has_8bit; }

private:
    Result<void> send(std::string_view bytes)
    {
        if (o_stream_send(m_output, bytes.data(), bytes.size()) == static_cast<ssize_t>(bytes.size()))
            return {};
        return Error{ErrorKind::temporary,
                     std::string("the message cannot be spooled: ") + o_stream_get_error(m_output)};
    }

    struct ostream *m_output;
    bool m_has_8bit = false;
    bool m_after_cr = false;
};

/// A message in a temporary file, its header as it is to be sent.
class Spool {
public:
    explicit Spool(struct mail_user *user)
    {
        DataStackFrame frame;
        auto *prefix = t_str_new(128);
        mail_user_set_get_temp_prefix(prefix, user->set);
        m_output =
            iostream_temp_create_named(str_c(prefix), static_cast<enum iostream_temp_flags>(0), "(EAS mail)");
        o_stream_set_no_error_handling(m_output, true);
    }
    ~Spool()
    {
        if (m_output)
            o_stream_destroy(&m_output);
        i_stream_unref(&m_input);
    }
    Spool(Spool const &) = delete;
    Spool &operator=(Spool const &) = delete;

    /// Fills in all of `outgoing` but the sender.
    Result<void> take(Content const &message, std::string const &own_address, SmtpMessage &outgoing)
    {
        StreamSink file(m_output);
        HeaderSplitter splitter(
            [&](std::string_view bytes) -> Result<void> {
                auto header = outgoing_header(bytes, own_address);
                if (!header)
                    return header.error();
                outgoing.recipients = std::move(header->recipients);
                auto written = file.write(header->text);
                outgoing.has_8bit_header = file.has_8bit();
                return written;
            },
            file);
        auto written = message.copy_to(splitter);
        if (written)
            written = splitter.finish();
        if (!written)
            return written;
        outgoing.has_8bit = file.has_8bit();
        outgoing.bytes = m_output->offset;
        m_input = iostream_temp_finish(&m_output, IO_BLOCK_SIZE);
        outgoing.data = m_input;
        return {};
    }

private:
    struct ostream *m_output = nullptr;
    struct istream *m_input = nullptr;
};

Result<void> send_by_program(struct mail_user *user, struct smtp_submit_settings const &settings,
                             SmtpMessage const &message)
{
    DataStackFrame frame;
    struct smtp_submit_input input = {};
    input.event_parent = user->event;
    input.allow_root = true;
    auto address_of = [](Mailbox const &mailbox) {
        return smtp_address_create_temp(mailbox.local.c_str(), mailbox.domain.c_str());
    };
    auto everybody = message.recipients; // lib-smtp stops the process at a local part that is not ASCII
    everybody.push_back(message.sender);
    for (auto const &mailbox : everybody)
        if (mailbox.is_international())
            return Error{ErrorKind::bad_request, "sendmail_path cannot be used with " + mailbox.to_string()};
    auto *submit = smtp_submit_init_simple(&input, &settings, address_of(message.sender));
    for (auto const &recipient : message.recipients)
        smtp_submit_add_rcpt(submit, address_of(recipient));
    auto *output = smtp_submit_send(submit);
    bool copied = o_stream_send_istream(output, message.data) == OSTREAM_SEND_ISTREAM_RESULT_FINISHED;
    char const *reason = "the message cannot be spooled";
    int result = copied ? smtp_submit_run(submit, &reason) : -1;
    smtp_submit_deinit(&submit);
    if (result > 0)
        return {};
    return Error{result == 0 ? ErrorKind::bad_request : ErrorKind::temporary,
                 std::string("submission by ") + settings.sendmail_path + ": " + reason};
}

} // namespace

std::vector<std::string> SmtpSubmission::addresses()
{
    std::vector<std::string> addresses;
    if (auto *configured = mail_user_plugin_getenv(m_user, "eas_user_addresses")) {
        std::string list = configured;
        std::replace(list.begin(), list.end(), ',', ' ');
        for (auto word : split(list, ' '))
            if (!trim(word).empty())
                addresses.emplace_back(trim(word));
    }
    if (addresses.empty()) {
        std::string name = m_user->username;
        addresses.push_back(name.find('@') != name.npos ? name : name + "@" + m_settings->hostname);
    }
    return addresses;
}

Result<void> SmtpSubmission::send(Content const &message)
{
    auto own_address = addresses().front();
    auto sender = parse_mailbox(own_address);
    if (!sender)
        return Error{ErrorKind::temporary, "the user's own address: " + sender.error().message};
    SmtpMessage outgoing{std::move(*sender), {}, nullptr};
    Spool spool(m_user);
    if (auto taken = spool.take(message, own_address, outgoing); !taken)
        return taken;
    bool by_smtp = m_settings->submission_host && *m_settings->submission_host;
    return by_smtp ? send_by_smtp(m_user, *m_settings, outgoing)
                   : send_by_program(m_user, *m_settings, outgoing);
}

} // namespace eas

// See the header.
#include "eas/dovecot-message-content.h"
#include "base/text.h"
#include "compat/message.h"
#include "compat/storage.h"
#include "eas/dovecot-mail-store-error.h"
#include "eas/dovecot-message-charset.h"
#include "eas/dovecot-message-transfer-encoding.h"
#include <algorithm>
#include <iterator>

namespace eas {

namespace {

constexpr uint64_t bytes_between_marks = 128 << 10;

/// Contents up to this size are read at once.
constexpr uint64_t max_bytes_in_memory = 64 << 10;

struct UnrefStream {
    void operator()(struct istream *stream) const { i_stream_unref(&stream); }
};
using Stream = std::unique_ptr<struct istream, UnrefStream>;

Error unreadable(struct mail *mail, ErrorKind kind, char const *reason)
{
    return {kind, std::string("mailbox ") + mailbox_get_vname(mail->box) + ", UID " +
                      std::to_string(mail->uid) + " cannot be read: " + reason};
}

Error stream_error(struct mail *mail, struct istream *input)
{
    // Dovecot's mail stream says EINVAL and EPIPE when the message's size is not the cached one.
    bool cache_was_wrong = input->stream_errno == EINVAL || input->stream_errno == EPIPE;
    auto kind = input->stream_errno == ENOENT ? ErrorKind::not_found
                : cache_was_wrong             ? ErrorKind::conflict
                                              : ErrorKind::temporary;
    return unreadable(mail, kind, i_stream_get_error(input));
}

/// Gives blocks of the stream to `take` until there are no more or it returns false.
template <class Take> Result<uint64_t> read_stream(struct mail *mail, struct istream *input, Take take)
{
    uint64_t total = 0;
    unsigned char const *data;
    size_t size;
    while (i_stream_read_more(input, &data, &size) > 0) {
        total += size;
        auto goes_on = take(std::string_view(reinterpret_cast<char const *>(data), size));
        i_stream_skip(input, size);
        if (!goes_on)
            return goes_on.error();
        if (!*goes_on)
            return total;
    }
    if (input->stream_errno != 0)
        return stream_error(mail, input);
    return total;
}

/// Bytes `position`.. of the stored message.
Result<Stream> open_range(struct mail *mail, uint64_t position, uint64_t bytes)
{
    struct istream *message;
    if (mail_get_stream_because(mail, nullptr, nullptr, "EAS", &message) < 0)
        return message_error(mail->box, mail->uid, "cannot be read");
    return Stream(i_stream_create_range(message, position, bytes));
}

/// A part's body from byte `from` on, its transfer encoding undone, decoded in steps of `step` stored bytes.
/// `take` gets them with the number of stored bytes up to there, or 0 if that is not a place to begin at.
template <class Take> Result<void> read_decoded_from(struct mail *mail, PartPlace const &place, uint64_t from,
                                                     size_t step, Take take)
{
    auto const left = place.body_bytes - from;
    auto const range = open_range(mail, place.position + place.header_bytes + from, left);
    if (!range)
        return range.error();
    Stream const lines(place.is_lines ? i_stream_create_crlf(range->get()) : nullptr);
    auto *const input = lines ? lines.get() : range->get();
    TransferDecoder decoder(place.encoding);
    bool stopped = false;
    uint64_t stored = from;
    auto read = read_stream(mail, input, [&](std::string_view bytes) -> Result<bool> {
        for (size_t begin = 0; begin < bytes.size(); begin += std::min(step, bytes.size() - begin)) {
            auto const piece = bytes.substr(begin, step);
            auto const decoded = decoder.decode(piece);
            stored += piece.size();
            auto goes_on = take(decoded, decoder.is_at_rest() && !lines ? stored : 0);
            stopped = goes_on && !*goes_on;
            if (!goes_on || stopped)
                return goes_on;
        }
        return true;
    });
    if (!read)
        return read.error();
    if (stopped)
        return {};
    if ((*range)->v_offset < left) {
        mail_set_cache_corrupted(mail, MAIL_FETCH_MESSAGE_PARTS, "A part ends before its cached size");
        return unreadable(mail, ErrorKind::conflict, "a part ends before its cached size");
    }
    auto last = take(decoder.finish(), 0);
    return last ? Result<void>() : last.error();
}

template <class Take>
Result<void> read_decoded(struct mail *mail, PartPlace const &place, size_t step, Take take)
{
    return read_decoded_from(mail, place, 0, step,
                             [&](std::string_view bytes, uint64_t) { return take(bytes); });
}

/// MIME header and body as stored, with CRLF.
Result<void> copy_raw(struct mail *mail, PartPlace const &place, Sink &sink)
{
    bool whole = place.body_bytes == UINT64_MAX;
    auto range = open_range(mail, place.position, whole ? UINT64_MAX : place.header_bytes + place.body_bytes);
    if (!range)
        return range.error();
    Stream input(i_stream_create_crlf(range->get()));
    auto read = read_stream(mail, input.get(), [&](std::string_view bytes) -> Result<bool> {
        auto written = sink.write(bytes);
        return written ? Result<bool>(true) : written.error();
    });
    return read ? Result<void>() : read.error();
}

Result<void> copy_decoded(struct mail *mail, PartPlace const &place, Sink &sink)
{
    return read_decoded(mail, place, SIZE_MAX, [&](std::string_view bytes) -> Result<bool> {
        auto written = sink.write(bytes);
        return written ? Result<bool>(true) : written.error();
    });
}

using Copy = Result<void> (*)(struct mail *, PartPlace const &, Sink &);

/// Selects its message anew for each reading, and keeps nothing of it between.
class PartSource : public ContentSource {
public:
    PartSource(std::shared_ptr<OpenMailbox> mailbox, Uid uid, PartPlace place, Copy copy)
        : m_mailbox(std::move(mailbox)), m_uid(uid), m_place(std::move(place)), m_copy(copy)
    {}

    Result<void> copy_to(Sink &sink) const override
    {
        return read([&](struct mail *mail) { return m_copy(mail, m_place, sink); });
    }

protected:
    template <class Reader> Result<void> read(Reader reader) const
    {
        DataStackFrame frame;
        ReadMail mail(m_mailbox);
        if (!mail.select(m_uid))
            return Error{ErrorKind::not_found, std::string("mailbox ") + mailbox_get_vname(mail.box()) +
                                                   " has no UID " + std::to_string(m_uid) + " any more"};
        auto copied = reader(mail.get());
        // Half of it may be written: there is no way back, but the next request will read it right.
        if (!copied && copied.error().kind == ErrorKind::conflict)
            return Error{ErrorKind::temporary, copied.error().message};
        return copied;
    }

    PartMarks &marks() const { return m_mailbox->marks_of(m_uid, m_place.position); }
    PartPlace const &place() const { return m_place; }

private:
    std::shared_ptr<OpenMailbox> m_mailbox;
    Uid m_uid;
    PartPlace m_place;
    Copy m_copy;
};

/// Begins a range at the mark before it.
class DecodedPartSource final : public PartSource {
public:
    DecodedPartSource(std::shared_ptr<OpenMailbox> mailbox, Uid uid, PartPlace place)
        : PartSource(std::move(mailbox), uid, std::move(place), copy_decoded)
    {}

    Result<uint64_t> size() const override
    {
        if (auto total = marks().total)
            return *total;
        uint64_t total = 0;
        auto counted = decode_from({0, 0}, [&](std::string_view bytes) -> Result<bool> {
            total += bytes.size();
            return true;
        });
        if (!counted)
            return counted.error();
        marks().total = total;
        return total;
    }

    Result<void> copy_range(uint64_t first, uint64_t count, Sink &sink) const override
    {
        auto const &known = marks().marks;
        auto after = std::ranges::upper_bound(known, first, {}, &PartMarks::Mark::decoded);
        auto const mark = after == known.begin() ? PartMarks::Mark{0, 0} : *std::prev(after);
        uint64_t skip = first - mark.decoded, left = count;
        return decode_from(mark, [&](std::string_view bytes) -> Result<bool> {
            auto const skipped = std::min<uint64_t>(skip, bytes.size());
            bytes.remove_prefix(skipped);
            skip -= skipped;
            bytes = bytes.substr(0, left);
            left -= bytes.size();
            auto written = sink.write(bytes);
            return written ? Result<bool>(left > 0) : written.error();
        });
    }

private:
    /// Notes marks on its way.
    template <class Take> Result<void> decode_from(PartMarks::Mark mark, Take take) const
    {
        uint64_t decoded = mark.decoded;
        return read([&](struct mail *mail) {
            return read_decoded_from(mail, place(), mark.stored, SIZE_MAX,
                                     [&](std::string_view bytes, uint64_t stored) {
                                         decoded += bytes.size();
                                         if (stored != 0)
                                             note({stored, decoded});
                                         return take(bytes);
                                     });
        });
    }

    void note(PartMarks::Mark mark) const
    {
        auto &known = marks().marks;
        if (mark.stored >= (known.empty() ? 0 : known.back().stored) + bytes_between_marks)
            known.push_back(mark);
    }
};

Result<Content> content_of(ReadMail const &mail, PartPlace const &place, Copy copy)
{
    bool small = place.body_bytes <= max_bytes_in_memory && place.header_bytes <= max_bytes_in_memory;
    if (!small && copy == copy_decoded)
        return Content(std::make_shared<DecodedPartSource const>(mail.mailbox(), mail.get()->uid, place));
    if (!small)
        return Content(std::make_shared<PartSource const>(mail.mailbox(), mail.get()->uid, place, copy));
    StringSink sink;
    if (auto copied = copy(mail.get(), place, sink); !copied)
        return copied.error();
    return Content(std::move(sink.text));
}

} // namespace

Result<MailMessage::Text> read_text(struct mail *mail, PartPlace const &place, size_t max_bytes)
{
    ToUtf8 converter(place.charset);
    std::string text;
    // A preview of 500 bytes is not worth the decoding of a whole block of 8 KB.
    size_t step = std::max<size_t>(max_bytes, 256);
    auto as_stored = place;
    as_stored.is_lines = false;
    auto read = read_decoded(mail, as_stored, step, [&](std::string_view bytes) -> Result<bool> {
        converter.append(bytes, text);
        return text.size() <= max_bytes;
    });
    if (!read)
        return read.error();
    if (text.size() <= max_bytes)
        converter.finish(text);
    if (text.size() <= max_bytes)
        return MailMessage::Text{std::move(text), false};
    text.resize(utf8_prefix(text, max_bytes).size());
    return MailMessage::Text{std::move(text), true};
}

Result<Content> decoded_content(ReadMail const &mail, PartPlace const &place)
{
    return content_of(mail, place, copy_decoded);
}

Result<Content> raw_content(ReadMail const &mail, PartPlace const &place)
{
    return content_of(mail, place, copy_raw);
}

} // namespace eas

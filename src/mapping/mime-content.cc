// Two filters in a row: parts that XML cannot hold are encoded (seven-bit-mime.h), and what then is left that
// is no text, in header fields and between parts, is made text. Both work on pieces as they come.
#include "mapping/mime-content.h"
#include "base/text.h"
#include "mapping/seven-bit-mime.h"
#include <algorithm>

namespace eas {
namespace {

bool is_xml_character(std::string_view character)
{
    return sanitize_utf8(character) == character;
}

/// Bytes of the character that `text` may begin with, as its first byte announces.
size_t character_length(unsigned char first)
{
    return first < 0xc2 ? 1 : first < 0xe0 ? 2 : first < 0xf0 ? 3 : first < 0xf5 ? 4 : 1;
}

void append_latin1(std::string &out, unsigned char byte)
{
    if (byte < ' ' || byte == 0x7f) {
        out += byte == '\0' ? ' ' : '?';
    } else {
        out += static_cast<char>(0xc0 | byte >> 6);
        out += static_cast<char>(0x80 | (byte & 0x3f));
    }
}

/// Plain characters that need no look: printable ASCII and line ends.
bool is_plain(char c)
{
    return (c >= ' ' && c <= '~') || c == '\r' || c == '\n' || c == '\t';
}

/// Passes what is valid, up to `max_bytes` bytes, to the sink behind.
class XmlCharacters final : public Sink {
public:
    XmlCharacters(Sink &sink, uint64_t max_bytes) : m_sink(sink), m_left(max_bytes) {}
    Result<void> write(std::string_view bytes) override;
    /// Writes what waits for the rest of a character that does not come.
    Result<void> finish();
    bool is_full() const { return m_full; }

private:
    std::string convert(std::string_view &bytes, bool is_last);
    Result<void> pass(std::string_view text);

    Sink &m_sink;
    uint64_t m_left;
    std::string m_waiting;
    bool m_full = false;
};

/// Takes all of `bytes` but the beginning of a character, if it may go on in the next piece.
std::string XmlCharacters::convert(std::string_view &bytes, bool is_last)
{
    std::string out;
    out.reserve(bytes.size());
    while (!bytes.empty()) {
        auto plain = static_cast<size_t>(std::ranges::find_if_not(bytes, is_plain) - bytes.begin());
        out += bytes.substr(0, plain);
        bytes.remove_prefix(plain);
        if (bytes.empty())
            break;
        auto first = static_cast<unsigned char>(bytes[0]);
        auto length = character_length(first);
        if (bytes.size() < length && !is_last)
            break;
        auto character = bytes.substr(0, length);
        if (character.size() == length && is_xml_character(character)) {
            out += character;
        } else {
            append_latin1(out, first);
            character = character.substr(0, 1);
        }
        bytes.remove_prefix(character.size());
    }
    return out;
}

Result<void> XmlCharacters::pass(std::string_view text)
{
    if (text.size() > m_left) {
        text = utf8_prefix(text, m_left);
        m_full = true;
    }
    m_left -= text.size();
    return text.empty() ? Result<void>() : m_sink.write(text);
}

Result<void> XmlCharacters::write(std::string_view bytes)
{
    if (m_full)
        return Error{ErrorKind::too_large, "the wanted part of the message is read"};
    std::string joined;
    if (!m_waiting.empty()) {
        joined = std::move(m_waiting);
        joined += bytes;
        bytes = joined;
    }
    auto text = convert(bytes, false);
    m_waiting = std::string(bytes);
    return pass(text);
}

Result<void> XmlCharacters::finish()
{
    std::string_view waiting = m_waiting;
    return m_full ? Result<void>() : pass(convert(waiting, true));
}

class MimeSource final : public ContentSource {
public:
    MimeSource(Content mime, uint64_t max_bytes) : m_mime(std::move(mime)), m_max_bytes(max_bytes) {}
    Result<void> copy_to(Sink &sink) const override;

private:
    Content m_mime;
    uint64_t m_max_bytes;
};

/// Reads the message twice, since a part's header tells how its body is encoded.
Result<void> MimeSource::copy_to(Sink &sink) const
{
    SevenBitMime finder(m_max_bytes);
    auto read = m_mime.copy_to(finder);
    // A full filter refuses the rest of the message, which so is not even read.
    if (!read && !finder.has_seen_enough())
        return read;
    if (auto finished = finder.finish(); !finished)
        return finished;

    XmlCharacters characters(sink, m_max_bytes);
    SevenBitMime encoder(finder.parts_to_encode(), characters);
    auto copied = m_mime.copy_to(encoder);
    if (copied)
        copied = encoder.finish();
    if (!copied && !characters.is_full())
        return copied;
    return characters.finish();
}

} // namespace

Content mime_content(Content mime, uint64_t max_bytes)
{
    return std::shared_ptr<ContentSource const>(std::make_shared<MimeSource>(std::move(mime), max_bytes));
}

} // namespace eas

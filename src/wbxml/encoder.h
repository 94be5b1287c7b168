// Writes a WBXML document in one pass to a Sink. MS-ASWBXML 2.
//
// A few kilobytes are collected before they go to the sink, so that a document that is given up early
// (an error while it is made) has usually written nothing yet.
#pragma once
#include "base/content.h"
#include "base/result.h"
#include "wbxml/tag.h"
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace eas {

/// Errors of the sink and of content are kept and returned by finish(); a call after an error does nothing.
class Encoder {
public:
    explicit Encoder(Sink &sink); ///< writes the header; `sink` must outlive the encoder
    Encoder(Encoder const &) = delete;
    Encoder &operator=(Encoder const &) = delete;

    /// Opens an element. An element that turns out to be empty is written as an empty tag (no END).
    void start(Tag tag);
    void end();
    void text(std::string_view utf8);     ///< inline string; NUL bytes are left out
    void content(Content const &content); ///< the same, streamed
    void opaque(std::string_view bytes);
    /// start, text, end; an empty tag if `utf8` is empty
    void element(Tag tag, std::string_view utf8 = {});
    /// Hands over what is left. Every start() must have had its end().
    Result<void> finish();

private:
    class TextSink;
    void flush_tag(bool has_content);
    void write(std::string_view bytes);
    void write_byte(uint8_t byte);
    void write_without_nul(std::string_view bytes);
    void flush_buffer();

    Sink &m_sink;
    std::string m_buffer;
    std::vector<Tag> m_open;
    std::optional<Tag> m_pending; ///< started, but not known yet whether it has content
    uint8_t m_page = 0;
    Result<void> m_status;
};

} // namespace eas

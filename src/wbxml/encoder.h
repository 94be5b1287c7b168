// Writes a WBXML document in one pass to a Sink. MS-ASWBXML 2.
#pragma once
#include "base/content.h"
#include "base/result.h"
#include "wbxml/tag.h"
#include <string_view>
#include <vector>

namespace eas {

/// Errors of the sink are kept and returned by finish(); a call after an error does nothing.
class Encoder {
public:
    explicit Encoder(Sink &sink); ///< writes the header; `sink` must outlive the encoder
    /// Opens an element. An element that turns out to be empty is written as an empty tag (no END).
    void start(Tag tag);
    void end();
    void text(std::string_view utf8);    ///< inline string; NUL bytes are left out
    void text(Content const &content);   ///< the same, streamed
    void opaque(std::string_view bytes);
    /// start, text, end; an empty tag if `utf8` is empty
    void element(Tag tag, std::string_view utf8 = {});
    Result<void> finish();

private:
    void flush_tag(bool has_content);
    void write(std::string_view bytes);
    Sink &m_sink;
    std::string m_buffer;
    std::vector<Tag> m_open;
    std::optional<Tag> m_pending; ///< started, but not known yet whether it has content
    uint8_t m_page = 0;
    Result<void> m_status;
};

} // namespace eas

// The parts of reader.h and writer.h that do not depend on a struct's type.
#include "schema/schema.h"
#include "base/text.h"
#include <array>
#include <charconv>

namespace eas::schema {

bool Reader::refuse(Element const &element, std::string_view what)
{
    constexpr size_t shown_bytes = 40;
    std::string message{namespace_name(element.tag)};
    message.append(":").append(local_name(element.tag)).append(": ").append(what);
    if (!element.text.empty())
        message.append(": ").append(sanitize_utf8(element.text.substr(0, shown_bytes)));
    if (element.text.size() > shown_bytes)
        message.append("...");
    error = Error{ErrorKind::bad_request, std::move(message)};
    return false;
}

bool read_value(Reader &, Element const &element, std::string &out, RowLimits const &)
{
    out = sanitize_utf8(element.text);
    return true;
}

bool read_value(Reader &, Element const &element, std::string_view &out, RowLimits const &)
{
    out = element.text;
    return true;
}

bool read_value(Reader &, Element const &element, Content &out, RowLimits const &)
{
    out = Content(std::string(element.text));
    return true;
}

bool read_value(Reader &, Element const &element, Bytes &out, RowLimits const &)
{
    out.value = element.text;
    return true;
}

bool read_value(Reader &reader, Element const &element, bool &out, RowLimits const &limits)
{
    if (!element.text.empty() && element.text != "0" && element.text != "1")
        return reader.refuse(element, "neither 0 nor 1");
    out = element.text.empty() ? limits.when_empty != 0 : element.text == "1";
    return true;
}

bool read_value(Reader &, Element const &, Present &out, RowLimits const &)
{
    out = true;
    return true;
}

bool read_value(Reader &reader, Element const &element, Instant &out, RowLimits const &)
{
    auto const instant = parse_datetime(element.text);
    if (!instant)
        return reader.refuse(element, "not a date and time");
    out = *instant;
    return true;
}

bool read_value(Reader &reader, Element const &element, Compact<Instant> &out, RowLimits const &limits)
{
    constexpr size_t date_length = 8; // a day of an all-day event may come without a time: MS-ASCAL 2.2.2.1
    auto const day = element.text.size() == date_length
                         ? parse_datetime(std::string(element.text) + "T000000Z")
                         : std::nullopt;
    if (!day)
        return read_value(reader, element, out.value, limits);
    out.value = *day;
    return true;
}

bool read_value(Reader &, Element const &element, Element &out, RowLimits const &)
{
    out = element;
    return true;
}

bool read_signed(Reader &reader, Element const &element, int64_t &out, int64_t lowest, int64_t highest)
{
    auto const number = parse_signed(element.text);
    if (!number)
        return reader.refuse(element, "not a number");
    if (*number < lowest || *number > highest)
        return reader.refuse(element, "out of range");
    out = *number;
    return true;
}

bool read_unsigned(Reader &reader, Element const &element, uint64_t &out, uint64_t lowest, uint64_t highest)
{
    auto const number = parse_unsigned(element.text);
    if (!number)
        return reader.refuse(element, "not a number");
    if (*number < lowest || *number > highest)
        return reader.refuse(element, "out of range");
    out = *number;
    return true;
}

void write_value(Encoder &encoder, Tag tag, std::string const &value, ProtocolVersion)
{
    encoder.element(tag, value);
}

void write_value(Encoder &encoder, Tag tag, std::string_view const &value, ProtocolVersion)
{
    encoder.element(tag, value);
}

void write_value(Encoder &encoder, Tag tag, Content const &value, ProtocolVersion)
{
    encoder.start(tag);
    encoder.content(value);
    encoder.end();
}

void write_value(Encoder &encoder, Tag tag, Bytes const &value, ProtocolVersion)
{
    encoder.start(tag);
    encoder.opaque(value.value);
    encoder.end();
}

void write_value(Encoder &encoder, Tag tag, bool const &value, ProtocolVersion)
{
    encoder.element(tag, value ? "1" : "0");
}

void write_value(Encoder &encoder, Tag tag, Present const &value, ProtocolVersion)
{
    if (value)
        encoder.element(tag);
}

void write_value(Encoder &encoder, Tag tag, Instant const &value, ProtocolVersion)
{
    encoder.element(tag, format_datetime(value));
}

void write_value(Encoder &encoder, Tag tag, Compact<Instant> const &value, ProtocolVersion)
{
    encoder.element(tag, format_compact_datetime(value.value));
}

void write_value(Encoder &encoder, Tag tag, Element const &value, ProtocolVersion version)
{
    if (value.tag == Tag{}) // it was not there
        return;
    encoder.start(tag);
    if (value.is_opaque)
        encoder.opaque(value.text);
    else
        encoder.text(value.text);
    for (Element const &child : value.children)
        write_value(encoder, child.tag, child, version);
    encoder.end();
}

template <class Number> static void write_number(Encoder &encoder, Tag tag, Number value)
{
    std::array<char, 24> digits; // NOLINT(*-member-init): to_chars fills what is used
    auto const end = std::to_chars(digits.data(), digits.data() + digits.size(), value).ptr;
    encoder.element(tag, {digits.data(), static_cast<size_t>(end - digits.data())});
}

void write_signed(Encoder &encoder, Tag tag, int64_t value)
{
    write_number(encoder, tag, value);
}
void write_unsigned(Encoder &encoder, Tag tag, uint64_t value)
{
    write_number(encoder, tag, value);
}

} // namespace eas::schema

// See state-archive.h.
#include "device/state-archive.h"
#include "base/fields.h"
#include "base/text.h"
#include <array>
#include <charconv>
#include <optional>

namespace eas {

namespace {

constexpr std::string_view head = "eas-state 1\n";
/// Written by stores/ics-index.cc and stores/contact-index.cc; made anew where they are missing.
constexpr std::array<std::string_view, 3> cache_keys{"calendar/index-", "contacts/index-", "contacts/point-"};

std::string checksum(std::string_view text)
{
    uint64_t value = 0xcbf29ce484222325;
    for (unsigned char byte : text)
        value = (value ^ byte) * 0x100000001b3;
    std::array<char, 16> digits{};
    auto end = std::to_chars(digits.data(), digits.data() + digits.size(), value, 16).ptr;
    return {digits.data(), end};
}

Error damaged(std::string const &what)
{
    return {ErrorKind::bad_request, "This is no exported state: " + what};
}

/// Takes the first line off `text`, without its end. Nothing if none is complete.
std::optional<std::string_view> take_line(std::string_view &text)
{
    auto const end = text.find('\n');
    if (end == text.npos)
        return {};
    auto line = text.substr(0, end);
    text.remove_prefix(end + 1);
    return line;
}

Result<void> read_line(std::string_view line, size_t number, StateArchive &archive)
{
    if (line.starts_with("user ")) {
        archive.user = percent_decode(line.substr(5)).value_or("");
        return {};
    }
    auto const words = split(line, ' ');
    if (words[0] != "value" || words.size() != 3)
        return damaged("line " + std::to_string(number) + " is not known");
    auto value = base64_decode(words[2]);
    if (!value)
        return damaged("line " + std::to_string(number) + " is not base64");
    archive.entries.push_back({std::string(words[1]), std::move(*value)});
    return {};
}

} // namespace

bool is_cache(std::string_view key)
{
    for (auto prefix : cache_keys)
        if (key.starts_with(prefix))
            return true;
    return false;
}

std::string write_archive(StateArchive const &archive)
{
    FieldWriter out;
    out.text = head;
    out.add("user", archive.user);
    for (auto const &[key, value] : archive.entries)
        out.add("value", key + ' ' + base64_encode(value));
    out.add("end", std::to_string(archive.entries.size()) + ' ' + checksum(out.text));
    return std::move(out.text);
}

Result<StateArchive> read_archive(std::string_view text)
{
    if (!text.starts_with(head))
        return damaged(text.starts_with("eas-state ") ? "its version is not known here"
                                                      : "the first line is another");
    StateArchive archive;
    auto rest = text.substr(head.size());
    for (size_t number = 2;; ++number) {
        auto const before = text.substr(0, text.size() - rest.size());
        auto const line = take_line(rest);
        if (!line)
            return damaged("its end is missing");
        if (line->starts_with("end ")) {
            if (*line != "end " + std::to_string(archive.entries.size()) + ' ' + checksum(before))
                return damaged("it was changed since it was written");
            break;
        }
        if (auto const read = read_line(*line, number, archive); !read)
            return read.error();
    }
    if (!trim(rest).empty())
        return damaged("something follows its end; import one user's state at a time");
    return archive;
}

} // namespace eas

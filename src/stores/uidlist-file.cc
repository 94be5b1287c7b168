// See uidlist-file.h.
#include "stores/uidlist-file.h"
#include "base/text.h"
#include <charconv>
#include <fcntl.h>
#include <string_view>
#include <sys/stat.h>
#include <unistd.h>

namespace eas {

namespace {

/// Longer than a line can be: a name has 255 bytes, the extensions a few numbers and another name.
constexpr size_t longest_line = 4096;

/// Of what begins with one; 0 if nothing does, for no message has that UID.
uint32_t leading_number(std::string_view text)
{
    uint32_t number = 0;
    auto const parsed = std::from_chars(text.data(), text.data() + text.size(), number);
    return parsed.ec == std::errc() ? number : 0;
}

std::optional<UidlistFile::Header> parse_header(std::string_view line)
{
    if (!line.starts_with("3 "))
        return std::nullopt;
    UidlistFile::Header header;
    for (auto const field : split(line.substr(2), ' ')) {
        if (field.starts_with('V'))
            header.uid_validity = leading_number(field.substr(1));
        if (field.starts_with('G'))
            header.guid = field.substr(1);
    }
    return header.uid_validity == 0 ? std::nullopt : std::optional(header);
}

std::optional<UidlistFile::Entry> parse_entry(std::string_view line)
{
    auto const colon = line.find(" :");
    auto const uid = leading_number(line);
    if (uid == 0 || colon == line.npos)
        return std::nullopt;
    auto name = line.substr(colon + 2);
    name = name.substr(0, name.find(':'));
    if (name.empty() || name.find('/') != name.npos)
        return std::nullopt;
    UidlistFile::Entry entry{uid, std::string(name), std::string(name)};
    for (auto const field : split(line.substr(0, colon), ' '))
        if (field.starts_with('G') && field.size() > 1)
            entry.guid = field.substr(1);
    return entry;
}

} // namespace

UidlistFile::UidlistFile(std::string const &path) : m_fd(::open(path.c_str(), O_RDONLY | O_CLOEXEC))
{
    struct stat status;
    if (m_fd == -1 || fstat(m_fd, &status) < 0)
        return;
    m_size = static_cast<uint64_t>(status.st_size);
    auto const begin = read(0, longest_line);
    if (auto const end = begin.find('\n'); end != begin.npos) {
        m_first_line = end + 1;
        m_header = parse_header(std::string_view(begin).substr(0, end));
    }
}

UidlistFile::~UidlistFile()
{
    if (m_fd != -1)
        close(m_fd);
}

std::optional<UidlistFile::Header> UidlistFile::header() const
{
    return m_header;
}

/// What there is of that many bytes.
std::string UidlistFile::read(uint64_t from, size_t length) const
{
    std::string text(length, '\0');
    auto const got = pread(m_fd, text.data(), length, static_cast<off_t>(from));
    text.resize(got < 0 ? 0 : static_cast<size_t>(got));
    return text;
}

/// Where the first line begins that does so behind `position`; the end of the file if there is none.
std::optional<uint64_t> UidlistFile::line_after(uint64_t position) const
{
    auto const text = read(position, longest_line);
    if (auto const end = text.find('\n'); end != text.npos)
        return position + end + 1;
    return text.size() < longest_line ? std::optional(m_size) : std::nullopt;
}

/// Where a line begins before which all have a lower UID, and not far from there the first one that has not.
std::optional<uint64_t> UidlistFile::place_of(Uid first) const
{
    uint64_t low = m_first_line, high = m_size;
    while (high - low > 2 * longest_line) {
        auto const middle = low + (high - low) / 2;
        auto const line = line_after(middle);
        auto const uid = line ? leading_number(read(*line, 16)) : 0;
        if (uid == 0)
            return std::nullopt;
        if (uid < first)
            low = *line;
        else
            high = middle;
    }
    return low;
}

std::optional<std::vector<UidlistFile::Entry>> UidlistFile::entries(Uid first, Uid last) const
{
    auto const place = m_header ? place_of(first) : std::nullopt;
    if (!place)
        return std::nullopt;
    std::vector<Entry> found;
    std::string text;
    Uid before = 0;
    for (uint64_t position = *place;;) {
        auto const more = read(position, 4 * longest_line);
        position += more.size();
        text += more;
        size_t begin = 0;
        for (size_t end; (end = text.find('\n', begin)) != text.npos; begin = end + 1) {
            auto entry = parse_entry(std::string_view(text).substr(begin, end - begin));
            if (!entry || entry->uid <= before)
                return std::nullopt;
            before = entry->uid;
            if (before > last)
                return found;
            if (before >= first)
                found.push_back(std::move(*entry));
        }
        text.erase(0, begin); // the rest is a line that is not complete, or is being written
        if (more.empty())
            return found;
    }
}

} // namespace eas

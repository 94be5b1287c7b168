// See ics-directory-look.h.
#include "stores/ics-directory-look.h"
#include "stores/ics-item.h"
#include <algorithm>

namespace eas {

namespace {

/// What the files hold, whatever their stamps say.
std::string content_of(IcsDirectory const &directory, std::vector<std::string> names)
{
    std::ranges::sort(names);
    std::string versions;
    for (auto const &name : names) {
        auto const file = directory.read(name, largest_item_bytes);
        versions += file ? content_version(file->text)
                         : "unreadable"; // then it is looked at again when it has settled
    }
    return content_version(versions);
}

} // namespace

Result<DirectoryLook> DirectoryLook::take(IcsDirectory const &directory, IcsDirectory::Wanted const &wanted,
                                          size_t max_files)
{
    DirectoryLook look;
    auto const now = now_nanoseconds();
    uint64_t sum = 0; // whatever the order
    std::vector<std::string> fresh;
    auto const scanned =
        directory.scan(wanted, max_files, [&](std::string_view name, FileStamp const &stamp) {
            auto const token = stamp.token(name);
            sum += token;
            look.m_tokens.push_back(token);
            look.m_names.append(name.data(), name.size() + 1);
            if (stamp.is_racy_at(now))
                fresh.emplace_back(name);
        });
    if (!scanned)
        return scanned.error();
    look.m_version = std::to_string(look.m_tokens.size()) + '-' + std::to_string(sum);
    if (!fresh.empty())
        look.m_version += '-' + content_of(directory, std::move(fresh));
    return look;
}

TokenSet DirectoryLook::tokens() const
{
    TokenSet tokens(m_tokens.size());
    for (auto const token : m_tokens)
        tokens.add(token);
    return tokens;
}

std::vector<std::string> DirectoryLook::names_beside(TokenSet const &known) const
{
    std::vector<std::string> names;
    auto const *name = m_names.c_str();
    for (auto const token : m_tokens) {
        if (!known.contains(token))
            names.emplace_back(name);
        name += std::char_traits<char>::length(name) + 1;
    }
    std::ranges::sort(names);
    return names;
}

} // namespace eas

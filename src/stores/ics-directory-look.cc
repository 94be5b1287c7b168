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
                                          size_t max_files, SeenNames &seen)
{
    auto const own_stamp = directory.own_stamp();
    if (!own_stamp)
        return own_stamp.error();
    if (seen.names && seen.directory == *own_stamp) {
        DirectoryLook look(seen.names);
        if (directory.scan_names(*seen.names, [&](auto name, auto const &stamp) { look.add(name, stamp); }))
            return std::move(look).finish(directory);
    }
    auto const names = std::make_shared<std::string>();
    DirectoryLook look(names);
    auto const scanned =
        directory.scan(wanted, max_files, [&](std::string_view name, FileStamp const &stamp) {
            names->append(name.data(), name.size() + 1);
            look.add(name, stamp);
        });
    if (!scanned)
        return scanned.error();
    seen = own_stamp->is_racy_at(look.m_taken_at) ? SeenNames{} : SeenNames{*own_stamp, names};
    return std::move(look).finish(directory);
}

void DirectoryLook::add(std::string_view name, FileStamp const &stamp)
{
    auto const token = stamp.token(name);
    m_sum += token;
    m_tokens.push_back(token);
    if (stamp.is_racy_at(m_taken_at))
        m_fresh.emplace_back(name);
}

DirectoryLook DirectoryLook::finish(IcsDirectory const &directory) &&
{
    m_version = std::to_string(m_tokens.size()) + '-' + std::to_string(m_sum);
    if (!m_fresh.empty())
        m_version += '-' + content_of(directory, std::move(m_fresh));
    return std::move(*this);
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
    auto const *name = m_names->c_str();
    for (auto const token : m_tokens) {
        if (!known.contains(token))
            names.emplace_back(name);
        name += std::char_traits<char>::length(name) + 1;
    }
    std::ranges::sort(names);
    return names;
}

} // namespace eas

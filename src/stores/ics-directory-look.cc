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
    auto const scanned = directory.scan(
        wanted, max_files, [&](std::string_view name, FileStamp const &stamp) { look.add(name, stamp); });
    if (!scanned)
        return scanned.error();
    return std::move(look).finish(directory);
}

Result<DirectoryLook> DirectoryLook::again(IcsDirectory const &directory, IcsDirectory::Wanted const &wanted,
                                           size_t max_files, std::vector<std::string> touched) const
{
    touched.insert(touched.end(), m_fresh.begin(), m_fresh.end());
    std::ranges::sort(touched);
    touched.erase(std::unique(touched.begin(), touched.end()), touched.end());

    DirectoryLook look(*this);
    look.m_taken_at = now_nanoseconds();
    look.m_fresh.clear();
    for (auto const &name : touched) {
        if (!wanted(name))
            continue;
        look.remove(name);
        auto const stamp = directory.stamp(name);
        if (stamp)
            look.add(name, *stamp);
    }
    if (look.files() > max_files)
        return directory.too_many(max_files);
    return std::move(look).finish(directory);
}

void DirectoryLook::add(std::string_view name, FileStamp const &stamp)
{
    auto const token = stamp.token(name);
    m_names.append(name).push_back('\0');
    m_sum += token;
    m_tokens.push_back(token);
    if (stamp.is_racy_at(m_taken_at))
        m_fresh.emplace_back(name);
}

void DirectoryLook::remove(std::string const &name)
{
    auto const before = m_names.find('\0' + name + '\0');
    if (before == std::string::npos)
        return;
    auto const from = m_names.begin() + static_cast<ptrdiff_t>(before);
    auto const token = m_tokens.begin() + std::count(m_names.begin(), from, '\0');
    m_sum -= *token;
    m_tokens.erase(token);
    m_names.erase(before, name.size() + 1);
}

DirectoryLook DirectoryLook::finish(IcsDirectory const &directory) &&
{
    m_version = std::to_string(m_tokens.size()) + '-' + std::to_string(m_sum);
    if (!m_fresh.empty())
        m_version += '-' + content_of(directory, m_fresh);
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
    auto const *name = m_names.c_str() + 1;
    for (auto const token : m_tokens) {
        if (!known.contains(token))
            names.emplace_back(name);
        name += std::char_traits<char>::length(name) + 1;
    }
    std::ranges::sort(names);
    return names;
}

} // namespace eas

// See mail-annotations.h.
#include "stores/mail-annotations.h"
#include "base/fields.h"
#include "ports/mail-flags.h"
#include <algorithm>

namespace eas {

namespace {

constexpr char value_key[] = "mail/annotations", lock_key[] = "mail";
constexpr std::string_view format_name = "eas-mail-annotations";
constexpr uint64_t format_version = 1;

} // namespace

Result<void> MailAnnotations::load()
{
    if (m_entries)
        return {};
    auto value = m_store.get(value_key);
    if (!value)
        return value.error();
    m_entries.emplace();
    auto const text = std::move(*value).value_or("");
    auto fields = parse_fields(text); // their names point into the text
    if (fields.empty() || fields.front().name != format_name || fields.front().number() != format_version)
        return {}; // none yet, or damaged: then flags have no dates, which harms nobody
    for (auto &field : fields) {
        auto pieces = split_pieces(field.value);
        if (field.name == "message" && pieces.size() == 2)
            m_entries->emplace_back(std::move(pieces[0]), std::move(pieces[1]));
    }
    return {};
}

Result<void> MailAnnotations::save()
{
    FieldWriter out;
    out.add(format_name, format_version);
    for (auto &[guid, text] : *m_entries)
        out.add("message", join_pieces({guid, text}));
    return m_store.set(value_key, out.text);
}

Result<bool> MailAnnotations::empty()
{
    if (auto loaded = load(); !loaded)
        return loaded.error();
    return m_entries->empty();
}

Result<std::string> MailAnnotations::find(std::string_view guid)
{
    if (auto loaded = load(); !loaded)
        return loaded.error();
    auto found = std::ranges::find(*m_entries, guid, &Entry::first);
    return found == m_entries->end() ? std::string() : found->second;
}

Result<void> MailAnnotations::set(std::string_view guid, std::string_view text)
{
    if (text.size() > longest_text)
        return Error{ErrorKind::too_large, "an annotation of " + std::to_string(text.size()) + " bytes"};
    auto lock = m_store.lock(lock_key);
    if (!lock)
        return lock.error();
    refresh();
    auto known = find(guid);
    if (!known)
        return known.error();
    if (*known == text)
        return {};
    std::erase_if(*m_entries, [&](Entry const &entry) { return entry.first == guid; });
    if (!text.empty())
        m_entries->emplace_back(guid, text);
    if (m_entries->size() > most) {
        auto const without_flag = [](Entry const &entry) {
            return annotation_part(entry.second, false).empty();
        };
        auto const oldest = std::ranges::find_if(*m_entries, without_flag);
        m_entries->erase(oldest == m_entries->end() ? m_entries->begin() : oldest);
    }
    return save();
}

} // namespace eas

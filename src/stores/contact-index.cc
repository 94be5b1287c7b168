// See contact-index.h.
#include "stores/contact-index.h"
#include "base/fields.h"
#include "stores/ics-item.h"

namespace eas {

namespace {

constexpr std::string_view format = "format 1\n";
constexpr std::string_view version_name = "version ";

std::string items_text(ContactIndex const &index)
{
    FieldWriter writer;
    writer.text = format;
    for (auto const &[id, version] : index)
        writer.add("item", id + ' ' + version);
    return std::move(writer.text);
}

} // namespace

std::string contact_index_version(ContactIndex const &index)
{
    return content_version(items_text(index));
}

ContactIndexStore::ContactIndexStore(StateStore &state, std::string const &book_id, std::string content)
    : m_state(state), m_point_key("contacts/point-" + book_id), m_index_key("contacts/index-" + book_id),
      m_content(std::move(content))
{}

std::optional<ContactPoint> ContactIndexStore::point() const
{
    auto const text = m_state.get(m_point_key);
    if (!text || !*text || !(*text)->starts_with(format))
        return std::nullopt;
    ContactPoint point;
    std::string content;
    for (auto const &field : parse_fields(**text))
        if (field.name == "content")
            content = field.value;
        else if (field.name == "cookie")
            point.cookie = field.value;
        else if (field.name == "seen")
            point.seen = field.value;
        else if (field.name == "version")
            point.version = field.value;
    return content == m_content && !point.version.empty() ? std::optional(point) : std::nullopt;
}

std::optional<ContactIndex> ContactIndexStore::index(std::string const &version) const
{
    auto const text = m_state.get(m_index_key);
    auto const end = text && *text ? (*text)->rfind(version_name) : std::string::npos;
    if (end == std::string::npos || !(*text)->starts_with(format) ||
        std::string_view(**text).substr(end) != std::string(version_name) + version + '\n')
        return std::nullopt;
    ContactIndex index;
    for (auto const &field :
         parse_fields(std::string_view(**text).substr(format.size(), end - format.size()))) {
        auto const blank = field.value.find(' ');
        if (field.name != "item" || blank == std::string::npos)
            return std::nullopt;
        index.emplace(field.value.substr(0, blank), field.value.substr(blank + 1));
    }
    return index;
}

void ContactIndexStore::save(ContactIndex const &index, ContactPoint const &point)
{
    auto text = items_text(index);
    text.append(version_name).append(point.version).append(1, '\n');
    if (m_state.set(m_index_key, text))
        save_point(point);
}

void ContactIndexStore::save_point(ContactPoint const &point)
{
    FieldWriter writer;
    writer.text = format;
    writer.add("content", m_content);
    writer.add("cookie", point.cookie);
    writer.add("seen", point.seen);
    writer.add("version", point.version);
    (void)m_state.set(m_point_key, writer.text);
}

} // namespace eas

// A contact's change to its LDAP entry: with_contact() of contact-ldap.h.
#include "base/text.h"
#include "mapping/contact-day.h"
#include "mapping/contact-ldap.h"
#include "mapping/contact-values.h"
#include "mapping/picture.h"
#include <algorithm>
#include <set>

namespace eas {

namespace {

constexpr size_t longest_text_bytes = 32 << 10;
constexpr size_t longest_notes_bytes = 1 << 20;

Error refused(std::string_view property, std::string const &why)
{
    return {ErrorKind::bad_request, std::string(property) + ": " + why};
}

Result<std::string> picture_to_store(std::string const &base64)
{
    auto const bytes = base64_decode(base64);
    if (!bytes || bytes->empty())
        return refused("Picture", "it is no base64");
    if (bytes->size() > largest_contact_picture_bytes)
        return refused("Picture", "it is larger than 36 KB");
    auto jpeg = jpeg_within(*bytes, largest_contact_picture_bytes);
    if (!jpeg)
        return jpeg.error().kind == ErrorKind::bad_request ? refused("Picture", jpeg.error().message)
                                                           : jpeg.error();
    return std::move(*jpeg);
}

/// Whether the client wrote what it was told. Lines of base64 may be broken otherwise.
bool is_as_told(Tag tag, std::string const &written, std::string const &told)
{
    return written == told || (tag == Tag::Contacts_Picture && base64_decode(written) == base64_decode(told));
}

/// The stored form of what a client wrote; "" stays "".
Result<std::string> to_store(Tag tag, std::string const &written)
{
    if (written.empty())
        return std::string();
    if (tag == Tag::Contacts_Picture)
        return picture_to_store(written);
    if (is_contact_day(tag)) {
        auto day = contact_day(written);
        if (!day)
            return refused(local_name(tag), "it is no date");
        return std::move(*day);
    }
    if (written.size() > longest_text_bytes)
        return refused(local_name(tag), "it is longer than 32 KB");
    return std::string(trim(written));
}

/// Replaces the first value; "" removes it.
void set_first(Attributes &entry, std::string const &attribute, std::string const &value)
{
    auto &values = entry[attribute];
    if (!values.empty())
        values.erase(values.begin());
    std::erase(values, value); // a value is there once
    if (!value.empty())
        values.insert(values.begin(), value);
}

bool has_name(Contact const &contact)
{
    return !(contact.first_name.value_or("") + contact.last_name.value_or("")).empty();
}

/// The properties as they are to be, in their stored form.
using Wanted = std::map<std::string, std::string, std::less<>>;

class Writer {
public:
    Writer(Attributes entry, ContactMap const &map)
        : m_map(map), m_before(std::move(entry)), m_after(m_before), m_exact(exact_values(m_before, map))
    {}

    void set(std::string_view property, std::string const &value)
    {
        bool written = false;
        auto const &places = m_map.places(property);
        for (auto const &place : places)
            if (!place.read_only && !value_at(place, property, m_before, m_map, m_exact).empty())
                written = put(place, property, value) || written;
        auto const first = std::ranges::find(places, false, &AttributePlace::read_only);
        if (!written && !value.empty() && first != places.end())
            put(*first, property, value); // as an exact value, if it does not fit here either
        m_changed.emplace(property);
    }

    void set_list(std::string_view property, AttributeValues values)
    {
        auto const *place = list_place(property, m_before, m_map);
        if ((!place || place->read_only) && !m_map.places(property).empty())
            place = &m_map.places(property).front();
        if (place)
            m_after[place->attribute] = std::move(values);
    }

    /// Names that an entry must have and that cannot be seen are not for us to write.
    void set_names(Contact const &before, Contact const &after)
    {
        bool const is_new = values_of(m_before, "objectClass").empty();
        auto const is_ours_to_write = [&](char const *name) {
            return is_new || !values_of(m_before, name).empty();
        };
        auto const old_cn =
            values_of(m_before, "cn").empty() ? std::string() : values_of(m_before, "cn").front();
        auto const name = display_name(after), old_name = display_name(before);
        bool const is_ours = old_cn.empty() || old_cn == old_name;
        if (is_ours_to_write("cn") && (is_ours ? old_cn != name : has_name(after) && old_name != name)) {
            auto const &shown = values_of(m_before, "displayName");
            if (is_new || (!shown.empty() && (shown.front() == old_cn || shown.front() == old_name)))
                set_first(m_after, "displayName", name);
            set_first(m_after, "cn", name);
        }
        if (after.last_name.value_or("").empty() && is_ours_to_write("sn"))
            set_first(m_after, "sn", is_ours_to_write("cn") ? values_of(m_after, "cn").front() : name);
    }

    /// `wanted`: all properties.
    Attributes finish(Wanted const &wanted)
    {
        write_numbered(wanted);
        write_postal(wanted);
        note_exact(wanted);
        add_classes();
        std::erase_if(m_after, [](auto const &each) { return each.second.empty(); });
        return std::move(m_after);
    }

private:
    /// Whether the attribute has it now; else it has nothing.
    bool put(AttributePlace const &place, std::string_view property, std::string const &value)
    {
        bool const fits = admits(place.attribute, value);
        if (place.is_postal)
            return true; // write_postal()
        if (place.is_numbered)
            m_numbered.emplace(property);
        else if (!place.second_line.empty() && !values_of(m_before, place.second_line).empty())
            put_lines(place, value);
        else
            set_first(m_after, place.attribute, fits ? form_in(place.attribute, value) : "");
        return fits;
    }

    void put_lines(AttributePlace const &place, std::string const &value)
    {
        auto const end = std::min(value.find('\n'), value.size());
        set_first(m_after, place.attribute, value.substr(0, end));
        set_first(m_after, place.second_line, end < value.size() ? value.substr(end + 1) : "");
    }

    /// Whole addresses of which a part has changed. Where there is no street of its own, the whole is shown
    /// as the street, and nothing else.
    void write_postal(Wanted const &wanted)
    {
        for (auto const &row : m_map.rows)
            for (auto const &place : row.places) {
                if (!place.is_postal || place.read_only || values_of(m_before, place.attribute).empty())
                    continue;
                auto const address = row.property.substr(0, row.property.rfind("Street"));
                auto const is_part = [&](auto const &changed) { return changed.starts_with(address); };
                if (std::ranges::none_of(m_changed, is_part))
                    continue;
                bool const is_street = std::ranges::none_of(row.places, [&](auto const &other) {
                    return !other.is_postal && !other.read_only && !values_at(other, m_after).empty();
                });
                auto const part = [&](char const *name) { return value_of(wanted, address + name); };
                auto lines = value_of(wanted, row.property);
                if (!is_street)
                    lines += '\n' + part("PostalCode") + ' ' + part("City") + '\n' + part("State") + '\n' +
                             part("Country");
                set_first(m_after, place.attribute, to_postal(lines));
            }
    }

    static std::string value_of(Wanted const &wanted, std::string const &property)
    {
        auto const found = wanted.find(property);
        return found == wanted.end() ? std::string() : found->second;
    }

    /// All values of an attribute of which one changes, those that stay where they were among them.
    void write_numbered(Wanted const &wanted)
    {
        std::set<std::string, AttributeNameLess> attributes;
        for (auto const &row : m_map.rows)
            for (auto const &place : row.places)
                if (place.is_numbered && !place.read_only && m_changed.contains(row.property))
                    attributes.insert(place.attribute);
        for (auto const &attribute : attributes) {
            auto const before = distribute(attribute, m_before, m_map, m_exact);
            AttributeValues values;
            for (auto const &[position, property] : numbered(attribute, m_map)) {
                bool const is_here = before.values.contains(property) || m_numbered.contains(property) ||
                                     m_exact.contains(property);
                auto const value = wanted.find(property);
                if (is_here && value != wanted.end() && !value->second.empty() &&
                    admits(attribute, value->second) &&
                    std::ranges::find(values, value->second) == values.end())
                    values.push_back(value->second);
            }
            for (auto const &other : before.others)
                if (std::ranges::find(values, other) == values.end())
                    values.push_back(other);
            m_after[attribute] = std::move(values);
        }
    }

    void note_exact(Wanted const &wanted)
    {
        if (m_map.exact_attribute.empty())
            return;
        ExactValues exact;
        for (bool again = true; again;) {
            again = false;
            for (auto const &[property, value] : wanted)
                if (may_need_exact(property) && !exact.contains(property) &&
                    stored_value(property, m_after, m_map, exact) != value) {
                    exact.emplace(property, value);
                    again = true;
                }
        }
        auto &values = m_after[m_map.exact_attribute];
        values.clear();
        for (auto const &[property, value] : exact)
            values.push_back(property + ' ' + value);
    }

    /// Not what was read from another property's attribute: that may change with it.
    bool may_need_exact(std::string const &property) const
    {
        auto const &places = m_map.places(property);
        return !places.empty() && (m_changed.contains(property) || m_exact.contains(property) ||
                                   places.front().is_numbered || property == "LastName");
    }

    void add_classes()
    {
        auto &classes = m_after["objectClass"];
        bool const is_new = classes.empty();
        bool const has_new_attribute = std::ranges::any_of(m_after, [&](auto const &each) {
            return !each.second.empty() && !m_before.contains(each.first);
        });
        for (auto const &each : is_new ? m_map.create_classes : m_map.auxiliary_classes)
            if ((is_new || has_new_attribute) &&
                std::ranges::none_of(classes, [&](auto &have) { return equals_ignoring_case(have, each); }))
                classes.push_back(each);
    }

    ContactMap const &m_map;
    Attributes m_before, m_after;
    ExactValues m_exact;
    std::set<std::string, std::less<>> m_changed, m_numbered;
};

/// For names: without a FileAs that itself is made of the name.
Contact without_derived_file_as(Contact contact, Attributes const &entry, ContactMap const &map)
{
    auto const is_stored = [&](auto const &place) {
        return !place.read_only && !values_of(entry, place.attribute).empty();
    };
    if (std::ranges::none_of(map.places("FileAs"), is_stored))
        contact.file_as.reset();
    return contact;
}

bool same(std::vector<std::string> a, std::vector<std::string> b)
{
    std::ranges::sort(a);
    std::ranges::sort(b);
    return a == b;
}

/// What a list holds: no empty values, none twice.
Result<AttributeValues> list_to_store(std::string_view property, std::vector<std::string> const &written)
{
    AttributeValues values;
    for (auto const &each : written) {
        std::string const value(trim(each));
        if (value.size() > longest_text_bytes)
            return refused(property, "one is longer than 32 KB");
        if (!value.empty() &&
            std::ranges::none_of(values, [&](auto const &have) { return equals_ignoring_case(have, value); }))
            values.push_back(value);
    }
    if (values.size() > most_list_items)
        return refused(property, "more than 300");
    return values;
}

} // namespace

Result<Attributes> with_contact(Attributes const &entry, ContactData const &change, ContactMap const &map)
{
    auto const before = contact_of(entry, map);
    auto after = before.contact;
    auto const exact = exact_values(entry, map);
    Writer writer(entry, map);
    Wanted wanted;
    for (auto const &text : contact_texts) {
        std::string const property(property_name(text));
        auto const &written = change.contact.*text.member;
        wanted[property] = stored_value(property, entry, map, exact);
        if (!written || is_as_told(text.tag, *written, (before.contact.*text.member).value_or("")))
            continue;
        auto value = to_store(text.tag, *written);
        if (!value)
            return value.error();
        after.*text.member = text.tag == Tag::Contacts_Picture ? *written : *value;
        if (*value == wanted[property])
            continue;
        writer.set(property, *value);
        wanted[property] = std::move(*value);
    }
    for (auto const &list : contact_lists) {
        auto const &written = change.contact.*list.member;
        if (!written || same(*written, (before.contact.*list.member).value_or(std::vector<std::string>())))
            continue;
        auto values = list_to_store(local_name(list.tag), *written);
        if (!values)
            return values.error();
        writer.set_list(local_name(list.tag), std::move(*values));
    }
    wanted["Notes"] = stored_value("Notes", entry, map, exact);
    if (change.notes && *change.notes != before.notes.value_or("")) {
        if (change.notes->size() > longest_notes_bytes)
            return refused("Body", "it is longer than 1 MB");
        writer.set("Notes", *change.notes);
        wanted["Notes"] = *change.notes;
    }
    if (!change.contact.file_as || change.contact.file_as == before.contact.file_as)
        after = without_derived_file_as(std::move(after), entry, map);
    writer.set_names(without_derived_file_as(before.contact, entry, map), after);
    return writer.finish(wanted);
}

} // namespace eas

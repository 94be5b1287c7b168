// See contact-ldap.h; a change to an entry is in contact-ldap-change.cc.
#include "mapping/contact-ldap.h"
#include "base/text.h"
#include "mapping/contact-day.h"
#include "mapping/contact-values.h"
#include "mapping/picture.h"
#include <algorithm>
#include <set>

namespace eas {

namespace {

/// What a client is shown of a stored value.
std::string on_wire(Tag tag, std::string const &stored)
{
    if (stored.empty())
        return {};
    if (is_contact_day(tag))
        return contact_day_on_wire(stored).value_or("");
    if (tag == Tag::Contacts_Picture) {
        auto const picture = jpeg_within(stored, largest_contact_picture_bytes);
        return picture ? base64_encode(*picture) : std::string();
    }
    return sanitize_utf8(stored);
}

} // namespace

std::string display_name(Contact const &contact)
{
    std::string name;
    for (auto const *part : {&contact.first_name, &contact.middle_name, &contact.last_name, &contact.suffix})
        if (!part->value_or("").empty())
            name += (name.empty() ? "" : " ") + **part;
    for (auto const *other : {&contact.file_as, &contact.company_name, &contact.nick_name,
                              &contact.email1_address, &contact.mobile_phone_number})
        if (name.empty())
            name = other->value_or("");
    return name.empty() ? "?" : name;
}

ContactData contact_of(Attributes const &entry, ContactMap const &map)
{
    ContactData data;
    auto const exact = exact_values(entry, map);
    for (auto const &text : contact_texts) {
        auto value = on_wire(text.tag, stored_value(property_name(text), entry, map, exact));
        if (!value.empty())
            data.contact.*text.member = std::move(value);
    }
    for (auto const &list : contact_lists) {
        auto const *place = list_place(local_name(list.tag), entry, map);
        if (!place)
            continue;
        auto values = values_at(*place, entry);
        values.resize(std::min(values.size(), most_list_items));
        for (auto &each : values)
            each = sanitize_utf8(each);
        data.contact.*list.member = std::move(values);
    }
    if (auto notes = stored_value("Notes", entry, map, exact); !notes.empty())
        data.notes = sanitize_utf8(notes);
    return data;
}

std::vector<std::string> mapped_attributes(ContactMap const &map)
{
    std::set<std::string, AttributeNameLess> names{"objectClass", "cn", "sn", "displayName"};
    for (auto const &row : map.rows)
        for (auto const &place : row.places) {
            names.insert(place.attribute);
            names.insert(place.second_line);
        }
    names.erase("");
    if (!map.exact_attribute.empty())
        names.insert(map.exact_attribute);
    return {names.begin(), names.end()};
}

} // namespace eas

// See phone-index.h.
#include "ping/phone-index.h"
#include <bit>
#include <functional>

namespace eas {

size_t PhoneIndex::hash(std::string_view user, std::string_view device_id)
{
    std::hash<std::string_view> hash;
    return hash(user) ^ std::rotl(hash(device_id), 1);
}

void PhoneIndex::enter(Phone &phone)
{
    phone.next_of_device = bucket(phone.device_hash);
    bucket(phone.device_hash) = &phone;
}

void PhoneIndex::add(Phone &phone)
{
    phone.next = m_first;
    if (m_first)
        m_first->previous = &phone;
    m_first = &phone;
    phone.device_hash = hash(phone.text(Phone::user), phone.text(Phone::device_id));
    if (++m_count <= m_by_device.size()) {
        enter(phone);
        return;
    }
    m_by_device.assign(2 * m_by_device.size(), nullptr);
    for (Phone *each = m_first; each; each = each->next)
        enter(*each);
}

void PhoneIndex::remove(Phone &phone)
{
    if (phone.next)
        phone.next->previous = phone.previous;
    (phone.previous ? phone.previous->next : m_first) = phone.next;
    Phone **at = &bucket(phone.device_hash);
    while (*at != &phone)
        at = &(*at)->next_of_device;
    *at = phone.next_of_device;
    m_count--;
}

} // namespace eas

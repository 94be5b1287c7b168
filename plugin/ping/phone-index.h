// All phones, and those of a device: lists through the phones themselves (Phone::next,
// Phone::next_of_device), so that thousands of them cost no allocation each. The second lists are the chains
// of a hash table.
#pragma once
#include "ping/phone.h"
#include <string_view>
#include <vector>

namespace eas {

class PhoneIndex {
public:
    PhoneIndex() : m_by_device(64) {}
    PhoneIndex(PhoneIndex const &) = delete;

    void add(Phone &phone);
    void remove(Phone &phone);

    size_t count() const { return m_count; }
    /// The latest; Phone::next leads to all others.
    Phone *first() const { return m_first; }
    /// `visit(Phone &)` may remove the phone that it gets.
    template <class Visit>
    void for_each_of_device(std::string_view user, std::string_view device_id, Visit visit)
    {
        Phone *next;
        for (Phone *phone = bucket(hash(user, device_id)); phone; phone = next) {
            next = phone->next_of_device;
            if (phone->text(Phone::user) == user && phone->text(Phone::device_id) == device_id)
                visit(*phone);
        }
    }

private:
    static size_t hash(std::string_view user, std::string_view device_id);
    Phone *&bucket(size_t device_hash) { return m_by_device[device_hash & (m_by_device.size() - 1)]; }
    void enter(Phone &phone);

    Phone *m_first = nullptr;
    size_t m_count = 0;
    std::vector<Phone *> m_by_device; ///< a power of two long
};

} // namespace eas

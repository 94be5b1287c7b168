// See mail-snapshot.h.
#include "sync/mail-snapshot.h"
#include "items/categories.h"

namespace eas {

namespace {

/// FNV-1a, 64 bits: told apart are the few forms that one message takes. Never 0.
class Fingerprint {
public:
    void add(std::string_view text)
    {
        for (unsigned char c : text)
            add(c);
        add(static_cast<unsigned char>(0));
    }
    uint64_t value() const { return m_value == 0 ? 1 : m_value; }

private:
    void add(unsigned char byte) { m_value = (m_value ^ byte) * 0x100000001b3; }
    uint64_t m_value = 0xcbf29ce484222325;
};

uint64_t categories_of(MailFlags const &flags)
{
    auto names = category_names(flags.keywords);
    if (names.empty())
        return 0;
    Fingerprint fingerprint;
    for (auto &name : names)
        fingerprint.add(name);
    return fingerprint.value();
}

uint64_t flag_details_of(MailFlags const &flags)
{
    bool complete = !flags.flagged && flags.has_keyword(complete_keyword);
    if (!complete && !flags.flagged)
        return 0;
    auto const details = annotation_part(flags.annotation, false);
    if (!complete && details.empty())
        return 0;
    Fingerprint fingerprint;
    fingerprint.add(complete ? "complete" : "active");
    fingerprint.add(details);
    return fingerprint.value();
}

void put(UidSet &set, Uid uid, bool present)
{
    present ? set.add(uid) : set.remove(uid);
}

} // namespace

uint64_t UidGroups::fingerprint_of(Uid uid) const
{
    for (auto &[fingerprint, uids] : m_groups)
        if (uids.contains(uid))
            return fingerprint;
    return 0;
}

void UidGroups::put(Uid uid, uint64_t fingerprint)
{
    auto before = fingerprint_of(uid);
    if (before == fingerprint)
        return;
    if (before != 0) {
        auto group = m_groups.find(before);
        group->second.remove(uid);
        if (group->second.empty())
            m_groups.erase(group);
    }
    if (fingerprint != 0)
        m_groups[fingerprint].add(uid);
}

ShownProperties MailSnapshot::difference(Uid uid, MailFlags const &flags) const
{
    return {.read = read.contains(uid) != flags.seen,
            .flag = flagged.contains(uid) != flags.flagged ||
                    flag_details.fingerprint_of(uid) != flag_details_of(flags),
            .categories = categories.fingerprint_of(uid) != categories_of(flags),
            .last_verb =
                answered.contains(uid) != flags.answered || forwarded.contains(uid) != flags.forwarded};
}

void MailSnapshot::show(Uid uid, MailFlags const &flags, ShownProperties const &which)
{
    if (which.read)
        put(read, uid, flags.seen);
    if (which.flag) {
        put(flagged, uid, flags.flagged);
        flag_details.put(uid, flag_details_of(flags));
    }
    if (which.categories)
        categories.put(uid, categories_of(flags));
    if (which.last_verb) {
        put(answered, uid, flags.answered);
        put(forwarded, uid, flags.forwarded);
    }
}

void MailSnapshot::show_otherwise(Uid uid, ShownProperties const &which)
{
    constexpr uint64_t of_nothing = ~uint64_t{0};
    if (which.flag)
        flag_details.put(uid, of_nothing);
    if (which.categories)
        categories.put(uid, of_nothing);
}

void MailSnapshot::forget(Uid uid)
{
    device.remove(uid);
    stale.remove(uid);
    show(uid, {}, all_properties);
}

} // namespace eas

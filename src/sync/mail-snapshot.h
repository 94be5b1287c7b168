// What a device was last told of a mailbox. Changes are differences between this and the mailbox, so
// that nothing is told twice, a phone's own change does not come back to it, and a mailbox whose index
// was rebuilt needs no resynchronisation.
#pragma once
#include "base/result.h"
#include "base/uid-set.h"
#include "ports/mail-flags.h"
#include "ports/mail-store.h"
#include <cstdint>
#include <map>

namespace eas {

/// Which messages of a folder a device wants.
struct MailFilter {
    int type = 0;                     ///< FilterType: MS-ASCMD 2.2.3.68.2
    bool whole_conversations = false; ///< ConversationMode: beyond the dates of `type`. MS-ASCMD 2.2.3.36.2
    MailFilter() = default;
    MailFilter(int filter_type, bool conversations = false)
        : type(filter_type), whole_conversations(conversations)
    {}
};

/// Messages that show the same of something, as groups. Those that show nothing of it are in none, so a
/// mailbox where nobody uses categories or flags with dates has no groups.
class UidGroups {
public:
    /// 0 if it is in none.
    uint64_t fingerprint_of(Uid uid) const;
    /// Takes it out of its group first; 0: into none.
    void put(Uid uid, uint64_t fingerprint);
    void add_group(uint64_t fingerprint, UidSet uids) { m_groups[fingerprint] = std::move(uids); }
    std::map<uint64_t, UidSet> const &groups() const { return m_groups; }
    bool operator==(UidGroups const &) const = default;

private:
    std::map<uint64_t, UidSet> m_groups; ///< by fingerprint; none is empty
};

/// Properties that change without the message; a change tells only those that did (MS-ASEMAIL 3.2.5.4.1).
struct ShownProperties {
    bool read = false, flag = false, categories = false, last_verb = false;
    bool any() const { return read || flag || categories || last_verb; }
    ShownProperties operator&(ShownProperties const &other) const
    {
        return {read && other.read, flag && other.flag, categories && other.categories,
                last_verb && other.last_verb};
    }
    bool operator==(ShownProperties const &) const = default;
};
constexpr ShownProperties all_properties{true, true, true, true};

struct MailSnapshot {
    uint32_t uid_validity = 0; ///< 0: nothing was looked at yet
    ChangePoint point;         ///< changes up to here are told or in `pending`
    Uid uid_next = 1;          ///< messages from here on are new to the device
    UidSet device;             ///< messages on the device
    UidSet read{}, flagged{};  ///< of those, the ones that the device shows so
    UidSet answered{}, forwarded{};
    UidGroups categories{};           ///< by their names
    UidGroups flag_details{};         ///< of those whose flag is complete, or active with dates and the like
    UidSet pending{};                 ///< to be compared with the mailbox: did not fit the window yet
    int filter_type = 0;              ///< MS-ASCMD 2.2.3.68.2, in force when this was made
    int filter_limit = 0;             ///< FolderLimits::filter_type at that time
    bool whole_conversations = false; ///< MailFilter at that time
    /// When the earliest message on the device that is inside the filter's dates was received; 0: unknown,
    /// none.
    int64_t oldest_seconds = 0;
    UidSet stale{};      ///< of `device`, those of which the device shows what is not stored
    UidSet unreadable{}; ///< not told, since the storage could not read them; tried again at `retry_seconds`
    int64_t retry_seconds = 0; ///< since 1970; of no meaning while none is unreadable

    /// What the device shows otherwise than `flags` say it.
    ShownProperties difference(Uid uid, MailFlags const &flags) const;
    /// Those properties of a message on the device are now as `flags` say.
    void show(Uid uid, MailFlags const &flags, ShownProperties const &which);
    /// Flag and Categories, if among those, are on the device as no flags say it.
    void show_otherwise(Uid uid, ShownProperties const &which);
    /// The device has the message no more.
    void forget(Uid uid);
    bool operator==(MailSnapshot const &) const = default;
};

} // namespace eas

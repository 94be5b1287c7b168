// What a device was last told of a mailbox. Changes are differences between this and the mailbox, so
// that nothing is told twice, a phone's own change does not come back to it, and a mailbox whose index
// was rebuilt needs no resynchronisation.
#pragma once
#include "base/result.h"
#include "base/uid-set.h"
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

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

struct MailSnapshot {
    uint32_t uid_validity = 0; ///< 0: nothing was looked at yet
    uint64_t modseq = 0;       ///< changes up to here are told or in `pending`
    Uid uid_next = 1;          ///< messages from here on are new to the device
    UidSet device;             ///< messages on the device
    UidSet read, flagged;      ///< of those, the ones that the device shows so
    UidSet answered, forwarded;
    UidSet pending;                   ///< to be compared with the mailbox: did not fit the window yet
    int filter_type = 0;              ///< MS-ASCMD 2.2.3.68.2, in force when this was made
    int filter_limit = 0;             ///< FolderLimits::filter_type at that time
    bool whole_conversations = false; ///< MailFilter at that time
    /// When the earliest message on the device that is inside the filter's dates was received; 0: unknown,
    /// none.
    int64_t oldest_seconds = 0;
    UidSet stale{}; ///< of `device`, those of which the device shows what is not stored

    bool operator==(MailSnapshot const &) const = default;
};

} // namespace eas

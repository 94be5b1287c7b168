// What a store must know of an iCalendar text: which item it holds, and a short name for its content.
#pragma once
#include "base/result.h"
#include "mapping/ical-document.h"
#include "ports/calendar-store.h"
#include <optional>
#include <string>
#include <string_view>

namespace eas {

constexpr uint64_t largest_item_bytes = 8 << 20; ///< of one event or task, with its attachments

struct IcsItem {
    std::string uid; ///< "" if it has none
    CalendarItemKind kind = CalendarItemKind::event;
    std::vector<std::string> remarks; ///< for the log: mapping/ical-remarks.h
};

/// Whether a file of that name can be an item: not hidden, no temporary or backup file of some program.
bool is_item_name(std::string_view name, bool is_radicale);

/// The kind of a component; nothing for VJOURNAL, VFREEBUSY and others, which EAS does not know.
std::optional<CalendarItemKind> item_kind(IcalComponent const &component);
/// The UID, "" if it is absent.
std::string item_uid(IcalComponent const &component);

/// The one item of a text; nothing if it holds none for EAS (a journal). bad_request: it is broken, or holds
/// several; the message continues "... is not synchronised: ". Remarks cost more than all else.
Result<std::optional<IcsItem>> examine_item(std::string_view text, bool with_remarks = false);

/// The item of a text that is to be stored. bad_request, also if it has no UID; too_large.
Result<IcsItem> item_to_store(std::string_view text);

/// A name for `text`: 11 characters, another one if a byte differs.
std::string content_version(std::string_view text);
/// 16 characters for the file, UID or directory `name`; `kind_of_name` keeps names of different things apart.
std::string opaque_id(std::string_view kind_of_name, std::string_view name);

} // namespace eas

// See ics-item.h.
#include "stores/ics-item.h"
#include "base/text.h"
#include "mapping/ical-remarks.h"
#include "mapping/ical-time.h"
#include "stores/ics-directory.h"
#include <algorithm>
#include <functional>
#include <openssl/sha.h>

namespace eas {

namespace {

std::string digest(std::string_view text, size_t bytes)
{
    unsigned char hash[SHA256_DIGEST_LENGTH];
    SHA256(reinterpret_cast<unsigned char const *>(text.data()), text.size(), hash);
    return base64url_encode({reinterpret_cast<char const *>(hash), bytes});
}

} // namespace

std::optional<CalendarItemKind> item_kind(IcalComponent const &component)
{
    if (component.name() == "VEVENT")
        return CalendarItemKind::event;
    if (component.name() == "VTODO")
        return CalendarItemKind::task;
    return {};
}

std::string item_uid(IcalComponent const &component)
{
    auto const uid = component.property("UID");
    return uid ? std::string(trim(uid->text())) : std::string();
}

Result<std::optional<IcsItem>> examine_item(std::string_view text, bool with_remarks)
{
    auto const document = IcalDocument::parse(text);
    if (!document)
        return document.error();
    if (document->root().components("VCALENDAR").empty())
        return Error{ErrorKind::bad_request, "it holds no VCALENDAR"};
    std::optional<IcsItem> item;
    bool has_start = false;
    for (auto const *component : document->items()) {
        auto const kind = item_kind(*component);
        if (!kind)
            continue;
        auto const start = component->property("DTSTART");
        has_start |= start && is_ical_time(start->value);
        IcsItem found{item_uid(*component), *kind, {}};
        if (!item)
            item = std::move(found);
        else if (item->uid != found.uid || item->kind != found.kind)
            return Error{ErrorKind::bad_request,
                         "it holds several events or tasks where each has its own file"};
    }
    if (item && item->kind == CalendarItemKind::event && !has_start)
        return Error{ErrorKind::bad_request, "its event has no DTSTART that can be read"};
    if (item && with_remarks)
        item->remarks = ical_remarks(*document, ZoneNames::of_process(), {now_nanoseconds() / 1'000'000});
    return item;
}

Result<IcsItem> item_to_store(std::string_view text)
{
    if (text.size() > largest_item_bytes)
        return Error{ErrorKind::too_large, "an item has " + std::to_string(text.size()) + " bytes"};
    auto const item = examine_item(text);
    if (!item)
        return item.error();
    if (!*item || (*item)->uid.empty())
        return Error{ErrorKind::bad_request, "no event or task with a UID is to be stored"};
    return **item;
}

std::string content_version(std::string_view text)
{
    return digest(text, 8);
}

std::string opaque_id(std::string_view kind_of_name, std::string_view name)
{
    return digest(std::string(kind_of_name) + '\0' + std::string(name), 12);
}

bool is_item_name(std::string_view name, bool is_radicale)
{
    if (name.empty() || name.front() == '.' || name.ends_with('~') || name.ends_with(".tmp"))
        return false;
    return is_radicale || (name.size() > 4 && (name.ends_with(".ics") ||
                                               equals_ignoring_case(name.substr(name.size() - 4), ".ics")));
}

} // namespace eas

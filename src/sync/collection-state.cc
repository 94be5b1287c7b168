// See collection-state.h.
#include "sync/collection-state.h"
#include "base/fields.h"
#include "sync/compact-uids.h"
#include "sync/moved-state.h"
#include <algorithm>
#include <array>
#include <charconv>

namespace eas {

namespace {

constexpr auto format_name = mail_state_format;
constexpr uint64_t format_version = 3;

/// One set of UIDs of a snapshot: a line each, unless it is empty.
struct SetField {
    std::string_view name;
    UidSet MailSnapshot::*set;
    bool of_unchanged = false; ///< must be known to see that nothing changed
};
constexpr std::array set_fields{
    SetField{"device", &MailSnapshot::device},
    SetField{"read", &MailSnapshot::read},
    SetField{"flagged", &MailSnapshot::flagged},
    SetField{"answered", &MailSnapshot::answered},
    SetField{"forwarded", &MailSnapshot::forwarded},
    SetField{"stale", &MailSnapshot::stale},
    SetField{"pending", &MailSnapshot::pending, true},
    SetField{"unreadable", &MailSnapshot::unreadable, true},
};

/// Groups of UIDs by fingerprint: a line "name <fingerprint in hex> <UIDs>" each.
struct GroupsField {
    std::string_view name;
    UidGroups MailSnapshot::*groups;
};
constexpr std::array groups_fields{
    GroupsField{"categories", &MailSnapshot::categories},
    GroupsField{"flag-details", &MailSnapshot::flag_details},
};

std::string to_hex(uint64_t number)
{
    std::array<char, 16> digits{};
    auto end = std::to_chars(digits.data(), digits.data() + digits.size(), number, 16).ptr;
    return {digits.data(), end};
}

/// Sets are written as they differ from those of `base`.
void write_snapshot(FieldWriter &out, KeyedSnapshot const &keyed, MailSnapshot const &base)
{
    auto &snapshot = keyed.snapshot;
    out.add("key", keyed.sync_key);
    out.add("uidvalidity", snapshot.uid_validity);
    out.add("index", snapshot.point.index_id);
    out.add("log", snapshot.point.log_file);
    out.add("modseq", snapshot.point.modseq);
    out.add("uidnext", snapshot.uid_next);
    out.add("filter", snapshot.filter_type);
    if (snapshot.whole_conversations)
        out.add("conversations", 1);
    if (snapshot.filter_limit != 0)
        out.add("filter-limit", snapshot.filter_limit);
    out.add("oldest", static_cast<uint64_t>(snapshot.oldest_seconds));
    if (!snapshot.unreadable.empty())
        out.add("retry", static_cast<uint64_t>(snapshot.retry_seconds));
    for (auto &field : set_fields)
        if (auto differing = (snapshot.*field.set).difference(base.*field.set); !differing.empty())
            out.add(field.name, compact(differing));
    for (auto &field : groups_fields)
        for (auto &[fingerprint, uids] : (snapshot.*field.groups).groups())
            out.add(field.name, to_hex(fingerprint) + ' ' + uids.to_string());
}

/// False if the line is damaged.
bool read_group(UidGroups &groups, std::string_view value)
{
    auto blank = std::min(value.find(' '), value.size());
    uint64_t fingerprint = 0;
    auto number = std::from_chars(value.data(), value.data() + blank, fingerprint, 16);
    auto uids = UidSet::parse(value.substr(std::min(blank + 1, value.size())));
    if (number.ec != std::errc() || number.ptr != value.data() + blank || fingerprint == 0 || !uids ||
        uids->empty())
        return false;
    groups.add_group(fingerprint, std::move(*uids));
    return true;
}

/// After settle() the previous key is the later one: it must not be given out again.
bool is_later(std::string_view other_key, std::string_view key)
{
    return next_sync_key(key, other_key) != next_sync_key(key);
}

void copy_sets(MailSnapshot const &from, MailSnapshot &to)
{
    for (auto &field : set_fields)
        to.*field.set = from.*field.set;
}

void read_number(MailSnapshot &snapshot, Field const &field)
{
    if (field.name == "uidvalidity")
        snapshot.uid_validity = static_cast<uint32_t>(field.number());
    else if (field.name == "modseq")
        snapshot.point.modseq = field.number();
    else if (field.name == "index")
        snapshot.point.index_id = static_cast<uint32_t>(field.number());
    else if (field.name == "log")
        snapshot.point.log_file = static_cast<uint32_t>(field.number());
    else if (field.name == "uidnext")
        snapshot.uid_next = static_cast<Uid>(field.number());
    else if (field.name == "filter")
        snapshot.filter_type = static_cast<int>(field.number());
    else if (field.name == "conversations")
        snapshot.whole_conversations = field.number() == 1;
    else if (field.name == "filter-limit")
        snapshot.filter_limit = static_cast<int>(field.number());
    else if (field.name == "retry")
        snapshot.retry_seconds = static_cast<int64_t>(field.number());
    else if (field.name == "oldest")
        snapshot.oldest_seconds = static_cast<int64_t>(field.number());
}

/// False if the line is damaged.
bool read_snapshot_field(MailSnapshot &snapshot, Field const &field, StateParts parts)
{
    bool everything = parts == StateParts::all;
    for (auto &known : set_fields) {
        if (field.name != known.name)
            continue;
        if (!everything && !known.of_unchanged)
            return true;
        auto differing = parse_compact(field.value);
        if (differing)
            snapshot.*known.set = (snapshot.*known.set).difference(*differing);
        return differing.has_value();
    }
    for (auto &known : groups_fields)
        if (field.name == known.name)
            return !everything || read_group(snapshot.*known.groups, field.value);
    read_number(snapshot, field);
    return true;
}

} // namespace

KeyedSnapshot const *CollectionState::find(std::string_view sync_key) const
{
    if (sync_key == current.sync_key)
        return &current;
    if (previous && sync_key == previous->sync_key)
        return &*previous;
    return nullptr;
}

bool CollectionState::replace(std::string_view base_key, MailSnapshot const &snapshot)
{
    auto &known = base_key == current.sync_key ? current.snapshot : previous->snapshot;
    if (known == snapshot)
        return false;
    known = snapshot;
    return true;
}

void CollectionState::advance(std::string const &base_key, MailSnapshot snapshot)
{
    if (base_key != current.sync_key && snapshot == current.snapshot)
        return;
    auto key = next_sync_key(current.sync_key, previous ? previous->sync_key : "");
    if (base_key == current.sync_key)
        previous = std::move(current);
    current = {std::move(key), std::move(snapshot)};
    std::erase_if(drafts, [&](KnownDraft const &draft) {
        return !current.snapshot.device.contains(draft.known_as) &&
               !(previous && previous->snapshot.device.contains(draft.known_as));
    });
}

bool CollectionState::settle(std::string_view base_key)
{
    if (base_key == current.sync_key)
        return false;
    std::swap(current, *previous);
    return true;
}

std::string serialize(CollectionState const &state)
{
    FieldWriter out;
    out.add(format_name, format_version);
    write_options(out, state.options);
    write_delivery(out, state.delivery);
    for (auto &draft : state.drafts)
        out.add("draft", serialize(draft));
    write_snapshot(out, state.current, {});
    if (state.previous)
        write_snapshot(out, *state.previous, state.current.snapshot);
    out.add("end", 1);
    return std::move(out.text);
}

std::optional<CollectionState> parse_collection_state(std::string_view text, std::string_view sync_key,
                                                      StateParts parts)
{
    auto fields = parse_fields(text);
    if (fields.size() < 3 || fields.front().name != format_name ||
        fields.front().number() != format_version || fields.back().name != "end" ||
        fields.back().number() != 1)
        return {};
    CollectionState state;
    KeyedSnapshot *target = nullptr;
    for (auto &field : fields) {
        if (field.name == "key") {
            if (target != nullptr && field.value != sync_key &&
                !is_later(field.value, state.current.sync_key))
                break;
            bool first = target == nullptr;
            target = first ? &state.current : &state.previous.emplace();
            if (!first)
                copy_sets(state.current.snapshot, target->snapshot);
            target->sync_key = field.value;
        } else if (field.name == "delivery") {
            state.delivery = read_delivery(field.value);
        } else if (field.name == "draft") {
            if (auto draft = parse_known_draft(field.value))
                state.drafts.push_back(std::move(*draft));
        } else if (target == nullptr) {
            read_option(state.options, field);
        } else if (!read_snapshot_field(target->snapshot, field, parts)) {
            return {};
        }
    }
    if (state.current.sync_key.empty())
        return {};
    return state;
}

std::vector<std::string> stored_sync_keys(std::string_view text)
{
    std::vector<std::string> keys;
    for (auto &field : parse_fields(text))
        if (field.name == "key")
            keys.push_back(std::move(field.value));
    return keys;
}

Result<std::optional<CollectionState>> load_collection(StateStore &store, std::string const &key,
                                                       std::string_view sync_key, StateParts parts)
{
    auto value = store.get(key);
    if (!value)
        return value.error();
    if (!*value)
        return std::optional<CollectionState>();
    return parse_collection_state(**value, sync_key, parts);
}

} // namespace eas

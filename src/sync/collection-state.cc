// See collection-state.h.
#include "sync/collection-state.h"
#include "base/fields.h"
#include "sync/compact-uids.h"
#include <algorithm>
#include <array>
#include <charconv>
#include <random>

namespace eas {

namespace {

constexpr std::string_view format_name = "eas-mail-state";
constexpr uint64_t format_version = 2;

/// One set of UIDs of a snapshot: a line each, unless it is empty.
struct SetField {
    std::string_view name;
    UidSet MailSnapshot::*set;
};
constexpr std::array set_fields{
    SetField{"device", &MailSnapshot::device},       SetField{"read", &MailSnapshot::read},
    SetField{"flagged", &MailSnapshot::flagged},     SetField{"answered", &MailSnapshot::answered},
    SetField{"forwarded", &MailSnapshot::forwarded}, SetField{"stale", &MailSnapshot::stale},
    SetField{"pending", &MailSnapshot::pending},     SetField{"unreadable", &MailSnapshot::unreadable},
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

void write_preference(FieldWriter &out, std::string_view name, BodyPreference const &preference)
{
    auto optional = [](auto const &value) { return value ? std::to_string(*value) : std::string("-"); };
    out.add(name, std::to_string(static_cast<int>(preference.type)) + ' ' +
                      optional(preference.truncation_size) + ' ' + optional(preference.all_or_none) + ' ' +
                      optional(preference.preview));
}

BodyPreference read_preference(std::string_view value)
{
    auto pieces = split(value, ' ');
    pieces.resize(4);
    BodyPreference preference;
    preference.type = static_cast<BodyType>(parse_unsigned(pieces[0]).value_or(1));
    preference.truncation_size = parse_unsigned(pieces[1]);
    if (auto all = parse_unsigned(pieces[2]))
        preference.all_or_none = *all != 0;
    if (auto preview = parse_unsigned(pieces[3]))
        preference.preview = static_cast<uint32_t>(*preview);
    return preference;
}

/// What is in one of them only; undoes itself.
UidSet difference(UidSet const &one, UidSet const &other)
{
    return one.without(other).united(other.without(one));
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
        if (auto differing = difference(snapshot.*field.set, base.*field.set); !differing.empty())
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

void copy_sets(MailSnapshot const &from, MailSnapshot &to)
{
    for (auto &field : set_fields)
        to.*field.set = from.*field.set;
}

/// False if the line is damaged.
bool read_snapshot_field(MailSnapshot &snapshot, Field const &field)
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
    for (auto &known : set_fields) {
        if (field.name != known.name)
            continue;
        auto differing = parse_compact(field.value);
        if (!differing)
            return false;
        snapshot.*known.set = difference(snapshot.*known.set, *differing);
    }
    for (auto &known : groups_fields)
        if (field.name == known.name)
            return read_group(snapshot.*known.groups, field.value);
    return true;
}

void write_delivery(FieldWriter &out, Delivery const &delivery)
{
    if (delivery == Delivery())
        return;
    out.add("delivery", std::to_string(delivery.repeats) + ' ' + std::to_string(delivery.window) + ' ' +
                            std::to_string(delivery.suspect) + ' ' + std::to_string(delivery.suspect_tries));
}

Delivery read_delivery(std::string_view value)
{
    auto pieces = split(value, ' ');
    pieces.resize(4);
    auto number = [&](size_t i) { return static_cast<uint32_t>(parse_unsigned(pieces[i]).value_or(0)); };
    return {number(0), number(1), number(2), number(3)};
}

void read_option(CollectionOptions &options, Field const &field)
{
    if (field.name == "option-filter")
        options.filter_type = static_cast<int>(field.number());
    else if (field.name == "option-conversations")
        options.whole_conversations = field.number() == 1;
    else if (field.name == "option-conflict")
        options.conflict = static_cast<int>(field.number());
    else if (field.name == "option-mime-support")
        options.body.mime_support = static_cast<int>(field.number());
    else if (field.name == "option-mime-truncation")
        options.body.mime_truncation = static_cast<int>(field.number());
    else if (field.name == "option-body")
        options.body.body_preferences.push_back(read_preference(field.value));
    else if (field.name == "option-body-part")
        options.body.body_part_preference = read_preference(field.value);
}

std::string next_key(std::string_view key)
{
    return std::to_string(parse_unsigned(key).value_or(0) + 1);
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
    auto key = next_key(current.sync_key);
    if (base_key == current.sync_key)
        previous = std::move(current);
    current = {std::move(key), std::move(snapshot)};
    std::erase_if(drafts, [&](KnownDraft const &draft) {
        return !current.snapshot.device.contains(draft.known_as) &&
               !(previous && previous->snapshot.device.contains(draft.known_as));
    });
}

std::string first_sync_key()
{
    // Nine random digits tell this state from earlier ones; nine more count its keys.
    std::random_device random;
    std::uniform_int_distribution<uint64_t> epoch(100'000'000, 999'999'999);
    return std::to_string(epoch(random) * 1'000'000'000 + 1);
}

std::string serialize(CollectionState const &state)
{
    FieldWriter out;
    out.add(format_name, format_version);
    out.add("option-filter", state.options.filter_type);
    if (state.options.whole_conversations)
        out.add("option-conversations", 1);
    out.add("option-conflict", static_cast<uint64_t>(state.options.conflict));
    out.add("option-mime-support", state.options.body.mime_support);
    if (state.options.body.mime_truncation)
        out.add("option-mime-truncation", *state.options.body.mime_truncation);
    for (auto &preference : state.options.body.body_preferences)
        write_preference(out, "option-body", preference);
    if (state.options.body.body_part_preference)
        write_preference(out, "option-body-part", *state.options.body.body_part_preference);
    write_delivery(out, state.delivery);
    for (auto &draft : state.drafts)
        out.add("draft", serialize(draft));
    write_snapshot(out, state.current, {});
    if (state.previous)
        write_snapshot(out, *state.previous, state.current.snapshot);
    out.add("end", 1);
    return std::move(out.text);
}

std::optional<CollectionState> parse_collection_state(std::string_view text, std::string_view sync_key)
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
            if (target != nullptr && field.value != sync_key)
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
        } else if (!read_snapshot_field(target->snapshot, field)) {
            return {};
        }
    }
    if (state.current.sync_key.empty())
        return {};
    return state;
}

Result<std::optional<CollectionState>> load_collection(StateStore &store, std::string const &key,
                                                       std::string_view sync_key)
{
    auto value = store.get(key);
    if (!value)
        return value.error();
    if (!*value)
        return std::optional<CollectionState>();
    return parse_collection_state(**value, sync_key);
}

} // namespace eas

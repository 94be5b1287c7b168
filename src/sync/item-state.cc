// See item-state.h.
#include "sync/item-state.h"
#include "sync/sync-key.h"
#include <utility>

namespace eas {

namespace {

constexpr std::string_view format_name = "eas-item-state", items_line = "\nitems ", last_line = "end 1\n";
/// A head is longer only after an answer that may have been lost, with what it told.
constexpr size_t usual_head_bytes = 8192;
constexpr uint64_t format_version = 1;

void write_seconds(FieldWriter &out, std::string_view name, std::optional<int64_t> seconds)
{
    if (seconds)
        out.add(name, std::to_string(*seconds));
}

void write_head(FieldWriter &out, KeyedItems const &keyed)
{
    auto const &snapshot = keyed.snapshot;
    out.add("key", keyed.sync_key);
    out.add("version", snapshot.folder_version);
    out.add("filter", static_cast<uint64_t>(snapshot.filter_type));
    write_seconds(out, "passes", snapshot.next_passes_seconds);
    write_seconds(out, "again", snapshot.next_again_seconds);
    write_seconds(out, "retry", snapshot.retry_seconds);
    for (auto const &write : snapshot.writes)
        out.add("write", join_pieces({write.client_id, write.item_id, write.version}));
}

void read_head(ItemSnapshot &snapshot, Field const &field)
{
    if (field.name == "version") {
        snapshot.folder_version = field.value;
    } else if (field.name == "filter") {
        snapshot.filter_type = static_cast<int>(field.number());
    } else if (field.name == "passes") {
        snapshot.next_passes_seconds = parse_signed(field.value);
    } else if (field.name == "again") {
        snapshot.next_again_seconds = parse_signed(field.value);
    } else if (field.name == "retry") {
        snapshot.retry_seconds = parse_signed(field.value);
    } else if (field.name == "write") {
        auto pieces = split_pieces(field.value);
        pieces.resize(3);
        snapshot.writes.push_back({std::move(pieces[0]), std::move(pieces[1]), std::move(pieces[2])});
    }
}

/// What of `previous` is not as in `current`.
std::string differences_text(KnownItems const &previous, KnownItems const &current)
{
    std::string text;
    for (auto const &id : KnownItems::differences(previous, current)) {
        auto const item = previous.find(id);
        text.append(item ? item->line() : id).append(1, '\n');
    }
    return text;
}

std::string section(std::string_view name, std::string const &lines)
{
    return std::string(name) + ' ' + std::to_string(lines.size()) + '\n' + lines;
}

/// The lines of a section at the beginning of `text`, which loses it.
std::optional<std::string_view> take_section(std::string_view &text, std::string_view name)
{
    auto const line_end = text.find('\n');
    auto line = text.substr(0, line_end);
    if (line_end == text.npos || take_piece(line) != name)
        return {};
    auto const bytes = parse_unsigned(line);
    text.remove_prefix(line_end + 1);
    if (!bytes || *bytes > text.size())
        return {};
    auto const lines = text.substr(0, *bytes);
    text.remove_prefix(*bytes);
    return lines;
}

/// Makes the previous items of the current ones. False: a line is broken.
bool apply_differences(KnownItems &items, std::string_view lines)
{
    while (!lines.empty()) {
        auto const end = lines.find('\n');
        auto const line = lines.substr(0, end);
        bool const is_whole = end != lines.npos && KnownItem::parse(line);
        if (is_whole)
            items.put(std::string(line));
        else if (end != lines.npos && !line.empty() && line.find(' ') == line.npos)
            items.erase(line);
        else
            return false;
        lines.remove_prefix(end + 1);
    }
    return true;
}

std::string supported_text(SupportedProperties const &supported)
{
    std::vector<std::string> tags;
    for (auto const tag : supported.managed)
        tags.push_back(std::to_string(static_cast<unsigned>(tag)));
    return join_pieces(tags);
}

SupportedProperties parse_supported(std::string_view text)
{
    SupportedProperties supported{.is_sent = true, .managed = {}};
    for (auto const &piece : split_pieces(text))
        if (auto const tag = parse_unsigned(piece))
            supported.managed.push_back(static_cast<Tag>(*tag));
    return supported;
}

} // namespace

KeyedItems const *ItemState::find(std::string_view sync_key) const
{
    if (sync_key == current.sync_key)
        return &current;
    if (previous && sync_key == previous->sync_key)
        return &*previous;
    return nullptr;
}

void ItemState::replace(std::string_view base_key, ItemSnapshot snapshot)
{
    (base_key == current.sync_key ? current : *previous).snapshot = std::move(snapshot);
}

void ItemState::advance(std::string const &base_key, ItemSnapshot snapshot)
{
    if (base_key != current.sync_key && snapshot == current.snapshot)
        return;
    auto key = next_sync_key(current.sync_key, previous ? previous->sync_key : "");
    if (base_key == current.sync_key)
        previous = std::move(current);
    current = {std::move(key), std::move(snapshot)};
}

bool ItemState::settle(std::string_view base_key)
{
    if (base_key == current.sync_key)
        return false;
    std::swap(current, *previous);
    return true;
}

static Error unreadable(std::string const &key)
{
    return {ErrorKind::conflict, "what is stored cannot be read: " + key};
}

std::string serialize(ItemState const &state)
{
    FieldWriter out;
    out.add(format_name, format_version);
    write_options(out, state.options);
    if (state.supported.is_sent)
        out.add("supported", supported_text(state.supported));
    write_delivery(out, state.delivery);
    write_head(out, state.current);
    if (state.previous)
        write_head(out, *state.previous);
    auto const items = state.current.snapshot.items.text();
    out.text.reserve(out.text.size() + items.size() + items.size() / 16);
    out.text += section("items", items);
    if (state.previous)
        out.text += section("previous",
                            differences_text(state.previous->snapshot.items, state.current.snapshot.items));
    out.text += last_line;
    return std::move(out.text);
}

/// Of `text`, which ends behind it: the head, with the line break before the items. Nothing if it has no end.
static std::optional<std::string_view> head_of(std::string_view text)
{
    auto const end = text.find(items_line);
    return end == text.npos ? std::nullopt : std::optional(text.substr(0, end + 1));
}

bool StoredItemState::parse_head(std::string_view text)
{
    auto const fields = parse_fields(text);
    if (fields.empty() || fields.front().name != format_name || fields.front().number() != format_version)
        return false;
    KeyedItems *target = nullptr;
    for (auto const &field : fields) {
        if (field.name == "key") {
            target = target == nullptr ? &m_state.current : &m_state.previous.emplace();
            target->sync_key = field.value;
        } else if (field.name == "delivery") {
            m_state.delivery = read_delivery(field.value);
        } else if (field.name == "supported") {
            m_state.supported = parse_supported(field.value);
        } else if (target == nullptr) {
            read_option(m_state.options, field);
        } else {
            read_head(target->snapshot, field);
        }
    }
    return !m_state.current.sync_key.empty();
}

Result<std::optional<StoredItemState>> StoredItemState::load(StateStore &store, std::string const &key)
{
    auto text = store.get_beginning(key, usual_head_bytes);
    if (text && *text && !head_of(**text))
        text = store.get(key);
    if (!text)
        return text.error();
    if (!*text)
        return std::optional<StoredItemState>();
    StoredItemState stored(store, key);
    auto const head = head_of(**text);
    if (!head || !stored.parse_head(*head))
        return unreadable(key);
    return std::optional(std::move(stored));
}

bool StoredItemState::parse_items(std::shared_ptr<std::string const> const &whole, std::string_view sync_key)
{
    std::string_view text = *whole;
    auto const head = head_of(text);
    if (!head)
        return false;
    text.remove_prefix(head->size());
    auto const lines = take_section(text, "items");
    auto items = lines ? KnownItems::parse(whole, *lines) : std::nullopt;
    if (!items || !text.ends_with(last_line)) // of a part that is not read the end tells that it is there
        return false;
    auto const &key = m_state.current.sync_key;
    if (m_state.previous && m_state.previous->sync_key != sync_key &&
        next_sync_key(key, m_state.previous->sync_key) == next_sync_key(key)) {
        m_state.previous.reset(); // it is no later one, as after settle(), that must not be given out again
    } else if (m_state.previous) {
        auto &previous = m_state.previous->snapshot.items = *items;
        auto const differences = take_section(text, "previous");
        if (!differences || !apply_differences(previous, *differences) || text != last_line)
            return false;
    }
    m_state.current.snapshot.items = *std::move(items);
    return true;
}

Result<ItemState> StoredItemState::read_items(std::string_view sync_key) &&
{
    auto text = m_store->get(m_key);
    if (!text)
        return text.error();
    if (!*text || !parse_items(std::make_shared<std::string const>(std::move(**text)), sync_key))
        return unreadable(m_key);
    return std::move(m_state);
}

} // namespace eas

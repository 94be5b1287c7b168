// See item-state.h.
#include "sync/item-state.h"
#include "sync/sync-key.h"
#include <charconv>
#include <utility>

namespace eas {

namespace {

constexpr std::string_view format_name = "eas-item-state", items_line = "\nitems ", last_line = "end 1\n";
constexpr uint64_t format_version = 1;

using Items = std::map<std::string, KnownItem, std::less<>>;

void write_seconds(FieldWriter &out, std::string_view name, std::optional<int64_t> seconds)
{
    if (seconds)
        out.add(name, std::to_string(*seconds));
}

std::optional<int64_t> parse_seconds(std::string_view text)
{
    int64_t seconds = 0;
    auto const read = std::from_chars(text.data(), text.data() + text.size(), seconds);
    bool const whole = read.ec == std::errc() && read.ptr == text.data() + text.size();
    return whole ? std::optional(seconds) : std::nullopt;
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
        snapshot.next_passes_seconds = parse_seconds(field.value);
    } else if (field.name == "again") {
        snapshot.next_again_seconds = parse_seconds(field.value);
    } else if (field.name == "retry") {
        snapshot.retry_seconds = parse_seconds(field.value);
    } else if (field.name == "write") {
        auto pieces = split_pieces(field.value);
        pieces.resize(3);
        snapshot.writes.push_back({std::move(pieces[0]), std::move(pieces[1]), std::move(pieces[2])});
    }
}

void write_item(std::string &text, std::string const &id, KnownItem const &item)
{
    text.append(id).append(1, ' ').append(item.version.empty() ? "-" : item.version);
    text.append(1, ' ').append(1, static_cast<char>(item.where)).append(1, ' ');
    text.append(item.passes_seconds ? std::to_string(*item.passes_seconds) : "-");
    if (item.again_seconds)
        text.append(1, ' ').append(std::to_string(*item.again_seconds));
    text.append(1, '\n');
}

std::string items_text(Items const &items)
{
    std::string text;
    text.reserve(items.size() * 48);
    for (auto const &[id, item] : items)
        write_item(text, id, item);
    return text;
}

/// What of `previous` is not as in `current`.
std::string differences_text(Items const &previous, Items const &current)
{
    std::string text;
    walk_both(previous, current, [&](std::string const &id, KnownItem const *before, KnownItem const *now) {
        if (!before)
            text.append(id).append(1, '\n');
        else if (!now || *before != *now)
            write_item(text, id, *before);
    });
    return text;
}

/// The next piece of a line, which loses it.
std::string_view take_piece(std::string_view &line)
{
    auto const blank = line.find(' ');
    auto const piece = line.substr(0, blank);
    line.remove_prefix(blank == line.npos ? line.size() : blank + 1);
    return piece;
}

bool read_item(Items &items, std::string_view line)
{
    auto const id = take_piece(line);
    if (id.empty())
        return false;
    if (line.empty()) {
        if (auto const gone = items.find(id); gone != items.end())
            items.erase(gone);
        return true;
    }
    auto const version = take_piece(line), where = take_piece(line), passes = take_piece(line);
    if (version.empty() || where.size() != 1 || passes.empty())
        return false;
    KnownItem item{std::string(version == "-" ? "" : version), static_cast<KnownItem::Where>(where[0]),
                   parse_seconds(passes), parse_seconds(line)};
    // Lines are in the order of the map most often.
    items.insert_or_assign(items.end(), std::string(id), std::move(item));
    return true;
}

/// Reads a section "<name> <bytes>\n<lines>" at the beginning of `text`, which loses it.
bool read_section(std::string_view &text, std::string_view name, Items &items)
{
    auto const line_end = text.find('\n');
    auto line = text.substr(0, line_end);
    if (line_end == text.npos || take_piece(line) != name)
        return false;
    auto const bytes = parse_unsigned(line);
    text.remove_prefix(line_end + 1);
    if (!bytes || *bytes > text.size())
        return false;
    auto lines = text.substr(0, *bytes);
    text.remove_prefix(*bytes);
    while (!lines.empty()) {
        auto const end = lines.find('\n');
        if (end == lines.npos || !read_item(items, lines.substr(0, end)))
            return false;
        lines.remove_prefix(end + 1);
    }
    return true;
}

std::string section(std::string_view name, std::string const &lines)
{
    return std::string(name) + ' ' + std::to_string(lines.size()) + '\n' + lines;
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
    out.text += section("items", items_text(state.current.snapshot.items));
    if (state.previous)
        out.text += section("previous",
                            differences_text(state.previous->snapshot.items, state.current.snapshot.items));
    out.text += last_line;
    return std::move(out.text);
}

std::optional<StoredItemState> StoredItemState::parse(std::string text)
{
    auto const end = text.find(items_line);
    if (end == text.npos || !text.ends_with(last_line))
        return {};
    StoredItemState stored;
    stored.m_items = end + 1;
    auto const fields = parse_fields(std::string_view(text).substr(0, stored.m_items));
    if (fields.empty() || fields.front().name != format_name || fields.front().number() != format_version)
        return {};
    ItemState &state = stored.m_state;
    KeyedItems *target = nullptr;
    for (auto const &field : fields) {
        if (field.name == "key") {
            target = target == nullptr ? &state.current : &state.previous.emplace();
            target->sync_key = field.value;
        } else if (field.name == "delivery") {
            state.delivery = read_delivery(field.value);
        } else if (field.name == "supported") {
            state.supported = parse_supported(field.value);
        } else if (target == nullptr) {
            read_option(state.options, field);
        } else {
            read_head(target->snapshot, field);
        }
    }
    if (state.current.sync_key.empty())
        return {};
    stored.m_text = std::move(text);
    return stored;
}

std::optional<ItemState> StoredItemState::read_items(std::string_view sync_key) &&
{
    auto text = std::string_view(m_text).substr(m_items);
    auto &items = m_state.current.snapshot.items;
    if (!read_section(text, "items", items))
        return {};
    auto const &key = m_state.current.sync_key;
    if (m_state.previous && m_state.previous->sync_key != sync_key &&
        next_sync_key(key, m_state.previous->sync_key) == next_sync_key(key)) {
        m_state.previous.reset(); // it is no later one, as after settle(), that must not be given out again
    } else if (m_state.previous) {
        m_state.previous->snapshot.items = items;
        if (!read_section(text, "previous", m_state.previous->snapshot.items) || text != last_line)
            return {};
    }
    return std::move(m_state);
}

Result<std::optional<StoredItemState>> load_items(StateStore &store, std::string const &key)
{
    auto value = store.get(key);
    if (!value)
        return value.error();
    if (!*value)
        return std::optional<StoredItemState>();
    auto state = StoredItemState::parse(std::move(**value));
    if (!state)
        return Error{ErrorKind::conflict, "what is stored cannot be read: " + key};
    return std::optional(std::move(state));
}

} // namespace eas

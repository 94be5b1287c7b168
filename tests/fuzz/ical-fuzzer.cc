// Any text as an iCalendar file that is edited, as a content line and as TEXT; as Radicale's properties of a
// collection, and as our index of one.
#include "base/quick-hash.h"
#include "fuzz.h"
#include "mapping/ical-document.h"
#include "stores/ics-index.h"
#include "stores/ics-item.h"
#include "stores/ics-properties.h"
#include <cinttypes>

using namespace eas;
using fuzz::demand;

static void check_lines(std::string_view text)
{
    auto const once = unescape_ical_text(text);
    demand(once.size() <= 3 * text.size(), "a byte of windows-1252 becomes three at most");
    demand(unescape_ical_text(escape_ical_text(once)).size() <= once.size(), "TEXT does not grow");
    demand(escape_ical_text(text).find_first_of("\r\n") == std::string::npos, "escaped TEXT is one line");
    auto const property = parse_ical_line(text);
    if (!property)
        return;
    auto const line = format_ical_line(*property);
    for (auto const *line_end : {"\r\n", "\n"})
        demand(unfold_ical_line(fold_ical_line(line, line_end)) == line, "a line survives folding");
    auto const again = parse_ical_line(line);
    demand(again && format_ical_line(*again) == line, "a property survives");
}

/// What must not change when the summaries do. They are set first: what is set takes the place of a broken
/// line, which would stay else.
static std::string without_summaries(IcalDocument document)
{
    for (auto *item : document.items()) {
        item->set_text("SUMMARY", "no file has this");
        item->remove("SUMMARY");
    }
    return document.print();
}

static void check_file(std::string_view text)
{
    auto const document = IcalDocument::parse(text);
    if (!document)
        return;
    demand(document->print() == text, "an unedited file stays as it is");
    auto edited = *document;
    size_t count = 0;
    for (auto *item : edited.items()) {
        item->set_text("SUMMARY", "a,\n" + std::to_string(count++));
        item->set({"X-NEW", {{"P", {"\"^\n:"}}}, "v"});
    }
    auto const again = IcalDocument::parse(edited.print());
    demand(static_cast<bool>(again), "an edited file can be read");
    auto const items = again->items();
    demand(items.size() == count, "an edit keeps the items");
    for (size_t i = 0; i < count; i++) {
        demand(items[i]->property("SUMMARY")->text() == "a,\n" + std::to_string(i), "an edit is read back");
        demand(items[i]->property("X-NEW")->parameter("P") == "\"^\n:", "a parameter is read back");
    }
    auto restored = *again;
    for (auto *item : restored.items())
        item->remove("X-NEW");
    auto original = *document;
    for (auto *item : original.items())
        item->remove("X-NEW");
    demand(without_summaries(restored) == without_summaries(original), "all else stays as it is");
    (void)edited.undefined_time_zones();
}

static void check_stored(std::string_view text)
{
    if (auto const properties = parse_radicale_properties(text)) {
        auto const json = print_radicale_properties(*properties);
        auto const again = parse_radicale_properties(json);
        demand(again && print_radicale_properties(*again) == json, "properties survive");
    }
    auto const index = "format 3\n" + std::string(text);
    char end[32];
    std::snprintf(end, sizeof end, "end %" PRIx64 "\n", quick_hash(index));
    auto const read = parse_ics_index(index + end);
    demand(parse_ics_index(serialize(read)) == read, "an index survives");
    IcsIndex again;
    read.for_each([&](IcsRow const &row) { again.put(row.entry().line()); });
    demand(again.size() == read.size(), "so do its entries");
    (void)examine_item(text);
}

int LLVMFuzzerTestOneInput(uint8_t const *data, size_t size)
{
    auto const text = fuzz::text_of(data, size);
    check_lines(text);
    check_file(text);
    check_stored(text);
    return 0;
}

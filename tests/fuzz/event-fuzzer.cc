// Any file as an event, and any ApplicationData as a change of it, of one of its instances, or as a new one:
// the file, a NUL, WBXML. What a client was told changes nothing when it sends it back, and the same change
// twice changes nothing more.
#include "fuzz.h"
#include "mapping/event-from-ical.h"
#include "mapping/event-to-ical.h"
#include "mapping/itip.h"
#include "wbxml/decoder.h"
#include "wbxml/encoder.h"

using namespace eas;
using fuzz::demand;

static CalendarContext const &context()
{
    static CalendarContext const value{ZoneNames::of_process(),
                                       *ZoneNames::of_process().find("Europe/Berlin"),
                                       Instant{1'795'348'800'000},
                                       {"me@example.org"},
                                       {}};
    return value;
}

/// The client sends back what it was told.
static void check_echo(std::string_view text, Event event, ItemView const &view)
{
    event.attachments.reset(); // in a request they are changes
    if (view.version >= v16_0)
        event.exceptions.reset(); // told, not sent: MS-ASCAL 2.2.2.21
    StringSink sink;
    Encoder encoder(sink);
    encoder.start(Tag::AirSync_ApplicationData);
    write_properties(encoder, event, view.version);
    encoder.end();
    demand(static_cast<bool>(encoder.finish()), "what is told can be written");
    auto const element = decode(sink.text, {.depth = 16, .elements = 100'000, .text_bytes = 1 << 24});
    demand(static_cast<bool>(element), "what is told can be decoded");
    auto const request = read_event_request(*element, view.version);
    demand(static_cast<bool>(request), "what is told can be read");
    auto const same = change_event(text, *request, {}, view, context());
    demand(!same || same->text == text, "what was told changes nothing", {text, same ? same->text : ""});
}

static void check_instances(std::string_view text, Event const &event, EventRequest const &request,
                            ItemView const &view)
{
    if (!event.start_time)
        return;
    for (int64_t const days : {0, 1, 7}) {
        auto const instance = Instant::from_seconds(event.start_time->value.seconds() + days * 86'400);
        auto const gone = delete_instance(text, instance, view, context());
        if (gone && !gone->text.empty())
            (void)event_from_ical(gone->text, view, context());
        auto const changed = change_instance(text, instance, request, view, context());
        if (changed)
            demand(static_cast<bool>(event_from_ical(changed->text, view, context())),
                   "a changed instance can be read");
    }
}

static void check_change(std::string_view text, EventRequest const &request, ItemView const &view)
{
    auto const once = change_event(text, request, {}, view, context());
    if (!once) {
        demand(once.error().kind == ErrorKind::bad_request || once.error().kind == ErrorKind::too_large,
               "a refusal is bad_request or too_large");
        return;
    }
    demand(static_cast<bool>(event_from_ical(once->text, view, context())), "what was written can be read");
    if (!request.changes.attachments) { // an attachment can be added twice
        auto const twice = change_event(once->text, request, {}, view, context());
        demand(twice && twice->text == once->text, "a change is made once",
               {text, once->text, twice ? twice->text : "refused"});
    }
    (void)announce(text, once->text, context());
}

static void check(std::string_view text, EventRequest const &request, ItemView const &view)
{
    auto const added = new_event(request, "uid", view, context());
    if (added) {
        demand(static_cast<bool>(event_from_ical(added->text, view, context())), "a new event can be read");
        check_change(added->text, request, view);
    }
    auto const told = event_from_ical(text, view, context());
    if (!told)
        return;
    demand(!told->exceptions || told->exceptions->size() <= 256, "exceptions are limited");
    check_echo(text, *told, view);
    check_change(text, request, view);
    if (view.version >= v16_0)
        check_instances(text, *told, request, view);
}

int LLVMFuzzerTestOneInput(uint8_t const *data, size_t size)
{
    auto const input = fuzz::text_of(data, size);
    auto const end = input.find('\0');
    Element root;
    if (end != input.npos)
        if (auto decoded = decode(input.substr(end + 1), {.depth = 16, .elements = 1000, .text_bytes = 1000}))
            root = *std::move(decoded);
    for (ProtocolVersion const version : {v12_1, v14_1, v16_1})
        if (auto const request = read_event_request(root, version))
            check(input.substr(0, end), *request, {version, {}, {}});
    return 0;
}

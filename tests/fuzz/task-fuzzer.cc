// Any file as a task, and any ApplicationData as a change of it or as a new one: the file, a NUL, WBXML. What
// a client was told changes nothing when it sends it back, and the same change twice changes nothing more.
#include "fuzz.h"
#include "mapping/task-from-ical.h"
#include "mapping/task-to-ical.h"
#include "wbxml/decoder.h"

using namespace eas;
using fuzz::demand;

static CalendarContext const &context()
{
    static ZoneNames const names;
    static CalendarContext const value{
        names, *names.find("Europe/Berlin"), Instant{1'795'348'800'000}, {}, {}};
    return value;
}

static void check_change(std::string_view text, Task const &request, ItemView const &view)
{
    auto const once = change_task(text, request, {}, view, context());
    if (!once) {
        demand(once.error().kind == ErrorKind::bad_request, "a refusal is bad_request");
        return;
    }
    demand(static_cast<bool>(task_from_ical(once->text, view, context())), "what was written can be read");
    if (once->differs)
        return; // the next instance of a series can be completed too
    auto const twice = change_task(once->text, request, {}, view, context());
    demand(twice && twice->text == once->text, "a change is made once",
           {text, once->text, twice ? twice->text : "refused"});
}

static void check(std::string_view text, Task const &request, ItemView const &view)
{
    auto const added = new_task(request, "uid", view, context());
    if (added)
        check_change(added->text, request, view);
    auto const told = task_from_ical(text, view, context());
    if (!told)
        return;
    auto const same = change_task(text, *told, {}, view, context());
    demand(same && same->text == text, "what was told changes nothing",
           {text, same ? same->text : "refused"});
    check_change(text, request, view);
    Task done;
    done.complete = true;
    done.subject = "done";
    check_change(text, done, view);
}

int LLVMFuzzerTestOneInput(uint8_t const *data, size_t size)
{
    auto const input = fuzz::text_of(data, size);
    auto const end = input.find('\0');
    Element root;
    if (end != input.npos)
        if (auto decoded = decode(input.substr(end + 1), {.depth = 16, .elements = 1000, .text_bytes = 1000}))
            root = *std::move(decoded);
    for (ProtocolVersion const version : {v12_1, v16_1})
        if (auto const request = read<Task>(root, version))
            check(input.substr(0, end), *request, {version, {}, {}});
    return 0;
}

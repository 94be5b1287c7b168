// Writes a few inputs for each fuzzer to start from: make-seeds DIRECTORY makes DIRECTORY/<fuzzer>/<number>.
#include "base/text.h"
#include "items/calendar.h"
#include "items/task.h"
#include "mapping/time-zone.h"
#include "schema/every-kind.h"
#include "sync/collection-state.h"
#include "wbxml/all-tags.h"
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <functional>

using namespace eas;

namespace {

using Seeds = std::vector<std::string>;

std::string document(std::function<void(Encoder &)> const &write_elements)
{
    StringSink sink;
    Encoder encoder(sink);
    encoder.start(Tag::AirSync_Sync);
    write_elements(encoder);
    encoder.end();
    return encoder.finish() ? sink.text : "";
}

/// A document for each code page, with each of its tags once.
Seeds code_pages()
{
    Seeds seeds;
    for (int page = 0; page <= test::all_tags.back().page; page++)
        seeds.push_back(document([&](Encoder &encoder) {
            for (auto const &row : test::all_tags)
                if (row.page == page)
                    encoder.element(row.tag, "1");
        }));
    return seeds;
}

Seeds structs()
{
    test::Everything everything;
    everything.text = "\xC3\xA4";
    everything.present = true;
    everything.bytes.value = std::string("\0\xFF", 2);
    everything.bare = {{"a", 1}, {"b", std::nullopt}};
    everything.in_container = {"x", ""};
    everything.one_of = test::Member{"p", 2};
    test::EverythingOptional optional;
    optional.number = -1;
    optional.instant = Instant{};
    optional.in_container = {1, 2};
    optional.view = "view";
    optional.element = Element{.tag = Tag::AirSync_Supported, .text = "text"};
    return {document([&](Encoder &encoder) { write_properties(encoder, everything, v16_1); }),
            document([&](Encoder &encoder) { write_properties(encoder, optional, v16_1); }),
            document([](Encoder &encoder) {
                encoder.text("in");
                encoder.opaque("pieces");
                encoder.text("!");
            })};
}

Seeds queries()
{
    return {"Cmd=Sync&User=rmjones&DeviceId=v140Device&DeviceType=SmartPhone",
            "Cmd=SmartReply&User=a%40b&DeviceId=d&DeviceType=t&CollectionId=1&ItemId=1%3a2&SaveInSent=T",
            "jAAJBAp2MTQwRGV2aWNlAApTbWFydFBob25l",
            base64_encode(std::string("\xA1\x13\x09\x04\x04"
                                      "abcd\4\1\2\3\4\1t\7\1\3\1\3"
                                      "5:1",
                                      24))};
}

Seeds texts()
{
    return {"2026-11-22T09:58:07.000Z",
            "20261122T095807Z",
            "1:5,7,9:12,4294967295",
            "Zm9v\r\nYmE=",
            "a%40%2f",
            "0aFf",
            "$\xC2\xA2\xE2\x82\xAC\xF0\x9F\x98\x80\xED\xA0\x80\xEF\xBF\xBF"};
}

Seeds pages()
{
    return {
        "<html><head><title>T</title><meta charset=latin1><style>p{}</style></head><body><p "
        "class=MsoNormal>a&nbsp;"
        "<b>b</b><br>c</p><ul><li>one<ol "
        "start=3><li>two</ol></ul><table><tr><td>1</td><td>2</td></tr></table>"
        "<blockquote type=cite>q</blockquote><pre>x\n  y</pre><a href=\"http://example.com/\">link</a>"
        "<img src=x alt=image><hr><script>if(a<b)</script><!-- c --></body></html>",
        "Hello <you>,\nsee http://example.com/a?b=c&d (or www.example.org).\n> one\n> > two \n-- \nName\n",
        "<div style='display:none'>x</div>&#8364;&euro;&#x20AC;<p>"};
}

Seeds mails()
{
    return {
        "\"Lee, Ann\" <a@example.com>, M\xC3\xBCller, Hans <h@example.com>; b@[IPv6:::1] (Bob), G: c@x, d@y;",
        "RE[2]: AW: Fwd: Lunch",
        "Content-Type: multipart/mixed; boundary=\"b\"\r\n\r\n--b\r\nContent-Transfer-Encoding: 8bit\r\n\r\n"
        "\xFC\r\n--b\r\nContent-Type: message/rfc822\r\n\r\nA: b\r\n\r\nc\r\n--b--\r\n"};
}

Seeds calendars()
{
    return {"BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//X//Y//EN\r\nBEGIN:VTIMEZONE\r\nTZID:A/B\r\n"
            "BEGIN:STANDARD\r\nDTSTART:19701025T030000\r\nTZOFFSETFROM:+0200\r\nTZOFFSETTO:+0100\r\n"
            "END:STANDARD\r\nEND:VTIMEZONE\r\nBEGIN:VEVENT\r\nUID:1\r\nSUMMARY;LANGUAGE=en:A\\, b\\nc\r\n"
            "DTSTART;TZID=A/B:20261122T100000\r\nATTENDEE;CN=\"A, ^'b^'\";X=1,\"2\":mailto:a@b\r\n"
            "BEGIN:VALARM\r\nTRIGGER:-PT5M\r\nEND:VALARM\r\nDESCRIPTION:long\r\n  folded\r\nEND:VEVENT\r\n"
            "END:VCALENDAR\r\n",
            "\xEF\xBB\xBF"
            "BEGIN:VCALENDAR\nBEGIN:VTODO\nSUM\n MARY:x\nbroken\n\nEND:VTODO\nEND:VCALENDAR",
            "{\"D:displayname\": \"a\\u00e4\\ud83d\\ude00\\n\", \"tag\": \"VCALENDAR\", \"x\": null}",
            "12ab e 0123456789abcdef abcdefghijk a.ics uid%20x\n0 ! 0123456789abcdef - b.ics -\n"};
}

/// A file, a NUL and what a client writes.
Seeds tasks()
{
    Instant const day{1'795'305'600'000}; // 2026-11-22T00:00:00Z
    Task task;
    task.subject = "b";
    task.body = Body{BodyType::html, {}, {}, Content("<b>x</b>"), {}, {}};
    task.importance = 2;
    task.start_date = task.due_date = task.utc_start_date = task.utc_due_date = day;
    task.categories = {"a", "b"};
    task.complete = true;
    task.date_completed = task.reminder_time = day;
    task.reminder_set = true;
    task.recurrence.emplace().type = Recurrence::Type::weekly;
    task.recurrence->day_of_week = 2;
    task.recurrence->start = day;
    task.recurrence->regenerate = true;
    std::string const begin = "BEGIN:VCALENDAR\r\nBEGIN:VTODO\r\nUID:1\r\nSUMMARY:a\r\n",
                      end = "END:VTODO\r\nEND:VCALENDAR\r\n";
    Seeds seeds;
    for (std::string const middle :
         {"",
          "DUE;VALUE=DATE:20261122\r\nDESCRIPTION:x\r\nX-ALT-DESC;FMTTYPE=text/html:<p>x</"
          "p>\r\nPRIORITY:3\r\n",
          "DTSTART;TZID=Europe/Berlin:20261122T100000\r\nDURATION:PT1H\r\nRRULE:FREQ=WEEKLY;COUNT=3\r\n"
          "EXDATE;TZID=Europe/Berlin:20261129T100000\r\nBEGIN:VALARM\r\nTRIGGER;RELATED=END:-PT5M\r\n"
          "ACKNOWLEDGED:20261101T000000Z\r\nEND:VALARM\r\nEND:VTODO\r\nBEGIN:VTODO\r\nUID:1\r\n"
          "RECURRENCE-ID;TZID=Europe/Berlin:20261122T100000\r\nSTATUS:COMPLETED\r\n"}) {
        auto const file = begin + middle + end;
        seeds.push_back(file);
        seeds.push_back(file + '\0' +
                        document([&](Encoder &encoder) { write_properties(encoder, task, v16_1); }));
    }
    return seeds;
}

/// As for tasks.
Seeds events()
{
    Event event;
    event.subject = "b";
    event.start_time = Instant{1'795'341'600'000}; // 2026-11-22T10:00:00Z
    event.end_time = Instant{1'795'345'200'000};
    event.busy_status = BusyStatus::out_of_office;
    event.body = Body{BodyType::html, {}, {}, Content("<b>x</b>"), {}, {}};
    event.location = "Room";
    event.reminder = Reminder{15};
    event.attendees = {{"a@example.org", "A", {}, Attendee::Type::required, {}, {}}};
    event.recurrence.emplace().type = Recurrence::Type::weekly;
    event.recurrence->day_of_week = 1;
    event.recurrence->occurrences = 4;
    event.exceptions.emplace(1).front().deleted = true;
    event.exceptions->front().exception_start_time = Instant{1'795'946'400'000};
    std::string const begin = "BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\nUID:1\r\nSUMMARY:a\r\n",
                      end = "END:VEVENT\r\nEND:VCALENDAR\r\n";
    Seeds seeds;
    for (std::string const middle :
         {"DTSTART;VALUE=DATE:20261122\r\nDESCRIPTION:x\r\nCATEGORIES:a,b\r\nRRULE:FREQ=YEARLY\r\n",
          "DTSTART;TZID=Europe/Berlin:20261122T100000\r\nDURATION:PT1H\r\nRRULE:FREQ=WEEKLY;COUNT=3\r\n"
          "EXDATE;TZID=Europe/Berlin:20261129T100000\r\nATTENDEE;PARTSTAT=ACCEPTED:mailto:me@example.org\r\n"
          "ORGANIZER;CN=O:mailto:o@example.org\r\nBEGIN:VALARM\r\nTRIGGER:-PT5M\r\nEND:VALARM\r\n"
          "END:VEVENT\r\nBEGIN:VEVENT\r\nUID:1\r\nRECURRENCE-ID;TZID=Europe/Berlin:20261206T100000\r\n"
          "DTSTART;TZID=Europe/Berlin:20261207T110000\r\n",
          "DTSTART:20261122T100000Z\r\nDTEND:20261122T110000Z\r\nRRULE:FREQ=DAILY;COUNT=40;BYHOUR=9,17\r\n"
          "RDATE:20261201T100000Z\r\nATTENDEE:mailto:a@example.org\r\nX-MICROSOFT-CDO-BUSYSTATUS:OOF\r\n"}) {
        auto const file = begin + middle + end;
        seeds.push_back(file);
        for (auto const version : {v14_1, v16_1})
            seeds.push_back(file + '\0' +
                            document([&](Encoder &encoder) { write_properties(encoder, event, version); }));
    }
    return seeds;
}

/// What is stored, a NUL and a message about it: each message about each state.
Seeds meetings()
{
    std::string const organizer = "ORGANIZER:mailto:o@example.org\r\n",
                      answered = "ATTENDEE;PARTSTAT=", me = ":mailto:me@example.org\r\n",
                      master = "DTSTART;TZID=Europe/Berlin:20261123T100000\r\n",
                      id = "RECURRENCE-ID;TZID=Europe/Berlin", day = ":20261130T100000\r\n";
    auto const event = [&](std::string const &lines, std::string const &stamp) {
        return "BEGIN:VEVENT\r\nUID:1\r\nDTSTAMP:" + stamp + "\r\n" + lines + "END:VEVENT\r\n";
    };
    auto const series = master + "DURATION:PT1H\r\nRRULE:FREQ=WEEKLY;COUNT=3\r\n" + organizer;
    auto const moved = id + day + "DTSTART;TZID=Europe/Berlin:20261201T110000\r\nSEQUENCE:1\r\n" + organizer;
    std::string const begin = "BEGIN:VCALENDAR\r\n", end = "END:VCALENDAR\r\n";
    Seeds const states{"", begin + event(series + answered + "ACCEPTED" + me, "20261101T100000Z") + end,
                       begin + event(moved + answered + "NEEDS-ACTION" + me, "20261101T100000Z") + end,
                       begin +
                           event(master + "ORGANIZER:mailto:me@example.org\r\n"
                                          "ATTENDEE:mailto:o@example.org\r\n",
                                 "20261101T100000Z") +
                           end};
    Seeds seeds;
    for (auto const &state : states)
        for (auto const &[method, lines] : std::vector<std::pair<std::string, std::string>>{
                 {"REQUEST", series + answered + "NEEDS-ACTION" + me},
                 {"REQUEST", moved + answered + "NEEDS-ACTION" + me},
                 {"CANCEL", series},
                 {"CANCEL", id + ";RANGE=THISANDFUTURE" + day + organizer},
                 {"REPLY",
                  "ORGANIZER:mailto:me@example.org\r\nATTENDEE;PARTSTAT=DECLINED:mailto:o@example.org\r\n"},
                 {"COUNTER", master + "ATTENDEE;PARTSTAT=TENTATIVE:mailto:o@example.org\r\n"}})
            seeds.push_back(state + '\0' + begin + "METHOD:" + method + "\r\n" +
                            event(lines, "20261102T100000Z") + end);
    return seeds;
}

/// Each after two bytes that choose the start of a series.
Seeds zones_and_recurrences()
{
    TimeZoneStructure structure;
    structure.bias = -60;
    structure.standard_name = "W. Europe Standard Time";
    structure.standard_date = {0, 10, 0, 5, 3, 0, 0, 0};
    structure.daylight_date = {0, 3, 0, 5, 2, 0, 0, 0};
    structure.daylight_bias = -60;
    Seeds seeds{*base64_decode(format_time_zone(structure)),
                "CET-1CEST,M3.5.0,M10.5.0/3",
                "FREQ=MONTHLY;BYDAY=MO,TU,WE;BYSETPOS=-1;COUNT=5",
                "FREQ=YEARLY;UNTIL=20301231T080000Z;INTERVAL=2;BYMONTH=2;BYMONTHDAY=29;WKST=SU",
                "RSCALE=HEBREW;FREQ=YEARLY;BYMONTH=5L;BYMONTHDAY=8;SKIP=OMIT",
                "FREQ=HOURLY;BYHOUR=9,17;BYMINUTE=0,30;BYWEEKNO=20;BYYEARDAY=-1"};
    for (auto const &calendar : calendars())
        seeds.push_back(calendar);
    for (auto &seed : seeds)
        seed.insert(0, "ab");
    return seeds;
}

Seeds outgoing()
{
    CollectionState state;
    state.options.body.body_preferences = {{.type = BodyType::html, .truncation_size = 500}};
    state.current = {"1-2", {}};
    state.current.snapshot.device = UidSet{1, 2, 3, 7};
    state.previous = state.current;
    return {"From: \"A, B\" <a@example.com>\r\nTo: G: c@x, (d) d@y;\r\nBcc: e@z,\r\n f@z\r\n"
            "Subject: =?utf-8?Q?=C3=A4?=\r\nMessage-ID: <1@x>\r\nDate: Sun, 22 Nov 2026 09:58:07 "
            "+0000\r\n\r\nBody\r\n",
            "To: a@b\n\nno CR\n", serialize(state)};
}

bool write_seeds(std::filesystem::path const &directory, Seeds const &seeds)
{
    std::filesystem::create_directories(directory);
    for (size_t i = 0; i < seeds.size(); i++)
        if (!(std::ofstream(directory / std::to_string(i), std::ios::binary) << seeds[i]).flush())
            return false;
    return true;
}

} // namespace

int main(int argc, char **argv)
{
    if (argc != 2) {
        std::fprintf(stderr, "usage: %s DIRECTORY\n", argv[0]);
        return 2;
    }
    std::filesystem::path const directory(argv[1]);
    Seeds documents = code_pages();
    for (auto const &seed : structs())
        documents.push_back(seed);
    bool const written = write_seeds(directory / "calendar-fuzzer", zones_and_recurrences()) &&
                         write_seeds(directory / "decoder-fuzzer", documents) &&
                         write_seeds(directory / "event-fuzzer", events()) &&
                         write_seeds(directory / "schema-fuzzer", documents) &&
                         write_seeds(directory / "html-fuzzer", pages()) &&
                         write_seeds(directory / "ical-fuzzer", calendars()) &&
                         write_seeds(directory / "mail-text-fuzzer", mails()) &&
                         write_seeds(directory / "meeting-fuzzer", meetings()) &&
                         write_seeds(directory / "outgoing-fuzzer", outgoing()) &&
                         write_seeds(directory / "request-line-fuzzer", queries()) &&
                         write_seeds(directory / "task-fuzzer", tasks()) &&
                         write_seeds(directory / "text-fuzzer", texts());
    if (!written)
        std::perror(directory.c_str());
    return written ? 0 : 1;
}

// VTODO <-> Task: each property both ways, in tables. What an edit changes is shown as the lines that go and
// come; all others must stay byte by byte.
#include "mapping/task-from-ical.h"
#include "mapping/task-to-ical.h"
#include "support.h"
#include <algorithm>
#include <fstream>
#include <functional>
#include <iterator>
#include <set>

using namespace eas;
using Lines = std::vector<std::string>;

namespace {

ZoneNames const zone_names;

CalendarContext context_in(std::string const &zone)
{
    return {zone_names,
            *zone_names.find(zone),
            *parse_datetime("2026-11-25T09:30:00Z"),
            {"user@example.org"},
            [] { return std::string("User"); }};
}

CalendarContext const berlin = context_in("Europe/Berlin");
ItemView const v14{v14_1, {}, ""};
ItemView const v12{v12_1, {}, ""};
ItemView const v16{v16_1, {}, ""};

std::string file_of(Lines const &lines)
{
    std::string text = "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//Other//EN\r\nBEGIN:VTODO\r\nUID:u1\r\n"
                       "DTSTAMP:20261101T000000Z\r\n";
    for (auto const &line : lines)
        text += line + "\r\n";
    return text + "END:VTODO\r\nEND:VCALENDAR\r\n";
}

Instant at(std::string_view text)
{
    auto const instant = parse_datetime(text);
    BOOST_REQUIRE_MESSAGE(instant, text);
    return *instant;
}

/// "20261122T000000Z", without the time if it is midnight; "-" for an empty element.
std::string text_of(std::optional<TaskDate> const &date)
{
    if (!date)
        return "";
    if (!date->instant)
        return "-";
    auto text = format_compact_datetime(*date->instant);
    return text.ends_with("T000000Z") ? text.substr(0, 8) : text;
}

std::string text_of(Task const &task, std::set<std::string> const &names)
{
    std::string out;
    auto const say = [&](std::string const &name, std::string const &value) {
        if (names.contains(name) && !value.empty())
            out += (out.empty() ? "" : " ") + name + "=" + value;
    };
    auto const number = [](auto const &value) {
        return value ? std::to_string(static_cast<int>(*value)) : "";
    };
    say("Subject", task.subject.value_or("absent"));
    say("Body", task.body && task.body->data ? *task.body->data->text() : "");
    say("Importance", number(task.importance));
    say("StartDate", text_of(task.start_date));
    say("UtcStartDate", text_of(task.utc_start_date));
    say("DueDate", text_of(task.due_date));
    say("UtcDueDate", text_of(task.utc_due_date));
    std::string categories;
    for (auto const &each : task.categories.value_or(Lines{}))
        categories += each + "|";
    say("Categories", categories);
    say("Complete", number(task.complete));
    say("DateCompleted", text_of(task.date_completed));
    say("Sensitivity", number(task.sensitivity));
    say("ReminderSet", number(task.reminder_set));
    say("ReminderTime", text_of(task.reminder_time));
    if (auto const &r = task.recurrence) {
        say("Type", number(r->type));
        say("Start", text_of(r->start));
        say("Until", r->until ? text_of(*r->until) : "");
        say("Occurrences", number(r->occurrences));
        say("Interval", number(r->interval));
        say("DayOfWeek", number(r->day_of_week));
        say("DayOfMonth", number(r->day_of_month));
        say("WeekOfMonth", number(r->week_of_month));
        say("MonthOfYear", number(r->month_of_year));
        say("CalendarType", number(r->calendar_type));
        say("FirstDayOfWeek", number(r->first_day_of_week));
        say("Regenerate", r->regenerate && *r->regenerate ? "1" : "");
        say("DeadOccur", r->dead_occur && *r->dead_occur ? "1" : "");
    }
    return out;
}

/// The names in "A=1 B=2".
std::set<std::string> names_in(std::string_view text)
{
    std::set<std::string> names;
    for (auto const each : split(text, ' '))
        if (auto const end = each.find('='); end != each.npos)
            names.emplace(each.substr(0, end));
    return names;
}

std::set<std::string> const date_names{"StartDate", "UtcStartDate", "DueDate", "UtcDueDate"};
std::set<std::string> const recurrence_names{
    "Type",        "Start",       "Until",        "Occurrences",    "Interval",   "DayOfWeek", "DayOfMonth",
    "WeekOfMonth", "MonthOfYear", "CalendarType", "FirstDayOfWeek", "Regenerate", "DeadOccur"};
std::set<std::string> const state_names{"Complete", "DateCompleted"};

Task told(std::string const &text, ItemView const &view = v14, CalendarContext const &context = berlin)
{
    auto task = task_from_ical(text, view, context);
    BOOST_REQUIRE_MESSAGE(task, test::error_of(task));
    return *task;
}

Lines lines_of(std::string const &text)
{
    Lines lines;
    for (auto const each : split(text, '\n'))
        lines.emplace_back(each);
    return lines;
}

/// "-LINE" for each that went, "+LINE" for each that came, in order; without the time stamps of the edit.
std::string difference(std::string const &before, std::string const &after)
{
    auto const old_lines = lines_of(before), new_lines = lines_of(after);
    std::vector<std::vector<size_t>> common(old_lines.size() + 1, std::vector<size_t>(new_lines.size() + 1));
    for (size_t i = old_lines.size(); i-- > 0;)
        for (size_t j = new_lines.size(); j-- > 0;)
            common[i][j] = old_lines[i] == new_lines[j] ? common[i + 1][j + 1] + 1
                                                        : std::max(common[i + 1][j], common[i][j + 1]);
    std::string out;
    auto const say = [&](char sign, std::string const &line) {
        auto const text = std::string(trim(line));
        if (!text.starts_with("DTSTAMP:") && !text.starts_with("LAST-MODIFIED:"))
            out += (out.empty() ? "" : " ") + std::string(1, sign) + text;
    };
    size_t i = 0, j = 0;
    while (i < old_lines.size() || j < new_lines.size()) {
        if (i < old_lines.size() && j < new_lines.size() && old_lines[i] == new_lines[j])
            i++, j++;
        else if (j == new_lines.size() || (i < old_lines.size() && common[i + 1][j] >= common[i][j + 1]))
            say('-', old_lines[i++]);
        else
            say('+', new_lines[j++]);
    }
    return out;
}

WrittenTask changed(std::string const &text, Task const &request, SupportedProperties const &supported = {},
                    ItemView const &view = v14, CalendarContext const &context = berlin)
{
    auto written = change_task(text, request, supported, view, context);
    BOOST_REQUIRE_MESSAGE(written, test::error_of(written));
    return *written;
}

std::string edited(Lines const &lines, Task const &request, SupportedProperties const &supported = {})
{
    auto const text = file_of(lines);
    return difference(text, changed(text, request, supported).text);
}

struct Change {
    Lines lines;
    std::function<void(Task &)> change;
    std::string expected;
};

void check(std::vector<Change> const &table)
{
    for (auto const &row : table) {
        Task request;
        row.change(request);
        BOOST_TEST_CONTEXT(row.expected)
        {
            BOOST_TEST(edited(row.lines, request) == row.expected);
        }
    }
}

Body plain(char const *text)
{
    Body body;
    body.data = Content(text);
    return body;
}

TaskRecurrence weekly_on(uint8_t days)
{
    TaskRecurrence recurrence;
    recurrence.type = Recurrence::Type::weekly;
    recurrence.day_of_week = days;
    recurrence.start = at("2026-11-23T00:00:00Z");
    return recurrence;
}

Lines const weekly{"SUMMARY:Bins", "DTSTART;VALUE=DATE:20261123", "DUE;VALUE=DATE:20261124",
                   "RRULE:FREQ=WEEKLY;COUNT=5"};

} // namespace

BOOST_AUTO_TEST_SUITE(task_mapping)

BOOST_AUTO_TEST_CASE(each_property_is_told)
{
    struct Row {
        Lines lines;
        std::string expected;
    };
    for (auto const &row : std::vector<Row>{
             {{"SUMMARY:Buy milk\\, bread"}, "Subject=Buy milk, bread"},
             {{}, "Importance=1 Complete=0 Sensitivity=0 ReminderSet=0"},
             {{"DESCRIPTION:one\\ntwo"}, "Body=one\r\ntwo"},
             {{"PRIORITY:1"}, "Importance=2"},
             {{"PRIORITY:4"}, "Importance=2"},
             {{"PRIORITY:5"}, "Importance=1"},
             {{"PRIORITY:6"}, "Importance=0"},
             {{"PRIORITY:9"}, "Importance=0"},
             {{"PRIORITY:0"}, "Importance=1"},
             {{"PRIORITY:high"}, "Importance=1"},
             {{"X-EAS-IMPORTANCE:7"}, "Importance=7"},
             {{"X-EAS-IMPORTANCE:7", "PRIORITY:9"}, "Importance=0"},
             {{"CATEGORIES:a,b", "CATEGORIES:b,c\\,d"}, "Categories=a|b|c,d|"},
             {{"CLASS:PRIVATE"}, "Sensitivity=2"},
             {{"CLASS:CONFIDENTIAL"}, "Sensitivity=3"},
             {{"STATUS:COMPLETED", "COMPLETED:20261120T101112Z"},
              "Complete=1 DateCompleted=20261120T101112Z"},
             {{"COMPLETED:20261120T101112Z"}, "Complete=1 DateCompleted=20261120T101112Z"},
             {{"STATUS:NEEDS-ACTION", "COMPLETED:20261120T101112Z"}, "Complete=0"},
             {{"STATUS:COMPLETED"}, "Complete=1 DateCompleted=20261101"},
             {{"STATUS:CANCELLED", "LAST-MODIFIED:20261103T000001Z"},
              "Complete=1 DateCompleted=20261103T000001Z"},
             {{"STATUS:IN-PROCESS", "PERCENT-COMPLETE:50"}, "Complete=0"},
         })
        BOOST_TEST(text_of(told(file_of(row.lines)), names_in(row.expected + " DateCompleted=")) ==
                   row.expected);
}

BOOST_AUTO_TEST_CASE(a_date_is_the_same_day_in_every_zone)
{
    struct Row {
        char const *zone, *utc;
    };
    for (auto const &row :
         {Row{"Europe/Berlin", "20261121T230000Z"}, Row{"America/Los_Angeles", "20261122T080000Z"},
          Row{"Asia/Kolkata", "20261121T183000Z"}, Row{"Pacific/Auckland", "20261121T110000Z"},
          Row{"Pacific/Kiritimati", "20261121T100000Z"}}) {
        auto const context = context_in(row.zone);
        auto const text = file_of({"DUE;VALUE=DATE:20261122"});
        auto const task = told(text, v14, context);
        BOOST_TEST(text_of(task, date_names) == "DueDate=20261122 UtcDueDate=" + std::string(row.utc));
        // and back, whatever the phone's zone is
        for (auto const *utc : {"2026-11-21T10:00:00Z", "2026-11-22T00:00:00Z", "2026-11-22T12:00:00Z"}) {
            Task request;
            request.due_date = at("2026-11-22T00:00:00Z");
            request.utc_due_date = at(utc);
            auto const again = changed(text, request, {}, v14, context);
            BOOST_TEST(difference(text, again.text) == "");
        }
    }
}

BOOST_AUTO_TEST_CASE(dates_are_told_as_pairs)
{
    struct Row {
        Lines lines;
        std::string expected;
    };
    for (
        auto const &row : std::vector<Row>{
            {{"DTSTART;VALUE=DATE:20260701", "DUE;VALUE=DATE:20260702"},
             "StartDate=20260701 UtcStartDate=20260630T220000Z DueDate=20260702 UtcDueDate=20260701T220000Z"},
            {{"DUE:20261122T150000Z"}, "DueDate=20261122T160000Z UtcDueDate=20261122T150000Z"},
            {{"DUE;TZID=America/New_York:20261122T150000"},
             "DueDate=20261122T150000Z UtcDueDate=20261122T200000Z"},
            {{"DUE;TZID=W. Europe Standard Time:20261122T150000"},
             "DueDate=20261122T150000Z UtcDueDate=20261122T140000Z"},
            {{"DUE;TZID=Middle-earth:20261122T150000"},
             "DueDate=20261122T150000Z UtcDueDate=20261122T140000Z"},
            {{"DUE:20261122T150000"}, "DueDate=20261122T150000Z UtcDueDate=20261122T140000Z"},
            {{"DUE:20261122"}, "DueDate=20261122 UtcDueDate=20261121T230000Z"},
            {{"DTSTART;VALUE=DATE:20261122", "DURATION:P2D"},
             "StartDate=20261122 UtcStartDate=20261121T230000Z DueDate=20261124 UtcDueDate=20261123T230000Z"},
            {{"DTSTART:20261122T100000Z", "DURATION:PT90M"},
             "StartDate=20261122T110000Z UtcStartDate=20261122T100000Z DueDate=20261122T123000Z "
             "UtcDueDate=20261122T113000Z"},
            {{"DUE;VALUE=DATE:19691231"}, "DueDate=19691231 UtcDueDate=19691230T230000Z"},
            {{"DUE;VALUE=DATE:21100101"}, "DueDate=21100101 UtcDueDate=21091231T230000Z"},
            {{"DUE:tomorrow"}, ""},
        })
        BOOST_TEST(text_of(told(file_of(row.lines)), date_names) == row.expected);
}

BOOST_AUTO_TEST_CASE(a_reminder_is_the_first_alarm_that_is_not_dismissed)
{
    struct Row {
        Lines lines;
        std::string expected;
    };
    auto const alarm = [](std::string const &trigger, std::string const &action = "DISPLAY",
                          std::string const &more = "X-A:1") {
        return Lines{"DUE:20261122T150000Z", "BEGIN:VALARM", "ACTION:" + action, trigger, more, "END:VALARM"};
    };
    for (auto const &row : std::vector<Row>{
             {alarm("TRIGGER;VALUE=DATE-TIME:20261122T120000Z"),
              "ReminderSet=1 ReminderTime=20261122T120000Z"},
             {alarm("TRIGGER;RELATED=END:-PT15M"), "ReminderSet=1 ReminderTime=20261122T144500Z"},
             {alarm("TRIGGER:-P1D"), "ReminderSet=1 ReminderTime=20261121T150000Z"},
             {alarm("TRIGGER:PT0S", "AUDIO"), "ReminderSet=1 ReminderTime=20261122T150000Z"},
             {alarm("TRIGGER:-P1D", "EMAIL"), "ReminderSet=0"},
             {alarm("TRIGGER:soon"), "ReminderSet=0"},
             {alarm("TRIGGER:-P1D", "DISPLAY", "ACKNOWLEDGED:20261121T150000Z"), "ReminderSet=0"},
             {alarm("TRIGGER:-P1D", "DISPLAY", "ACKNOWLEDGED:20261121T145959Z"),
              "ReminderSet=1 ReminderTime=20261121T150000Z"},
             {{"DTSTART;VALUE=DATE:20261122", "BEGIN:VALARM", "TRIGGER:PT9H", "END:VALARM"},
              "ReminderSet=1 ReminderTime=20261122T080000Z"},
             {{"BEGIN:VALARM", "TRIGGER:-PT9H", "END:VALARM"}, "ReminderSet=0"},
             {{"X-EAS-REMINDER-SET:TRUE"}, "ReminderSet=1"},
         })
        BOOST_TEST(text_of(told(file_of(row.lines)), {"ReminderSet", "ReminderTime"}) == row.expected);
}

BOOST_AUTO_TEST_CASE(recurrences_are_told)
{
    struct Row {
        std::string rule, expected;
    };
    for (auto const &row : std::vector<Row>{
             {"FREQ=DAILY", "Type=0 Start=20261123 Interval=1"},
             {"FREQ=DAILY;INTERVAL=3;COUNT=10", "Type=0 Start=20261123 Occurrences=10 Interval=3"},
             {"FREQ=WEEKLY;BYDAY=MO,FR;WKST=SU",
              "Type=1 Start=20261123 Interval=1 DayOfWeek=34"}, // 0 is Sunday
             {"FREQ=WEEKLY;UNTIL=20261221",
              "Type=1 Start=20261123 Until=20261221 Interval=1 DayOfWeek=2 FirstDayOfWeek=1"},
             {"FREQ=MONTHLY", "Type=2 Start=20261123 Interval=1 DayOfMonth=23 CalendarType=0"},
             {"FREQ=MONTHLY;BYDAY=4MO",
              "Type=3 Start=20261123 Interval=1 DayOfWeek=2 WeekOfMonth=4 CalendarType=0"},
             {"FREQ=YEARLY", "Type=5 Start=20261123 Interval=1 DayOfMonth=23 MonthOfYear=11 CalendarType=0"},
             {"FREQ=YEARLY;BYMONTH=11;BYDAY=4MO",
              "Type=6 Start=20261123 Interval=1 DayOfWeek=2 WeekOfMonth=4 MonthOfYear=11 CalendarType=0"},
             {"FREQ=DAILY;COUNT=300",
              "Type=0 Start=20261123 Until=20270918 Interval=1"}, // Occurrences is a byte
             // The start is a Monday, the 23rd, and no instance of these.
             {"FREQ=WEEKLY;BYDAY=TU;WKST=MO",
              "Type=1 Start=20261123 Interval=1 DayOfWeek=4 FirstDayOfWeek=1"},
             {"FREQ=MONTHLY;BYMONTHDAY=1", "Type=2 Start=20261123 Interval=1 DayOfMonth=1 CalendarType=0"},
             {"FREQ=HOURLY", ""},
             {"FREQ=MONTHLY;BYMONTHDAY=1,23", ""},
             {"nonsense", ""},
         }) {
        auto const task = told(file_of({"DTSTART;VALUE=DATE:20261123", "RRULE:" + row.rule}));
        auto names = recurrence_names;
        if (row.rule.ends_with("WKST=SU")) {
            BOOST_REQUIRE(task.recurrence);
            BOOST_TEST(*task.recurrence->first_day_of_week == 0);
            names.erase("FirstDayOfWeek");
        }
        BOOST_TEST(text_of(task, names) == row.expected);
    }
}

BOOST_AUTO_TEST_CASE(a_series_shows_the_first_instance_that_is_to_be_done)
{
    auto const exception = [](std::string const &date, std::string const &status) {
        return Lines{"END:VTODO", "BEGIN:VTODO", "UID:u1", "RECURRENCE-ID;VALUE=DATE:" + date,
                     "STATUS:" + status};
    };
    auto lines = weekly;
    lines.push_back("EXDATE;VALUE=DATE:20261130");
    std::ranges::copy(exception("20261123", "COMPLETED"), std::back_inserter(lines));
    std::ranges::copy(exception("20261207", "CANCELLED"), std::back_inserter(lines));
    std::ranges::copy(exception("20261214", "IN-PROCESS"), std::back_inserter(lines));
    auto names = date_names;
    names.insert({"Start", "Occurrences", "Complete"});
    BOOST_TEST(
        text_of(told(file_of(lines)), names) ==
        "StartDate=20261214 UtcStartDate=20261213T230000Z DueDate=20261215 UtcDueDate=20261214T230000Z "
        "Complete=0 Start=20261214 Occurrences=2");
    for (auto const *date : {"20261214", "20261221"})
        std::ranges::copy(exception(date, "COMPLETED"), std::back_inserter(lines));
    BOOST_TEST(text_of(told(file_of(lines)), {"Complete"}) == "Complete=1");
}

BOOST_AUTO_TEST_CASE(what_is_sent_back_as_it_was_told_changes_no_byte)
{
    Lines const rich{"SUMMARY;LANGUAGE=en:Report",
                     "description:  odd;text",
                     "PRIORITY:3",
                     "CATEGORIES:x",
                     "CATEGORIES:y,x",
                     "CLASS:CONFIDENTIAL",
                     "STATUS:IN-PROCESS",
                     "PERCENT-COMPLETE:40",
                     "DTSTART;TZID=Europe/Berlin:20261123T100000",
                     "DUE;TZID=Europe/Berlin:20261123T120000",
                     "RRULE:FREQ=WEEKLY;WKST=SU;BYDAY=MO;UNTIL=20270101T000000Z",
                     "EXDATE;TZID=Europe/Berlin:20261130T100000",
                     "X-UNKNOWN;A=b:c",
                     "ATTACH:http://example.org/",
                     "broken line",
                     "BEGIN:VALARM",
                     "ACTION:DISPLAY",
                     "TRIGGER:-PT1H",
                     "END:VALARM",
                     "BEGIN:VALARM",
                     "ACTION:EMAIL",
                     "TRIGGER:-P1D",
                     "END:VALARM"};
    auto const text = file_of(rich);
    for (auto const &view : {v12, v14, v16}) {
        auto const request = told(text, view);
        auto const written = changed(text, request, {}, view);
        BOOST_TEST(written.text == text);
        BOOST_TEST(!written.differs);
        BOOST_TEST(written.uid == "u1");
    }
    BOOST_TEST(changed(text, Task{}).text == text);
}

BOOST_AUTO_TEST_CASE(each_property_is_written)
{
    check({
        {{"SUMMARY:a"}, [](Task &t) { t.subject = "b;c"; }, "-SUMMARY:a +SUMMARY:b\\;c"},
        {{"SUMMARY;LANGUAGE=en:a"},
         [](Task &t) { t.subject = "b"; },
         "-SUMMARY;LANGUAGE=en:a +SUMMARY;LANGUAGE=en:b"},
        {{"SUMMARY:a"}, [](Task &t) { t.subject = ""; }, "-SUMMARY:a"},
        {{"DESCRIPTION:a"}, [](Task &t) { t.body = plain("b\r\nc"); }, "-DESCRIPTION:a +DESCRIPTION:b\\nc"},
        {{"DESCRIPTION:a"}, [](Task &t) { t.body = plain(""); }, "-DESCRIPTION:a"},
        {{"PRIORITY:2"}, [](Task &t) { t.importance = 2; }, ""},
        {{"PRIORITY:2"}, [](Task &t) { t.importance = 0; }, "-PRIORITY:2 +PRIORITY:9"},
        {{"PRIORITY:2"}, [](Task &t) { t.importance = 1; }, "-PRIORITY:2 +PRIORITY:5"},
        {{}, [](Task &t) { t.importance = 2; }, "+PRIORITY:1"},
        {{"PRIORITY:2"}, [](Task &t) { t.importance = 7; }, "-PRIORITY:2 +X-EAS-IMPORTANCE:7"},
        {{"X-EAS-IMPORTANCE:7"}, [](Task &t) { t.importance = 2; }, "-X-EAS-IMPORTANCE:7 +PRIORITY:1"},
        {{"CATEGORIES:a,b"},
         [](Task &t) {
             t.categories = {"a", "b"};
         },
         ""},
        {{"CATEGORIES:a,b"},
         [](Task &t) {
             t.categories = {"a", "c,d"};
         },
         "-CATEGORIES:a,b +CATEGORIES:a,c\\,d"},
        {{"CATEGORIES:a,b"}, [](Task &t) { t.categories.emplace(); }, "-CATEGORIES:a,b"},
        {{}, [](Task &t) { t.sensitivity = Sensitivity::confidential; }, "+CLASS:CONFIDENTIAL"},
        {{"CLASS:PRIVATE"}, [](Task &t) { t.sensitivity = Sensitivity::normal; }, "-CLASS:PRIVATE"},
    });
    for (int importance : {0, 1, 2, 3, 255}) {
        Task request;
        request.importance = importance;
        BOOST_TEST(*told(changed(file_of({"PRIORITY:3"}), request).text).importance == importance);
    }
}

BOOST_AUTO_TEST_CASE(dates_are_written_as_days_unless_they_have_a_time)
{
    auto const due = [](char const *local, char const *utc) {
        return [=](Task &t) {
            if (local)
                t.due_date = at(local);
            if (utc)
                t.utc_due_date = at(utc);
        };
    };
    check({
        {{}, due("2026-11-22T00:00:00Z", "2026-11-21T23:00:00Z"), "+DUE;VALUE=DATE:20261122"},
        {{}, due("2026-11-22T00:00:00Z", nullptr), "+DUE;VALUE=DATE:20261122"},
        {{}, due(nullptr, "2026-11-21T23:00:00Z"), "+DUE;VALUE=DATE:20261122"},
        {{}, due("2026-11-21T23:00:00Z", "2026-11-21T23:00:00Z"), "+DUE;VALUE=DATE:20261122"},
        {{"DUE:20261122T150000Z"},
         due("2026-11-23T00:00:00Z", "2026-11-22T23:00:00Z"),
         "-DUE:20261122T150000Z +DUE;VALUE=DATE:20261123"},
        {{"DUE;X-A=b:20261122T150000Z"},
         due("2026-11-22T12:00:00Z", "2026-11-22T17:00:00Z"),
         "+BEGIN:VTIMEZONE +TZID:Etc/GMT+5 +BEGIN:STANDARD +DTSTART:20251121T000000 +TZOFFSETFROM:-0500 "
         "+TZOFFSETTO:-0500 +END:STANDARD +END:VTIMEZONE "
         "-DUE;X-A=b:20261122T150000Z +DUE;TZID=Etc/GMT+5;X-A=b:20261122T120000"},
        {{"DUE:20261122T150000"},
         due("2026-11-22T12:00:00Z", "2026-11-22T12:10:00Z"), // no zone's offset
         "-DUE:20261122T150000 +DUE:20261122T121000Z"},
        {{"DUE:20261122T150000"},
         due("2026-11-22T12:00:00Z", "2026-11-22T11:00:00Z"),
         "-DUE:20261122T150000 +DUE:20261122T120000"},
        {{"DUE;VALUE=DATE:20261122"}, [](Task &t) { t.due_date.emplace(); }, "-DUE;VALUE=DATE:20261122"},
        {{"DUE;VALUE=DATE:20261122"},
         [](Task &t) {
             t.due_date.emplace();
             t.utc_due_date.emplace();
         },
         "-DUE;VALUE=DATE:20261122"},
        {{"DTSTART;VALUE=DATE:20261120", "DUE;VALUE=DATE:20261122"},
         [](Task &t) { t.start_date.emplace(); },
         "-DTSTART;VALUE=DATE:20261120"},
        {{"DTSTART;VALUE=DATE:20261120", "DURATION:P2D"},
         due("2026-11-25T00:00:00Z", "2026-11-24T23:00:00Z"),
         "-DURATION:P2D +DUE;VALUE=DATE:20261125"},
        {{"DTSTART;VALUE=DATE:20261120"},
         due("2026-11-22T12:00:00Z", "2026-11-22T17:00:00Z"),
         "+BEGIN:VTIMEZONE +TZID:Etc/GMT+5 +BEGIN:STANDARD +DTSTART:20251119T000000 +TZOFFSETFROM:-0500 "
         "+TZOFFSETTO:-0500 +END:STANDARD +END:VTIMEZONE "
         "-DTSTART;VALUE=DATE:20261120 +DTSTART;TZID=Etc/GMT+5:20261120T000000 "
         "+DUE;TZID=Etc/GMT+5:20261122T120000"},
    });
}

BOOST_AUTO_TEST_CASE(a_time_in_the_users_zone_names_and_defines_it)
{
    Task request;
    request.due_date = at("2026-11-22T15:00:00Z");
    request.utc_due_date = at("2026-11-22T14:00:00Z");
    auto const text = changed(file_of({}), request).text;
    BOOST_TEST(text.find("DUE;TZID=Europe/Berlin:20261122T150000\r\n") != text.npos);
    BOOST_TEST(text.find("BEGIN:VTIMEZONE\r\nTZID:Europe/Berlin\r\n") != text.npos);
    BOOST_TEST(text_of(told(text), date_names) == "DueDate=20261122T150000Z UtcDueDate=20261122T140000Z");
}

BOOST_AUTO_TEST_CASE(times_come_back_on_the_clock_of_the_client)
{
    struct Case {
        char const *local, *utc; ///< the user is in Berlin
    };
    for (auto const &[local, utc] : {Case{"2026-07-22T15:00:00Z", "2026-07-22T13:00:00Z"},    // summer
                                     Case{"2024-07-22T15:00:00Z", "2024-07-22T13:00:00Z"},    // long ago
                                     Case{"2026-11-22T15:00:00Z", "2026-11-22T20:00:00Z"},    // New York
                                     Case{"2026-11-22T15:00:00Z", "2026-11-22T09:30:00Z"},    // Kolkata
                                     Case{"2026-11-22T15:00:00Z", "2026-11-22T15:00:00Z"}}) { // UTC
        Task request;
        request.start_date = request.due_date = at(local);
        request.utc_start_date = request.utc_due_date = at(utc);
        request.recurrence.emplace();
        request.recurrence->type = Recurrence::Type::daily;
        request.recurrence->start = at(local);
        request.recurrence->until = Instant::from_seconds(at(local).seconds() + 10 * 86400);
        auto const text = changed(file_of({}), request).text;
        auto const read = told(text);
        BOOST_TEST((read.start_date == request.start_date && read.due_date == request.due_date), text);
        BOOST_TEST((read.utc_start_date == request.utc_start_date), text);
        BOOST_TEST((read.utc_due_date == request.utc_due_date), text);
        BOOST_REQUIRE(read.recurrence);
        BOOST_TEST((read.recurrence->start == request.recurrence->start), text);
        BOOST_TEST((read.recurrence->until == request.recurrence->until), text);
        BOOST_TEST(changed(text, read).text == text);
        auto moment = request;
        moment.recurrence->until = Instant::from_seconds(at(utc).seconds() + 10 * 86400);
        BOOST_TEST(changed(text, moment).text == text);
    }
}

BOOST_AUTO_TEST_CASE(completion_is_written)
{
    auto const complete = [](Task &t) {
        t.complete = true;
        t.date_completed = at("2026-11-24T08:00:00Z");
    };
    check({
        {{}, complete, "+STATUS:COMPLETED +COMPLETED:20261124T080000Z +PERCENT-COMPLETE:100"},
        {{},
         [](Task &t) { t.complete = true; },
         "+STATUS:COMPLETED +COMPLETED:20261125T093000Z +PERCENT-COMPLETE:100"},
        {{"STATUS:IN-PROCESS", "PERCENT-COMPLETE:40"},
         complete,
         "-STATUS:IN-PROCESS -PERCENT-COMPLETE:40 +STATUS:COMPLETED +PERCENT-COMPLETE:100 "
         "+COMPLETED:20261124T080000Z"},
        {{"STATUS:CANCELLED"}, [](Task &t) { t.complete = true; }, ""},
        {{"STATUS:COMPLETED", "COMPLETED:20261120T101112Z", "PERCENT-COMPLETE:100"},
         [](Task &t) { t.complete = false; },
         "-STATUS:COMPLETED -COMPLETED:20261120T101112Z -PERCENT-COMPLETE:100 +STATUS:NEEDS-ACTION"},
        {{"STATUS:COMPLETED", "COMPLETED:20261120T101112Z", "PERCENT-COMPLETE:100"},
         complete,
         "-COMPLETED:20261120T101112Z +COMPLETED:20261124T080000Z"},
        {{"STATUS:COMPLETED", "LAST-MODIFIED:20261120T101112Z"},
         [](Task &t) { t.subject = "a"; },
         "+SUMMARY:a +COMPLETED:20261120T101112Z"},
        {{"STATUS:IN-PROCESS"}, [](Task &t) { t.complete = false; }, ""},
    });
}

BOOST_AUTO_TEST_CASE(reminders_are_written)
{
    auto const at_noon = [](Task &t) {
        t.reminder_set = true;
        t.reminder_time = at("2026-11-22T12:00:00Z");
    };
    Lines const absolute{"BEGIN:VALARM", "ACTION:DISPLAY", "TRIGGER;VALUE=DATE-TIME:20261122T110000Z",
                         "X-A:1", "END:VALARM"};
    Lines const relative{"DUE:20261122T150000Z", "BEGIN:VALARM",  "ACTION:DISPLAY",
                         "TRIGGER:-PT1H",        "END:VALARM",    "BEGIN:VALARM",
                         "ACTION:EMAIL",         "TRIGGER:-PT2H", "END:VALARM"};
    check({
        {{"SUMMARY:a"},
         at_noon,
         "+BEGIN:VALARM +ACTION:DISPLAY +DESCRIPTION:a +TRIGGER;VALUE=DATE-TIME:20261122T120000Z "
         "+END:VALARM"},
        {absolute, at_noon,
         "-TRIGGER;VALUE=DATE-TIME:20261122T110000Z +TRIGGER;VALUE=DATE-TIME:20261122T120000Z"},
        {relative, at_noon, "-TRIGGER:-PT1H +TRIGGER;RELATED=END:-PT3H"},
        {{"DUE:20261122T150000", "BEGIN:VALARM", "ACTION:DISPLAY", "TRIGGER:-PT1H", "END:VALARM"},
         [](Task &t) { t.reminder_time = at("2026-10-22T12:45:00Z"); }, // in summer time
         "-TRIGGER:-PT1H +TRIGGER;RELATED=END:-P31DT15M"},
        {relative, [](Task &t) { t.reminder_set = false; },
         "-BEGIN:VALARM -ACTION:DISPLAY -TRIGGER:-PT1H -END:VALARM"},
        {relative, [](Task &t) { t.reminder_time.emplace(); },
         "-BEGIN:VALARM -ACTION:DISPLAY -TRIGGER:-PT1H -END:VALARM"},
        {{}, [](Task &t) { t.reminder_set = false; }, ""},
    });
}

BOOST_AUTO_TEST_CASE(a_reminder_without_a_time_comes_with_the_tasks_date)
{
    auto const set = [](Task &t) { t.reminder_set = true; };
    Lines const without_time{"X-EAS-REMINDER-SET:TRUE"};
    check({
        {{"DUE:20261122T150000Z"},
         set,
         "+BEGIN:VALARM +ACTION:DISPLAY +DESCRIPTION:Reminder +TRIGGER;VALUE=DATE-TIME:20261122T150000Z "
         "+END:VALARM"},
        {{}, set, "+X-EAS-REMINDER-SET:TRUE"},
        {without_time, set, ""},
        {without_time, [](Task &t) { t.subject = "a"; }, "+SUMMARY:a"},
        {without_time, [](Task &t) { t.reminder_set = false; }, "-X-EAS-REMINDER-SET:TRUE"},
        {without_time, [](Task &t) { t.reminder_time = at("2026-11-22T12:00:00Z"); },
         "-X-EAS-REMINDER-SET:TRUE +BEGIN:VALARM +ACTION:DISPLAY +DESCRIPTION:Reminder "
         "+TRIGGER;VALUE=DATE-TIME:20261122T120000Z +END:VALARM"},
        {without_time, [](Task &t) { t.due_date = t.utc_due_date = at("2026-11-22T00:00:00Z"); },
         "-X-EAS-REMINDER-SET:TRUE +DUE;VALUE=DATE:20261122 +X-EAS-DAYS-TZID:Etc/UTC +BEGIN:VALARM "
         "+ACTION:DISPLAY +DESCRIPTION:Reminder +TRIGGER;VALUE=DATE-TIME:20261121T230000Z +END:VALARM"},
    });
}

BOOST_AUTO_TEST_CASE(recurrences_are_written)
{
    check({
        {{"DUE;VALUE=DATE:20261123"},
         [](Task &t) { t.recurrence = weekly_on(2 + 32); },
         "+DTSTART;VALUE=DATE:20261123 +RRULE:FREQ=WEEKLY;BYDAY=MO,FR"},
        {{},
         [](Task &t) { t.recurrence = weekly_on(2); },
         "+DTSTART;VALUE=DATE:20261123 +RRULE:FREQ=WEEKLY;BYDAY=MO"},
        {{"DTSTART;VALUE=DATE:20261123"},
         [](Task &t) {
             t.recurrence = weekly_on(62); // each weekday
             t.recurrence->type = Recurrence::Type::daily;
         },
         "+RRULE:FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR"},
        {{"DTSTART;VALUE=DATE:20261123"},
         [](Task &t) {
             t.recurrence = weekly_on(127);
             t.recurrence->type = Recurrence::Type::daily;
             t.recurrence->interval = 2;
         },
         "+RRULE:FREQ=DAILY;INTERVAL=2"},
        {weekly,
         [](Task &t) {
             t.recurrence = weekly_on(2);
             t.recurrence->occurrences = 5;
         },
         ""},
        {weekly,
         [](Task &t) {
             t.recurrence = weekly_on(2);
             t.recurrence->occurrences = 5;
             t.recurrence->regenerate = true;
         },
         "+X-EAS-REGENERATE:TRUE"},
        {weekly, [](Task &t) { t.recurrence.emplace(); }, "-RRULE:FREQ=WEEKLY;COUNT=5"},
        {{"DTSTART;VALUE=DATE:20261123", "RRULE:FREQ=HOURLY"}, [](Task &t) { t.recurrence.emplace(); }, ""},
    });
}

BOOST_AUTO_TEST_CASE(a_series_keeps_the_days_that_the_client_names_when_an_instance_is_put_off)
{
    auto const file = file_of(weekly); // on Mondays, since it starts on one
    Task request;
    request.start_date = request.utc_start_date = at("2026-11-25T00:00:00Z");
    request.due_date = request.utc_due_date = at("2026-11-26T00:00:00Z");
    request.recurrence = told(file).recurrence;
    auto const text = changed(file, request).text;
    BOOST_TEST(text.find("RRULE:FREQ=WEEKLY;COUNT=5;BYDAY=MO") != text.npos, text);
    request.recurrence.reset(); // who says nothing of the days moves the series
    BOOST_TEST(changed(file, request).text.find("BYDAY") == text.npos);
}

BOOST_AUTO_TEST_CASE(a_series_that_ends_leaves_no_instances_behind)
{
    std::string const begin = "BEGIN:VCALENDAR\r\n", end = "END:VCALENDAR\r\n";
    auto const instance = [](std::string const &day) {
        return "BEGIN:VTODO\r\nUID:u1\r\nRECURRENCE-ID;VALUE=DATE:" + day +
               "\r\nSTATUS:COMPLETED\r\nEND:VTODO\r\n";
    };
    std::string const master = "BEGIN:VTODO\r\nUID:u1\r\nSUMMARY:a\r\nDTSTART;VALUE=DATE:20261123\r\n"
                               "RRULE:FREQ=DAILY\r\nEND:VTODO\r\n";
    Task request;
    request.recurrence.emplace();
    auto const text =
        changed(begin + instance("20261123") + master + instance("20261124") + end, request).text;
    BOOST_TEST(text.find("RECURRENCE-ID") == text.npos);
    BOOST_TEST(text.find("RRULE") == text.npos);
    BOOST_TEST(text_of(told(text), {"Subject", "StartDate", "Complete"}) ==
               "Subject=a StartDate=20261123 Complete=0");
}

BOOST_AUTO_TEST_CASE(a_recurrence_that_makes_no_sense_is_refused)
{
    struct Row {
        char const *error;
        std::function<void(TaskRecurrence &)> spoil;
    };
    for (auto const &row : std::vector<Row>{
             {"Tasks:Recurrence: no Type", [](auto &r) { r.type.reset(); }},
             {"Tasks:Recurrence: no Start", [](auto &r) { r.start.reset(); }},
             {"Tasks:Recurrence: DayOfMonth with a Type that has none", [](auto &r) { r.day_of_month = 3; }},
             {"Tasks:Recurrence: WeekOfMonth with a Type that has none",
              [](auto &r) { r.week_of_month = 3; }},
             {"Tasks:Recurrence: DayOfWeek with a Type that has none",
              [](auto &r) { r.type = Recurrence::Type::monthly; }},
             {"Tasks:Recurrence: CalendarType with a Type that has none",
              [](auto &r) { r.calendar_type = 1; }},
         }) {
        Task request;
        request.recurrence = weekly_on(2);
        row.spoil(*request.recurrence);
        auto const written = change_task(file_of(weekly), request, {}, v14, berlin);
        BOOST_TEST(test::error_of(written) == row.error);
    }
}

BOOST_AUTO_TEST_CASE(a_completed_instance_moves_the_series_on)
{
    Task request;
    request.complete = true;
    auto lines = weekly;
    std::ranges::copy(
        Lines{"BEGIN:VALARM", "ACTION:DISPLAY", "TRIGGER;VALUE=DATE-TIME:20261123T080000Z", "END:VALARM"},
        std::back_inserter(lines));
    auto text = file_of(lines);
    auto written = changed(text, request);
    BOOST_TEST(written.differs);
    BOOST_TEST(difference(text, written.text) ==
               "-DTSTART;VALUE=DATE:20261123 -DUE;VALUE=DATE:20261124 -RRULE:FREQ=WEEKLY;COUNT=5 "
               "+DTSTART;VALUE=DATE:20261130 +DUE;VALUE=DATE:20261201 +RRULE:FREQ=WEEKLY;COUNT=4 "
               "-TRIGGER;VALUE=DATE-TIME:20261123T080000Z +TRIGGER;VALUE=DATE-TIME:20261130T080000Z");
    for (int left = 3; left >= 1; left--) {
        written = changed(written.text, request);
        BOOST_TEST(*told(written.text).recurrence->occurrences == left);
        BOOST_TEST(!*told(written.text).complete);
    }
    written = changed(written.text, request);
    BOOST_TEST(!written.differs);
    BOOST_TEST(text_of(told(written.text), {"Complete", "DueDate"}) == "DueDate=20261222 Complete=1");
}

BOOST_AUTO_TEST_CASE(a_series_of_which_some_is_done_is_the_same_when_it_comes_back)
{
    auto lines = weekly; // of which no day is named, and the third instance is told
    lines.push_back("EXDATE;VALUE=DATE:20261130");
    std::ranges::copy(
        Lines{"END:VTODO", "BEGIN:VTODO", "UID:u1", "RECURRENCE-ID;VALUE=DATE:20261123", "STATUS:COMPLETED"},
        std::back_inserter(lines));
    auto const text = file_of(lines);
    BOOST_TEST(text_of(told(text), {"StartDate", "Occurrences"}) == "StartDate=20261207 Occurrences=3");
    BOOST_TEST(changed(text, told(text)).text == text);
}

BOOST_AUTO_TEST_CASE(a_series_of_which_nothing_was_left_stays_complete_without_its_dates)
{
    auto lines = weekly;
    for (auto const *date : {"20261130", "20261207", "20261214", "20261221"})
        lines.push_back(std::string("EXDATE;VALUE=DATE:") + date);
    std::ranges::copy(
        Lines{"END:VTODO", "BEGIN:VTODO", "UID:u1", "RECURRENCE-ID;VALUE=DATE:20261123", "STATUS:COMPLETED"},
        std::back_inserter(lines));
    auto const text = file_of(lines);
    BOOST_TEST(text_of(told(text), {"Complete"}) == "Complete=1");
    Task request;
    request.subject = "Water the plants";
    request.complete = true; // and no dates, so it has none any more
    auto const written = changed(text, request);
    BOOST_TEST(text_of(told(written.text), {"Complete", "StartDate"}) == "Complete=1");
    BOOST_TEST(changed(written.text, request).text == written.text);
}

BOOST_AUTO_TEST_CASE(a_series_that_regenerates_counts_from_its_completion)
{
    auto lines = weekly;
    lines.push_back("X-EAS-REGENERATE:TRUE");
    Task request;
    request.complete = true; // on Wednesday 25 November
    auto const written = changed(file_of(lines), request);
    BOOST_TEST(text_of(told(written.text), {"StartDate", "DueDate", "Occurrences", "Regenerate"}) ==
               "StartDate=20261202 DueDate=20261203 Occurrences=4 Regenerate=1");
}

BOOST_AUTO_TEST_CASE(a_dead_instance_stays_single_and_can_come_back)
{
    Task request;
    request.complete = true;
    request.date_completed = at("2026-11-24T08:00:00Z");
    request.recurrence = weekly_on(2);
    request.recurrence->occurrences = 5;
    request.recurrence->dead_occur = 1;
    auto const text = file_of(weekly);
    auto const written = changed(text, request);
    BOOST_TEST(!written.differs);
    BOOST_TEST(written.text.find("\r\nRRULE") == std::string::npos);
    BOOST_TEST(text_of(told(written.text), {"Complete", "DueDate", "DeadOccur", "Type", "Occurrences"}) ==
               "DueDate=20261124 Complete=1 Type=1 Occurrences=5 DeadOccur=1");
    auto escaped =
        written.text; // as vobject and python-icalendar write what is in properties that they don't know
    for (auto at = escaped.find(';', escaped.find("X-EAS-DEAD-RRULE")); at < escaped.find("\r\n", at);
         at = escaped.find(';', at + 2))
        escaped.insert(at, "\\");
    BOOST_TEST(escaped.find("X-EAS-DEAD-RRULE:FREQ=WEEKLY\\;COUNT=5\\;") != escaped.npos, escaped);
    BOOST_TEST(text_of(told(escaped), {"DeadOccur", "Type", "Occurrences"}) ==
               "Type=1 Occurrences=5 DeadOccur=1");
    request.complete = false;
    request.date_completed.reset();
    request.recurrence->dead_occur = 0;
    BOOST_TEST(text_of(told(changed(written.text, request).text), {"Complete", "DeadOccur", "Type"}) ==
               "Complete=0 Type=1");
}

BOOST_AUTO_TEST_CASE(a_phone_may_move_the_series_on_by_itself)
{
    auto const text = file_of(weekly);
    auto request = told(text);
    request.start_date = at("2026-11-30T00:00:00Z");
    request.utc_start_date = at("2026-11-29T23:00:00Z");
    request.due_date = at("2026-12-01T00:00:00Z");
    request.utc_due_date = at("2026-11-30T23:00:00Z");
    request.recurrence->start = at("2026-11-30T00:00:00Z");
    request.recurrence->occurrences = 4;
    auto const written = changed(text, request);
    BOOST_TEST(!written.differs);
    BOOST_TEST(difference(text, written.text) ==
               "-DTSTART;VALUE=DATE:20261123 -DUE;VALUE=DATE:20261124 -RRULE:FREQ=WEEKLY;COUNT=5 "
               "+DTSTART;VALUE=DATE:20261130 +DUE;VALUE=DATE:20261201 +RRULE:FREQ=WEEKLY;COUNT=4;BYDAY=MO");
}

BOOST_AUTO_TEST_CASE(what_is_left_out_stays_unless_the_whole_task_was_written)
{
    Lines const lines{"SUMMARY:a", "DTSTART;VALUE=DATE:20261120", "DUE;VALUE=DATE:20261122", "CATEGORIES:x",
                      "RRULE:FREQ=DAILY"};
    Task request;
    request.subject = "b";
    BOOST_TEST(edited(lines, request) == "-SUMMARY:a +SUMMARY:b");
    request.subject = "a";
    request.complete = false;
    BOOST_TEST(edited(lines, request) == "-DTSTART;VALUE=DATE:20261120 -DUE;VALUE=DATE:20261122");
    BOOST_TEST(edited({"SUMMARY:a", "DTSTART;VALUE=DATE:20261120"}, request) == "");
    SupportedProperties const ghosted{true, {Tag::Tasks_Subject}};
    BOOST_TEST(edited(lines, request, ghosted) == "");
    SupportedProperties const managed{true, {Tag::Tasks_DueDate, Tag::Tasks_Categories}};
    BOOST_TEST(edited(lines, request, managed) == "-DUE;VALUE=DATE:20261122 -CATEGORIES:x");
}

BOOST_AUTO_TEST_CASE(a_new_task_is_read_back_as_it_was_written)
{
    Task request;
    request.subject = "Häuser, Bäume";
    request.body = plain("one\r\ntwo");
    request.importance = 2;
    request.start_date = at("2026-11-23T00:00:00Z");
    request.utc_start_date = at("2026-11-22T23:00:00Z");
    request.due_date = at("2026-11-23T00:00:00Z");
    request.utc_due_date = at("2026-11-22T23:00:00Z");
    request.categories = {"Work", "Büro"};
    request.recurrence = weekly_on(2 + 4);
    request.recurrence->until = at("2026-12-22T00:00:00Z");
    request.recurrence->interval = 2;
    request.recurrence->first_day_of_week = 0;
    request.recurrence->regenerate = true;
    request.complete = false;
    request.sensitivity = Sensitivity::personal;
    request.reminder_set = true;
    request.reminder_time = at("2026-11-23T07:00:00Z");
    auto const written = new_task(request, "new-uid", v14, berlin);
    BOOST_REQUIRE_MESSAGE(written, test::error_of(written));
    BOOST_TEST(written->uid == "new-uid");
    auto names = recurrence_names;
    names.insert(date_names.begin(), date_names.end());
    names.insert({"Subject", "Body", "Importance", "Categories", "Complete", "Sensitivity", "ReminderSet",
                  "ReminderTime"});
    BOOST_TEST(text_of(told(written->text), names) == text_of(request, names));
    BOOST_TEST(written->text.find("DTSTAMP:20261125T093000Z\r\n") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(days_of_a_client_come_back_on_its_clock)
{
    for (auto const *utc : {"2026-11-22T15:00:00Z", "2026-11-23T08:00:00Z", "2026-11-23T00:00:00Z",
                            "2026-11-22T18:30:00Z", "2026-11-22T23:00:00Z"}) {
        Task request;
        request.due_date = request.start_date = at("2026-11-23T00:00:00Z");
        request.utc_due_date = request.utc_start_date = at(utc);
        auto const written = new_task(request, "new-uid", v14, berlin);
        BOOST_REQUIRE_MESSAGE(written, test::error_of(written));
        BOOST_TEST(written->text.find("DUE;VALUE=DATE:20261123\r\n") != std::string::npos);
        BOOST_TEST(text_of(told(written->text), date_names) == text_of(request, date_names));
        // It keeps its zone when it moves, and no other client writes its own into it.
        request.due_date = request.start_date = at("2026-11-24T00:00:00Z");
        request.utc_due_date = request.utc_start_date = at("2026-11-24T05:00:00Z");
        auto const later = changed(written->text, request, {}, v14, berlin);
        auto const days = Instant::from_seconds(at(utc).seconds() + 86400);
        BOOST_TEST((told(later.text).utc_due_date->instant == days));
    }
}

BOOST_AUTO_TEST_CASE(a_file_without_a_task_is_refused)
{
    for (auto const *text : {"", "BEGIN:VCALENDAR\r\nEND:VCALENDAR\r\n",
                             "BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n"}) {
        BOOST_TEST(!task_from_ical(text, v14, berlin));
        BOOST_TEST(!change_task(text, Task{}, {}, v14, berlin));
    }
    BOOST_TEST(!task_from_ical("BEGIN:VCALENDAR\r\nBEGIN:VTODO\r\nEND:VCALENDAR\r\n", v14, berlin));
}

BOOST_AUTO_TEST_CASE(real_files_survive)
{
    auto const corpus = test::source_tree() / ".." / "shared" / "corpus" / "calendar";
    if (!std::filesystem::exists(corpus)) {
        BOOST_TEST_MESSAGE("no corpus at " << corpus);
        return;
    }
    size_t count = 0;
    for (auto const &entry : std::filesystem::recursive_directory_iterator(corpus)) {
        if (entry.path().extension() != ".ics")
            continue;
        std::ifstream in(entry.path(), std::ios::binary);
        std::string const text{std::istreambuf_iterator<char>(in), {}};
        auto const task = task_from_ical(text, v16, berlin);
        if (!task)
            continue;
        count++;
        BOOST_TEST(changed(text, *task, {}, v16).text == text, entry.path());
    }
    BOOST_TEST(count > 0);
}

BOOST_AUTO_TEST_SUITE_END()

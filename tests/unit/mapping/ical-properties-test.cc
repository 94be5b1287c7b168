// What events and tasks share: times, categories, sensitivity, alarms, bodies, people.
#include "mapping/ical-people.h"
#include "mapping/ical-properties.h"
#include "mapping/item-body.h"
#include "support.h"

using namespace eas;
using test::error_of;

namespace {

ZoneNames const &zone_names()
{
    static ZoneNames const names;
    return names;
}

CalendarContext context()
{
    return {zone_names(),
            *zone_names().find("Europe/Vienna"),
            *parse_datetime("20261129T100000Z"),
            {"me@example.org"},
            [] { return std::string("Me"); }};
}

/// A document with one VEVENT of these lines.
IcalDocument event(std::string_view lines)
{
    auto document = IcalDocument::parse("BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\n" + std::string(lines) +
                                        "END:VEVENT\r\nEND:VCALENDAR\r\n");
    BOOST_REQUIRE_EQUAL(error_of(document), "");
    return *document;
}

Instant at(std::string_view text)
{
    return *parse_datetime(text);
}

} // namespace

BOOST_AUTO_TEST_SUITE(ical_properties)

BOOST_AUTO_TEST_CASE(times_are_read_in_all_their_forms)
{
    struct Case {
        char const *line, *instant;
        IcalTime::Form form;
    };
    using Form = IcalTime::Form;
    for (auto const &[line, instant, form] : {
             Case{"DTSTART:20260701T100000Z", "20260701T100000Z", Form::utc},
             Case{"DTSTART:20260701T100000", "20260701T080000Z", Form::floating},
             Case{"DTSTART;VALUE=DATE:20260701", "20260630T220000Z", Form::date},
             Case{"DTSTART:20260701", "20260630T220000Z", Form::date},
             Case{"DTSTART;VALUE=DATE:20260701T100000", "20260630T220000Z", Form::date},
             Case{"DTSTART;TZID=America/New_York:20260701T1000", "20260701T140000Z", Form::zoned},
             Case{"DTSTART;TZID=Nowhere:20260701T100000", "20260701T080000Z", Form::zoned},
             Case{"DTSTART;TZID=Tokyo Standard Time:19500101T100000", "19500101T010000Z", Form::zoned},
             Case{"DTSTART:21500101T100000Z", "21500101T100000Z", Form::utc},
         }) {
        auto const document = event(std::string(line) + "\r\n");
        auto const ctx = context();
        IcalZones zones(document, ctx);
        auto const time = ical_time_of(*document.items()[0], "DTSTART", zones);
        BOOST_REQUIRE_MESSAGE(time, line);
        BOOST_TEST(format_compact_datetime(time->instant()) == instant, line);
        BOOST_TEST((time->form == form), line);
    }
}

BOOST_AUTO_TEST_CASE(what_is_no_time_is_nothing)
{
    for (auto const *value : {"", "2026", "20261301", "20260230", "20260701T250000", "20260701T1", "00000101",
                              "today", "2026-07-01", "20260701T1000000"}) {
        auto const document = event("DTSTART:" + std::string(value) + "\r\n");
        auto const ctx = context();
        IcalZones zones(document, ctx);
        BOOST_TEST(!ical_time_of(*document.items()[0], "DTSTART", zones), value);
    }
}

BOOST_AUTO_TEST_CASE(a_duration_between_times_has_days_by_the_clock)
{
    IcalDocument const document;
    auto const whose = context();
    IcalZones zones(document, whose);
    IcalProperty const vienna{"DTSTART", {{"TZID", {"Europe/Vienna"}}}, {}};
    struct Case {
        char const *from, *to, *duration;
    };
    for (auto const &[from, to, duration] : {
             Case{"20261001T100000", "20261001T080000Z", "PT0M"},
             Case{"20261001T100000", "20261031T090000Z", "P30D"}, // the clock goes back on the 25th
             Case{"20261001T100000", "20261031T083000Z", "P29DT23H30M"},
             Case{"20261024T100000", "20261025T083000Z", "PT24H30M"},
             Case{"20261031T100000", "20261001T080000Z", "-P30D"},
             Case{"20261031T100000", "20261001T074500Z", "-P30DT15M"},
             Case{"20260401T100000", "20260327T100000Z", "-P4DT23H"}, // it went forward on the 29th
         }) {
        auto const start = parse_ical_time(vienna, from, zones);
        auto const wanted = *parse_datetime(to);
        auto const between = ical_duration_between(*start, wanted);
        BOOST_TEST(format_ical_duration(between) == duration, from << ' ' << to);
        auto later = *start;
        later.local += std::chrono::days(between.days);
        BOOST_TEST(later.instant().seconds() + between.seconds == wanted.seconds());
    }
}

BOOST_AUTO_TEST_CASE(durations)
{
    struct Case {
        char const *text;
        int64_t days, seconds;
        char const *printed;
    };
    for (auto const &[text, days, seconds, printed] :
         {Case{"PT15M", 0, 900, "PT15M"}, Case{"-PT15M", 0, -900, "-PT15M"}, Case{"P1D", 1, 0, "P1D"},
          Case{"-P1W", -7, 0, "-P7D"}, Case{"P1DT2H3M4S", 1, 7384, "P1DT2H3M4S"}, Case{"PT0S", 0, 0, "PT0M"},
          Case{"+PT90M", 0, 5400, "PT1H30M"}}) {
        auto const read = parse_ical_duration(text);
        BOOST_REQUIRE_MESSAGE(read, text);
        BOOST_TEST(read->days == days, text);
        BOOST_TEST(read->seconds == seconds, text);
        BOOST_TEST(format_ical_duration(days * 86400 + seconds) == printed);
    }
    for (auto const *text :
         {"", "P", "PT", "15M", "PT15", "PT99999999999999999999S", "P999999999W", "PTM", "P1X"})
        BOOST_TEST(!parse_ical_duration(text), text);
}

BOOST_AUTO_TEST_CASE(the_reminder_is_the_first_alarm_that_a_person_notices)
{
    struct Case {
        char const *alarms;
        int64_t minutes; ///< -1: none
    };
    auto const alarm = [](std::string const &lines) { return "BEGIN:VALARM\r\n" + lines + "END:VALARM\r\n"; };
    std::string const email = alarm("ACTION:EMAIL\r\nTRIGGER:-PT5M\r\n");
    struct Row {
        std::string lines;
        int64_t minutes;
    };
    for (auto const &[lines, minutes] : {
             Row{"", -1},
             Row{email, -1},
             Row{email + alarm("ACTION:DISPLAY\r\nTRIGGER:-PT15M\r\n"), 15},
             Row{alarm("TRIGGER;RELATED=START:-P1D\r\n") + alarm("TRIGGER:-PT5M\r\n"), 1440},
             Row{alarm("ACTION:AUDIO\r\nTRIGGER;RELATED=END:-PT90M\r\n"), 30},
             Row{alarm("ACTION:DISPLAY\r\nTRIGGER;VALUE=DATE-TIME:20260701T073000Z\r\n"), 30},
             Row{alarm("ACTION:DISPLAY\r\nTRIGGER:PT5M\r\n"), -1},
             Row{alarm("ACTION:NONE\r\nTRIGGER:-PT5M\r\n"), -1},
             Row{alarm("ACTION:DISPLAY\r\nTRIGGER:-PT90S\r\n"), 2},
             Row{alarm("ACTION:DISPLAY\r\nTRIGGER:PT0S\r\n"), 0},
             Row{alarm("ACTION:DISPLAY\r\n"), -1},
             Row{alarm("ACTION:DISPLAY\r\nTRIGGER:-PT1M\r\nRELATED-TO;RELTYPE=SNOOZE:x\r\n"), -1},
         }) {
        auto const document = event(lines);
        auto const ctx = context();
        IcalZones zones(document, ctx);
        auto const shown =
            reminder_minutes(*document.items()[0], at("20260701T080000Z"), at("20260701T090000Z"), zones);
        BOOST_TEST((shown ? int64_t{*shown} : -1) == minutes, lines);
    }
}

BOOST_AUTO_TEST_CASE(a_changed_reminder_changes_one_alarm)
{
    std::string const two = "BEGIN:VALARM\r\nTRIGGER:-PT15M\r\nX-OWN:1\r\nACTION:DISPLAY\r\nEND:VALARM\r\n"
                            "BEGIN:VALARM\r\nTRIGGER:-P1D\r\nACTION:DISPLAY\r\nEND:VALARM\r\n"
                            "BEGIN:VALARM\r\nTRIGGER:-P2D\r\nACTION:EMAIL\r\nEND:VALARM\r\n";
    auto document = event(two);
    auto const text = document.print();
    auto const ctx = context();
    IcalZones zones(document, ctx);
    auto const start = at("20260701T080000Z"), end = at("20260701T090000Z");
    set_reminder_minutes(*document.items()[0], 15, start, end, zones);
    BOOST_TEST(document.print() == text);
    set_reminder_minutes(*document.items()[0], 30, start, end, zones);
    auto expected = text;
    expected.replace(expected.find("-PT15M"), 6, "-PT30M");
    BOOST_TEST(document.print() == expected);
    set_reminder_minutes(*document.items()[0], std::nullopt, start, end, zones);
    BOOST_TEST(document.print().find("DISPLAY") == std::string::npos);
    BOOST_TEST(document.print().find("EMAIL") != std::string::npos);
    set_reminder_minutes(*document.items()[0], 0, start, end, zones);
    BOOST_TEST(document.print().find("TRIGGER:PT0M") != std::string::npos);
    BOOST_TEST(*reminder_minutes(*document.items()[0], start, end, zones) == 0);
}

BOOST_AUTO_TEST_CASE(sensitivity_and_categories_come_back)
{
    auto document = event("CATEGORIES:A\\, B,C\r\nCATEGORIES:C,D\r\n");
    auto &component = *document.items()[0];
    std::vector<std::string> const all{"A, B", "C", "D"};
    BOOST_TEST(categories_of(component) == all);
    auto const text = document.print();
    set_categories(component, all);
    BOOST_TEST(document.print() == text);
    set_categories(component, {"X;Y", "Z"});
    BOOST_TEST(categories_of(component) == (std::vector<std::string>{"X;Y", "Z"}));
    set_categories(component, {});
    BOOST_TEST(categories_of(component).empty());
    for (auto const each :
         {Sensitivity::personal, Sensitivity::is_private, Sensitivity::confidential, Sensitivity::normal}) {
        set_sensitivity(component, each);
        BOOST_TEST((sensitivity_of(component) == each));
    }
    BOOST_TEST((sensitivity_of(*event("CLASS:X-SECRET\r\n").root().components()[0]->components()[0]) ==
                Sensitivity::is_private));
}

BOOST_AUTO_TEST_CASE(people_keep_what_eas_does_not_know)
{
    auto document = event("ORGANIZER;CN=Boss;SENT-BY=\"mailto:x@example.org\":MAILTO:boss@example.org\r\n"
                          "ATTENDEE;X-OWN=1;CN=Me;PARTSTAT=NEEDS-ACTION;RSVP=TRUE:mailto:ME@example.org\r\n"
                          "ATTENDEE;CUTYPE=ROOM;CN=\"Room; 1\":mailto:room@example.org\r\n"
                          "ATTENDEE;ROLE=OPT-PARTICIPANT;PARTSTAT=DELEGATED;CN=B:mailto:b@example.org\r\n");
    auto &component = *document.items()[0];
    auto const text = document.print();
    BOOST_TEST(organizer_of(component)->email == "boss@example.org");
    auto attendees = attendees_of(component);
    BOOST_REQUIRE_EQUAL(attendees.size(), 3);
    BOOST_TEST((*attendees[1].type == Attendee::Type::resource));
    BOOST_TEST((*attendees[2].type == Attendee::Type::optional));
    BOOST_TEST((*attendees[2].status == Attendee::Status::unknown));
    BOOST_TEST(attendees[1].name == "Room; 1");
    BOOST_TEST(meeting_status_of(component, {"me@example.org"}) == 3);
    BOOST_TEST((response_type_of(component, {"me@example.org"}) == ResponseType::not_responded));
    set_attendees(component, attendees);
    set_organizer(component, {"boss@example.org", "Boss"});
    BOOST_TEST(document.print() == text);
    BOOST_TEST(set_participation(component, {"me@example.org"}, Attendee::Status::accepted));
    BOOST_TEST(document.print().find("ATTENDEE;X-OWN=1;CN=Me;PARTSTAT=ACCEPTED:mailto:ME@example.org\r\n") !=
               std::string::npos);
    BOOST_TEST((response_type_of(component, {"me@example.org"}) == ResponseType::accepted));
    attendees = attendees_of(component);
    attendees.erase(attendees.begin() + 1);
    attendees.push_back({"new@example.org", "New", {}, Attendee::Type::resource, {}, {}});
    set_attendees(component, attendees);
    BOOST_TEST(document.print().find("room@example.org") == std::string::npos);
    BOOST_TEST((*attendees_of(component)[1].type == Attendee::Type::resource));
    BOOST_TEST(!set_participation(component, {"nobody@example.org"}, Attendee::Status::accepted));
}

BOOST_AUTO_TEST_CASE(an_address_with_line_ends_is_that_of_one_person)
{
    auto document = event("");
    std::vector<Attendee> const attendees{{"a@example.org\r\nX-OTHER:y", "", {}, {}, {}, {}}};
    set_attendees(*document.items()[0], attendees);
    auto const text = document.print();
    BOOST_TEST(text.find("\r\nX-OTHER") == std::string::npos);
    auto again = IcalDocument::parse(text);
    auto const before = *again->items()[0];
    set_attendees(*again->items()[0], attendees);
    BOOST_TEST((*again->items()[0] == before));
}

BOOST_AUTO_TEST_CASE(an_itip_message_has_no_alarms_and_the_zones_that_it_needs)
{
    auto const document =
        IcalDocument::parse("BEGIN:VCALENDAR\r\nPRODID:x\r\nBEGIN:VTIMEZONE\r\nTZID:A\r\nEND:"
                            "VTIMEZONE\r\nBEGIN:VTIMEZONE\r\nTZID:B\r\nEND:VTIMEZONE\r\n"
                            "BEGIN:VEVENT\r\nUID:1\r\nDTSTART;TZID=B:20260101T100000\r\nBEGIN:"
                            "VALARM\r\nTRIGGER:-PT5M\r\nEND:VALARM\r\nEND:VEVENT\r\n"
                            "END:VCALENDAR\r\n");
    auto const message = itip_message(*document, "REQUEST").print();
    BOOST_TEST(message.find("METHOD:REQUEST\r\n") != std::string::npos);
    BOOST_TEST(message.find("VALARM") == std::string::npos);
    BOOST_TEST(message.find("TZID:A") == std::string::npos);
    BOOST_TEST(message.find("BEGIN:VTIMEZONE\r\nTZID:B") < message.find("BEGIN:VEVENT"));
}

BOOST_AUTO_TEST_CASE(bodies_are_chosen_and_cut_as_those_of_mail)
{
    struct Case {
        ItemText text;
        std::vector<BodyPreference> preferences;
        BodyType type;
        std::string data;
        uint64_t size;
        bool truncated;
    };
    auto const plain = BodyType::plain, html = BodyType::html;
    for (auto const &[text, preferences, type, data, size, truncated] : {
             Case{{"a\nb", ""}, {{plain, {}, {}, {}}}, plain, "a\r\nb", 4, false},
             Case{{"a\nb", ""}, {}, plain, "a\r\nb", 4, false},
             Case{{"text", "<p>html"}, {{plain, {}, {}, {}}, {html, {}, {}, {}}}, html, "<p>html", 7, false},
             Case{{"text", "<p>html"}, {{plain, {}, {}, {}}}, plain, "text", 4, false},
             Case{{"text", "<p>html"}, {{plain, {}, {}, {}}, {html, 3, true, {}}}, plain, "text", 4, false},
             Case{{"0123456789", ""}, {{plain, 4, {}, {}}}, plain, "0123", 10, true},
             Case{{"0\xC3\xA4", ""}, {{plain, 2, {}, {}}}, plain, "0", 3, true},
             Case{{"", ""}, {{html, 100, {}, {}}}, html, "", 0, false},
             Case{{"text", ""}, {{BodyType::mime, {}, {}, {}}}, plain, "text", 4, false},
         }) {
        auto const body = choose_item_body(text, {preferences, {}, 0, {}}, v14_1);
        BOOST_TEST((body.type == type));
        BOOST_REQUIRE(body.data && body.data->text());
        BOOST_TEST(*body.data->text() == data);
        BOOST_TEST(*body.estimated_data_size == size);
        BOOST_TEST(body.truncated.value_or(false) == truncated);
        BOOST_TEST(is_same_text(body, text, {preferences, {}, 0, {}}, v14_1));
    }
}

BOOST_AUTO_TEST_CASE(a_beginning_that_comes_back_in_the_other_form_changes_nothing)
{
    ItemText const rich{"", "<p>One <b>two</b> three</p>"}, plain{"One two three", ""};
    BodyOptions const short_html{{{BodyType::html, 15, {}, {}}}, {}, 0, {}};
    BodyOptions const short_plain{{{BodyType::plain, 7, {}, {}}}, {}, 0, {}};
    auto const body = [](BodyType type, char const *data) {
        return Body{type, {}, {}, Content(std::string(data)), {}, {}};
    };
    BOOST_TEST(*choose_item_body(rich, short_html, v14_1).data->text() == "<p>One <b>two");
    BOOST_TEST(is_same_text(body(BodyType::plain, "One two"), rich, short_html, v14_1));
    BOOST_TEST(is_same_text(body(BodyType::html, "<p>One two</p>"), plain, short_plain, v14_1));
    BOOST_TEST(!is_same_text(body(BodyType::plain, "One"), rich, short_html, v14_1));
    BOOST_TEST(!is_same_text(body(BodyType::html, "<p>One</p>"), plain, short_plain, v14_1));
    BOOST_TEST(!is_same_text(body(BodyType::plain, "One two"), rich, {}, v14_1));
}

/// A client cannot mean to empty what it was not shown, nor what it says nothing of (MS-ASCMD 2.2.3.24).
BOOST_AUTO_TEST_CASE(a_body_that_shows_nothing_and_comes_back_changes_nothing)
{
    ItemText const stored{"text", ""};
    BodyOptions const shows_none{{{BodyType::plain, 0, {}, {}}}, {}, 0, {}};
    Body const without_data{BodyType::plain, {}, {}, {}, {}, {}};
    Body const with_empty_data{BodyType::plain, {}, {}, Content(std::string()), {}, {}};
    BOOST_TEST(is_same_text(choose_item_body(stored, shows_none, v14_1), stored, shows_none, v14_1));
    BOOST_TEST(is_same_text(with_empty_data, stored, shows_none, v14_1));
    BOOST_TEST(!is_same_text(with_empty_data, stored, {}, v14_1));
    BOOST_TEST(is_same_text(with_empty_data, {}, {}, v14_1));
    BOOST_TEST(is_same_text(without_data, stored, {}, v14_1));
}

BOOST_AUTO_TEST_CASE(an_html_body_is_found_where_programs_put_it)
{
    for (auto const *line :
         {"X-ALT-DESC;FMTTYPE=text/html:<b>x</b>\r\n", "STYLED-DESCRIPTION;FMTTYPE=text/html:<b>x</b>\r\n",
          "DESCRIPTION;ALTREP=\"data:text/html,%3Cb%3Ex%3C%2Fb%3E\":x\r\n"}) {
        auto document = event(line);
        BOOST_TEST(ical_text_body(*document.items()[0]).html == "<b>x</b>", line);
        set_ical_text_body(*document.items()[0], {"plain", ""});
        BOOST_TEST(document.print().find("<b>") == std::string::npos);
        BOOST_TEST((ical_text_body(*document.items()[0]) == ItemText{"plain", ""}));
        auto written = item_text_of(Body{BodyType::html, {}, {}, Content("<p>one</p>"), {}, {}});
        BOOST_REQUIRE_EQUAL(error_of(written), "");
        set_ical_text_body(*document.items()[0], *written);
        BOOST_TEST(ical_text_body(*document.items()[0]).html == "<p>one</p>");
        BOOST_TEST(ical_text_body(*document.items()[0]).plain.starts_with("one"));
        set_ical_text_body(*document.items()[0], {});
        BOOST_TEST(ical_text_body(*document.items()[0]).empty());
    }
}

BOOST_AUTO_TEST_SUITE_END()

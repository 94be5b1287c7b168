#include "mapping/ical-document.h"
#include "support.h"
#include <fstream>
#include <libical/ical.h>
#include <sstream>

using namespace eas;
using test::error_of;
namespace fs = std::filesystem;

namespace {

constexpr std::string_view sample = "BEGIN:VCALENDAR\r\n"
                                    "X-HEAD:1\r\n"
                                    "BEGIN:VTIMEZONE\r\nTZID:Europe/Rome\r\nEND:VTIMEZONE\r\n"
                                    "BEGIN:VEVENT\r\n"
                                    "UID:1\r\n"
                                    "SUMMARY;LANGUAGE=en:Old\r\n"
                                    "X-ODD;P=\"1\":folded in\r\n  an odd place\r\n"
                                    "ATTENDEE;CN=A:mailto:a\r\n"
                                    "ATTENDEE;CN=B;X-OWN=1:mailto:b\r\n"
                                    "broken line\r\n"
                                    "DTSTART;TZID=Europe/Rome:20261122T100000\r\n"
                                    "BEGIN:VALARM\r\nTRIGGER:-PT5M\r\nEND:VALARM\r\n"
                                    "BEGIN:VALARM\r\nTRIGGER:-PT1H\r\nEND:VALARM\r\n"
                                    "END:VEVENT\r\n"
                                    "END:VCALENDAR\r\n";

IcalDocument parsed(std::string_view text)
{
    auto document = IcalDocument::parse(text);
    BOOST_REQUIRE_EQUAL(error_of(document), "");
    return *document;
}

std::string replaced(std::string text, std::string_view from, std::string_view to)
{
    auto const at = text.find(from);
    BOOST_REQUIRE(at != text.npos);
    return text.replace(at, from.size(), to);
}

std::string read(fs::path const &path)
{
    std::ifstream file(path, std::ios::binary);
    std::ostringstream text;
    text << file.rdbuf();
    return text.str();
}

std::vector<fs::path> corpus()
{
    std::vector<fs::path> files;
    auto const directory = test::source_tree() / ".." / "shared" / "corpus" / "calendar";
    if (!fs::exists(directory)) {
        BOOST_TEST_MESSAGE("no corpus at " << directory << ": only the fixtures are tested");
        return files;
    }
    for (auto const &entry : fs::recursive_directory_iterator(directory))
        if (entry.path().extension() == ".ics")
            files.push_back(entry.path());
    return files;
}

/// All that libical reads of a file but the summaries.
std::string understood(std::string const &text)
{
    auto *const component = icalparser_parse_string(text.c_str());
    if (!component)
        return "nothing";
    auto const remove_summaries = [](auto const &self, icalcomponent *from) -> void {
        for (auto *p = icalcomponent_get_first_property(from, ICAL_SUMMARY_PROPERTY); p;
             p = icalcomponent_get_first_property(from, ICAL_SUMMARY_PROPERTY)) {
            icalcomponent_remove_property(from, p);
            icalproperty_free(p);
        }
        for (auto *c = icalcomponent_get_first_component(from, ICAL_ANY_COMPONENT); c;
             c = icalcomponent_get_next_component(from, ICAL_ANY_COMPONENT))
            self(self, c);
    };
    remove_summaries(remove_summaries, component);
    std::string printed = icalcomponent_as_ical_string(component);
    icalcomponent_free(component);
    return printed;
}

std::vector<std::string> lines_without_summaries(std::string_view text)
{
    std::vector<std::string> lines;
    for (auto line : split(text, '\n')) {
        if (!lines.empty() && (line.starts_with(' ') || line.starts_with('\t')))
            lines.back() += line;
        else
            lines.emplace_back(line);
    }
    std::erase_if(lines, [](auto const &line) { return ical_line_name(line) == "SUMMARY"; });
    return lines;
}

} // namespace

BOOST_AUTO_TEST_SUITE(ical_document)

BOOST_AUTO_TEST_CASE(an_unedited_file_is_printed_as_it_was)
{
    for (auto text : {sample,
                      std::string_view("\xEF\xBB\xBF"
                                       "junk\nBEGIN:VCALENDAR\nEND:VCALENDAR"),
                      std::string_view(""), std::string_view("\n\n")})
        BOOST_TEST(parsed(text).print() == text);
    size_t files = 0, refused = 0;
    for (auto const &path : corpus()) {
        auto const text = read(path);
        auto const document = IcalDocument::parse(text);
        files++;
        if (document)
            BOOST_TEST((document->print() == text), path);
        else
            refused++;
    }
    BOOST_TEST(refused * 10 <= files, refused << " of " << files << " files are refused");
}

BOOST_AUTO_TEST_CASE(an_edit_changes_nothing_else)
{
    auto document = parsed(sample);
    document.items().front()->set_text("SUMMARY", "New, longer");
    BOOST_TEST(document.print() ==
               replaced(std::string(sample), "SUMMARY;LANGUAGE=en:Old", "SUMMARY;LANGUAGE=en:New\\, longer"));
}

BOOST_AUTO_TEST_CASE(an_edit_of_real_files_changes_nothing_else_for_libical_either)
{
    for (auto const &path : corpus()) {
        auto const text = read(path);
        auto document = IcalDocument::parse(text);
        // A line "SUMMARY" without a colon is no summary: libical takes the lines around it for its value.
        if (!document || document->items().empty() || path.filename() == "multiple_calendar_components.ics")
            continue;
        for (auto *item : document->items())
            item->set_text("SUMMARY", "Ge\xC3\xA4ndert, " + std::string(90, 'x') + "\nzweite Zeile; Ende");
        auto const edited = document->print();
        BOOST_TEST((lines_without_summaries(edited) == lines_without_summaries(text)), path);
        BOOST_TEST(understood(edited) == understood(text), path);
        auto const again = parsed(edited);
        for (auto const *item : again.items())
            BOOST_TEST(item->property("SUMMARY")->text().ends_with("Zeile; Ende"), path);
    }
}

BOOST_AUTO_TEST_CASE(setting_what_is_there_changes_nothing)
{
    auto document = parsed(sample);
    auto &event = *document.items().front();
    for (auto const &property : event.properties())
        event.replace(property.name, event.properties(property.name));
    event.set_text("SUMMARY", "Old");
    BOOST_TEST(document.print() == sample);
    // Another spelling of the same text is no change.
    auto other = parsed("BEGIN:VEVENT\nSUMMARY:a\\N\\:b\nEND:VEVENT\n");
    other.root().components().front()->set_text("SUMMARY", "a\r\n:b");
    BOOST_TEST(other.print() == "BEGIN:VEVENT\nSUMMARY:a\\N\\:b\nEND:VEVENT\n");
}

BOOST_AUTO_TEST_CASE(of_several_properties_only_the_changed_one_is_rewritten)
{
    auto document = parsed(sample);
    auto &event = *document.items().front();
    auto attendees = event.properties("ATTENDEE");
    attendees[0].parameters.push_back({"PARTSTAT", {"ACCEPTED"}});
    attendees.push_back({"ATTENDEE", {}, "mailto:c"});
    event.replace("ATTENDEE", attendees);
    auto const expected = replaced(replaced(std::string(sample), "CN=A:", "CN=A;PARTSTAT=ACCEPTED:"),
                                   "mailto:b\r\n", "mailto:b\r\nATTENDEE:mailto:c\r\n");
    BOOST_TEST(document.print() == expected);
    attendees.erase(attendees.begin());
    attendees.pop_back();
    event.replace("ATTENDEE", attendees);
    BOOST_TEST(document.print() == replaced(std::string(sample), "ATTENDEE;CN=A:mailto:a\r\n", ""));
}

BOOST_AUTO_TEST_CASE(a_removed_property_leaves_nothing)
{
    auto document = parsed(sample);
    document.items().front()->remove("X-ODD");
    BOOST_TEST(document.print() ==
               replaced(std::string(sample), "X-ODD;P=\"1\":folded in\r\n  an odd place\r\n", ""));
}

BOOST_AUTO_TEST_CASE(a_broken_line_is_replaced_by_what_is_set)
{
    auto document = parsed("BEGIN:VEVENT\nDESCRIPTION;X=\"a:b\nEND:VEVENT");
    auto &event = *document.root().components("VEVENT").front();
    BOOST_TEST(!event.property("DESCRIPTION"));
    event.set_text("DESCRIPTION", "c");
    BOOST_TEST(document.print() == "BEGIN:VEVENT\nDESCRIPTION:c\nEND:VEVENT");
}

BOOST_AUTO_TEST_CASE(new_properties_stand_before_the_alarms_and_end_as_the_files_lines_do)
{
    auto document = parsed("BEGIN:VEVENT\nBEGIN:VALARM\nEND:VALARM\nEND:VEVENT\n");
    document.root().components().front()->set({"PRIORITY", {}, "1"});
    BOOST_TEST(document.print() == "BEGIN:VEVENT\nPRIORITY:1\nBEGIN:VALARM\nEND:VALARM\nEND:VEVENT\n");
}

BOOST_AUTO_TEST_CASE(components_are_added_replaced_and_removed)
{
    auto document = parsed(sample);
    auto &event = *document.items().front();
    auto const alarms = event.components("VALARM");
    BOOST_REQUIRE(alarms.size() == 2u);
    event.remove(*alarms[0]);
    BOOST_TEST(document.print() ==
               replaced(std::string(sample), "BEGIN:VALARM\r\nTRIGGER:-PT5M\r\nEND:VALARM\r\n", ""));
    IcalComponent alarm("VALARM");
    alarm.set({"TRIGGER", {}, "PT0S"});
    event.add(alarm);
    BOOST_TEST(document.print() == replaced(std::string(sample),
                                            "BEGIN:VALARM\r\nTRIGGER:-PT5M\r\nEND:VALARM\r\n"
                                            "BEGIN:VALARM\r\nTRIGGER:-PT1H\r\nEND:VALARM\r\n",
                                            "BEGIN:VALARM\r\nTRIGGER:-PT1H\r\nEND:VALARM\r\n"
                                            "BEGIN:VALARM\r\nTRIGGER:PT0S\r\nEND:VALARM\r\n"));
    auto exception = event;
    exception.set({"RECURRENCE-ID", {}, "20261122T090000Z"});
    document.calendar()->replace(event, exception);
    BOOST_TEST(document.items().front()->property("RECURRENCE-ID").has_value());
}

BOOST_AUTO_TEST_CASE(a_new_calendar_is_whole)
{
    IcalDocument document;
    IcalComponent event("VEVENT");
    event.set({"UID", {}, "1"});
    event.set({"DTSTART", {{"TZID", {"Europe/Rome"}}}, "20261122T100000"});
    document.calendar()->add(event);
    BOOST_TEST((document.undefined_time_zones() == std::vector<std::string>{"Europe/Rome"}));
    IcalComponent zone("VTIMEZONE");
    zone.set({"TZID", {}, "Europe/Rome"});
    document.calendar()->add(zone);
    BOOST_TEST(document.undefined_time_zones().empty());
    BOOST_TEST(document.print() == "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//dovecot-eas//EN\r\n"
                                   "BEGIN:VTIMEZONE\r\nTZID:Europe/Rome\r\nEND:VTIMEZONE\r\n"
                                   "BEGIN:VEVENT\r\nUID:1\r\nDTSTART;TZID=Europe/Rome:20261122T100000\r\n"
                                   "END:VEVENT\r\nEND:VCALENDAR\r\n");
}

BOOST_AUTO_TEST_CASE(components_that_do_not_match_are_refused)
{
    for (auto text : {"END:VEVENT\n", "BEGIN:VCALENDAR\nBEGIN:VEVENT\nEND:VCALENDAR\n", "BEGIN:VCALENDAR\n"})
        BOOST_TEST((IcalDocument::parse(text).error().kind == ErrorKind::bad_request), text);
    std::string deep;
    for (int i = 0; i < 17; i++)
        deep += "BEGIN:X\n";
    for (int i = 0; i < 17; i++)
        deep += "END:X\n";
    BOOST_TEST(!IcalDocument::parse(deep));
}

BOOST_AUTO_TEST_CASE(a_broken_line_stays_when_others_of_its_name_change)
{
    std::string const text = "BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\nATTENDEE;CN=no colon\r\n"
                             "ATTENDEE:mailto:a@example.org\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n";
    auto document = *IcalDocument::parse(text);
    auto &event = *document.items().front();
    event.replace("ATTENDEE", event.properties("ATTENDEE"));
    BOOST_TEST(document.print() == text);
    event.remove("ATTENDEE");
    BOOST_TEST(event.properties("ATTENDEE").empty());
    BOOST_TEST(document.print().find("ATTENDEE;CN=no colon\r\n") != std::string::npos);
}

BOOST_AUTO_TEST_SUITE_END()

// Attendees are told of what is written, once, whatever happens in between.
#include "fakes/command-fixture.h"
#include "mapping/itip.h"
#include "services/calendar-owner.h"
#include "services/meeting-telling.h"
#include "stores/ics-fixture.h"

using namespace eas;
using namespace eas::test;

namespace {

struct TellingFixture : CommandFixture, IcsFixture {
    TellingFixture()
    {
        write_file(root / "work/.components", "VEVENT");
        submission.own_addresses = {"anna@example.com"};
    }

    Session session() { return session_of(v16_1); }

    CalendarContext context() { return calendar_context("Europe/Berlin", clock.now(), {"anna@example.com"}); }
    std::string collection_id() { return collection("work").id; }

    /// What a process does that dies before it tells: the text of the file that it would have written.
    std::string prepare(std::string const &before, std::string after)
    {
        auto request = session();
        auto const telling = MeetingTelling::prepare(request, collection_id(), before, after, context());
        BOOST_REQUIRE_EQUAL(error_of(telling), "");
        return after;
    }

    void finish()
    {
        auto request = session();
        auto const folder = open("work");
        finish_telling(request, collection_id(), *folder, context());
        BOOST_TEST(!request.log_as_warning);
    }

    std::string meeting =
        "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//Test//EN\r\nBEGIN:VEVENT\r\nUID:plan\r\n"
        "DTSTAMP:20261101T000000Z\r\nDTSTART:20261130T090000Z\r\nDTEND:20261130T100000Z\r\n"
        "SUMMARY:Plan\r\nORGANIZER:mailto:anna@example.com\r\n"
        "ATTENDEE:mailto:bob@example.org\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n";
};

} // namespace

BOOST_FIXTURE_TEST_SUITE(meeting_telling, TellingFixture)

BOOST_AUTO_TEST_CASE(what_a_process_that_died_wrote_is_told_once)
{
    auto const text = prepare("", meeting);
    BOOST_REQUIRE_EQUAL(error_of(open("work")->create(text)), "");
    BOOST_TEST(submission.sent.size() == 0u);
    finish();
    BOOST_REQUIRE(submission.sent.size() == 1u);
    BOOST_TEST(submission.sent[0].find("method=REQUEST") != std::string::npos);
    finish();
    BOOST_TEST(submission.sent.size() == 1u);
}

BOOST_AUTO_TEST_CASE(what_is_to_be_told_of_two_calendars_is_told_of_both)
{
    write_file(root / "home/.components", "VEVENT");
    auto const text = prepare("", meeting);
    BOOST_REQUIRE_EQUAL(error_of(open("work")->create(text)), "");
    auto request = session();
    auto other = meeting;
    BOOST_REQUIRE_EQUAL(
        error_of(MeetingTelling::prepare(request, collection("home").id, "", other, context())), "");
    finish();
    BOOST_TEST(submission.sent.size() == 1u);
}

BOOST_AUTO_TEST_CASE(what_was_not_written_is_not_told)
{
    (void)prepare("", meeting);
    finish();
    BOOST_TEST(submission.sent.size() == 0u);
    BOOST_REQUIRE_EQUAL(error_of(open("work")->create(meeting)), ""); // by somebody else, later
    finish();
    BOOST_TEST(submission.sent.size() == 0u);
}

BOOST_AUTO_TEST_CASE(a_removal_is_told_when_the_file_is_gone)
{
    BOOST_REQUIRE_EQUAL(error_of(open("work")->create(meeting)), "");
    (void)prepare(meeting, "");
    finish();
    BOOST_TEST(submission.sent.size() == 0u); // it is still there
    (void)prepare(meeting, "");
    auto const item = items("work").at(0);
    BOOST_REQUIRE_EQUAL(error_of(open("work")->remove(item.id, item.version)), "");
    finish();
    BOOST_REQUIRE(submission.sent.size() == 1u);
    BOOST_TEST(submission.sent[0].find("method=CANCEL") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(nothing_is_kept_of_what_concerns_nobody)
{
    auto const alone = meeting.substr(0, meeting.find("ORGANIZER")) + "END:VEVENT\r\nEND:VCALENDAR\r\n";
    (void)prepare("", alone);
    BOOST_TEST(state.values.empty());
}

BOOST_AUTO_TEST_SUITE_END()

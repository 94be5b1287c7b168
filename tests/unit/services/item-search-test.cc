#include "commands/keyword-query.h"
#include "services/item-search.h"
#include <boost/test/unit_test.hpp>

using namespace eas;

namespace {

bool found(ApplicationData const &item, std::string_view words)
{
    return matches(item, *parse_keyword_query(words));
}

Event event()
{
    Event event;
    event.subject = "Quarterly review";
    event.location = "Room 12";
    event.body = Body{BodyType::plain, {}, {}, Content("Bring the\nannual report."), {}, {}};
    event.organizer_name = "Anna Example";
    event.organizer_email = "anna@example.com";
    event.attendees = {Attendee{"bert@example.com", "Bert", {}, {}, {}, {}}};
    event.timezone = "AAAA";
    event.uid = "secret-uid";
    return event;
}

} // namespace

BOOST_AUTO_TEST_SUITE(item_search)

BOOST_AUTO_TEST_CASE(an_event_is_found_by_what_people_see_of_it)
{
    for (auto const *words :
         {"quarterly", "REVIEW", "room", "\"annual report\"", "anna", "bert@example.com", "subject:review",
          "body:annual", "from:anna", "to:bert", "review NOT picnic", "picnic OR review"})
        BOOST_TEST(found(event(), words), words);
}

BOOST_AUTO_TEST_CASE(an_event_is_not_found_by_anything_else)
{
    for (auto const *words :
         {"picnic", "review picnic", "subject:room", "body:review", "from:bert", "to:anna", "-review", "AAAA",
          "secret-uid", "received:2026-01-01", "isread:true"})
        BOOST_TEST(!found(event(), words), words);
}

BOOST_AUTO_TEST_CASE(an_event_is_found_by_one_of_its_exceptions)
{
    auto series = event();
    EventException moved;
    moved.subject = "Review in the garden";
    series.exceptions = {moved};
    BOOST_TEST(found(series, "garden"));
}

BOOST_AUTO_TEST_CASE(a_place_of_16_0_is_found_too)
{
    auto there = event();
    there.location.reset();
    there.structured_location = Location{};
    there.structured_location->display_name = "Harbour hall";
    there.structured_location->city = "Oslo";
    BOOST_TEST(found(there, "harbour oslo"));
}

BOOST_AUTO_TEST_CASE(tasks_contacts_and_notes_are_found)
{
    Task task;
    task.subject = "Buy milk";
    task.categories = {"Errands"};
    BOOST_TEST(found(task, "milk errands"));
    BOOST_TEST(!found(task, "bread"));
    Contact contact;
    contact.last_name = "Müller";
    contact.mobile_phone_number = "+49 170 12345";
    contact.picture = "MILK";
    BOOST_TEST(found(contact, "MÜLLER 12345"));
    BOOST_TEST(!found(contact, "milk"));
    Note note;
    note.subject = "Shopping";
    note.body = Body{BodyType::plain, {}, {}, Content("Shopping\nBread"), {}, {}};
    BOOST_TEST(found(note, "bread"));
}

BOOST_AUTO_TEST_CASE(what_is_no_such_item_is_never_found)
{
    BOOST_TEST(!found(ApplicationData(), "x"));
}

BOOST_AUTO_TEST_SUITE_END()

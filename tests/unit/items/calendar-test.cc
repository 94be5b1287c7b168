// Calendar items and tasks on the wire: each property in the versions that have it, in the schema's order.
#include "items/calendar.h"
#include "items/event-request.h"
#include "items/task.h"
#include "support.h"
#include "wbxml/decoder.h"
#include <set>

using namespace eas;

namespace {

constexpr Instant noon{1'795'348'800'000}; // 2026-11-22T12:00:00Z

void fill(Recurrence &recurrence)
{
    recurrence = {Recurrence::Type::yearly_nth, 7, 2, 5, 127, 12, 31, 8, true, 1};
}

void fill(EventProperties &event)
{
    event.all_day_event = false;
    event.body = Body{BodyType::plain, 4, false, Content("data"), std::nullopt, std::nullopt};
    event.busy_status = BusyStatus::out_of_office;
    event.dt_stamp = event.start_time = event.end_time = event.appointment_reply_time = noon;
    event.location = event.subject = event.online_meeting_conf_link = event.online_meeting_external_link =
        "text";
    event.structured_location = Location{"Room", "note", "street", "city", "state", "country", "12345",
                                         "52.5", "13.4", "1",      "34",   "0.5",   "uri"};
    event.attachments = {
        Attachment{"a.pdf", "1:2:3", Attachment::Method::normal, 5, std::nullopt, std::nullopt, true}};
    event.reminder = Reminder{15};
    event.sensitivity = Sensitivity::is_private;
    event.meeting_status = meeting_status::is_meeting | meeting_status::is_received;
    event.attendees = {
        Attendee{"a@example.org", "A", Attendee::Status::accepted, Attendee::Type::resource, noon, noon}};
    event.categories = {"one", "two"};
    event.response_type = ResponseType::accepted;
}

Event full_event()
{
    Event event;
    fill(event);
    event.timezone = "AAAA";
    event.organizer_name = event.organizer_email = event.uid = event.client_uid = "text";
    fill(event.recurrence.emplace());
    event.recurrence->until = noon;
    EventException exception;
    fill(exception);
    exception.deleted = false;
    exception.exception_start_time = exception.instance_id = noon;
    event.exceptions = {exception};
    event.response_requested = event.disallow_new_time_proposal = true;
    event.native_body_type = BodyType::html;
    event.instance_id = noon;
    return event;
}

Task full_task()
{
    Task task;
    task.subject = "text";
    task.body = Body{BodyType::plain, 4, false, Content("data"), std::nullopt, std::nullopt};
    task.importance = 7;
    task.utc_start_date = task.start_date = task.utc_due_date = task.due_date = task.date_completed =
        task.reminder_time = noon;
    task.categories = {"one"};
    fill(task.recurrence.emplace());
    task.recurrence->start = task.recurrence->until = noon;
    task.recurrence->regenerate = true;
    task.recurrence->dead_occur = 255;
    task.complete = task.reminder_set = true;
    task.sensitivity = Sensitivity::confidential;
    return task;
}

template <class Item> std::string written(Item const &item, ProtocolVersion version)
{
    return test::encoded(
        [&](Encoder &encoder) { write(encoder, Tag::AirSync_ApplicationData, item, version); });
}

/// "Calendar:Timezone Calendar:Attendees(Calendar:Attendee(...))"
std::string outline(Element const &element)
{
    std::string out;
    for (auto const &child : element.children) {
        out += (out.empty() ? "" : " ") + std::string(namespace_name(child.tag)) + ":" +
               std::string(local_name(child.tag));
        if (!child.children.empty())
            out += "(" + outline(child) + ")";
    }
    return out;
}

void collect(Element const &element, std::set<std::string> &names)
{
    for (auto const &child : element.children) {
        names.insert(std::string(namespace_name(child.tag)) + ":" + std::string(local_name(child.tag)));
        collect(child, names);
    }
}

/// Every element's name that `item` has in `version`.
template <class Item> std::set<std::string> names(Item const &item, ProtocolVersion version)
{
    auto const document = written(item, version);
    std::set<std::string> found;
    collect(*decode(document), found);
    return found;
}

template <class Item> void demand_round_trips(Item const &item)
{
    for (auto version : {v12_1, v14_0, v14_1, v16_0, v16_1}) {
        auto const document = written(item, version);
        auto const back = read<Item>(*decode(document), version);
        BOOST_REQUIRE_EQUAL(test::error_of(back), "");
        BOOST_TEST((written(*back, version) == document));
    }
}

/// ApplicationData with one element.
template <class Item> Result<Item> read_element(Tag tag, std::string_view text, ProtocolVersion version)
{
    auto const document = test::encoded([&](Encoder &encoder) {
        encoder.start(Tag::AirSync_ApplicationData);
        encoder.element(tag, text);
        encoder.end();
    });
    return read<Item>(*decode(document), version);
}

} // namespace

BOOST_AUTO_TEST_SUITE(calendar_schema)

BOOST_AUTO_TEST_CASE(an_event_survives_the_wire_in_each_version)
{
    demand_round_trips(full_event());
}

BOOST_AUTO_TEST_CASE(each_version_gets_what_it_knows)
{
    std::set<std::string> const since_14_0{"Calendar:CalendarType",      "Calendar:IsLeapMonth",
                                           "Calendar:ResponseRequested", "Calendar:AppointmentReplyTime",
                                           "Calendar:ResponseType",      "Calendar:DisallowNewTimeProposal"};
    std::set<std::string> const since_14_1{"Calendar:FirstDayOfWeek", "Calendar:OnlineMeetingConfLink",
                                           "Calendar:OnlineMeetingExternalLink"};
    std::set<std::string> const since_16_0{"AirSyncBase:Location", "AirSyncBase:Attachments",
                                           "AirSyncBase:InstanceId", "Calendar:ClientUid"};
    std::set<std::string> const until_14_1{"Calendar:Location", "Calendar:ExceptionStartTime"};
    for (auto version : {v12_1, v14_0, v14_1, v16_0, v16_1}) {
        auto const found = names(full_event(), version);
        for (auto const &name : since_14_0)
            BOOST_TEST(found.contains(name) == (version >= v14_0), name);
        for (auto const &name : since_14_1)
            BOOST_TEST(found.contains(name) == (version >= v14_1), name);
        for (auto const &name : since_16_0)
            BOOST_TEST(found.contains(name) == (version >= v16_0), name);
        for (auto const &name : until_14_1)
            BOOST_TEST(found.contains(name) == (version <= v14_1), name);
        BOOST_TEST(found.contains("MeetingResponse:ProposedStartTime") == (version >= v16_1));
    }
}

BOOST_AUTO_TEST_CASE(elements_come_in_the_order_of_the_schema)
{
    auto event = full_event();
    event.exceptions.reset();
    event.attendees.reset();
    event.body.reset();
    event.recurrence.reset();
    auto const document = written(event, v14_1);
    BOOST_TEST(
        outline(*decode(document)) ==
        "Calendar:Timezone Calendar:AllDayEvent Calendar:BusyStatus Calendar:OrganizerName "
        "Calendar:OrganizerEmail Calendar:DtStamp Calendar:EndTime Calendar:Location Calendar:Reminder "
        "Calendar:Sensitivity Calendar:Subject Calendar:StartTime Calendar:UID Calendar:MeetingStatus "
        "Calendar:Categories(Calendar:Category Calendar:Category) Calendar:ResponseRequested "
        "Calendar:AppointmentReplyTime Calendar:ResponseType Calendar:DisallowNewTimeProposal "
        "AirSyncBase:NativeBodyType Calendar:OnlineMeetingConfLink Calendar:OnlineMeetingExternalLink");
}

BOOST_AUTO_TEST_CASE(exceptions_have_no_attendees_in_12_1)
{
    for (auto version : {v12_1, v14_0}) {
        auto const document = written(full_event(), version);
        auto const event = read<Event>(*decode(document), version);
        BOOST_REQUIRE(event);
        BOOST_TEST(event->attendees.has_value());
        BOOST_TEST(event->exceptions->front().attendees.has_value() == (version >= v14_0));
    }
}

BOOST_AUTO_TEST_CASE(empty_elements_clear)
{
    BOOST_TEST((*read_element<Event>(Tag::Calendar_Reminder, "", v16_1)->reminder == Reminder{}));
    BOOST_TEST((*read_element<Event>(Tag::Calendar_Recurrence, "", v16_1)->recurrence == Recurrence{}));
    BOOST_TEST(read_element<Event>(Tag::Calendar_Attendees, "", v16_1)->attendees->empty());
    BOOST_TEST(
        (*read_element<Event>(Tag::AirSyncBase_Location, "", v16_1)->structured_location == Location{}));
    BOOST_TEST(!read_element<Event>(Tag::Calendar_Subject, "", v16_1)->reminder);
    // An exception takes what it inherited away: MS-ASCAL 3.1.5.3.1.
    for (auto const version : {v12_1, v16_1}) {
        BOOST_TEST((*read_element<EventException>(Tag::Calendar_BusyStatus, "", version)->busy_status ==
                    BusyStatus::busy));
        BOOST_TEST((*read_element<Event>(Tag::Calendar_Sensitivity, "", version)->sensitivity ==
                    Sensitivity::normal));
    }

    auto const element = [](Tag tag, std::string_view text, std::vector<Element> children = {}) {
        Element made;
        made.tag = tag;
        made.text = text;
        made.children = std::move(children);
        return made;
    };
    auto const empty_flag = element(Tag::Calendar_AllDayEvent, "");
    auto const data = element(
        Tag::AirSync_ApplicationData, "",
        {empty_flag, element(Tag::Calendar_Exceptions, "",
                             {element(Tag::Calendar_Exception, "", {element(Tag::Calendar_AllDayEvent, "1")}),
                              element(Tag::Calendar_Exception, "", {empty_flag})})});
    auto const request = read_event_request(data, v14_1);
    BOOST_REQUIRE(request);
    BOOST_TEST(!*request->event.all_day_event);
    BOOST_TEST(*(*request->event.exceptions)[0].all_day_event);
    BOOST_TEST(!*(*request->event.exceptions)[1].all_day_event);

    Event event;
    event.reminder = Reminder{};
    auto const document = written(event, v14_1);
    BOOST_TEST(outline(*decode(document)) == "Calendar:Reminder");
}

BOOST_AUTO_TEST_CASE(wrong_values_are_refused_by_name)
{
    for (auto [tag, text] : {std::pair{Tag::Calendar_BusyStatus, "5"},
                             {Tag::Calendar_BusyStatus, "-1"}, // in answers only: MS-ASCAL 2.2.2.9
                             {Tag::Calendar_MeetingStatus, ""},
                             {Tag::Calendar_DtStamp, ""},
                             {Tag::Calendar_Sensitivity, "4"},
                             {Tag::Calendar_StartTime, "tomorrow"},
                             {Tag::Calendar_Reminder, "-15"},
                             {Tag::Calendar_AllDayEvent, "2"}}) {
        auto const event = read_element<Event>(tag, text, v14_1);
        BOOST_REQUIRE(!event);
        BOOST_TEST((event.error().kind == ErrorKind::bad_request));
        BOOST_TEST(event.error().message.find(local_name(tag)) != std::string::npos);
    }
}

BOOST_AUTO_TEST_SUITE_END()

BOOST_AUTO_TEST_SUITE(task_schema)

BOOST_AUTO_TEST_CASE(a_task_survives_the_wire_in_each_version)
{
    demand_round_trips(full_task());
}

BOOST_AUTO_TEST_CASE(elements_come_in_the_order_of_the_schema)
{
    auto const document = written(full_task(), v14_1);
    BOOST_TEST(outline(*decode(document)) ==
               "Tasks:Subject AirSyncBase:Body(AirSyncBase:Type AirSyncBase:EstimatedDataSize "
               "AirSyncBase:Truncated AirSyncBase:Data) Tasks:Importance Tasks:UtcStartDate Tasks:StartDate "
               "Tasks:UtcDueDate Tasks:DueDate Tasks:Categories(Tasks:Category) Tasks:Recurrence(Tasks:Type "
               "Tasks:Start Tasks:Until Tasks:Occurrences Tasks:Interval Tasks:DayOfWeek Tasks:DayOfMonth "
               "Tasks:WeekOfMonth Tasks:MonthOfYear Tasks:Regenerate Tasks:DeadOccur Tasks:CalendarType "
               "Tasks:IsLeapMonth Tasks:FirstDayOfWeek) Tasks:Complete Tasks:DateCompleted Tasks:Sensitivity "
               "Tasks:ReminderTime Tasks:ReminderSet");
}

BOOST_AUTO_TEST_CASE(older_versions_know_gregorian_calendars_only)
{
    auto const found = names(full_task(), v12_1);
    for (auto name : {"Tasks:CalendarType", "Tasks:IsLeapMonth", "Tasks:FirstDayOfWeek"})
        BOOST_TEST(!found.contains(name), name);
    BOOST_TEST(names(full_task(), v14_0).contains("Tasks:CalendarType"));
}

BOOST_AUTO_TEST_CASE(an_empty_date_clears)
{
    BOOST_TEST((read_element<Task>(Tag::Tasks_DueDate, "", v14_1)->due_date == TaskDate{}));
    BOOST_TEST(!read_element<Task>(Tag::Tasks_DueDate, "soon", v14_1));
}

BOOST_AUTO_TEST_CASE(an_importance_of_its_own_is_kept_and_a_wrong_reminder_refused)
{
    BOOST_TEST(*read_element<Task>(Tag::Tasks_Importance, "7", v14_1)->importance == 7);
    BOOST_TEST((*read_element<Task>(Tag::Tasks_Sensitivity, "", v14_1)->sensitivity == Sensitivity::normal));
    BOOST_TEST(!read_element<Task>(Tag::Tasks_ReminderSet, "2", v14_1));
}

BOOST_AUTO_TEST_SUITE_END()

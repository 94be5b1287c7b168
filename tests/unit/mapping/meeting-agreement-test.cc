// An organizer and an attendee, each with a calendar of their own: whatever both do, when every mail is taken
// both calendars say the same of the meeting. EAS_MEETING_SEEDS=2000 tries more than a few.
#include "base/text.h"
#include "calendar-support.h"
#include "mapping/event-instance.h"
#include "mapping/event-series.h"
#include "mapping/ical-people.h"
#include "mapping/invitation.h"
#include "mapping/itip.h"
#include "mapping/meeting-update.h"
#include <random>

using namespace eas;
using namespace eas::test;
using Status = Attendee::Status;

namespace {

constexpr auto bobs_address = "bob@example.net";

EventRequest only(std::function<void(Event &)> const &set)
{
    EventRequest request;
    set(request.event);
    return request;
}

/// Of each instance that Bob attends: when, what, his answer.
std::string meetings_of_bob(std::string const &text, CalendarContext const &context, bool is_bobs)
{
    std::string all;
    auto const document = IcalDocument::parse(text);
    if (!document)
        return text;
    IcalZones zones(*document, context);
    auto const series = EventSeries::read(*document, zones);
    if (!series)
        return text;
    auto const start = series->times().start.local;
    auto const found = series->occurrences({start - std::chrono::days(60), start + std::chrono::days(60)});
    for (auto const &each : found) {
        auto const &component = each.component ? *each.component : series->master();
        auto const line = own_attendee_line(component, {bobs_address});
        auto const status = component.property("STATUS");
        auto const answer = line ? line->parameter("PARTSTAT") : "";
        if ((!line && !is_bobs) || answer == "DECLINED" || (status && status->value == "CANCELLED"))
            continue;
        auto const property = [&](char const *name) {
            auto const value = component.property(name);
            return value ? value->value : std::string();
        };
        all += format_compact_datetime(each.times.start.instant()) + "-" +
               format_compact_datetime(each.times.end.instant()) + " " + property("SUMMARY") + "/" +
               property("LOCATION") + " " + answer + "\n";
    }
    return all;
}

class Simulation {
public:
    explicit Simulation(unsigned seed) : m_random(seed)
    {
        m_anna.addresses = {"anna@example.org"};
        m_bob.addresses = {bobs_address};
    }
    void run(int steps)
    {
        EventRequest first = only([](Event &e) {
            e.subject = "Start";
            e.start_time = *parse_datetime("20261207T100000Z");
            e.end_time = *parse_datetime("20261207T110000Z");
            CalendarRecurrence recurrence;
            recurrence.type = Recurrence::Type::daily;
            recurrence.interval = 1;
            recurrence.occurrences = 6;
            e.recurrence = recurrence;
            e.attendees =
                std::vector<Attendee>{{bobs_address, "Bob", {}, Attendee::Type::required, {}, {}},
                                      {"carl@example.com", "Carl", {}, Attendee::Type::required, {}, {}}};
        });
        auto made = new_event(first, "uid-1", view_of(v16_1), m_anna);
        BOOST_REQUIRE_EQUAL(error_of(made), "");
        organize(made->text);
        m_log = "new";
        check();
        for (int i = 0; i < steps && !m_failed; ++i) {
            m_now += 60;
            m_anna.now = m_bob.now = Instant::from_seconds(m_now);
            step();
            check();
        }
    }

private:
    int pick(int most) { return static_cast<int>(m_random() % static_cast<unsigned>(most)); }

    void organize(std::string after)
    {
        auto announced = announce(m_annas, after, m_anna);
        BOOST_REQUIRE(announced);
        m_annas = announced->text;
        for (auto const &mail : announced->mails)
            for (auto const &person : mail.to)
                if (person.email == bobs_address)
                    deliver(mail);
    }
    void deliver(ItipMail const &mail)
    {
        m_log += " <" + mail.method + ">";
        auto const invitation = Invitation::parse(mail.calendar.print());
        BOOST_REQUIRE(invitation);
        auto const update = mail.method == "CANCEL"
                                ? take_cancel(*invitation, m_bobs, "anna@example.org", m_bob)
                                : take_invitation(*invitation, m_bobs, "anna@example.org", m_bob);
        if (update.is_removed)
            m_bobs.clear();
        else if (update.text)
            m_bobs = *update.text;
    }
    void answer(std::optional<Instant> instance, Status status)
    {
        auto const update = answer_item(m_bobs, instance, status, m_bob);
        if (!update || update->is_removed)
            return;
        auto const document = *IcalDocument::parse(m_bobs);
        std::vector<ItipMail> mails;
        for (auto const &event : instances_to_answer(document, instance, m_bob))
            if (auto mail = itip_answer(document, event, {status, "", {}, {}}, m_bob))
                mails.push_back(*mail);
        m_bobs = *update->text;
        for (auto const &mail : mails) {
            auto const taken =
                take_reply(*Invitation::parse(mail.calendar.print()), m_annas, bobs_address, m_anna);
            if (taken.text)
                m_annas = *taken.text;
        }
    }
    void change(EventRequest const &request)
    {
        auto const done = change_event(m_annas, request, {}, view_of(v16_1), m_anna);
        if (done)
            organize(done->text);
    }
    void change(Instant instance, EventRequest const &request)
    {
        auto const done = change_instance(m_annas, instance, request, view_of(v16_1), m_anna);
        if (done)
            organize(done->text);
    }
    Instant some_instance()
    {
        auto const event = event_of(m_annas, v16_1, m_anna);
        return Instant::from_seconds(Instant(*event.start_time).seconds() + 86400 * pick(6));
    }
    void step()
    {
        auto const name = std::to_string(m_now % 10000);
        int const kind = pick(11);
        auto const instance = some_instance();
        m_log += "\n" + std::to_string(kind) + " " + format_compact_datetime(instance);
        auto const moved = [&](Instant from) {
            return only([&](Event &e) {
                e.start_time = Instant::from_seconds(from.seconds() + 3600 * (pick(5) - 2));
                e.end_time = Instant::from_seconds(Instant(*e.start_time).seconds() + 3600);
            });
        };
        if (kind == 0)
            change(only([&](Event &e) { e.subject = "S" + name; }));
        else if (kind == 1)
            change(only([&](Event &e) { e.structured_location.emplace().display_name = "L" + name; }));
        else if (kind == 2 && pick(3) == 0)
            change(moved(Instant(*event_of(m_annas, v16_1, m_anna).start_time)));
        else if (kind == 3)
            change(instance, moved(instance));
        else if (kind == 4)
            change(instance, only([&](Event &e) { e.subject = "I" + name; }));
        else if (kind == 5 && pick(2) == 0) {
            if (auto done = delete_instance(m_annas, instance, view_of(v16_1), m_anna);
                done && !done->text.empty())
                organize(done->text);
        } else if (kind == 6) {
            bool const with_carl = pick(2) == 0;
            change(only([&](Event &e) {
                e.attendees =
                    std::vector<Attendee>{{bobs_address, "Bob", {}, Attendee::Type::required, {}, {}}};
                if (with_carl)
                    e.attendees->push_back(
                        {"carl@example.com", "Carl", {}, Attendee::Type::required, {}, {}});
            }));
        } else if (kind == 10) {
            bool const with_bob = pick(2) == 0;
            change(
                instance, only([&](Event &e) {
                    e.attendees = std::vector<Attendee>{
                        {"carl@example.com", "Carl", {}, Attendee::Type::required, {}, {}}};
                    if (with_bob)
                        e.attendees->push_back({bobs_address, "Bob", {}, Attendee::Type::required, {}, {}});
                }));
        } else if (kind == 7 && !m_has_declined) { // else the organizer takes it for one to those, too
            answer({}, pick(2) == 0 ? Status::accepted : Status::tentative);
        } else {
            Status const all[] = {Status::accepted, Status::tentative, Status::declined};
            auto const status = all[pick(3)];
            m_has_declined |= status == Status::declined;
            answer(instance, status);
        }
    }
    void check()
    {
        auto const annas = meetings_of_bob(m_annas, m_anna, false),
                   bobs = meetings_of_bob(m_bobs, m_bob, true);
        m_failed = annas != bobs;
        BOOST_TEST(annas == bobs, m_log << "\nANNA\n" << annas << "BOB\n" << bobs);
    }

    std::mt19937 m_random;
    CalendarContext m_anna = calendar_context("Europe/Vienna"), m_bob = calendar_context("Europe/Vienna");
    std::string m_annas, m_bobs, m_log;
    int64_t m_now = 1795946400;
    bool m_failed = false;
    bool m_has_declined = false;
};

} // namespace

BOOST_AUTO_TEST_SUITE(meeting_agreement)

BOOST_AUTO_TEST_CASE(organizer_and_attendee_agree_whatever_they_do)
{
    auto const *const wanted = getenv("EAS_MEETING_SEEDS");
    auto const most = parse_unsigned(wanted ? wanted : "20").value_or(20);
    for (unsigned seed = 1; seed <= most; ++seed) {
        BOOST_TEST_CONTEXT("seed " << seed)
        Simulation(seed).run(25);
    }
}

BOOST_AUTO_TEST_SUITE_END()

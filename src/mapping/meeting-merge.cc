// See meeting-merge.h.
#include "mapping/meeting-merge.h"
#include "base/text.h"
#include "mapping/adopted-zones.h"
#include "mapping/event-instance.h"
#include "mapping/event-properties.h"
#include "mapping/event-series.h"
#include "mapping/meeting-document.h"
#include "mapping/series-end.h"
#include "mapping/series-news.h"
#include <algorithm>
#include <map>
#include <set>

namespace eas {

using Status = Attendee::Status;

bool is_declined(IcalComponent const &event, CalendarContext const &context)
{
    auto const own = own_attendee_line(event, context.addresses);
    return own && attendee_status(own->parameter("PARTSTAT")) == Status::declined;
}

bool have_same_pattern(IcalComponent const &a, IcalZones &zones_of_a, IcalComponent const &b,
                       IcalZones &zones_of_b)
{
    auto const values = [](IcalComponent const &event, std::string_view name) {
        std::vector<std::string> values;
        for (auto const &line : event.properties(name))
            values.push_back(line.value);
        return values;
    };
    auto const times = event_times(a, zones_of_a), others = event_times(b, zones_of_b);
    return times && others && times->start.instant() == others->start.instant() &&
           times->is_all_day == others->is_all_day && values(a, "RRULE") == values(b, "RRULE") &&
           values(a, "RDATE") == values(b, "RDATE");
}

namespace {

/// `event` as the organizer has it, with what the user added to `present`.
IcalComponent with_own_of(IcalComponent event, IcalComponent const *present)
{
    if (!present)
        return event;
    for (auto const name : kept_properties)
        event.replace(name, present->properties(name));
    event.remove_components([](auto const &each) { return each.name() == "VALARM"; });
    for (auto const *alarm : present->components("VALARM"))
        event.add(*alarm);
    return event;
}

void keep_answer(IcalComponent &event, IcalComponent const &present, CalendarContext const &context)
{
    if (auto const own = own_attendee_line(present, context.addresses))
        set_own_participation(event, attendee_status(own->parameter("PARTSTAT")), context);
    for (auto const name : answer_properties)
        event.replace(name, present.properties(name));
}

/// Invitations to instances that the user, or the organizer, took out of the series put them in again.
void include(IcalComponent &series, std::set<int64_t> const &originals, IcalZones &zones)
{
    std::vector<IcalProperty> kept;
    for (auto line : series.properties("EXDATE")) {
        std::string values;
        for (auto const value : split(line.value, ',')) {
            auto const time = parse_ical_time(line, value, zones);
            if (!time || !originals.contains(time->instant().seconds()))
                values.append(values.empty() ? "" : ",").append(value);
        }
        line.value = std::move(values);
        if (!line.value.empty())
            kept.push_back(std::move(line));
    }
    series.replace("EXDATE", kept);
}

/// Instances that the user took out stay out.
void keep_excluded(IcalComponent &master, IcalComponent const &series)
{
    auto excluded = master.properties("EXDATE");
    for (auto const &line : series.properties("EXDATE"))
        if (std::ranges::find(excluded, line) == excluded.end())
            excluded.push_back(line);
    master.replace("EXDATE", excluded);
}

/// Puts an invitation into the item that there is already.
class Merging {
public:
    Merging(Invitation const &invitation, IcalDocument &document, CalendarContext const &context)
        : m_invitation(invitation), m_document(document), m_context(context),
          m_zones(invitation.document(), context), m_present(document, context)
    {
        for (auto const &[original, event] : said_by(invitation, m_zones))
            m_said.emplace(original, *event);
    }

    /// False, and nothing is done, if the item has a newer SEQUENCE.
    bool run(bool keeps_answers);

private:
    IcalComponent *said_of_series()
    {
        auto const found = m_said.find({});
        return found == m_said.end() ? nullptr : &found->second;
    }
    bool is_outdated() const;
    bool keeps_times();
    void drop_older_exceptions(IcalComponent const &master, bool is_new_series);
    void make_room(bool keeps_times);
    std::set<int64_t> put();

    Invitation const &m_invitation;
    IcalDocument &m_document;
    CalendarContext const &m_context;
    IcalZones m_zones;
    EventsByStart m_present;
    std::map<std::optional<int64_t>, IcalComponent> m_said; ///< as it will be put into the item
};

/// An instance that is not known by itself is told of by its series, which may have been called off since, or
/// moved, so that it has no such instance.
bool Merging::is_outdated() const
{
    EventInstances instances(m_document, m_context);
    auto const *const series = m_present.find({});
    auto const is_newer_than = [&](auto const &said) {
        auto const &[original, event] = said;
        if (auto const *const own = m_present.find(original))
            return is_older(event, *own);
        if (!series || !original)
            return false;
        return sequence_of(event) < sequence_of(*series) ||
               (is_older(event, *series) &&
                (is_cancelled(*series) || !instances.has(Instant::from_seconds(*original))));
    };
    auto const said_of_series = m_said.find({});
    return said_of_series != m_said.end() ? is_newer_than(*said_of_series)
                                          : std::ranges::any_of(m_said, is_newer_than);
}

/// A series with other times has none of its exceptions any more, but for those that the organizer told of
/// later: messages are read in any order. One that comes to who was invited to some of its instances before
/// keeps those that it has, unless it counts higher; so does one whose instances were counted by themselves.
void Merging::drop_older_exceptions(IcalComponent const &master, bool is_new_series)
{
    IcalZones zones(m_document, m_context);
    EventInstances instances(m_invitation.document(), m_context);
    auto const is_instance = [&](IcalComponent const &event) {
        auto const original = original_start(event, zones);
        return original && instances.at(Instant::from_seconds(*original));
    };
    remove_instances(m_document, std::nullopt, m_context, [&](IcalComponent const &event) {
        auto const sequence = sequence_of(event), of_master = sequence_of(master);
        auto const stamp = stamp_of(event);
        bool const was_sent_before = !stamp.empty() && stamp < stamp_of(master);
        bool const may_stay = is_new_series || sequence > of_master;
        return sequence < of_master || (was_sent_before && !(may_stay && is_instance(event)));
    });
}

/// Whether the invitation is to the series that there is already, and moves none of it.
bool Merging::keeps_times()
{
    auto const *const said = said_of_series();
    auto const *const series = said ? m_present.find({}) : nullptr;
    IcalZones zones(m_document, m_context);
    return series && have_same_pattern(*said, m_zones, *series, zones);
}

/// Removes what the invitation does away with.
void Merging::make_room(bool keeps_times)
{
    if (auto *const said = said_of_series()) {
        auto const *const series = m_present.find({});
        if (keeps_times)
            keep_excluded(*said, *series);
        else
            drop_older_exceptions(*said, !series);
    }
    for (auto const &[original, event] : m_said)
        if (original && is_and_future(event))
            remove_instances(m_document, Instant::from_seconds(*original), m_context,
                             [&said = event](IcalComponent const &each) { return is_older(each, said); });
    m_present.read();
}

/// Gives the instances that the invitation speaks of.
std::set<int64_t> Merging::put()
{
    std::vector<IcalComponent *> events;
    for (auto &[original, event] : m_said)
        events.push_back(&event);
    adopt_time_zones(m_document, m_invitation.document(), events);
    std::set<int64_t> originals;
    for (auto &[original, event] : m_said) {
        m_present.replace(original, std::move(event));
        if (original)
            originals.insert(*original);
    }
    IcalZones zones(m_document, m_context);
    if (auto *const master = m_present.find({}); master && !originals.empty())
        include(*master, originals, zones);
    return originals;
}

bool Merging::run(bool keeps_answers)
{
    if (is_outdated())
        return false;
    std::erase_if(m_said, [&](auto const &said) { // the series is news, an exception that comes along not
        auto const *const own = m_present.find(said.first);
        return own && is_older(said.second, *own);
    });
    if (keeps_answers) // declined instances are gone
        std::erase_if(m_said, [&](auto const &said) {
            return said.first && !m_present.find(said.first) && is_declined(said.second, m_context);
        });
    auto const *const series = m_present.find({});
    for (auto &[original, event] : m_said) {
        auto const *const own = m_present.find(original), *const like = own ? own : series;
        event = with_own_of(std::move(event), like);
        if (like && keeps_answers)
            keep_answer(event, *like, m_context);
    }
    bool const is_same = keeps_times();
    auto const before = is_same ? std::optional(m_document) : std::nullopt;
    make_room(is_same);
    auto const told = put();
    if (before)
        pass_on_news(m_document, *before, told, m_context);
    return true;
}

} // namespace

bool merge_invitation(Invitation const &invitation, IcalDocument &document, bool keeps_answers,
                      CalendarContext const &context)
{
    return Merging(invitation, document, context).run(keeps_answers);
}

} // namespace eas

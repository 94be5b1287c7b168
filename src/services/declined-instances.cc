// See declined-instances.h. A value of the user, of all devices: a line an instance, with a name for the UID,
// the original start in seconds, and the SEQUENCE. May be lost.
#include "services/declined-instances.h"
#include "base/text.h"
#include "mapping/event-instance.h"
#include "mapping/meeting-document.h"
#include "mapping/series-end.h"
#include "services/kept-list.h"
#include "sync/operation-name.h"
#include <algorithm>

namespace eas {

namespace {

constexpr size_t most_declined = 500;

struct Line {
    std::string meeting;
    DeclinedInstance instance;
    bool operator==(Line const &) const = default;

    static std::optional<Line> parse(std::string_view line);
    std::string line() const
    {
        return meeting + ' ' + std::to_string(instance.original.seconds()) + ' ' +
               std::to_string(instance.sequence);
    }
};

std::optional<Line> Line::parse(std::string_view line)
{
    auto const words = split(line, ' ');
    auto const original = words.size() == 3 ? parse_signed(words[1]) : std::nullopt;
    auto const sequence = words.size() == 3 ? parse_signed(words[2]) : std::nullopt;
    if (!original || !sequence)
        return std::nullopt;
    return Line{std::string(words[0]), {Instant::from_seconds(*original), *sequence}};
}

KeptList<Line> declined_list(Session &session)
{
    return {session.ports.state, "calendar/declined-instances", most_declined};
}

/// In place of what was known of these instances.
Result<void> remember_declined(Session &session, std::string_view event_uid,
                               std::vector<DeclinedInstance> const &declined)
{
    return declined_list(session).change([&, name = operation_name(event_uid)](std::vector<Line> &lines) {
        for (auto const &each : declined) {
            std::erase_if(lines, [&](Line const &line) {
                return line.meeting == name && line.instance.original == each.original;
            });
            lines.push_back({name, each});
        }
    });
}

/// These instances are not declined any more, or none is if there are no `originals`.
Result<void> forget_declined(Session &session, std::string_view event_uid,
                             std::vector<Instant> const &originals)
{
    return declined_list(session).change([&, name = operation_name(event_uid)](std::vector<Line> &lines) {
        std::erase_if(lines, [&](Line const &line) {
            return line.meeting == name &&
                   (originals.empty() ||
                    std::ranges::find(originals, line.instance.original) != originals.end());
        });
    });
}

} // namespace

std::vector<DeclinedInstance> declined_instances(Session &session, std::string_view event_uid)
{
    auto const name = operation_name(event_uid);
    auto const lines = declined_list(session).read();
    std::vector<DeclinedInstance> declined;
    for (auto const &line : lines ? *lines : std::vector<Line>())
        if (line.meeting == name)
            declined.push_back(line.instance);
    return declined;
}

Result<void> note_answer(Session &session, Invitation const &invitation, bool is_declined,
                         CalendarContext const &context)
{
    if (!invitation.event().property("RECURRENCE-ID"))
        return is_declined ? forget_declined(session, invitation.uid(), {}) : Result<void>();
    IcalZones zones(invitation.document(), context);
    std::vector<DeclinedInstance> answered;
    std::vector<Instant> originals;
    for (auto const &[original, event] : said_by(invitation, zones))
        if (original && !is_and_future(*event)) {
            originals.push_back(Instant::from_seconds(*original));
            answered.push_back({originals.back(), sequence_of(*event)});
        }
    if (originals.empty())
        return {};
    return is_declined ? remember_declined(session, invitation.uid(), answered)
                       : forget_declined(session, invitation.uid(), originals);
}

Result<void> note_decline(Session &session, IcalDocument const &document, std::optional<Instant> instance,
                          CalendarContext const &context)
{
    auto const event = event_instance(document, instance, context);
    auto const uid = event ? event->property("UID") : std::nullopt;
    if (!uid)
        return {};
    if (!instance)
        return forget_declined(session, trim(uid->text()), {});
    IcalZones zones(document, context);
    auto const original = original_start(*event, zones);
    if (!original)
        return {};
    return remember_declined(session, trim(uid->text()),
                             {{Instant::from_seconds(*original), sequence_of(*event)}});
}

} // namespace eas

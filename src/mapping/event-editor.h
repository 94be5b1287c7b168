// One edit of an event's document: the present state (what the client was told of it), and the steps that
// event-to-ical.cc puts together. An occurrence that differs from its series becomes a component with
// RECURRENCE-ID.
#pragma once
#include "mapping/event-to-ical.h"
#include "mapping/shown-event.h"
#include <memory>

namespace eas {

class EventEditor {
public:
    /// `view` and `context` must stay alive. `client_structure`: what the client gave the event that it adds.
    /// bad_request: no event that a client can have been told of.
    static Result<std::unique_ptr<EventEditor>>
    open(std::string_view text, ItemView const &view, CalendarContext const &context,
         std::optional<TimeZoneStructure> const &client_structure = {});

    ShownEvent const &shown() const { return m_shown; }

    /// Properties, times and recurrence of the whole. Members that are absent stay.
    Result<void> change_master(EventRequest const &request, bool removes_recurrence);
    /// The client's list of exceptions, after change_master(); those that it does not name stay.
    /// MS-ASCAL 3.2.5.3.1.
    Result<void> change_exceptions(EventRequest const &request);
    /// One occurrence. Members that are absent stay. not_found.
    Result<void> change_instance(Instant instance_id, EventRequest const &request);
    /// not_found.
    Result<void> delete_instance(Instant instance_id);

    /// The text is "" if nothing is left of a series without master.
    WrittenEvent finish();

private:
    static constexpr size_t most_requested_exceptions = 2000;

    EventEditor(IcalDocument document, ItemView const &view, CalendarContext const &context)
        : m_document(std::move(document)), m_view(view), m_context(context)
    {}
    EventEditor(EventEditor const &) = delete;

    Result<void> load();
    /// Of a component of m_document.
    IcalComponent &writable(IcalComponent const &component) { return const_cast<IcalComponent &>(component); }
    Result<std::optional<TimeZoneStructure>> changed_structure(Event const &wanted) const;
    Result<EventTimes> wanted_times(EventProperties const &wanted, EventTimes const &told,
                                    std::optional<TimeZoneStructure> const &structure) const;
    Result<void> change_schedule(IcalComponent &master, EventTimes const &told, EventTimes const &wanted,
                                 bool has_new_zone, std::optional<RecurrenceRule> const &rule,
                                 bool removes_recurrence);
    Result<void> change_files(IcalComponent &component, std::optional<AttachmentChanges> const &changes);
    Result<void> pass_on(EventProperties const &wanted);
    void settle_organizer(IcalComponent &component, IcalComponent const &before);
    Zone client_zone() const;
    LocalTime told_original(Instant instance) const;
    std::vector<std::optional<Occurrence>> find_told(std::vector<Instant> const &instances) const;
    bool is_told_again(Instant instance, EventException const &exception) const;
    void bring_back(std::vector<EventException> const &exceptions);
    IcalComponent new_override(Occurrence const &occurrence);
    Result<void> change_occurrence(Occurrence const &occurrence, EventProperties wanted,
                                   std::optional<AttachmentChanges> const &attachments, bool inherits);
    void leave_later_ones(Occurrence const &occurrence, IcalComponent const &own, IcalComponent &changed);
    void delete_occurrences(std::vector<Occurrence> const &occurrences);
    void count_revision(IcalComponent &component);
    /// True if it changed.
    bool stamp_if_changed(IcalComponent &component, IcalComponent const &before);

    IcalDocument m_document;
    ItemView const &m_view;
    CalendarContext const &m_context;
    std::unique_ptr<IcalZones> m_zones;
    std::optional<EventSeries> m_series;
    ShownEvent m_shown;
    std::optional<TimeZoneStructure>
        m_client_structure; ///< that the client's exceptions follow, if it is a new one
    bool m_is_rescheduled = false;
    bool m_differs = false; ///< see WrittenEvent
    std::vector<AddedAttachment> m_added;
};

} // namespace eas

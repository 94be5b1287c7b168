// Attendees are told of a change of an event by the server (16.0 on) when the file is written: nobody is told
// of what is not there. What is to be told is kept in the state store until then, since the process may die
// in between, and a client that repeats its request would find the file as it wants it and nothing to tell.
#pragma once
#include "mapping/calendar-context.h"
#include "ports/calendar-store.h"
#include "session/session.h"
#include <string>
#include <string_view>
#include <vector>

namespace eas {

struct ItipMail;

class MeetingTelling {
public:
    /// Nothing is to be told.
    static MeetingTelling none(Session &session) { return MeetingTelling(session, {}); }
    /// What is to be told of `before` ("": a new event) becoming `after` ("": it goes), which gets the
    /// SEQUENCE that attendees are told. Errors are those of the state store.
    static Result<MeetingTelling> prepare(Session &session, std::string const &collection,
                                          std::string const &before, std::string &after,
                                          CalendarContext const &context);
    ~MeetingTelling();
    MeetingTelling(MeetingTelling &&) noexcept;
    MeetingTelling &operator=(MeetingTelling &&) = delete;

    /// Whether answers of attendees count no more: the client that made the change has them still.
    bool forgets_answers() const { return m_forgets_answers; }
    /// After the file was written. temporary: nobody was told, and the change is to be taken back.
    Result<void> send();
    /// The file was not written, or is as it was again.
    void forget();

private:
    MeetingTelling(Session &session, std::string before);

    Session *m_session;
    std::string m_before;
    std::string m_key; ///< of what is kept
    std::vector<ItipMail> m_mails;
    bool m_forgets_answers = false;
};

/// Tells what a process that died did not tell of a change that it made in `folder`, which is `collection`.
void finish_telling(Session &session, std::string_view collection, CalendarFolder &folder,
                    CalendarContext const &context);

} // namespace eas

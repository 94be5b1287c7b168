// What a command handler works with: who asks, from which device, with which version; and the ports.
#pragma once
#include "base/protocol-version.h"
#include "base/settings.h"
#include "device/device.h"
#include "ports/calendar-store.h"
#include "ports/certificate-checker.h"
#include "ports/clock.h"
#include "ports/collected-addresses.h"
#include "ports/contact-store.h"
#include "ports/directory.h"
#include "ports/free-busy.h"
#include "ports/mail-store.h"
#include "ports/out-of-office-store.h"
#include "ports/state-store.h"
#include "ports/submission.h"
#include "session/request-line.h"
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace eas {

/// The outside, for one user. Lives as long as the user's process.
struct Ports {
    MailStore &mail;
    StateStore &state;
    Submission &submission;
    Clock &clock;
    Settings const &settings;
    // These are nothing where none is configured.
    CertificateChecker *certificates = nullptr;
    CalendarStore *calendars = nullptr; ///< null: this user has none
    Directory *directory = nullptr;
    CollectedAddresses *collected = nullptr;
    FreeBusy *free_busy = nullptr;
    ContactStore *contacts = nullptr;
    OutOfOfficeStore *out_of_office = nullptr;
};

/// Set by a handler that has nothing to tell yet: the caller parks the connection and, at a change,
/// runs the same request again (`resumed`). The handler's response is the answer if nothing changes.
struct Wait {
    uint32_t seconds = 0;                 ///< left until the answer "nothing changed" is due
    std::vector<FolderId> folders;        ///< mail folders to watch
    std::vector<std::string> directories; ///< where files are that other programs write
    std::vector<std::string> files;       ///< files that are replaced when something was decided
    ContactPlace contacts;                ///< address books to watch
    bool poll = false;                    ///< something cannot be watched
    bool hierarchy = false;               ///< creation, removal, renaming of folders too
};

struct Session {
    Ports &ports;
    ProtocolVersion version;
    RequestLine const &line;
    std::string user; ///< the full name after log-in
    std::string user_agent;
    std::string_view body; ///< the request's bytes as they came (SendMail up to 12.1)
    Device &device;        ///< its partnership; the dispatcher saves what differs from `stored`
    Device stored;         ///< the partnership as the StateStore has it
    bool resumed = false;  ///< run again after a wait
    std::optional<uint32_t> wait_left_seconds; ///< of the wait that was interrupted, when resumed
    std::optional<Wait> wait;                  ///< out
    bool begins_anew = false;    ///< out: the device starts from nothing, or has to (MS-ASHTTP 3.2.5.1)
    std::string log_note;        ///< out: what the request's log line adds ("class=Email add=3")
    bool log_as_warning = false; ///< out: the admin should look at log_note
};

} // namespace eas

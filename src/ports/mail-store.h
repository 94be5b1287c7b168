// What the protocol needs of a user's mailboxes. Dovecot's storage implements it
// (plugin/eas/dovecot-mail-store.cc); unit tests use a small one in memory.
//
// Folders are named by FolderId: the mailbox GUID as 22 characters base64url, stable over renames,
// restarts and other clients. Messages are named by folder and UID.
#pragma once
#include "base/content.h"
#include "base/result.h"
#include "base/time.h"
#include "base/uid-set.h"
#include "ports/mail-flags.h"
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace eas {

using FolderId = std::string;

enum class SpecialUse { none, inbox, drafts, trash, sent, outbox, junk, archive };

struct MailFolder {
    FolderId id;
    FolderId parent_id; ///< "" for a folder at the top
    std::string name;   ///< the last component of the path, UTF-8, as IMAP clients show it
    SpecialUse special_use = SpecialUse::none;
    bool selectable = true; ///< false: a container without messages
    bool is_own = true;     ///< false: shared by another user, or public
    bool operator==(MailFolder const &) const = default;
};

/// Where the index of a mailbox stands. Only the same index can tell what happened since.
struct ChangePoint {
    uint32_t index_id = 0; ///< an index that was made anew has another one; 0: none that outlives the process
    uint32_t log_file = 0; ///< number of the file of its log that reached `modseq`
    uint64_t modseq = 0;   ///< the highest
    bool operator==(ChangePoint const &) const = default;
};

/// Cheap facts of a folder, read from the list index where it has them.
struct MailFolderStatus {
    uint32_t uid_validity = 0;
    Uid uid_next = 1;
    ChangePoint point;
    uint32_t messages = 0;
    bool operator==(MailFolderStatus const &) const = default;
};

/// Tells conversations apart: conversation_key() of mapping/conversation.h. Never 0.
using ConversationKey = uint64_t;

/// What happened since a point. UIDs may be in both lists of neighbouring calls; never lost.
struct MailChanges {
    ChangePoint point; ///< everything up to here is in the lists
    UidSet changed;    ///< new messages and those whose flags may have changed
    UidSet expunged;
    bool expunges_known = true;  ///< false: Dovecot's log does not reach back; compare with uids()
    bool limits_changed = false; ///< limits() may be others now
};

/// One node of a message's MIME tree, without its content.
struct MimePart {
    std::string id;          ///< IMAP part number: "" is the message itself, then "1", "2.1"
    std::string type;        ///< lower case: "image/png"; "text/plain" if absent or unreadable
    std::string charset;     ///< parameter of Content-Type, lower case; "" if absent
    std::string name;        ///< decoded file name of Content-Disposition, else of Content-Type; "" if none
    std::string disposition; ///< lower case: "attachment", "inline"; "" if absent
    std::string content_id;  ///< without angle brackets
    std::string content_location;
    std::string smime_type;      ///< parameter smime-type, lower case
    std::string report_type;     ///< parameter report-type, lower case
    std::string protocol;        ///< parameter protocol (multipart/signed), lower case
    std::string method;          ///< parameter method (text/calendar), lower case: "request"
    std::string subject;         ///< of message/rfc822: decoded Subject of the message inside
    bool flowed = false;         ///< format=flowed
    bool del_sp = false;         ///< delsp=yes
    uint64_t encoded_bytes = 0;  ///< size of the body as it is stored
    uint64_t decoded_bytes = 0;  ///< estimate after the transfer encoding is undone
    std::vector<MimePart> parts; ///< of a multipart; of message/rfc822 the one message inside
};

/// The header fields that EAS shows, decoded (RFC 2047) to UTF-8. "" if absent.
struct MailHeaders {
    std::string from, sender, to, cc, bcc, reply_to; ///< as one line each, as the message has them
    std::string subject;                             ///< whole, with Re: and Fwd:
    std::string message_id, in_reply_to, references;
    std::string thread_index; ///< Thread-Index, base64 (MS-OXOMSG 2.2.1.3)
    Instant sent;             ///< Date; when the message was received, if it has no readable one
    std::string importance;   ///< "high", "low" or "normal" from Importance/X-Priority/Priority; "" if absent
    std::string content_class; ///< Content-Class
};

/// A message that exists (or existed when it was opened). Reads on demand and only what is asked for.
/// Every call may fail: not_found when the message was expunged meanwhile, temporary on I/O errors.
class MailMessage {
public:
    virtual ~MailMessage() = default;
    virtual Uid uid() const = 0;
    virtual Result<MailFlags> flags() = 0;
    virtual Result<Instant> received() = 0;
    virtual Result<MailHeaders> headers() = 0;
    /// The first field of that name, decoded (RFC 2047), on one line; "" if absent. For what few messages
    /// have: it is not kept ready, as headers() are.
    virtual Result<std::string> header_field(std::string const &) { return std::string(); }
    virtual Result<MimePart> structure() = 0;
    virtual Result<uint64_t> size() = 0; ///< bytes of the whole message with CRLF
    /// Text of a leaf part, transfer encoding undone and converted to valid UTF-8 (unknown charsets:
    /// undecodable bytes as U+FFFD), line ends as stored, at most `max_bytes` bytes, cut at a character.
    /// `more` says whether text was left.
    struct Text {
        std::string text;
        bool more = false;
    };
    virtual Result<Text> text(std::string const &part_id, size_t max_bytes) = 0;
    /// A part with its transfer encoding undone, bytes as they are. Stays readable while the store lives.
    virtual Result<Content> part(std::string const &part_id) = 0;
    /// The part's MIME header and body as stored, "" for the whole message, lines ended by CRLF.
    virtual Result<Content> raw(std::string const &part_id) = 0;
    /// First words of the text, from Dovecot's cache where it has them; at most 255 characters.
    virtual Result<std::string> preview() = 0;
};

/// What the user or the admin has set for a folder on phones (attribute /private/vendor/vendor.dovecot/eas).
struct FolderLimits {
    bool hidden = false;
    int filter_type = 0; ///< MS-ASCMD 2.2.3.68.2: nothing older goes to phones; 0: no limit
    bool operator==(FolderLimits const &) const = default;
};

/// An open mailbox, synchronised when it was opened.
class MailFolderHandle {
public:
    virtual ~MailFolderHandle() = default;
    virtual MailFolderStatus status() const = 0;
    /// UIDs of all messages, or of those received at or after `since`, among them those of which the storage
    /// cannot say when.
    virtual Result<UidSet> uids(std::optional<Instant> since) = 0;
    /// Changes after `point`, looking only at expunges among `known`. Cost follows their number; where the
    /// index cannot tell, all messages are in `changed`.
    virtual Result<MailChanges> changes_since(ChangePoint const &point, UidSet const &known) = 0;
    /// May cost a look at a database: to be asked for once, and again when changes_since() says so.
    virtual Result<FolderLimits> limits() { return FolderLimits(); }
    /// Flags of those of `uids` that exist, ascending by UID. Reads the index only, but for annotations.
    struct UidFlags {
        Uid uid;
        MailFlags flags;
    };
    virtual Result<std::vector<UidFlags>> flags(UidSet const &uids) = 0;
    /// When the earliest of `uids` was received; nothing if none of them exists, or the storage cannot say
    /// it.
    virtual Result<std::optional<Instant>> oldest_received(UidSet const &uids) = 0;
    /// To which conversations those of `uids` that exist belong, ascending by UID. Reads a message's header
    /// the first time, then the index only.
    struct UidConversation {
        Uid uid;
        ConversationKey conversation;
    };
    virtual Result<std::vector<UidConversation>> conversations(UidSet const &uids) = 0;
    /// The first header field of that name of those of `uids` that exist, ascending by UID: unfolded and
    /// decoded, "" if absent. Reads a message's header the first time, then Dovecot's cache.
    struct UidText {
        Uid uid;
        std::string text;
    };
    virtual Result<std::vector<UidText>> header_field(UidSet const &uids, std::string const &name) = 0;
    virtual Result<std::unique_ptr<MailMessage>> message(Uid uid) = 0;
    /// not_found if the message is gone, denied if the rights do not suffice, bad_request for a keyword that
    /// the mailbox cannot have. A new annotation is a change that changes_since() tells.
    virtual Result<void> set_flags(Uid uid, FlagChange const &change) = 0;
    virtual Result<void> expunge(UidSet const &uids) = 0;
    /// Copies and expunges all of them in one go, or none; ascending by UID. The disk is waited for once, not
    /// for each. not_found if one of them is gone.
    struct MovedUid {
        Uid uid, uid_there;
    };
    virtual Result<std::vector<MovedUid>> move_all(UidSet const &uids, FolderId const &destination) = 0;
    /// Likewise one message; its UID in the destination.
    Result<Uid> move(Uid uid, FolderId const &destination)
    {
        auto const moved = move_all({uid}, destination);
        if (!moved)
            return moved.error();
        if (moved->empty())
            return Error{ErrorKind::not_found, "no message has UID " + std::to_string(uid)};
        return moved->front().uid_there;
    }
};

/// What a search asks of a message: a leaf, or others combined. Words are found in any case, without FTS
/// also within other words.
struct MailCondition {
    enum class Kind {
        all_of,  ///< of `parts`; without parts: every message
        any_of,  ///< at least one of `parts`
        none_of, ///< of `parts`
        text,    ///< `text` is in the body, the subject or an address
        body,
        subject,
        from,
        to,
        cc,
        bcc,
        received_since,  ///< at `instant` or after it
        received_before, ///< before `instant`
        seen,
        flagged,
        conversation, ///< is in `conversation`
    };
    Kind kind = Kind::all_of;
    std::string text = {}; ///< UTF-8, not empty
    Instant instant = {};
    std::vector<MailCondition> parts = {};
    ConversationKey conversation = 0;
    bool operator==(MailCondition const &) const = default;
};

struct FoundMessage {
    FolderId folder;
    uint32_t uid_validity = 0;
    Uid uid = 0;
    Instant received;
    bool operator==(FoundMessage const &) const = default;
};

struct FoundMessages {
    std::vector<FoundMessage> newest; ///< newest first, as many as were asked for
    uint64_t total = 0;               ///< of all that match
    bool timed_out = false;           ///< the search took too long: messages are missing from both
};

class MailStore {
public:
    virtual ~MailStore() = default;
    /// All folders of mail that go to phones, parents before children, Inbox always among them.
    virtual Result<std::vector<MailFolder>> folders() = 0;
    /// The folders of notes that the last folders() left out, parents before children: the user's default one
    /// and all below it. None where that one does not exist.
    virtual Result<std::vector<MailFolder>> note_folders() { return std::vector<MailFolder>(); }
    /// The folder of sent mail among the last folders(); nothing if there is none.
    virtual Result<std::optional<FolderId>> sent_folder()
    {
        auto const listed = folders();
        if (!listed)
            return listed.error();
        for (auto const &folder : *listed)
            if (folder.special_use == SpecialUse::sent)
                return std::optional(folder.id);
        return std::optional<FolderId>();
    }
    /// Why the last list lacks folders that are there: they cannot be read now, and a client keeps what it
    /// was told of them. Nothing: it has all.
    virtual std::optional<Error> incomplete() const { return {}; }
    /// Without opening the mailbox where the list index knows.
    virtual Result<MailFolderStatus> status(FolderId const &id) = 0;
    virtual Result<std::unique_ptr<MailFolderHandle>> open(FolderId const &id) = 0;
    /// The folder with that use; created, under its configured or usual name, if the user has none.
    virtual Result<FolderId> special_folder(SpecialUse use) = 0;
    /// A new folder below `parent` ("": at the top), subscribed. exists: the name is taken; not_found:
    /// there is no such parent; bad_request: no folder can have that name.
    virtual Result<FolderId> create_folder(FolderId const &parent, std::string const &name) = 0;
    /// Gives a folder another parent or name; all below it comes along. Ids stay, but those of folders that
    /// only hold others. Errors as above; not_found is for the folder, too.
    virtual Result<void> move_folder(FolderId const &id, FolderId const &parent, std::string const &name) = 0;
    /// Deletes a folder for good, with its messages and all folders below it.
    virtual Result<void> delete_folder(FolderId const &id) = 0;
    /// Saves a message (CRLF or LF lines) as new; its UID. quota, denied, not_found, temporary.
    virtual Result<Uid> save(FolderId const &id, Content const &message, MailFlags const &flags) = 0;
    /// The `limit` newest messages that match, of all of `folders`. Folders that are gone or may not be read
    /// are left out; it is an error only if that are all.
    virtual Result<FoundMessages> search(std::vector<FolderId> const &folders, MailCondition const &condition,
                                         size_t limit) = 0;
};

} // namespace eas

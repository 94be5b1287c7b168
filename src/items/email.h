// An e-mail as Sync, ItemOperations and Search write it. MS-ASEMAIL 2.2.2; Body and Attachments are
// MS-ASAIRS 2.2.2. Absent members are not sent.
#pragma once
#include "base/content.h"
#include "base/time.h"
#include "items/meeting-request.h"
#include "schema/schema.h"
#include <optional>
#include <string>
#include <vector>

namespace eas {

enum class BodyType { plain = 1, html = 2, rtf = 3, mime = 4 }; ///< MS-ASAIRS 2.2.2.41.1

/// MS-ASAIRS 2.2.2.9
struct Body {
    BodyType type = BodyType::plain;
    std::optional<uint64_t> estimated_data_size; ///< bytes before truncation
    std::optional<bool> truncated;
    std::optional<Content> data;
    std::optional<std::string> preview; ///< 14.0 on
    std::optional<int> part;            ///< instead of data: where it is in a multipart response, from 0
};

/// MS-ASAIRS 2.2.2.10; 14.1 on
struct BodyPart {
    int status = 1;
    BodyType type = BodyType::html;
    std::optional<uint64_t> estimated_data_size;
    std::optional<bool> truncated;
    std::optional<Content> data;
    std::optional<std::string> preview;
};

/// MS-ASAIRS 2.2.2.7.1
struct Attachment {
    std::optional<std::string> display_name;
    std::string file_reference;
    enum class Method { normal = 1, email = 5, ole = 6 } method = Method::normal;
    uint64_t estimated_data_size = 0;
    std::optional<std::string> content_id;
    std::optional<std::string> content_location;
    std::optional<bool> is_inline;
    std::optional<uint64_t> um_duration_seconds{}; ///< of the newest voice recording; 14.0 on
    std::optional<int> um_order{};                 ///< of a voice recording, the newest is 1; 14.0 on
};

/// MS-ASEMAIL 2.2.2.34. Without members: the message has no flag.
struct EmailFlag {
    std::optional<std::string> subject;
    std::optional<int> status; ///< 0 cleared, 1 complete, 2 active
    std::optional<std::string> flag_type;
    std::optional<Instant> date_completed, complete_time;
    std::optional<Instant> start_date, due_date; ///< the client's local time, written as if it were UTC
    std::optional<Instant> utc_start_date, utc_due_date;
    std::optional<bool> reminder_set;
    std::optional<Instant> reminder_time;
    std::optional<Instant> ordinal_date; ///< when the flag was set: sorts
    std::optional<std::string> sub_ordinal_date;
    bool operator==(EmailFlag const &) const = default;
};

struct Email {
    std::optional<std::string> to, cc, from, subject, reply_to, display_to, thread_topic;
    std::optional<Instant> date_received;
    std::optional<int> importance; ///< 0 low, 1 normal, 2 high
    std::optional<bool> read;
    std::optional<std::vector<Attachment>> attachments;
    std::optional<Body> body;
    std::optional<BodyPart> body_part;
    std::optional<std::string> message_class; ///< "IPM.Note"
    std::optional<MeetingRequest> meeting_request;
    std::optional<std::string> internet_cpid; ///< "65001"
    std::optional<EmailFlag> flag;
    std::optional<std::string> content_class;           ///< "urn:content-classes:message"
    std::optional<std::vector<std::string>> categories; ///< 14.0 on; empty: none
    std::optional<BodyType> native_body_type;
    std::optional<std::string> um_caller_id;                  ///< Email2, 14.0 on
    std::optional<std::string> um_user_notes;                 ///< Email2, 14.0 on; never sent
    std::optional<std::string> sender;                        ///< Email2, 14.0 on
    std::optional<int> last_verb_executed;                    ///< Email2, 14.0 on
    std::optional<Instant> last_verb_execution_time;          ///< Email2, 14.0 on
    std::optional<bool> received_as_bcc;                      ///< Email2, 14.0 on; never false
    std::optional<Bytes> conversation_id, conversation_index; ///< Email2, 14.0 on; mapping/conversation.h
    std::optional<bool> is_draft;                             ///< Email2, 16.0 on
    std::optional<std::string> bcc;                           ///< Email2, 16.0 on
};

template <> struct Schema<Body> {
    static constexpr auto properties = Rows{
        property(Tag::AirSyncBase_Type, &Body::type, in_range(1, 4)),
        property(Tag::AirSyncBase_EstimatedDataSize, &Body::estimated_data_size),
        property(Tag::AirSyncBase_Truncated, &Body::truncated),
        property(Tag::AirSyncBase_Data, &Body::data),
        property(Tag::AirSyncBase_Preview, &Body::preview, since(v14_0)),
        property(Tag::ItemOperations_Part, &Body::part),
    };
};

template <> struct Schema<BodyPart> {
    static constexpr auto properties = Rows{
        property(Tag::AirSyncBase_Status, &BodyPart::status),
        property(Tag::AirSyncBase_Type, &BodyPart::type),
        property(Tag::AirSyncBase_EstimatedDataSize, &BodyPart::estimated_data_size),
        property(Tag::AirSyncBase_Truncated, &BodyPart::truncated),
        property(Tag::AirSyncBase_Data, &BodyPart::data),
        property(Tag::AirSyncBase_Preview, &BodyPart::preview),
    };
};

template <> struct Schema<Attachment> {
    static constexpr auto properties = Rows{
        property(Tag::AirSyncBase_DisplayName, &Attachment::display_name),
        property(Tag::AirSyncBase_FileReference, &Attachment::file_reference),
        property(Tag::AirSyncBase_Method, &Attachment::method),
        property(Tag::AirSyncBase_EstimatedDataSize, &Attachment::estimated_data_size),
        property(Tag::AirSyncBase_ContentId, &Attachment::content_id),
        property(Tag::AirSyncBase_ContentLocation, &Attachment::content_location),
        property(Tag::AirSyncBase_IsInline, &Attachment::is_inline),
        property(Tag::Email2_UmAttDuration, &Attachment::um_duration_seconds, since(v14_0)),
        property(Tag::Email2_UmAttOrder, &Attachment::um_order, since(v14_0)),
    };
};

template <> struct Schema<EmailFlag> {
    static constexpr auto properties = Rows{
        property(Tag::Tasks_Subject, &EmailFlag::subject),
        property(Tag::Email_Status, &EmailFlag::status, in_range(0, 2)),
        property(Tag::Email_FlagType, &EmailFlag::flag_type),
        property(Tag::Tasks_DateCompleted, &EmailFlag::date_completed),
        property(Tag::Email_CompleteTime, &EmailFlag::complete_time),
        property(Tag::Tasks_StartDate, &EmailFlag::start_date),
        property(Tag::Tasks_DueDate, &EmailFlag::due_date),
        property(Tag::Tasks_UtcStartDate, &EmailFlag::utc_start_date),
        property(Tag::Tasks_UtcDueDate, &EmailFlag::utc_due_date),
        property(Tag::Tasks_ReminderSet, &EmailFlag::reminder_set),
        property(Tag::Tasks_ReminderTime, &EmailFlag::reminder_time),
        property(Tag::Tasks_OrdinalDate, &EmailFlag::ordinal_date),
        property(Tag::Tasks_SubOrdinalDate, &EmailFlag::sub_ordinal_date),
    };
};

template <> struct Schema<Email> {
    static constexpr auto properties = Rows{
        property(Tag::Email_To, &Email::to),
        property(Tag::Email_Cc, &Email::cc),
        property(Tag::Email_From, &Email::from),
        property(Tag::Email_Subject, &Email::subject),
        property(Tag::Email_ReplyTo, &Email::reply_to),
        property(Tag::Email_DateReceived, &Email::date_received),
        property(Tag::Email_DisplayTo, &Email::display_to),
        property(Tag::Email_ThreadTopic, &Email::thread_topic),
        property(Tag::Email_Importance, &Email::importance, in_range(0, 2)),
        property(Tag::Email_Read, &Email::read),
        list(Tag::AirSyncBase_Attachments, Tag::AirSyncBase_Attachment, &Email::attachments),
        property(Tag::AirSyncBase_Body, &Email::body),
        property(Tag::AirSyncBase_BodyPart, &Email::body_part, since(v14_1)),
        property(Tag::Email_MessageClass, &Email::message_class),
        property(Tag::Email_MeetingRequest, &Email::meeting_request),
        property(Tag::Email_InternetCPID, &Email::internet_cpid),
        property(Tag::Email_Flag, &Email::flag),
        property(Tag::Email_ContentClass, &Email::content_class),
        list(Tag::Email_Categories, Tag::Email_Category, &Email::categories, since(v14_0)),
        property(Tag::AirSyncBase_NativeBodyType, &Email::native_body_type),
        property(Tag::Email2_UmCallerID, &Email::um_caller_id, since(v14_0)),
        property(Tag::Email2_UmUserNotes, &Email::um_user_notes, since(v14_0)),
        property(Tag::Email2_ConversationId, &Email::conversation_id, since(v14_0)),
        property(Tag::Email2_ConversationIndex, &Email::conversation_index, since(v14_0)),
        property(Tag::Email2_LastVerbExecuted, &Email::last_verb_executed, since(v14_0)),
        property(Tag::Email2_LastVerbExecutionTime, &Email::last_verb_execution_time, since(v14_0)),
        property(Tag::Email2_ReceivedAsBcc, &Email::received_as_bcc, since(v14_0)),
        property(Tag::Email2_Sender, &Email::sender, since(v14_0)),
        property(Tag::Email2_Bcc, &Email::bcc, since(v16_0)),
        property(Tag::Email2_IsDraft, &Email::is_draft, since(v16_0)),
    };
};

} // namespace eas

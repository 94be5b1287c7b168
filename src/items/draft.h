// What a client writes of a draft: Sync's Add and Change of class Email, from 16.0 on. MS-ASEMAIL 3.1.5.4;
// attachments are MS-ASAIRS 2.2.2.2 (Add) and 2.2.2.21 (Delete). An absent member stays as it is.
#pragma once
#include "items/email.h"
#include <optional>
#include <string>
#include <vector>

namespace eas {

/// MS-ASAIRS 2.2.2.2
struct AttachmentToAdd {
    std::optional<std::string> client_id;
    std::optional<int> method;      ///< 1 a file, 5 a message
    std::optional<Element> content; ///< opaque bytes, or text in base64; MS-ASDTYPE 2.7.1
    std::optional<std::string> display_name, content_type, content_id, content_location;
    Present is_inline;
};

/// MS-ASAIRS 2.2.2.21
struct AttachmentToDelete {
    std::optional<std::string> file_reference;
};

struct AttachmentChanges {
    std::vector<AttachmentToAdd> adds;
    std::vector<AttachmentToDelete> deletes;
};

struct Draft {
    std::optional<std::string> to, cc, bcc, reply_to, subject;
    std::optional<int> importance; ///< 0 low, 1 normal, 2 high
    std::optional<bool> read;
    std::optional<EmailFlag> flag;
    std::optional<std::vector<std::string>> categories;
    std::optional<AttachmentChanges> attachments;
    std::optional<Body> body;
};

/// What became of an attachment that was added. MS-ASAIRS 2.2.2.7
struct AddedAttachment {
    std::string client_id, file_reference;
};

/// What the client is told of a draft or an event that it wrote: the ApplicationData of Sync's Responses.
struct WrittenDraft {
    std::optional<std::vector<AddedAttachment>> attachments;
    std::optional<Bytes> conversation_id, conversation_index; ///< of a new one; MS-ASEMAIL 2.2.2.21, 2.2.2.22
    std::optional<std::string> uid;                           ///< of a new event; MS-ASCAL 2.2.2.46
};

template <> struct Schema<AttachmentToAdd> {
    static constexpr auto properties =
        Rows{property(Tag::AirSyncBase_ClientId, &AttachmentToAdd::client_id),
             property(Tag::AirSyncBase_Method, &AttachmentToAdd::method),
             property(Tag::AirSyncBase_Content, &AttachmentToAdd::content),
             property(Tag::AirSyncBase_DisplayName, &AttachmentToAdd::display_name),
             property(Tag::AirSyncBase_ContentType, &AttachmentToAdd::content_type),
             property(Tag::AirSyncBase_ContentId, &AttachmentToAdd::content_id),
             property(Tag::AirSyncBase_ContentLocation, &AttachmentToAdd::content_location),
             property(Tag::AirSyncBase_IsInline, &AttachmentToAdd::is_inline)};
};

template <> struct Schema<AttachmentToDelete> {
    static constexpr auto properties =
        Rows{property(Tag::AirSyncBase_FileReference, &AttachmentToDelete::file_reference)};
};

template <> struct Schema<AttachmentChanges> {
    static constexpr auto properties = Rows{list(Tag::AirSyncBase_Add, &AttachmentChanges::adds),
                                            list(Tag::AirSyncBase_Delete, &AttachmentChanges::deletes)};
};

template <> struct Schema<Draft> {
    static constexpr auto properties =
        Rows{property(Tag::Email_To, &Draft::to),
             property(Tag::Email_Cc, &Draft::cc),
             property(Tag::Email_Subject, &Draft::subject),
             property(Tag::Email_ReplyTo, &Draft::reply_to),
             property(Tag::Email_Importance, &Draft::importance, in_range(0, 2)),
             property(Tag::Email_Read, &Draft::read),
             property(Tag::AirSyncBase_Attachments, &Draft::attachments, since(v16_0)),
             property(Tag::AirSyncBase_Body, &Draft::body),
             property(Tag::Email_Flag, &Draft::flag),
             list(Tag::Email_Categories, Tag::Email_Category, &Draft::categories),
             property(Tag::Email2_Bcc, &Draft::bcc, since(v16_0))};
};

template <> struct Schema<AddedAttachment> {
    static constexpr auto properties =
        Rows{property(Tag::AirSyncBase_FileReference, &AddedAttachment::file_reference),
             property(Tag::AirSyncBase_ClientId, &AddedAttachment::client_id)};
};

template <> struct Schema<WrittenDraft> {
    static constexpr auto properties =
        Rows{list(Tag::AirSyncBase_Attachments, Tag::AirSyncBase_Attachment, &WrittenDraft::attachments,
                  since(v16_0)),
             property(Tag::Email2_ConversationId, &WrittenDraft::conversation_id),
             property(Tag::Email2_ConversationIndex, &WrittenDraft::conversation_index),
             property(Tag::Calendar_UID, &WrittenDraft::uid)};
};

} // namespace eas

// See voice-message.h. The fields are read of these few messages only.
#include "mapping/voice-message.h"
#include "base/text.h"
#include <algorithm>
#include <array>

namespace eas {
namespace {

struct TelephonyClass {
    std::string_view content_class, message_class;
    bool tells_of_a_call; ///< Um elements are for these only
};

constexpr std::array telephony_classes{
    TelephonyClass{"voice", "IPM.Note.Microsoft.Voicemail.UM", true},
    TelephonyClass{"voice-ca", "IPM.Note.Microsoft.Voicemail.UM.CA", true},
    TelephonyClass{"missedcall", "IPM.Note.Microsoft.Missed.Voice", true},
    TelephonyClass{"voice-uc", "IPM.Note.Microsoft.Conversation.Voice", false},
    TelephonyClass{"fax", "IPM.Note.Microsoft.Fax", false},
    TelephonyClass{"fax-ca", "IPM.Note.Microsoft.Fax.CA", false},
};

/// A telephone number without what makes it readable, or a SIP link; nothing for what is neither.
std::optional<std::string> caller_id(std::string_view text)
{
    constexpr size_t most_digits = 15; // E.164
    if (text.starts_with("sip:") || text.starts_with("sips:"))
        return std::string(text);
    std::string number;
    for (char const c : text)
        if (std::string_view(" ()-./").find(c) == std::string_view::npos)
            number += c;
    auto const digits = std::string_view(number).substr(number.starts_with('+') ? 1 : 0);
    bool const is_number = !digits.empty() && digits.size() <= most_digits &&
                           digits.find_first_not_of("0123456789") == std::string_view::npos;
    return is_number ? std::optional(std::move(number)) : std::nullopt;
}

Attachment *find_named(std::vector<Attachment> &attachments, std::string_view name)
{
    auto const found = std::ranges::find_if(
        attachments, [&](Attachment const &each) { return !name.empty() && each.display_name == name; });
    return found == attachments.end() ? nullptr : &*found;
}

/// X-AttachmentOrder has the names of the recordings, the newest last.
void number_recordings(std::vector<Attachment> &attachments, std::string_view order,
                       std::optional<uint64_t> seconds)
{
    auto names = split(order, ';');
    std::ranges::reverse(names);
    int number = 0;
    for (auto const name : names)
        if (auto *recording = find_named(attachments, trim(name)); recording && !recording->um_order) {
            recording->um_order = ++number;
            if (number == 1)
                recording->um_duration_seconds = seconds;
        }
}

Result<void> set_call(Email &email, MailMessage &message)
{
    auto const number = message.header_field("X-CallingTelephoneNumber");
    if (!number)
        return number.error();
    email.um_caller_id = caller_id(trim(*number));
    if (!email.attachments)
        return {};
    auto const order = message.header_field("X-AttachmentOrder");
    auto const seconds = order ? message.header_field("X-VoiceMessageDuration") : order;
    if (!seconds)
        return seconds.error();
    number_recordings(*email.attachments, *order, parse_unsigned(trim(*seconds)));
    return {};
}

} // namespace

Result<void> set_voice_properties(Email &email, MailMessage &message, std::string_view content_class)
{
    auto const *const row = std::ranges::find_if(telephony_classes, [&](TelephonyClass const &each) {
        return equals_ignoring_case(each.content_class, content_class);
    });
    if (row == telephony_classes.end() || email.message_class != "IPM.Note")
        return {};
    email.message_class = std::string(row->message_class);
    return row->tells_of_a_call ? set_call(email, message) : Result<void>();
}

} // namespace eas

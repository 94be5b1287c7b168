// S/MIME: RFC 8551 section 3.2 and 3.5; reports: RFC 3464 (delivery status) and RFC 8098 (read receipts).
#include "mapping/message-class.h"
#include "base/text.h"
#include "mapping/invitation.h"
#include "mapping/message-parts.h"
#include <algorithm>
#include <iterator>

namespace eas {
namespace {

constexpr size_t max_report_bytes = 64 * 1024;

constexpr std::string_view note = "IPM.Note";
constexpr std::string_view smime = "IPM.Note.SMIME";
constexpr std::string_view smime_signed = "IPM.Note.SMIME.MultipartSigned";
constexpr std::string_view smime_receipt = "IPM.Note.Receipt.SMIME";
constexpr std::string_view not_delivered = "REPORT.IPM.NOTE.NDR";

struct ReportClass {
    std::string_view field; ///< of the report, with the colon
    std::string_view value; ///< which the field's value contains
    std::string_view report_class;
};

/// The first row that fits a line of the report. A disposition is "manual-action/MDN-sent-manually;
/// displayed".
constexpr ReportClass report_classes[] = {
    {"Action:", "failed", not_delivered},
    {"Action:", "delayed", "REPORT.IPM.NOTE.DELAYED"},
    {"Action:", "delivered", "REPORT.IPM.NOTE.DR"},
    {"Action:", "relayed", "REPORT.IPM.NOTE.DR"},
    {"Action:", "expanded", "REPORT.IPM.NOTE.DR"},
    {"Disposition:", "displayed", "REPORT.IPM.NOTE.IPNRN"},
    {"Disposition:", "deleted", "REPORT.IPM.NOTE.IPNNRN"},
};

std::string_view without_x(std::string_view subtype)
{
    return subtype.starts_with("x-") ? subtype.substr(2) : subtype;
}

/// "application/x-pkcs7-mime" is "application/pkcs7-mime" of old programs.
bool is_application(std::string_view type, std::string_view subtype)
{
    constexpr std::string_view application = "application/";
    return type.starts_with(application) && without_x(type.substr(application.size())) == subtype;
}

bool is_opaque(MimePart const &part)
{
    // certs-only carries certificates and no message.
    if (is_application(part.type, "pkcs7-mime"))
        return part.smime_type != "certs-only";
    return part.type == "application/octet-stream" && to_lower(part.name).ends_with(".p7m");
}

bool is_clear_signed(MimePart const &part)
{
    if (part.type != "multipart/signed")
        return false;
    return is_application(part.protocol, "pkcs7-signature") ||
           (part.parts.size() > 1 && is_application(part.parts[1].type, "pkcs7-signature"));
}

MimePart const *find_report(MimePart const &root)
{
    for (auto const &part : root.parts)
        if (part.type == "message/delivery-status" || part.type == "message/global-delivery-status" ||
            part.type == "message/disposition-notification")
            return &part;
    return nullptr;
}

/// Of the scheduling messages those whose class has a report.
constexpr std::string_view reported_meeting_classes[] = {
    "IPM.Schedule.Meeting.Request",
    "IPM.Schedule.Meeting.Resp.Pos",
    "IPM.Schedule.Meeting.Resp.Tent",
    "IPM.Schedule.Meeting.Canceled",
};

std::string_view class_of_report(std::string_view report)
{
    for (auto line : split(report, '\n'))
        for (auto const &row : report_classes)
            if (equals_ignoring_case(line.substr(0, row.field.size()), row.field) &&
                to_lower(line.substr(row.field.size())).find(row.value) != std::string::npos)
                return row.report_class;
    return note;
}

/// Of a report on an invitation that could not be delivered, if it returns the invitation.
Result<std::string> class_of_returned(MailMessage &message, MimePart const &report)
{
    std::string const of_mail(not_delivered);
    auto const returned = std::ranges::find_if(report.parts, is_message);
    if (returned == report.parts.end() || returned->parts.empty())
        return of_mail;
    auto const found = read_invitation(message, returned->parts.front());
    if (!found)
        return found.error();
    auto const meeting = *found ? meeting_class((*found)->invitation) : std::string_view();
    if (std::ranges::find(reported_meeting_classes, meeting) == std::end(reported_meeting_classes))
        return of_mail;
    std::string text = "REPORT." + std::string(meeting) + ".NDR";
    for (char &c : text)
        c = c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
    return text;
}

} // namespace

bool is_smime(MimePart const &root)
{
    return is_opaque(root) || is_clear_signed(root);
}

Result<std::string> message_class(MailMessage &message, MimePart const &root)
{
    if (is_opaque(root))
        return std::string(root.smime_type == "signed-receipt" ? smime_receipt : smime);
    if (is_clear_signed(root))
        return std::string(smime_signed);
    auto *report = root.type == "multipart/report" ? find_report(root) : nullptr;
    if (!report)
        return std::string(note);
    auto text = message.text(report->id, max_report_bytes);
    if (!text)
        return text.error();
    auto const of_report = class_of_report(text->text);
    return of_report == not_delivered ? class_of_returned(message, root) : std::string(of_report);
}

} // namespace eas

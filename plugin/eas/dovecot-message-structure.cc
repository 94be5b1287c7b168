// Dovecot's message_part tree to ours. Its parser limits the depth (100) and the number of parts (10,000);
// what lies deeper is one part without children.
#include "eas/dovecot-message-structure.h"
#include "base/text.h"
#include "compat/index.h"
#include "compat/message.h"
#include "eas/dovecot-mail-store-error.h"
#include "eas/dovecot-message-charset.h"
#include "eas/dovecot-message-headers.h"

namespace eas {

namespace {

/// A parameter list of Content-Type or Content-Disposition.
class Parameters {
public:
    Parameters(struct message_part_param const *params, unsigned count) : m_params(params), m_count(count) {}

    std::string lower(char const *name) const
    {
        auto *value = find(name);
        return value ? to_lower(trim(sanitize_utf8(value))) : "";
    }
    /// A value in either of the forms that carry other charsets: RFC 2231, or (against the RFC, but
    /// common) RFC 2047.
    std::string decoded(std::string const &name) const
    {
        if (auto *extended = find((name + "*").c_str()))
            return decode_extended(extended);
        auto *value = find(name.c_str());
        return value ? decode_words(value) : "";
    }

private:
    char const *find(char const *name) const
    {
        for (unsigned i = 0; i < m_count; ++i)
            if (strcasecmp(m_params[i].name, name) == 0)
                return m_params[i].value;
        return nullptr;
    }
    /// charset'language'percent-encoded
    static std::string decode_extended(std::string_view value)
    {
        auto first = value.find('\''), second = value.find('\'', first + 1);
        if (first == value.npos || second == value.npos)
            return sanitize_utf8(value);
        auto encoded = value.substr(second + 1);
        return to_utf8(value.substr(0, first), percent_decode(encoded).value_or(std::string(encoded)));
    }

    struct message_part_param const *m_params;
    unsigned m_count;
};

/// A multipart has none: only its parts may be encoded (RFC 2045 6.4), and BODYSTRUCTURE has no place for it.
PartPlace::Encoding encoding_of(struct message_part const &part)
{
    auto const *const name = part.data->content_transfer_encoding;
    if (part.flags & MESSAGE_PART_FLAG_MULTIPART)
        return PartPlace::Encoding::none;
    if (name && strcasecmp(name, "base64") == 0)
        return PartPlace::Encoding::base64;
    if (name && strcasecmp(name, "quoted-printable") == 0)
        return PartPlace::Encoding::quoted_printable;
    return PartPlace::Encoding::none;
}

/// Bytes of CR and LF in a base64 body. Only the parser counts lines, Dovecot's cache has none: so they are
/// told from what a cached part has, that every reading says the same. Where lines end with CRLF they are
/// taken to be of 76 characters, RFC 2045 6.8.
uint64_t line_end_bytes(struct message_size const &body)
{
    constexpr uint64_t line_bytes = 76 + 2;
    auto const added_cr = body.virtual_size - body.physical_size;
    return added_cr > 0 ? added_cr : body.physical_size / line_bytes * 2;
}

/// Exact for well-formed base64 up to its padding; quoted-printable may shrink, other encodings do not.
uint64_t decoded_size(struct message_part const &part, PartPlace const &place)
{
    auto const stored = part.body_size.physical_size;
    if (place.encoding != PartPlace::Encoding::base64)
        return place.is_lines ? part.body_size.virtual_size : stored;
    return (stored - std::min(stored, line_end_bytes(part.body_size))) / 4 * 3;
}

std::string without_brackets(char const *id)
{
    auto text = id ? trim(id) : std::string_view();
    if (text.size() >= 2 && text.front() == '<' && text.back() == '>')
        text = text.substr(1, text.size() - 2);
    return sanitize_utf8(text);
}

/// RFC 2045 5.1
bool is_token(char const *text)
{
    return text && *text != '\0' && std::ranges::all_of(std::string_view(text), [](char c) {
               return c > ' ' && c < 0x7f && !strchr("()<>@,;:\\\"/[]?=", c);
           });
}

/// RFC 2045 5.2: text/plain where the field is missing or makes no sense; in a multipart/digest, RFC 2046
/// 5.1.5, message/rfc822.
std::string media_type(struct message_part const &part)
{
    auto const &data = *part.data;
    if (!is_token(data.content_type) || !is_token(data.content_subtype))
        return part.flags & MESSAGE_PART_FLAG_MESSAGE_RFC822 ? "message/rfc822" : "text/plain";
    return to_lower(sanitize_utf8(std::string(data.content_type) + "/" + data.content_subtype));
}

/// BODYSTRUCTURE says us-ascii where a message says nothing, so that we cannot know which it was.
std::string charset_of(Parameters const &type)
{
    auto charset = type.lower("charset");
    return charset == "us-ascii" ? "" : charset;
}

} // namespace

class StructureReader {
public:
    static void read(MessageStructure &structure, struct message_part const &root)
    {
        StructureReader reader{structure.m_places};
        bool multipart = root.flags & MESSAGE_PART_FLAG_MULTIPART;
        structure.m_root = reader.convert(root, "", multipart ? "" : "1.");
        if (!multipart)
            structure.m_places.emplace("1", structure.m_places.at(""));
    }

private:
    explicit StructureReader(std::map<std::string, PartPlace> &places) : m_places(places) {}

    /// `inside` is the prefix of the numbers of its parts.
    MimePart convert(struct message_part const &part, std::string const &id, std::string const &inside)
    {
        auto result = describe(part, id);
        if (part.flags & MESSAGE_PART_FLAG_MESSAGE_RFC822) {
            for (auto *child = part.children; child; child = child->next) {
                auto *envelope = child->data->envelope;
                result.subject = decode_words(envelope && envelope->subject ? envelope->subject : "");
                bool multipart = child->flags & MESSAGE_PART_FLAG_MULTIPART;
                auto child_id = inside + (multipart ? "0" : "1");
                result.parts.push_back(convert(*child, child_id, multipart ? inside : child_id + "."));
            }
            return result;
        }
        unsigned number = 0;
        for (auto *child = part.children; child; child = child->next) {
            auto child_id = inside + std::to_string(++number);
            result.parts.push_back(convert(*child, child_id, child_id + "."));
        }
        return result;
    }

    MimePart describe(struct message_part const &part, std::string const &id)
    {
        auto &data = *part.data;
        Parameters type(data.content_type_params, data.content_type_params_count);
        Parameters disposition(data.content_disposition_params, data.content_disposition_params_count);
        PartPlace place{part.physical_pos, part.header_size.physical_size, part.body_size.physical_size,
                        encoding_of(part), charset_of(type)};
        MimePart result;
        result.id = id;
        result.type = media_type(part);
        result.charset = place.charset;
        result.name = disposition.decoded("filename");
        if (result.name.empty())
            result.name = type.decoded("name");
        result.disposition =
            to_lower(sanitize_utf8(data.content_disposition ? data.content_disposition : ""));
        result.content_id = without_brackets(data.content_id);
        result.content_location = sanitize_utf8(trim(data.content_location ? data.content_location : ""));
        result.smime_type = type.lower("smime-type");
        result.report_type = type.lower("report-type");
        result.protocol = type.lower("protocol");
        result.method = type.lower("method");
        result.flowed = type.lower("format") == "flowed";
        result.del_sp = type.lower("delsp") == "yes";
        result.encoded_bytes = place.body_bytes;
        place.is_lines = place.encoding == PartPlace::Encoding::none &&
                         (result.type.starts_with("text/") || result.type.starts_with("message/"));
        result.decoded_bytes = decoded_size(part, place);
        m_places.emplace(id, std::move(place));
        return result;
    }

    std::map<std::string, PartPlace> &m_places;
};

namespace {

/// Has `data` filled in every part.
bool is_described(struct message_part const *part)
{
    for (; part; part = part->next)
        if (!part->data || !is_described(part->children))
            return false;
    return true;
}

} // namespace

Result<MessageStructure> MessageStructure::read(struct mail *mail)
{
    char const *bodystructure;
    struct message_part *parts;
    if (mail_get_special(mail, MAIL_FETCH_IMAP_BODYSTRUCTURE, &bodystructure) < 0 ||
        mail_get_parts(mail, &parts) < 0)
        return message_error(mail->box, mail->uid, "has no readable MIME structure");
    if (!is_described(parts)) {
        // The parts and their descriptions live as long as the mail is selected.
        auto *pool = reinterpret_cast<struct mail_private *>(mail)->data_pool;
        char const *reason;
        if (imap_bodystructure_parse(bodystructure, pool, parts, &reason) < 0 || !is_described(parts)) {
            mail_set_cache_corrupted(mail, MAIL_FETCH_IMAP_BODYSTRUCTURE,
                                     "It does not fit the message's parts");
            mail_set_cache_corrupted(mail, MAIL_FETCH_MESSAGE_PARTS, "They do not fit BODYSTRUCTURE");
            return Error{ErrorKind::conflict, std::string("mailbox ") + mailbox_get_vname(mail->box) +
                                                  ", UID " + std::to_string(mail->uid) +
                                                  ": the cached MIME structure is wrong"};
        }
    }
    MessageStructure structure;
    StructureReader::read(structure, *parts);
    return structure;
}

PartPlace const *MessageStructure::find(std::string const &part_id) const
{
    auto place = m_places.find(part_id);
    return place == m_places.end() ? nullptr : &place->second;
}

} // namespace eas

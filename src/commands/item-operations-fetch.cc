// See item-operations-fetch.h.
#include "commands/item-operations-fetch.h"
#include "base/content-filters.h"
#include "base/text.h"
#include "mapping/email-from-message.h"
#include "mapping/message-parts.h"
#include "services/calendar-owner.h"
#include "services/meeting-calendar.h"
#include "sync/server-id.h"
#include <algorithm>

namespace eas {

static constexpr uint64_t most_text_bytes = 8 << 20; ///< of the texts of one answer, in memory

Fetcher::Refusal Fetcher::refuse(Error const &error, int not_found_status)
{
    switch (error.kind) {
    case ErrorKind::not_found:
        return {not_found_status, error.message};
    case ErrorKind::denied:
        return {item_status::access_denied, error.message};
    case ErrorKind::too_large:
        return {item_status::too_large, error.message};
    default:
        return {item_status::server_error, error.message};
    }
}

/// "m-n", both included, m not after n. MS-ASCMD 2.2.3.143.2.
static std::optional<std::pair<uint64_t, uint64_t>> parse_range(std::string_view text)
{
    auto const ends = split(text, '-');
    if (ends.size() != 2)
        return std::nullopt;
    auto const first = parse_unsigned(ends[0]), last = parse_unsigned(ends[1]);
    if (!first || !last || *first > *last)
        return std::nullopt;
    return std::pair{*first, *last};
}

std::variant<Fetcher::FetchedContent, Fetcher::Refusal> Fetcher::cut_to_range(Content content,
                                                                              std::string const &wanted)
{
    auto const range = parse_range(wanted);
    if (!range)
        return Refusal{item_status::bad_range, "not a range: " + wanted};
    auto const total = content.size();
    if (!total)
        return refuse(total.error(), item_status::invalid_attachment);
    if (*total == 0)
        return Refusal{item_status::empty_file, "range " + wanted + " of an empty file"};
    if (range->first >= *total)
        return Refusal{item_status::bad_range,
                       "range " + wanted + " of " + std::to_string(*total) + " bytes"};
    uint64_t const last = std::min(range->second, *total - 1);
    return FetchedContent{content_range(std::move(content), range->first, last),
                          std::to_string(range->first) + "-" + std::to_string(last), *total};
}

FetchResponse Fetcher::fetch(FetchRequest const &request, bool is_faulty)
{
    auto const parts_before = m_parts.size();
    auto response = answer(request, is_faulty);
    for (Content *content : contents_of(response, parts_before)) {
        if (auto const *text = content->text())
            m_text_bytes += text->size();
        if (content->text() && m_text_bytes > most_text_bytes)
            keep(*content);
    }
    return response;
}

FetchResponse Fetcher::fetch_now(FetchRequest const &request, bool is_faulty)
{
    auto const parts_before = m_parts.size();
    auto response = fetch(request, is_faulty);
    for (Content *content : contents_of(response, parts_before))
        if (!content->text())
            keep(*content);
    return response;
}

FetchResponse Fetcher::answer(FetchRequest const &request, bool is_faulty)
{
    FetchResponse response;
    if (is_given(request.collection_id))
        response.collection_id = request.collection_id;
    if (is_given(request.server_id))
        response.server_id = request.server_id;
    response.file_reference = request.file_reference;
    response.link_id = request.link_id;
    if (is_given(request.long_id))
        response.long_id = request.long_id;
    auto const refusal = is_faulty ? std::optional(Refusal{item_status::protocol_error,
                                                           "a faulty option in Fetch, or two FileReferences"})
                                   : fill(response, request);
    if (refusal) {
        response.status = refusal->status;
        m_session.log_note += (m_session.log_note.empty() ? "" : "; ") + refusal->log;
    }
    return response;
}

/// Those in `response`, and the parts from `first_part` on.
std::vector<Content *> Fetcher::contents_of(FetchResponse &response, size_t first_part)
{
    std::vector<Content *> contents;
    auto const add = [&contents](auto &owner) {
        if (owner && owner->data)
            contents.push_back(&*owner->data);
    };
    std::visit(
        [&]<class Properties>(Properties &properties) {
            if constexpr (requires { properties.body; })
                add(properties.body);
            if constexpr (requires { properties.body_part; })
                add(properties.body_part);
            if constexpr (std::is_same_v<Properties, AttachmentProperties>)
                if (properties.data)
                    contents.push_back(&*properties.data);
        },
        response.properties);
    for (auto part = first_part; part < m_parts.size(); ++part)
        contents.push_back(&m_parts[part]);
    return contents;
}

/// One that cannot be read stays as it is: the answer will say so.
void Fetcher::keep(Content &content)
{
    if (auto kept = m_answer.keep(content))
        content = std::move(*kept);
}

std::optional<Fetcher::Refusal> Fetcher::fill(FetchResponse &response, FetchRequest const &request)
{
    if (!request.store)
        return Refusal{item_status::protocol_error, "ItemOperations:Store is missing"};
    if (!equals_ignoring_case(*request.store, "Mailbox"))
        return Refusal{item_status::unknown_store, "no store " + sanitize_utf8(*request.store)};
    if (is_given(request.file_reference))
        return fill_attachment(response, request);
    if (is_given(request.server_id))
        return fill_message(response, request);
    if (request.file_reference)
        return Refusal{item_status::invalid_attachment, "an empty FileReference"};
    if (is_given(request.long_id))
        return fill_search_result(response, request);
    return Refusal{item_status::protocol_error, "Fetch does not say what"};
}

std::optional<Fetcher::Refusal> Fetcher::fill_message(FetchResponse &response, FetchRequest const &request)
{
    if (auto const item = parse_item_id(*request.server_id))
        return fill_item(response, request, *item);
    auto const id = parse_message_id(*request.server_id);
    if (!id || (is_given(request.collection_id) && *request.collection_id != id->folder))
        return Refusal{item_status::not_found, "no item " + *request.server_id};
    if (auto refusal = fill_email(response, request, *id))
        return refusal;
    response.collection_id = id->folder;
    return std::nullopt;
}

std::optional<Fetcher::Refusal> Fetcher::fill_item(FetchResponse &response, FetchRequest const &request,
                                                   ItemId const &id)
{
    if (id.item_class == ItemClass::recipients) // MS-ASCMD 2.2.1.10
        return Refusal{item_status::not_found, "recipients are for Sync only"};
    auto const collection_id = item_collection_id(id.item_class, id.collection);
    if (is_given(request.collection_id) && *request.collection_id != collection_id)
        return Refusal{item_status::not_found, "no item " + *request.server_id};
    auto const items = open_items(m_session, id);
    auto item =
        items ? items->folder->read(id.item, body_options(request)) : Result<ItemFolder::Item>(items.error());
    if (!item)
        return refuse(item.error(), item_status::not_found);
    response.collection_id = collection_id;
    response.item_class = row_of(id.item_class).name;
    std::visit([&](auto &&data) { fill_properties(response, request, std::move(data)); },
               without_instance_id(std::move(item->data)));
    return std::nullopt;
}

/// Of an answer's kinds of data those that a Fetch can have.
template <class Data>
void Fetcher::fill_properties(FetchResponse &response, FetchRequest const &request, Data data)
{
    if constexpr (std::is_assignable_v<decltype(response.properties) &, Data> && requires { data.body; }) {
        if (is_multipart() && data.body) { // MS-ASAIRS 2.2.2.33: a body has a part even if that is empty
            data.body->part = static_cast<int>(add_part(std::move(data.body->data).value_or(Content())));
            data.body->data.reset();
        }
        if (request.options && request.options->schema)
            keep_properties(data, *request.options->schema);
        response.properties = std::move(data);
    }
}

std::optional<Fetcher::Refusal> Fetcher::fill_search_result(FetchResponse &response,
                                                            FetchRequest const &request)
{
    if (auto const item = parse_item_id(*request.long_id))
        return fill_item(response, request, *item);
    auto const found = parse_long_id(*request.long_id);
    if (!found)
        return Refusal{item_status::not_found, "no search result " + *request.long_id};
    return fill_email(response, request, {found->folder, found->uid}, found->uid_validity);
}

std::optional<Fetcher::Refusal> Fetcher::fill_email(FetchResponse &response, FetchRequest const &request,
                                                    MessageId const &id, std::optional<uint32_t> uid_validity)
{
    auto const options = body_options(request);
    if (options.body_part_preference && options.body_part_preference->type != BodyType::html)
        return Refusal{item_status::body_part_type_not_supported, "BodyPartPreference is not for HTML"};
    auto const message = open(id);
    if (!message)
        return refuse(message.error(), item_status::not_found);
    if (uid_validity && m_folder->status().uid_validity != *uid_validity)
        return Refusal{item_status::not_found, "folder " + id.folder + " was rebuilt since the search"};
    auto const calendar = calendar_context(m_session);
    auto email = email_from_message(*message->message, options, m_session.version,
                                    file_reference_prefix(id.folder, id.uid), &calendar);
    if (!email)
        return refuse(email.error(), item_status::not_found);
    compare_with_calendar(m_session, *email);
    if (message->known)
        rename_references(*email, *message->known, id.folder);
    if (email->bcc)
        set_received_as_bcc(*email, m_session.ports.submission.addresses());
    response.item_class = "Email";
    fill_properties(response, request, std::move(*email));
    return std::nullopt;
}

std::optional<Fetcher::Refusal> Fetcher::fill_attachment(FetchResponse &response, FetchRequest const &request)
{
    if (auto const of_item = parse_item_file_reference(*request.file_reference))
        return fill_item_attachment(response, request, *of_item);
    auto const reference = parse_file_reference(*request.file_reference);
    if (!reference)
        return Refusal{item_status::invalid_attachment, "no attachment " + *request.file_reference};
    auto const message = open(reference->message);
    if (!message)
        return refuse(message.error(), item_status::invalid_attachment);
    auto const structure = message->message->structure();
    if (!structure)
        return refuse(structure.error(), item_status::invalid_attachment);
    MimePart const *const part = find_attachment(*structure, part_of(*message, *reference));
    if (!part)
        return Refusal{item_status::invalid_attachment, "no attachment " + *request.file_reference};
    auto content = message->message->part(part->id);
    if (!content)
        return refuse(content.error(), item_status::invalid_attachment);
    return fill_content(response, request, std::move(*content), part->type);
}

std::optional<Fetcher::Refusal> Fetcher::fill_item_attachment(FetchResponse &response,
                                                              FetchRequest const &request,
                                                              ItemFileReference const &reference)
{
    auto const items = open_items(m_session, reference.item);
    auto file = items ? items->folder->attachment(reference.item.item, reference.reference)
                      : Result<ItemFolder::AttachedFile>(items.error());
    if (!file)
        return refuse(file.error(), item_status::invalid_attachment);
    return fill_content(response, request, std::move(file->content), file->content_type);
}

std::optional<Fetcher::Refusal> Fetcher::fill_content(FetchResponse &response, FetchRequest const &request,
                                                      Content content, std::string const &type)
{
    std::variant<FetchedContent, Refusal> fetched = FetchedContent{std::move(content), {}, {}};
    if (request.options && request.options->range)
        fetched = cut_to_range(std::move(std::get<0>(fetched).content), *request.options->range);
    if (auto *refusal = std::get_if<Refusal>(&fetched))
        return std::move(*refusal);
    response.properties = attachment_properties(std::get<0>(std::move(fetched)), type);
    return std::nullopt;
}

AttachmentProperties Fetcher::attachment_properties(FetchedContent fetched, std::string const &type)
{
    AttachmentProperties properties{std::move(fetched.range), fetched.total_bytes, {}, {}, type};
    if (is_multipart())
        properties.part = add_part(std::move(fetched.content));
    else
        properties.data = base64_content(std::move(fetched.content));
    return properties;
}

BodyOptions Fetcher::body_options(FetchRequest const &request)
{
    BodyOptions options;
    if (request.options) {
        options.body_preferences = request.options->body_preferences;
        options.body_part_preference = request.options->body_part_preference;
        options.mime_support = request.options->mime_support;
    }
    return options;
}

Result<KnownMessage> Fetcher::open(MessageId const &id)
{
    if (!m_folder || m_folder_id != id.folder) {
        auto folder = m_session.ports.mail.open(id.folder);
        if (!folder)
            return folder.error();
        m_folder = std::move(*folder);
        m_folder_id = id.folder;
    }
    return open_known(m_session, *m_folder, id);
}

size_t Fetcher::add_part(Content content)
{
    m_parts.push_back(std::move(content));
    return m_parts.size();
}

} // namespace eas

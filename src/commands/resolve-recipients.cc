// See resolve-recipients.h. A name that somebody has exactly (as address, alias or display name) means that
// one only, although others begin with it. An address is never completed to another one.
//
// What a mini-certificate looks like is not published, so it is the whole certificate.
#include "commands/resolve-recipients.h"
#include "base/text.h"
#include "commands/resolve-recipients-messages.h"
#include <algorithm>

namespace eas {

namespace {

constexpr size_t most_recipients = 100;                             // MS-ASCMD 3.1.5.10, 2.2.3.183
constexpr size_t longest_name = 256;                                ///< characters; MS-ASCMD 2.2.3.183
constexpr size_t most_busy_members = 20;                            // MS-ASCMD 2.2.3.183
constexpr size_t most_members = 200;                                ///< whose certificates are read
constexpr size_t most_picture_bytes = 8 << 20;                      ///< in one answer
constexpr int64_t half_hour = 30 * 60 * 1000, day = 48 * half_hour; // milliseconds
constexpr int64_t longest_availability = 42 * day;                  // MS-ASCMD 2.2.3.61.1
constexpr int64_t longest_work = 60 * 1000;                         ///< milliseconds that all names may take

bool is_called(DirectoryEntry const &entry, std::string const &name)
{
    auto const is_name = [&](std::string const &each) { return equals_ignoring_case(each, name); };
    auto const &properties = entry.properties;
    return std::ranges::any_of(entry.addresses, is_name) ||
           (properties.alias && is_name(*properties.alias)) ||
           (properties.display_name && is_name(*properties.display_name));
}

/// "Anna <anna@example.com>" means the address.
std::string wanted_name(std::string_view to)
{
    to = trim(to);
    auto const open = to.rfind('<');
    if (open != std::string_view::npos && to.ends_with('>'))
        to = trim(to.substr(open + 1, to.size() - open - 2));
    return std::string(to);
}

/// Of several people: busy where one of them is.
void merge(std::string &merged, std::string const &digits)
{
    merged.resize(std::max(merged.size(), digits.size()), FreeBusy::free);
    for (size_t i = 0; i < digits.size(); ++i)
        merged[i] = std::max(merged[i], digits[i]);
}

class RecipientResolver {
public:
    RecipientResolver(Session &session, ResolveOptions const &options, bool too_many)
        : m_session(session), m_directory(*session.ports.directory), m_options(options), m_too_many(too_many),
          m_certificates_left(options.max_certificates)
    {}
    Result<RecipientResponse> resolve(std::string const &to);

private:
    Result<std::vector<DirectoryEntry>> candidates(std::string const &name);
    Result<Recipient> recipient(DirectoryEntry const &entry, DirectoryPictures &pictures, bool is_unique);
    Result<std::vector<DirectoryEntry>> people_of(DirectoryEntry const &entry, size_t most);
    Result<RecipientCertificates> certificates(DirectoryEntry const &entry);
    Result<RecipientAvailability> availability(DirectoryEntry const &entry);
    Result<ResolvedPicture> picture(DirectoryEntry const &entry, DirectoryPictures &pictures);

    Session &m_session;
    Directory &m_directory;
    ResolveOptions const &m_options;
    bool m_too_many; ///< recipients for availability
    size_t m_certificates_left, m_picture_bytes = 0;
};

Result<std::vector<DirectoryEntry>> RecipientResolver::candidates(std::string const &name)
{
    auto found = m_directory.find(name, Directory::Books::searched_and_contacts);
    if (!found)
        return found.error();
    auto entries = std::move(found->entries);
    std::erase_if(entries, [](DirectoryEntry const &each) { return !each.properties.email_address; });
    std::vector<DirectoryEntry> exact;
    std::ranges::copy_if(entries, std::back_inserter(exact),
                         [&](DirectoryEntry const &each) { return is_called(each, name); });
    return exact.empty() && name.find('@') == std::string::npos ? entries : exact;
}

/// The members of a group, or the one it is.
Result<std::vector<DirectoryEntry>> RecipientResolver::people_of(DirectoryEntry const &entry, size_t most)
{
    if (entry.is_group)
        return m_directory.members(entry, most);
    return std::vector<DirectoryEntry>{entry};
}

/// All of a recipient or none: MS-ASCMD 2.2.3.101.
Result<RecipientCertificates> RecipientResolver::certificates(DirectoryEntry const &entry)
{
    auto const people = people_of(entry, most_members);
    if (!people)
        return people.error();
    RecipientCertificates result;
    result.recipient_count = people->size();
    std::vector<std::string> found;
    for (auto const &each : *people) {
        auto const values = m_directory.certificates(each);
        if (!values)
            return values.error();
        if (m_session.ports.certificates)
            std::ranges::move(
                m_session.ports.certificates->for_encryption(*values, m_session.ports.clock.now()),
                std::back_inserter(found));
    }
    bool const mini = m_options.certificate_retrieval == ResolveOptions::mini_certificates;
    if (mini && !found.empty())
        found.resize(1); // MS-ASCMD 2.2.3.112
    result.certificate_count = found.size();
    result.status = found.empty()                        ? resolve_status::no_certificate
                    : found.size() > m_certificates_left ? resolve_status::certificate_limit
                                                         : resolve_status::success;
    if (result.status != resolve_status::success)
        return result;
    m_certificates_left -= found.size();
    if (mini)
        result.mini_certificate = base64_encode(found.front());
    else
        std::ranges::transform(found, std::back_inserter(result.certificates), base64_encode);
    return result;
}

Result<RecipientAvailability> RecipientResolver::availability(DirectoryEntry const &entry)
{
    if (m_too_many)
        return RecipientAvailability{resolve_status::too_many_recipients, {}};
    auto const people = people_of(entry, most_busy_members + 1);
    if (!people)
        return people.error();
    if (people->size() > most_busy_members)
        return RecipientAvailability{resolve_status::group_too_large, {}};
    std::string merged;
    for (auto const &each : *people) {
        if (!m_session.ports.free_busy)
            return RecipientAvailability{resolve_status::no_availability, {}};
        auto const digits = m_session.ports.free_busy->merged(
            *each.properties.email_address, *m_options.availability->start, *m_options.availability->end);
        if (!digits && digits.error().kind != ErrorKind::not_found)
            m_session.log_note +=
                " no times of " + *each.properties.email_address + ": " + digits.error().message + ';';
        if (!digits)
            return RecipientAvailability{digits.error().kind == ErrorKind::temporary
                                             ? resolve_status::availability_later
                                             : resolve_status::no_availability,
                                         {}};
        merge(merged, *digits);
    }
    return RecipientAvailability{resolve_status::success, std::move(merged)};
}

Result<ResolvedPicture> RecipientResolver::picture(DirectoryEntry const &entry, DirectoryPictures &pictures)
{
    auto picture = pictures.of(entry);
    if (!picture)
        return picture.error();
    m_picture_bytes += picture->data ? picture->data->value.size() : 0;
    if (picture->data && m_picture_bytes > most_picture_bytes)
        return ResolvedPicture{{picture_status::limit_reached, {}}};
    return ResolvedPicture{std::move(*picture)};
}

/// Suggestions have neither certificates nor times: MS-ASCMD 2.2.3.177.12, 2.2.3.183.
Result<Recipient> RecipientResolver::recipient(DirectoryEntry const &entry, DirectoryPictures &pictures,
                                               bool is_unique)
{
    auto const &properties = entry.properties;
    Recipient result{entry.is_contact ? 2 : 1,
                     properties.display_name.value_or(*properties.email_address),
                     *properties.email_address,
                     {},
                     {},
                     {}};
    if (is_unique && m_options.availability) {
        auto told = availability(entry);
        if (!told)
            return told.error();
        result.availability = std::move(*told);
    }
    if (is_unique && m_options.certificate_retrieval != ResolveOptions::no_certificates) {
        auto told = certificates(entry);
        if (!told)
            return told.error();
        result.certificates = std::move(*told);
    }
    if (m_options.picture) {
        auto told = picture(entry, pictures);
        if (!told)
            return told.error();
        result.picture = std::move(*told);
    }
    return result;
}

Result<RecipientResponse> RecipientResolver::resolve(std::string const &to)
{
    auto const found = candidates(wanted_name(to));
    if (!found)
        return found.error();
    RecipientResponse response{to, resolve_status::success, found->size(), {}};
    if (found->empty())
        response.status = resolve_status::unresolved;
    if (found->size() > 1)
        response.status = found->size() > m_options.max_ambiguous_recipients
                              ? resolve_status::ambiguous_partly_told
                              : resolve_status::ambiguous;
    size_t const told = found->size() > 1
                            ? std::min<size_t>(found->size(), m_options.max_ambiguous_recipients)
                            : found->size();
    DirectoryPictures pictures(m_directory, m_options.picture.value_or(ResolvePictureLimits{}));
    for (size_t i = 0; i < told; ++i) {
        auto recipient = this->recipient((*found)[i], pictures, found->size() == 1);
        if (!recipient)
            return recipient.error();
        response.recipients.push_back(std::move(*recipient));
    }
    return response;
}

ResolveRecipientsResponse refuse(Session &session, int status, std::string const &log)
{
    session.log_note = "status=" + std::to_string(status) + ' ' + log;
    return {status, {}};
}

/// What is wrong with the request; "" if nothing is. Sets the default end of Availability.
std::string check(ResolveRecipientsRequest &request)
{
    if (request.to.empty() || request.to.size() > most_recipients)
        return std::to_string(request.to.size()) + " names";
    for (auto const &to : request.to)
        if (wanted_name(to).empty() || utf8_prefix_characters(to, longest_name).size() < to.size())
            return "To is empty, or has over 256 characters";
    auto &availability = request.options.availability;
    if (!availability)
        return {};
    if (!availability->start)
        return "Availability without StartTime";
    if (!availability->end) // MS-ASCMD 2.2.3.61.1
        availability->end = Instant{availability->start->milliseconds + 7 * day};
    auto const length = availability->end->milliseconds - availability->start->milliseconds;
    return length < half_hour || length > longest_availability ? "Availability is too short or too long" : "";
}

std::string summary(ResolveRecipientsResponse const &response)
{
    std::string text = "recipients=";
    for (auto const &each : response.responses)
        text += (&each == &response.responses.front() ? "" : ",") + std::to_string(each.status);
    return text;
}

Result<ResolveRecipientsResponse> resolve_recipients(Session &session, ResolveRecipientsRequest const &given)
{
    ResolveRecipientsRequest request = given;
    if (auto const wrong = check(request); !wrong.empty())
        return refuse(session, resolve_status::protocol_error, wrong);
    ResolveRecipientsResponse response;
    if (!session.ports.directory) {
        for (auto const &to : request.to)
            response.responses.push_back({to, resolve_status::unresolved, 0, {}});
        session.log_note = "there is no directory";
        return response;
    }
    auto const deadline = session.ports.clock.now().milliseconds + longest_work;
    RecipientResolver resolver(session, request.options, request.to.size() >= most_recipients);
    for (auto const &to : request.to) {
        auto resolved =
            session.ports.clock.now().milliseconds > deadline
                ? Result<RecipientResponse>(Error{ErrorKind::temporary, "the directory takes too long"})
                : resolver.resolve(to);
        if (!resolved) {
            session.log_as_warning = true;
            return refuse(session, resolve_status::server_error, resolved.error().message);
        }
        response.responses.push_back(std::move(*resolved));
    }
    session.log_note.insert(0, summary(response));
    return response;
}

} // namespace

Result<void> run_resolve_recipients(Session &session, Element const *document, CommandOutput &output)
{
    return run_typed<Tag::ResolveRecipients_ResolveRecipients, ResolveRecipientsRequest,
                     ResolveRecipientsResponse, resolve_recipients>(session, document, output);
}

} // namespace eas

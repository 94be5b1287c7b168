// See recipient-items.h. The id of a recipient is made of all that is told of it, so that one whose rank or
// name is another one now is removed and added: "each recipient update requires a deletion and an addition"
// (MS-ASCMD 2.2.3.103.2).
#include "services/recipient-items.h"
#include "base/text.h"
#include "mapping/recipient-ranks.h"
#include "sync/operation-name.h"
#include <map>

namespace eas {

namespace {

constexpr std::string_view only_version = "1";

Error read_only()
{
    return {ErrorKind::denied, "the recipient information cache is changed by the server only"};
}

std::string id_of(RankedRecipient const &recipient)
{
    OperationName digest;
    for (auto const &piece : {to_lower(recipient.address), recipient.name, std::to_string(recipient.rank)})
        digest.add(piece);
    return digest.text().substr(0, 16);
}

class RecipientFolder final : public ItemFolder {
public:
    RecipientFolder(Session &session, FolderId sent) : m_session(session), m_sent(std::move(sent)) {}

    Result<std::string> version() override;
    Result<Listing> items() override;
    Result<Item> read(std::string const &id, BodyOptions const &options) override;
    Result<Written> add(Element const &, std::string const &) override { return read_only(); }
    Result<Written> change(std::string const &, std::string const &, Element const &,
                           SupportedProperties const &, std::optional<Instant>) override
    {
        return read_only();
    }
    Result<void> remove(std::string const &, std::string const &) override { return read_only(); }

private:
    Result<std::vector<RankedRecipient>> rank();

    Session &m_session;
    FolderId m_sent;
    std::map<std::string, RankedRecipient> m_listed; ///< by id
};

/// Which messages are there, and how many of them count: flags do not matter.
Result<std::string> RecipientFolder::version()
{
    auto const status = m_session.ports.mail.status(m_sent);
    if (!status)
        return status.error();
    return std::to_string(status->uid_validity) + '.' + std::to_string(status->uid_next) + '.' +
           std::to_string(status->messages) + '.' +
           std::to_string(m_session.ports.settings.recipient_cache_messages);
}

Result<std::vector<RankedRecipient>> RecipientFolder::rank()
{
    auto const folder = m_session.ports.mail.open(m_sent);
    auto const uids = folder ? (*folder)->uids({}) : Result<UidSet>(folder.error());
    if (!uids)
        return uids.error();
    RecipientRanks ranks(m_session.ports.submission.addresses());
    for (Uid const uid : uids->newest(m_session.ports.settings.recipient_cache_messages)) {
        auto const message = (*folder)->message(uid);
        auto const headers = message ? (*message)->headers() : Result<MailHeaders>(message.error());
        if (!headers && headers.error().kind == ErrorKind::not_found)
            continue; // expunged meanwhile
        if (!headers)
            return headers.error();
        std::vector<Address> recipients;
        for (auto const *field : {&headers->to, &headers->cc, &headers->bcc})
            for (auto &address : parse_addresses(*field))
                recipients.push_back(std::move(address));
        ranks.add(recipients);
    }
    return std::move(ranks).take();
}

/// The most relevant ones first: MaxItems cuts the list.
Result<ItemFolder::Listing> RecipientFolder::items()
{
    auto version = this->version();
    auto ranked = version ? rank() : Result<std::vector<RankedRecipient>>(version.error());
    if (!ranked)
        return ranked.error();
    Listing listing{std::move(*version), {}};
    m_listed.clear();
    for (auto &recipient : *ranked) {
        auto id = id_of(recipient);
        listing.items.add(id, only_version);
        m_listed.emplace(std::move(id), std::move(recipient));
    }
    return listing;
}

Result<ItemFolder::Item> RecipientFolder::read(std::string const &id, BodyOptions const &)
{
    if (!m_listed.contains(id))
        if (auto const listed = items(); !listed)
            return listed.error();
    auto const found = m_listed.find(id);
    if (found == m_listed.end())
        return Error{ErrorKind::not_found, "there is no recipient " + id};
    auto const &recipient = found->second;
    Contact contact;
    contact.email1_address = recipient.address;
    contact.file_as = recipient.name.empty() ? recipient.address : recipient.name;
    contact.weighted_rank = recipient.rank;
    return Item{std::string(only_version), std::move(contact), {}};
}

class RecipientItemStore final : public ItemStore {
public:
    explicit RecipientItemStore(Session &session) : m_session(session) {}

    bool serves(ItemClass item_class) const override { return item_class == ItemClass::recipients; }
    Result<Folders> folders() override;
    Result<std::unique_ptr<ItemFolder>> open(ItemId const &collection) override;
    Result<std::string> create(ItemClass, std::string const &) override { return read_only(); }
    Result<void> rename(ItemId const &, std::string const &) override { return read_only(); }
    Result<void> remove(ItemId const &) override { return read_only(); }
    Result<std::string> move(ItemId const &, ItemId const &) override { return read_only(); }
    std::vector<std::string> watched_directories(std::optional<ItemId> const &) override { return {}; }
    std::vector<FolderId> watched_mailboxes(ItemId const &) override;

private:
    Session &m_session;
};

/// There is none before the user has a Sent folder that goes to phones.
Result<ItemStore::Folders> RecipientItemStore::folders()
{
    auto const sent = m_session.ports.mail.sent_folder();
    if (!sent)
        return sent.error();
    Folders result;
    if (*sent)
        result.folders.push_back({item_collection_id(ItemClass::recipients, ""), std::string(root_id),
                                  "RecipientInfo", row_of(ItemClass::recipients).default_type});
    return result;
}

Result<std::unique_ptr<ItemFolder>> RecipientItemStore::open(ItemId const &)
{
    auto const sent = m_session.ports.mail.sent_folder();
    if (!sent)
        return sent.error();
    if (!*sent)
        return Error{ErrorKind::not_found, "without a Sent folder there is no recipient information cache"};
    return std::unique_ptr<ItemFolder>(std::make_unique<RecipientFolder>(m_session, **sent));
}

std::vector<FolderId> RecipientItemStore::watched_mailboxes(ItemId const &)
{
    auto const sent = m_session.ports.mail.sent_folder();
    return sent && *sent ? std::vector{**sent} : std::vector<FolderId>();
}

} // namespace

std::unique_ptr<ItemStore> open_recipient_items(Session &session)
{
    return std::make_unique<RecipientItemStore>(session);
}

} // namespace eas

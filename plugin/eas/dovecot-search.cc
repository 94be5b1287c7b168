// A word is looked for in the body, the subject and the addresses, not in IMAP's TEXT: that has Received,
// DKIM-Signature and their like in it, where half of all words are found in every message.
#include "eas/dovecot-search.h"
#include "compat/storage.h"
#include "eas/dovecot-conversations.h"
#include "eas/dovecot-folder-changes.h"
#include "eas/dovecot-folder-mailbox.h"
#include "eas/dovecot-mail-store-error.h"
#include <algorithm>
#include <array>
#include <iterator>
#include <memory>
#include <optional>
#include <utility>

namespace eas {

namespace {

constexpr std::array address_fields{"From", "To", "Cc", "Bcc"};

struct ReleaseSearchArgs {
    void operator()(struct mail_search_args *args) const { mail_search_args_unref(&args); }
};
using SearchArgs = std::unique_ptr<struct mail_search_args, ReleaseSearchArgs>;

/// Dovecot's form of a condition, in the memory of `pool`.
class ArgBuilder {
public:
    ArgBuilder(pool_t pool, std::shared_ptr<OpenMailbox> const &mailbox) : m_pool(pool), m_mailbox(mailbox) {}

    struct mail_search_arg *uids(UidSet const &wanted)
    {
        auto *made = arg(SEARCH_UIDSET);
        p_array_init(&made->value.seqset, m_pool, 8);
        for (auto range : wanted.ranges())
            seq_range_array_add_range(&made->value.seqset, range.first, range.last);
        return made;
    }

    struct mail_search_arg *build(MailCondition const &condition)
    {
        using enum MailCondition::Kind;
        switch (condition.kind) {
        case all_of:
            return condition.parts.empty() ? arg(SEARCH_ALL) : combine(SEARCH_SUB, condition.parts);
        case any_of:
            return combine(SEARCH_OR, condition.parts);
        case none_of: {
            auto *none = combine(SEARCH_OR, condition.parts);
            none->match_not = !none->match_not;
            return none;
        }
        case text:
            return anywhere(condition.text);
        case body:
            return words(SEARCH_BODY, condition.text);
        case subject:
            return header(SEARCH_HEADER_COMPRESS_LWSP, "Subject", condition.text);
        case from:
            return header(SEARCH_HEADER_ADDRESS, "From", condition.text);
        case to:
            return header(SEARCH_HEADER_ADDRESS, "To", condition.text);
        case cc:
            return header(SEARCH_HEADER_ADDRESS, "Cc", condition.text);
        case bcc:
            return header(SEARCH_HEADER_ADDRESS, "Bcc", condition.text);
        case received_since:
            return received(SEARCH_SINCE, condition.instant);
        case received_before:
            return received(SEARCH_BEFORE, condition.instant);
        case seen:
            return flags(MAIL_SEEN);
        case flagged:
            return flags(MAIL_FLAGGED);
        case conversation:
            return uids(members(condition.conversation));
        }
        i_unreached();
    }

private:
    struct mail_search_arg *arg(enum mail_search_arg_type type)
    {
        auto *made = p_new(m_pool, struct mail_search_arg, 1);
        made->type = type;
        return made;
    }

    /// Without parts, OR is true of no message.
    struct mail_search_arg *combine(enum mail_search_arg_type type, std::vector<MailCondition> const &parts)
    {
        if (parts.empty()) {
            auto *nothing = arg(SEARCH_ALL);
            nothing->match_not = true;
            return nothing;
        }
        auto *whole = arg(type);
        auto **next = &whole->value.subargs;
        for (auto const &part : parts) {
            *next = build(part);
            next = &(*next)->next;
        }
        return whole;
    }

    struct mail_search_arg *words(enum mail_search_arg_type type, std::string const &text)
    {
        auto *made = arg(type);
        made->value.str = p_strdup(m_pool, text.c_str());
        return made;
    }

    struct mail_search_arg *header(enum mail_search_arg_type type, char const *name, std::string const &text)
    {
        auto *made = words(type, text);
        made->hdr_field_name = name;
        return made;
    }

    struct mail_search_arg *anywhere(std::string const &text)
    {
        auto *either = arg(SEARCH_OR);
        auto *last = header(SEARCH_HEADER_COMPRESS_LWSP, "Subject", text);
        either->value.subargs = last;
        for (auto const *name : address_fields)
            last = last->next = header(SEARCH_HEADER_ADDRESS, name, text);
        last->next = words(SEARCH_BODY, text);
        return either;
    }

    /// Dovecot's dates have whole seconds: both bounds are the first second that is not before the instant.
    struct mail_search_arg *received(enum mail_search_arg_type type, Instant instant)
    {
        auto *made = arg(type);
        made->value.time = static_cast<time_t>(Instant{instant.milliseconds + 999}.seconds());
        made->value.date_type = MAIL_SEARCH_DATE_TYPE_RECEIVED;
        made->value.search_flags = MAIL_SEARCH_ARG_FLAG_UTC_TIMES;
        return made;
    }

    struct mail_search_arg *flags(enum mail_flags wanted)
    {
        auto *made = arg(SEARCH_FLAGS);
        made->value.flags = wanted;
        return made;
    }

    UidSet members(ConversationKey conversation)
    {
        UidSet found;
        NewConversations derived;
        for (auto const &message : conversations_of(m_mailbox, existing_uids(m_mailbox->box()), derived))
            if (message.conversation == conversation)
                found.add(message.uid);
        return found;
    }

    pool_t m_pool;
    std::shared_ptr<OpenMailbox> m_mailbox;
};

/// `among`: of these messages; null: of all.
SearchArgs search_args(std::shared_ptr<OpenMailbox> const &mailbox, MailCondition const &condition,
                       UidSet const *among)
{
    SearchArgs args(mail_search_build_init());
    ArgBuilder builder(args->pool, mailbox);
    args->args = builder.build(condition);
    if (among) {
        auto *uids = builder.uids(*among);
        uids->next = std::exchange(args->args, uids);
    }
    return args;
}

/// A search that runs, in a transaction of its own.
class RunningSearch {
public:
    /// `args` must outlive the search and be gone before the mailbox.
    RunningSearch(struct mailbox *box, struct mail_search_args *args)
        : m_box(box), m_transaction(mailbox_transaction_begin(
                          box, static_cast<enum mailbox_transaction_flags>(0), "EAS search"))
    {
        mail_search_args_init(args, box, true, nullptr);
        m_context = mailbox_search_init(m_transaction, args, nullptr, MAIL_FETCH_RECEIVED_DATE, nullptr);
    }
    ~RunningSearch() { (void)finish(); }
    RunningSearch(RunningSearch const &) = delete;
    RunningSearch &operator=(RunningSearch const &) = delete;

    /// The next message; null at the end, or (`again`) when some time has passed without one.
    struct mail *next(bool &again)
    {
        struct mail *mail = nullptr;
        return mailbox_search_next_nonblock(m_context, &mail, &again) ? mail : nullptr;
    }

    Result<void> finish()
    {
        if (!m_context)
            return {};
        auto searched = mailbox_search_deinit(&m_context) < 0
                            ? Result<void>(mailbox_error(m_box, "cannot be searched"))
                            : Result<void>();
        (void)mailbox_transaction_commit(&m_transaction); // all that it holds are additions to the cache
        return searched;
    }

private:
    struct mailbox *m_box;
    struct mailbox_transaction_context *m_transaction;
    struct mail_search_context *m_context;
};

/// Calls `visit` with each message that matches; false if it is not through at `deadline`.
Result<bool> for_each_match(struct mailbox *box, SearchArgs args, SearchClock::time_point deadline,
                            auto const &visit)
{
    DataStackFrame frame;
    RunningSearch search(box, args.get());
    for (;;) {
        DataStackFrame message_frame;
        bool again = false;
        if (auto *mail = search.next(again))
            visit(mail);
        else if (!again)
            break;
        else if (SearchClock::now() >= deadline)
            return false;
    }
    if (auto searched = search.finish(); !searched)
        return searched.error();
    return true;
}

bool has_negation(MailCondition const &condition)
{
    return condition.kind == MailCondition::Kind::none_of ||
           std::ranges::any_of(condition.parts, has_negation);
}

/// Finds what matches a condition with negations in it: Dovecot is asked for what is wanted and for what is
/// not, and the one is taken from the other. An index cannot be asked for what is not in it; fts_xapian 1.5
/// answers a query of negations only with an error in the log and no messages.
class SetSearch {
public:
    SetSearch(std::shared_ptr<OpenMailbox> const &mailbox, SearchClock::time_point deadline)
        : m_mailbox(mailbox), m_deadline(deadline)
    {}

    /// Those of `among` that match.
    UidSet find(MailCondition const &condition, UidSet const &among)
    {
        if (m_timed_out || among.empty())
            return {};
        if (!has_negation(condition))
            return ask(condition, among);
        if (condition.kind == MailCondition::Kind::all_of)
            return find_all(condition, among);
        auto const either = find_any(condition, among);
        return condition.kind == MailCondition::Kind::none_of ? among.without(either) : either;
    }
    bool timed_out() const { return m_timed_out; }
    /// Of Dovecot's last search that had one.
    std::optional<Error> const &error() const { return m_error; }

private:
    UidSet ask(MailCondition const &condition, UidSet const &among)
    {
        UidSet uids;
        auto const through = for_each_match(m_mailbox->box(), search_args(m_mailbox, condition, &among),
                                            m_deadline, [&](struct mail *mail) { uids.add(mail->uid); });
        if (!through)
            m_error = through.error();
        m_timed_out = through && !*through;
        return uids;
    }

    UidSet find_all(MailCondition const &condition, UidSet const &among)
    {
        MailCondition plain;
        std::ranges::remove_copy_if(condition.parts, std::back_inserter(plain.parts), has_negation);
        auto left = plain.parts.empty() ? among : find(plain, among);
        for (auto const &part : condition.parts)
            if (has_negation(part))
                left = find(part, left);
        return left;
    }

    UidSet find_any(MailCondition const &condition, UidSet const &among)
    {
        UidSet all;
        for (auto const &part : condition.parts)
            all = all.united(find(part, among));
        return all;
    }

    std::shared_ptr<OpenMailbox> m_mailbox;
    SearchClock::time_point m_deadline;
    bool m_timed_out = false;
    std::optional<Error> m_error;
};

bool is_newer(FoundMessage const &a, FoundMessage const &b)
{
    if (a.received != b.received)
        return a.received > b.received;
    if (a.folder != b.folder)
        return a.folder < b.folder;
    return a.uid > b.uid;
}

} // namespace

void NewestMessages::add(FoundMessage const &message)
{
    ++m_total;
    if (m_heap.size() < m_limit) {
        m_heap.push_back(message);
        std::ranges::push_heap(m_heap, is_newer);
    } else if (m_limit > 0 && is_newer(message, m_heap.front())) {
        std::ranges::pop_heap(m_heap, is_newer);
        m_heap.back() = message;
        std::ranges::push_heap(m_heap, is_newer);
    }
}

FoundMessages NewestMessages::take()
{
    std::ranges::sort(m_heap, is_newer);
    return {std::move(m_heap), m_total, false};
}

Result<bool> search_mailbox(std::shared_ptr<OpenMailbox> const &mailbox, FolderId const &folder,
                            MailCondition const &condition, SearchClock::time_point deadline,
                            NewestMessages &found)
{
    auto *box = mailbox->box();
    auto const uid_validity = status_of_open(box).uid_validity;
    auto const add = [&](struct mail *mail) {
        time_t received;
        if (mail_get_received_date(mail, &received) == 0)
            found.add({folder, uid_validity, mail->uid, Instant::from_seconds(received)});
    };
    if (!has_negation(condition))
        return for_each_match(box, search_args(mailbox, condition, nullptr), deadline, add);
    SetSearch search(mailbox, deadline);
    auto const uids = search.find(condition, existing_uids(box));
    if (search.timed_out())
        return false;
    auto const through =
        uids.empty() ? true : for_each_match(box, search_args(mailbox, {}, &uids), deadline, add);
    return search.error() ? Result<bool>(*search.error()) : through;
}

} // namespace eas

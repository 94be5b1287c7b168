// See the header.
#include "eas/dovecot-message-flags.h"
#include "compat/storage.h"
#include "eas/dovecot-mail-store-error.h"
#include "stores/mail-annotations.h"

namespace eas {

namespace {

constexpr char forwarded_keyword[] = "$Forwarded";

/// A change of an annotation alone gives the message this much above the highest modseq, so that it is above
/// it still when others have changed the mailbox in the moment before the commit.
constexpr uint64_t modseq_margin = 100;

MailFlags index_flags_of(struct mail *mail)
{
    auto flags = mail_get_flags(mail);
    MailFlags result{.seen = (flags & MAIL_SEEN) != 0,
                     .flagged = (flags & MAIL_FLAGGED) != 0,
                     .answered = (flags & MAIL_ANSWERED) != 0,
                     .draft = (flags & MAIL_DRAFT) != 0,
                     .deleted = (flags & MAIL_DELETED) != 0};
    for (auto *keyword = mail_get_keywords(mail); *keyword; ++keyword)
        if (strcasecmp(*keyword, forwarded_keyword) == 0)
            result.forwarded = true;
        else
            result.keywords.emplace_back(*keyword);
    std::ranges::sort(result.keywords);
    return result;
}

Result<std::string> guid_of(struct mail *mail)
{
    char const *guid;
    if (mail_get_special(mail, MAIL_FETCH_GUID, &guid) < 0)
        return message_error(mail->box, mail->uid, "has no GUID");
    return std::string(guid);
}

struct FlagsToSet {
    enum mail_flags add = static_cast<enum mail_flags>(0), remove = static_cast<enum mail_flags>(0);
};

FlagsToSet system_flags_of(FlagChange const &change)
{
    FlagsToSet flags;
    auto set = [&](std::optional<bool> value, enum mail_flags flag) {
        if (!value)
            return;
        auto &mask = *value ? flags.add : flags.remove;
        mask = static_cast<enum mail_flags>(mask | flag);
    };
    set(change.seen, MAIL_SEEN);
    set(change.flagged, MAIL_FLAGGED);
    set(change.answered, MAIL_ANSWERED);
    return flags;
}

/// Dovecot's ACL plugin ignores flags that the user may not change; we want to say so.
Result<void> check_rights(struct mailbox *box, FlagChange const &change, MailFlags const &before)
{
    struct mailbox_status status;
    mailbox_get_open_status(box, STATUS_PERMANENT_FLAGS, &status);
    auto flags = system_flags_of(change);
    bool flags_ok = ((flags.add | flags.remove) & ~status.permanent_flags) == 0;
    bool removes = std::ranges::any_of(change.remove_keywords,
                                       [&](auto &keyword) { return before.has_keyword(keyword); });
    bool changes_keywords = change.forwarded || !change.add_keywords.empty() || removes;
    bool keywords_ok = !changes_keywords || status.permanent_keywords;
    if (flags_ok && keywords_ok && !mailbox_is_readonly(box))
        return {};
    return Error{ErrorKind::denied, std::string("the rights on mailbox ") + mailbox_get_vname(box) +
                                        " do not suffice to change these flags"};
}

/// The mailbox makes room for each keyword that it is asked for, so none is removed that is not there.
Result<void> update_keywords(struct mail *mail, enum modify_type type, std::vector<char const *> names)
{
    if (names.empty())
        return {};
    names.push_back(nullptr);
    struct mail_keywords *keywords;
    if (mailbox_keywords_create(mail->box, names.data(), &keywords) < 0)
        return mailbox_error(mail->box, "refuses a keyword");
    mail_update_keywords(mail, type, keywords);
    mailbox_keywords_unref(&keywords);
    return {};
}

Result<void> update_keywords(struct mail *mail, FlagChange const &change, MailFlags const &before)
{
    std::vector<char const *> add, remove;
    for (auto &keyword : change.add_keywords)
        add.push_back(keyword.c_str());
    for (auto &keyword : change.remove_keywords)
        if (before.has_keyword(keyword))
            remove.push_back(keyword.c_str());
    if (change.forwarded && *change.forwarded != before.forwarded)
        (*change.forwarded ? add : remove).push_back(forwarded_keyword);
    if (auto added = update_keywords(mail, MODIFY_ADD, std::move(add)); !added)
        return added;
    return update_keywords(mail, MODIFY_REMOVE, std::move(remove));
}

/// "" if it has none, or is a damaged message without a GUID: that one has flags to tell all the same.
Result<std::string> annotation_of(struct mail *mail, MailAnnotations &annotations)
{
    auto none = annotations.empty();
    if (!none)
        return none.error();
    if (*none)
        return std::string();
    auto guid = guid_of(mail);
    return guid ? annotations.find(*guid) : std::string();
}

Result<void> update_annotation(struct mail *mail, MailFlags const &after, std::string const &text,
                               MailAnnotations &annotations)
{
    annotations.refresh();
    auto known = annotation_of(mail, annotations);
    if (!known)
        return known.error();
    if (*known == text)
        return {};
    auto guid = guid_of(mail);
    if (!guid)
        return guid.error();
    if (auto set = annotations.set(*guid, text); !set)
        return set;
    struct mailbox_status status;
    mailbox_get_open_status(mail->box, STATUS_HIGHESTMODSEQ, &status);
    if (may_be_annotated(after)) // else nobody sees the difference
        mail_update_modseq(mail, status.highest_modseq + modseq_margin);
    return {};
}

} // namespace

Result<MailFlags> flags_of(struct mail *mail, MailAnnotations &annotations)
{
    auto flags = index_flags_of(mail);
    if (!may_be_annotated(flags))
        return flags;
    auto text = annotation_of(mail, annotations);
    if (!text)
        return text.error();
    flags.annotation = std::move(*text);
    return flags;
}

Result<void> update_flags(struct mail *mail, FlagChange const &change, MailAnnotations &annotations)
{
    auto before = index_flags_of(mail);
    if (auto allowed = check_rights(mail->box, change, before); !allowed)
        return allowed;
    auto flags = system_flags_of(change);
    if (flags.add != 0)
        mail_update_flags(mail, MODIFY_ADD, flags.add);
    if (flags.remove != 0)
        mail_update_flags(mail, MODIFY_REMOVE, flags.remove);
    if (auto updated = update_keywords(mail, change, before); !updated)
        return updated;
    if (!change.annotation)
        return {};
    return update_annotation(mail, changed_flags(before, change), *change.annotation, annotations);
}

Result<void> set_flags_to_save(struct mail_save_context *context, struct mailbox *box, MailFlags const &flags,
                               MailAnnotations &annotations)
{
    unsigned mask = flags.seen * MAIL_SEEN | flags.flagged * MAIL_FLAGGED | flags.answered * MAIL_ANSWERED |
                    flags.draft * MAIL_DRAFT | flags.deleted * MAIL_DELETED;
    std::vector<char const *> names;
    for (auto &keyword : flags.keywords)
        names.push_back(keyword.c_str());
    if (flags.forwarded)
        names.push_back(forwarded_keyword);
    names.push_back(nullptr);
    struct mail_keywords *keywords = mailbox_keywords_create_valid(box, names.data());
    mailbox_save_set_flags(context, static_cast<enum mail_flags>(mask), keywords);
    mailbox_keywords_unref(&keywords);
    if (flags.annotation.empty())
        return {};
    guid_128_t guid;
    guid_128_generate(guid);
    char const *name = guid_128_to_string(guid);
    mailbox_save_set_guid(context, name);
    return annotations.set(name, flags.annotation);
}

} // namespace eas

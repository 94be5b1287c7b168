// The tables of special uses: the attributes of RFC 6154 and the names that common clients create.
#include "eas/dovecot-folder-special-use.h"
#include "base/text.h"
#include "compat/storage.h"

namespace eas {

namespace {

struct UseOfAttribute {
    char const *attribute;
    SpecialUse use;
};

constexpr UseOfAttribute attributes[] = {
    {"\\Drafts", SpecialUse::drafts}, {"\\Sent", SpecialUse::sent},       {"\\Trash", SpecialUse::trash},
    {"\\Junk", SpecialUse::junk},     {"\\Archive", SpecialUse::archive},
};

struct UseOfName {
    SpecialUse use;
    char const *name;
};

/// The likelier name of a use comes first.
constexpr UseOfName usual_names[] = {
    {SpecialUse::drafts, "Drafts"},       {SpecialUse::drafts, "Draft"},
    {SpecialUse::sent, "Sent"},           {SpecialUse::sent, "Sent Messages"},
    {SpecialUse::sent, "Sent Items"},     {SpecialUse::sent, "Sent Mail"},
    {SpecialUse::trash, "Trash"},         {SpecialUse::trash, "Deleted Messages"},
    {SpecialUse::trash, "Deleted Items"}, {SpecialUse::trash, "Bin"},
    {SpecialUse::junk, "Junk"},           {SpecialUse::junk, "Spam"},
    {SpecialUse::junk, "Junk E-mail"},    {SpecialUse::junk, "Junk Email"},
    {SpecialUse::archive, "Archive"},     {SpecialUse::archive, "Archives"},
};

class Assignment {
public:
    void give(MailFolder &folder, SpecialUse use)
    {
        bool &is_given = m_given[static_cast<size_t>(use)];
        if (is_given || folder.special_use != SpecialUse::none)
            return;
        folder.special_use = use;
        is_given = true;
    }

private:
    bool m_given[static_cast<size_t>(SpecialUse::archive) + 1] = {};
};

bool mentions(std::string_view configured, char const *attribute)
{
    for (auto word : split(configured, ' '))
        if (equals_ignoring_case(word, attribute))
            return true;
    return false;
}

/// The name in `namespace inbox { mailbox NAME { special_use } }`; "" if there is none.
std::string configured_name(struct mail_namespace *ns, char const *attribute)
{
    if (!array_is_created(&ns->set->mailboxes))
        return "";
    for (unsigned i = 0; i < array_count(&ns->set->mailboxes); ++i) {
        struct mailbox_settings const *set = (*ns->set->mailboxes.v)[i];
        bool is_pattern = strpbrk(set->name, "*?") != nullptr;
        if (!is_pattern && mentions(set->special_use, attribute))
            return set->name;
    }
    return "";
}

} // namespace

std::string name_to_create(struct mail_user *user, SpecialUse use)
{
    auto *ns = mail_namespace_find_inbox(user->namespaces);
    std::string name;
    for (auto const &row : attributes)
        if (row.use == use)
            name = configured_name(ns, row.attribute);
    for (auto const &row : usual_names)
        if (row.use == use && name.empty())
            name = row.name;
    return name.empty() ? name : ns->prefix + name;
}

void assign_special_uses(std::vector<SpecialUseCandidate> const &candidates)
{
    Assignment assignment;
    for (auto const &candidate : candidates)
        for (auto const &row : attributes)
            if (mentions(candidate.configured, row.attribute))
                assignment.give(*candidate.folder, row.use);
    for (auto const &row : usual_names)
        for (auto const &candidate : candidates)
            if (candidate.by_name && equals_ignoring_case(candidate.folder->name, row.name))
                assignment.give(*candidate.folder, row.use);
}

} // namespace eas

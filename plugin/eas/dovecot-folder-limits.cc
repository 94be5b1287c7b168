// See the header.
#include "eas/dovecot-folder-limits.h"
#include "base/text.h"
#include "compat/index.h"
#include "eas/dovecot-mail-store-error.h"

namespace eas {

namespace {

constexpr std::string_view filter_prefix = "filter=";
constexpr uint64_t narrowest_filter = 1, widest_filter = 5;

/// Nothing if it is not set.
Result<std::optional<std::string>> attribute(struct mailbox *box, enum mail_attribute_type type)
{
    DataStackFrame frame;
    struct mail_attribute_value value;
    int found = mailbox_attribute_get(box, type, limits_attribute, &value);
    if (found > 0)
        return std::optional<std::string>(value.value);
    if (found == 0)
        return std::optional<std::string>();
    auto error = mailbox_error(box, std::string("does not tell its attribute ") + limits_attribute);
    if (error.kind == ErrorKind::temporary)
        return error;
    return std::optional<std::string>(); // it can have none: no dict, no rights
}

FolderLimits parse_limits(std::string_view value, struct mailbox *box)
{
    value = trim(value);
    if (value == "hide" && !box->inbox_user)
        return {.hidden = true};
    if (!value.starts_with(filter_prefix))
        return {};
    auto filter = parse_unsigned(value.substr(filter_prefix.size())).value_or(0);
    if (filter < narrowest_filter || filter > widest_filter)
        return {};
    return {.filter_type = static_cast<int>(filter)};
}

} // namespace

bool limits_are_possible(struct mail_user *user)
{
    return *mail_user_set_get_storage_set(user)->mail_attribute_dict != '\0';
}

Result<FolderLimits> folder_limits(struct mailbox *box)
{
    for (auto type : {MAIL_ATTRIBUTE_TYPE_PRIVATE, MAIL_ATTRIBUTE_TYPE_SHARED}) {
        auto value = attribute(box, type);
        if (!value)
            return value.error();
        if (*value)
            return parse_limits(**value, box);
    }
    return FolderLimits();
}

} // namespace eas

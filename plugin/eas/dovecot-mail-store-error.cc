// Which ErrorKind stands for which of Dovecot's errors, as lib-storage/mail-error.h explains them.
#include "eas/dovecot-mail-store-error.h"
#include "compat/storage.h"

namespace eas {

namespace {

ErrorKind kind_of(enum mail_error error)
{
    switch (error) {
    case MAIL_ERROR_NOTFOUND:
    case MAIL_ERROR_EXPUNGED:
        return ErrorKind::not_found;
    case MAIL_ERROR_EXISTS:
        return ErrorKind::exists;
    case MAIL_ERROR_PERM:
        return ErrorKind::denied;
    case MAIL_ERROR_NOQUOTA:
        return ErrorKind::quota;
    case MAIL_ERROR_LIMIT:
        return ErrorKind::too_large;
    case MAIL_ERROR_PARAMS:
    case MAIL_ERROR_NOTPOSSIBLE:
    case MAIL_ERROR_INVALIDDATA:
    case MAIL_ERROR_CONVERSION:
        return ErrorKind::bad_request;
    case MAIL_ERROR_NONE:
    case MAIL_ERROR_TEMP:
    case MAIL_ERROR_UNAVAILABLE:
    case MAIL_ERROR_INUSE:
    case MAIL_ERROR_LOOKUP_ABORTED:
        break;
    }
    return ErrorKind::temporary;
}

Error last_error(struct mailbox *box, std::string message)
{
    enum mail_error error;
    char const *reason = mailbox_get_last_internal_error(box, &error);
    return {kind_of(error), std::move(message) + ": " + reason};
}

} // namespace

Error mailbox_error(struct mailbox *box, std::string const &what)
{
    return last_error(box, std::string("mailbox ") + mailbox_get_vname(box) + " " + what);
}

Error message_error(struct mailbox *box, Uid uid, std::string const &what)
{
    return last_error(box, std::string("mailbox ") + mailbox_get_vname(box) + ", UID " + std::to_string(uid) +
                               " " + what);
}

} // namespace eas

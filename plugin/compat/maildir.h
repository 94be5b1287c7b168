// Dovecot's Maildir storage, for C++: its index header, file names and list of UIDs, and how a plugin comes
// between a mailbox and its storage. Private API of Dovecot. See dovecot.h.
#pragma once
#include "compat/index.h"

#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wignored-qualifiers"
#pragma GCC diagnostic ignored "-Wmissing-field-initializers"
#pragma GCC diagnostic ignored "-Wunused-parameter"
#pragma GCC diagnostic ignored "-Wsign-compare"
extern "C" {
#include "file-dotlock.h"
#include "index-mail.h"
#include "istream.h"
#include "mail-storage-hooks.h"
#include "maildir-filename-flags.h"
#include "maildir-filename.h"
#include "maildir-keywords.h"
#include "maildir-storage.h"
#include "maildir-uidlist.h"

#include "maildir-sync.h" // needs the one before
}
#pragma GCC diagnostic pop

namespace eas {

/// What a plugin keeps with an object of Dovecot, as MODULE_CONTEXT() and MODULE_CONTEXT_SET() do, whose type
/// checks only C accepts. Of one Context for each kind of object.
template <class Context, class Object> Context *module_context(Object *object, struct module_context_id *id)
{
    auto const place = module_get_context_id(id);
    auto const *buffer = object->module_contexts.arr.buffer;
    auto *const *contexts = static_cast<void *const *>(buffer->data);
    return place < buffer->used / sizeof(void *) ? static_cast<Context *>(contexts[place]) : nullptr;
}

template <class Context, class Object>
void set_module_context(Object *object, struct module_context_id *id, Context *context)
{
    void *pointer = context;
    array_idx_set_i(&object->module_contexts.arr, module_get_context_id(id), &pointer);
}

inline struct index_mail *index_mail_of(struct mail *mail)
{
    static_assert(offsetof(struct index_mail, mail.mail) == 0);
    return reinterpret_cast<struct index_mail *>(mail);
}

inline struct maildir_mailbox *maildir_of(struct mailbox *box)
{
    static_assert(offsetof(struct maildir_mailbox, box) == 0);
    return reinterpret_cast<struct maildir_mailbox *>(box);
}

} // namespace eas

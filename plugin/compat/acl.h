// Dovecot's plugin "acl", for C++. All of it is weak: the plugin need not be loaded. See dovecot.h.
#pragma once
#include "compat/storage.h"

#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wignored-qualifiers"
#pragma GCC diagnostic ignored "-Wmissing-field-initializers"
#pragma GCC diagnostic ignored "-Wunused-parameter"
#pragma GCC diagnostic ignored "-Wsign-compare"
extern "C" {
#include "mail-storage-private.h"
#include "mailbox-list-private.h"

#include "acl-api-private.h"
#include "acl-cache.h"
#include "acl-plugin.h"
}
#pragma weak acl_cache_flush
#pragma weak acl_cache_flush_all
#pragma weak acl_mailbox_list_module
#pragma weak acl_mailbox_right_lookup
#pragma weak acl_storage_module
#pragma GCC diagnostic pop

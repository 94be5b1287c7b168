// Dovecot's plugin "acl", for C++. Nothing of it may be used directly, since the plugin need not be loaded:
// ask for a symbol with dlsym(). See dovecot.h.
#pragma once
#include "compat/storage.h"
#include <dlfcn.h>

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
#pragma GCC diagnostic pop

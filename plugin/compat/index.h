// Dovecot's mail index, for C++: the transaction log and modseqs that tell what changed in a mailbox
// without looking at every message. Private API of Dovecot. See dovecot.h.
#pragma once
#include "compat/storage.h"

#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wignored-qualifiers"
#pragma GCC diagnostic ignored "-Wmissing-field-initializers"
#pragma GCC diagnostic ignored "-Wunused-parameter"
#pragma GCC diagnostic ignored "-Wsign-compare"
extern "C" {
#include "mail-index-alloc-cache.h"
#include "mail-index-modseq.h"
#include "mail-index-private.h"
#include "mail-storage-private.h"
#include "mail-transaction-log-private.h"
}
#pragma GCC diagnostic pop

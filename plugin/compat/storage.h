// Dovecot's mail storage, for C++. See dovecot.h.
#pragma once
#include "compat/dovecot.h"

#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wignored-qualifiers"
#pragma GCC diagnostic ignored "-Wmissing-field-initializers"
#pragma GCC diagnostic ignored "-Wunused-parameter"
#pragma GCC diagnostic ignored "-Wsign-compare"
extern "C" {
#include "auth-master.h"
#include "mail-namespace.h"
#include "mail-search-build.h"
#include "mail-search.h"
#include "mail-storage-service.h"
#include "mail-storage-settings.h"
#include "mail-storage.h"
#include "mail-user.h"
#include "mailbox-list-iter.h"
#include "mailbox-list-notify.h"
#include "mailbox-list-private.h"
#include "mailbox-list.h"
#include "smtp-submit-settings.h"
#include "var-expand.h"
}
#pragma GCC diagnostic pop

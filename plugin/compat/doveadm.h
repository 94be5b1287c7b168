// What a doveadm plugin works with, for C++. See dovecot.h.
#pragma once
#include "compat/storage.h"

#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wignored-qualifiers"
#pragma GCC diagnostic ignored "-Wmissing-field-initializers"
#pragma GCC diagnostic ignored "-Wunused-parameter"
#pragma GCC diagnostic ignored "-Wsign-compare"
extern "C" {
#include "doveadm-mail.h"
#include "doveadm-print.h"
#include "doveadm-settings.h"
#include "doveadm.h"
#include "syslog-util.h"
#include "time-util.h"
#include "wildcard-match.h"
}
#pragma GCC diagnostic pop

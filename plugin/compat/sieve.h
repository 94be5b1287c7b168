// Pigeonhole's library, for C++. See dovecot.h.
#pragma once
#include "compat/storage.h"

#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wignored-qualifiers"
#pragma GCC diagnostic ignored "-Wmissing-field-initializers"
#pragma GCC diagnostic ignored "-Wunused-parameter"
extern "C" {
#include "sieve/sieve.h"

// sieve-common.h declares an enum in a way that only C accepts; of its types the next headers need one.
#define SIEVE_COMMON_H
typedef size_t sieve_size_t;
#include "sieve/sieve-script.h"
#include "sieve/sieve-storage.h"
}
#pragma GCC diagnostic pop

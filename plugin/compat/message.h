// Dovecot's message parsers, for C++: MIME parts, BODYSTRUCTURE, addresses, encoded words, charsets and
// transfer encodings. See dovecot.h.
#pragma once
#include "compat/storage.h"

#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wignored-qualifiers"
#pragma GCC diagnostic ignored "-Wmissing-field-initializers"
#pragma GCC diagnostic ignored "-Wunused-parameter"
#pragma GCC diagnostic ignored "-Wsign-compare"
extern "C" {
#include "charset-utf8.h"
#include "imap-bodystructure.h"
#include "istream-chain.h"
#include "istream-crlf.h"
#include "message-address.h"
#include "message-date.h"
#include "message-header-decode.h"
#include "message-header-parser.h"
#include "message-part-data.h"
#include "message-part.h"
#include "qp-decoder.h"
#include "sha1.h"
}
#pragma GCC diagnostic pop

// The header fields that EAS shows, from Dovecot's cache or the message, decoded.
#pragma once
#include "base/result.h"
#include "ports/mail-store.h"

struct mail;
struct mailbox_header_lookup_ctx;

namespace eas {

/// Names of the fields, ended by null: asked for together, Dovecot reads and caches them together.
char const *const *wanted_headers();
/// `wanted` stands for wanted_headers() in the mailbox of `mail`.
Result<MailHeaders> read_headers(struct mail *mail, struct mailbox_header_lookup_ctx *wanted);
/// The first field of that name, unfolded and decoded; "" if there is none.
Result<std::string> read_header_field(struct mail *mail, char const *name);
/// Only what the conversation depends on.
Result<MailHeaders> read_thread_headers(struct mail *mail, struct mailbox_header_lookup_ctx *wanted);
/// RFC 2047 words decoded to valid UTF-8.
std::string decode_words(std::string_view text);

} // namespace eas

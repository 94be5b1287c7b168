// The header of a draft: fields of the stored one with those that the client has changed. The client sends
// all properties of a draft even if one has changed, so each is compared with what the client was shown of
// the stored draft.
#pragma once
#include "mapping/draft-message.h"
#include <string>
#include <string_view>

namespace eas {

/// `stored` is the header of the message that the draft replaces, "" of a new one; `stored_headers` what the
/// client saw of it. Fields of MIME are left out.
std::string draft_header(Draft const &draft, std::string_view stored, MailHeaders const &stored_headers,
                         DraftDefaults const &defaults);

/// DraftDefaults::request of the draft with that header; "" if it has none.
std::string request_in(std::string_view header);

/// The header without what mail programs note in drafts for themselves.
std::string header_to_send(std::string const &header);

/// Without what a client or a line break may do to blanks.
std::string comparable(std::string_view text);

} // namespace eas

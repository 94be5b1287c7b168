// Building blocks of MIME that is sent: an entity is its MIME fields and its body. RFC 2046 section 5.1.
#pragma once
#include "base/content.h"
#include <string>
#include <string_view>
#include <vector>

namespace eas {

struct MimeEntity {
    std::string fields; ///< each "Content-...: ..." with CRLF; no empty line after them
    Content body;
};

/// Text in UTF-8 as "text/`subtype`", quoted-printable.
MimeEntity text_entity(std::string_view subtype, std::string_view text);

/// `parts` have header and body each. `parameters` are those besides the boundary: "; type=\"text/html\"".
/// The boundary must not be in any of the parts: it is random.
MimeEntity multipart_entity(std::string_view subtype, std::string const &boundary, std::vector<Content> parts,
                            std::string_view parameters = "");

/// Header and body, as a part of a multipart.
Content as_part(MimeEntity const &entity);

/// The header of a message or part, its empty line included. too_large: over 1 MiB.
Result<std::string> header_of(Content const &whole);

/// The "Content-" fields and the body of a message or part. Errors are those of header_of().
Result<MimeEntity> entity_of(Content const &whole);

/// A whole message (header and body) as an attached message/rfc822.
Content message_as_part(Content message);

/// The body of a whole message as a part: of the header only the Content-... fields are left. Fails with
/// too_large when it is copied, if the header is over 1 MiB.
Content body_as_part(Content message);

} // namespace eas

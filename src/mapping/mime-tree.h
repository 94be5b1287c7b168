// A message whose parts are rearranged: some go, others come, and what is left passes as it is stored, byte
// by byte. Only multiparts around a change are written anew. RFC 2046 section 5.1.
#pragma once
#include "mapping/mime-entity.h"
#include "ports/mail-store.h"
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace eas {

/// A part that is stored (`original`, which must stay alive), made here (`made`), or a multipart of
/// `children`.
struct MimeNode {
    MimePart const *original = nullptr;
    bool is_changed = false; ///< a stored multipart whose children are others now
    std::optional<MimeEntity> made;
    std::string label; ///< the maker's name for a part that is made
    std::string subtype, parameters;
    std::vector<MimeNode> children;

    bool is_multipart() const { return !children.empty(); }
};

MimeNode stored_node(MimePart const &part);
MimeNode made_node(MimeEntity entity, std::string label = "");
/// `parameters` as multipart_entity() takes them.
MimeNode multipart_node(std::string_view subtype, std::vector<MimeNode> children,
                        std::string_view parameters = "");

/// Takes out the stored leaves that are unwanted. A multipart that is left empty goes too, and one that is
/// left with a single part becomes that part. False if nothing is left at all.
bool remove_leaves(MimeNode &node, std::function<bool(MimePart const &)> const &is_unwanted);

/// Puts images beside the stored HTML part: into the multipart/related around it, or into a new one. False if
/// that part is not below `node`.
bool relate(MimeNode &node, MimePart const &html, std::vector<MimeNode> images);

/// Each leaf, with the IMAP part number that it will have.
void visit_leaves(MimeNode const &root,
                  std::function<void(MimeNode const &, std::string const &)> const &visit);

/// Reads a stored part, header and body: MailMessage::raw().
using ReadRaw = std::function<Result<Content>(std::string const &part_id)>;

/// `boundary` is random, at most 60 characters, and begins with "=_", which no encoded text has.
Result<MimeEntity> write_tree(MimeNode const &root, ReadRaw const &read_raw, std::string const &boundary);

} // namespace eas

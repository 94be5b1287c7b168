// See mime-tree.h.
#include "mapping/mime-tree.h"
#include <algorithm>
#include <iterator>
#include <utility>

namespace eas {

static constexpr std::string_view multipart_prefix = "multipart/";

MimeNode stored_node(MimePart const &part)
{
    MimeNode node;
    node.original = &part;
    if (!part.type.starts_with(multipart_prefix))
        return node;
    node.subtype = part.type.substr(multipart_prefix.size());
    if (node.subtype == "related")
        node.parameters = "; type=\"text/html\"";
    for (MimePart const &child : part.parts)
        node.children.push_back(stored_node(child));
    return node;
}

MimeNode made_node(MimeEntity entity, std::string label)
{
    MimeNode node;
    node.made = std::move(entity);
    node.label = std::move(label);
    return node;
}

MimeNode multipart_node(std::string_view subtype, std::vector<MimeNode> children, std::string_view parameters)
{
    MimeNode node;
    node.subtype = subtype;
    node.parameters = parameters;
    node.children = std::move(children);
    return node;
}

bool remove_leaves(MimeNode &node, std::function<bool(MimePart const &)> const &is_unwanted)
{
    if (!node.is_multipart())
        return !(node.original && is_unwanted(*node.original));
    std::vector<MimeNode> kept;
    for (MimeNode &child : node.children) {
        auto const *const before = child.original;
        bool const is_kept = remove_leaves(child, is_unwanted);
        node.is_changed |= !is_kept || child.is_changed || child.original != before;
        if (is_kept)
            kept.push_back(std::move(child));
    }
    node.children = std::move(kept);
    if (node.is_changed && node.children.size() == 1)
        node = MimeNode(std::move(node.children.front()));
    return node.made || node.is_multipart() || (node.original && !node.is_changed);
}

/// As relate(), which gives `images` away if it is true.
static bool put_beside(MimeNode &node, MimePart const &html, std::vector<MimeNode> &images)
{
    if (node.original == &html) {
        images.insert(images.begin(), std::exchange(node, {}));
        node = multipart_node("related", std::move(images), "; type=\"text/html\"");
        return true;
    }
    for (MimeNode &child : node.children) {
        bool const is_related = node.subtype == "related" && child.original == &html;
        if (!is_related && !put_beside(child, html, images))
            continue;
        node.is_changed = true;
        if (is_related)
            std::ranges::move(images, std::back_inserter(node.children));
        return true;
    }
    return false;
}

bool relate(MimeNode &node, MimePart const &html, std::vector<MimeNode> images)
{
    return put_beside(node, html, images);
}

static void visit(MimeNode const &node, std::string const &number,
                  std::function<void(MimeNode const &, std::string const &)> const &visit_leaf)
{
    if (!node.is_multipart())
        return visit_leaf(node, number);
    for (size_t i = 0; i < node.children.size(); ++i)
        visit(node.children[i], (number.empty() ? "" : number + ".") + std::to_string(i + 1), visit_leaf);
}

void visit_leaves(MimeNode const &root,
                  std::function<void(MimeNode const &, std::string const &)> const &visit_leaf)
{
    visit(root, "", visit_leaf);
}

namespace {

class Writer {
public:
    Writer(ReadRaw const &read_raw, std::string const &boundary) : m_read_raw(read_raw), m_boundary(boundary)
    {}

    Result<MimeEntity> entity(MimeNode const &node)
    {
        if (node.made)
            return *node.made;
        if (node.original && !node.is_changed) {
            auto const raw = m_read_raw(node.original->id);
            return raw ? entity_of(*raw) : raw.error();
        }
        auto const boundary = m_boundary + "." + std::to_string(++m_multiparts);
        std::vector<Content> parts;
        for (MimeNode const &child : node.children) {
            auto part = this->part(child);
            if (!part)
                return part.error();
            parts.push_back(std::move(*part));
        }
        return multipart_entity(node.subtype, boundary, std::move(parts), node.parameters);
    }

private:
    Result<Content> part(MimeNode const &node)
    {
        if (node.original && !node.is_changed) {
            auto raw = m_read_raw(node.original->id);
            bool const is_message = node.original->id.empty();
            return raw && is_message ? Result(body_as_part(std::move(*raw))) : std::move(raw);
        }
        auto const whole = entity(node);
        return whole ? Result(as_part(*whole)) : whole.error();
    }

    ReadRaw const &m_read_raw;
    std::string const &m_boundary;
    size_t m_multiparts = 0;
};

} // namespace

Result<MimeEntity> write_tree(MimeNode const &root, ReadRaw const &read_raw, std::string const &boundary)
{
    return Writer(read_raw, boundary).entity(root);
}

} // namespace eas

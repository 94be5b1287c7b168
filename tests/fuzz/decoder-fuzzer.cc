// Any bytes to the WBXML decoder; what it accepts is encoded and must decode to the same tree.
#include "base/text.h"
#include "fuzz.h"
#include "schema/schema.h"
#include "wbxml/decoder.h"
#include "wbxml/encoder.h"

using namespace eas;

static bool is_same(Element const &a, Element const &b)
{
    if (a.tag != b.tag || a.children.size() != b.children.size())
        return false;
    std::string expected(a.text); // an inline string cannot hold what opaque data that was joined to it can
    if (!a.is_opaque)
        std::erase(expected, '\0');
    if (b.text != expected)
        return false;
    for (size_t i = 0; i < a.children.size(); i++)
        if (!is_same(a.children[i], b.children[i]))
            return false;
    return true;
}

int LLVMFuzzerTestOneInput(uint8_t const *data, size_t size)
{
    DecoderLimits const limits{.depth = 16, .elements = 1000, .text_bytes = 1000};
    auto const root = decode(fuzz::text_of(data, size), limits);
    if (!root) {
        fuzz::demand(root.error().kind == ErrorKind::bad_request, "a refusal is bad_request");
        return 0;
    }
    StringSink sink;
    Encoder encoder(sink);
    schema::write_value(encoder, root->tag, *root, v16_1);
    fuzz::demand(static_cast<bool>(encoder.finish()), "a tree can be encoded");
    auto const again = decode(sink.text, limits);
    fuzz::demand(static_cast<bool>(again), "what the encoder wrote can be decoded");
    fuzz::demand(is_same(*root, *again), "decoding gives what was encoded");
    return 0;
}

// Any WBXML read as structs with a member of every kind; what is accepted must survive writing and reading.
#include "fuzz.h"
#include "schema/every-kind.h"
#include "wbxml/decoder.h"

using namespace eas;

template <class T> static std::string written(T const &value, ProtocolVersion version)
{
    StringSink sink;
    Encoder encoder(sink);
    write(encoder, Tag::AirSync_Sync, value, version);
    fuzz::demand(static_cast<bool>(encoder.finish()), "a struct can be written");
    return sink.text;
}

template <class T> static void check(Element const &root, ProtocolVersion version)
{
    auto const value = read<T>(root, version);
    if (!value) {
        fuzz::demand(value.error().kind == ErrorKind::bad_request, "a refusal is bad_request");
        return;
    }
    auto const once = written(*value, version);
    auto const decoded = decode(once);
    fuzz::demand(static_cast<bool>(decoded), "what was written can be decoded");
    auto const again = read<T>(*decoded, version);
    fuzz::demand(static_cast<bool>(again), "what was written can be read");
    fuzz::demand(written(*again, version) == once, "reading gives what was written");
}

int LLVMFuzzerTestOneInput(uint8_t const *data, size_t size)
{
    auto const root = decode(fuzz::text_of(data, size), {.depth = 16, .elements = 1000, .text_bytes = 1000});
    if (!root)
        return 0;
    for (ProtocolVersion const version : {v12_1, v16_1}) {
        check<test::Everything>(*root, version);
        check<test::EverythingOptional>(*root, version);
    }
    return 0;
}

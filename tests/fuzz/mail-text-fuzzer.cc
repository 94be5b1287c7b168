// Any bytes as a message's header fields and as its MIME.
#include "base/text.h"
#include "fuzz.h"
#include "mapping/addresses.h"
#include "mapping/mime-content.h"
#include "mapping/thread-topic.h"

using namespace eas;
using fuzz::demand;

static bool is_clean(std::string_view text)
{
    return sanitize_utf8(text) == text;
}

static void check_addresses(std::string_view field)
{
    auto const addresses = parse_addresses(field);
    auto const formatted = format_addresses(addresses, ", ");
    demand(formatted.size() <= 32768 && is_clean(formatted), "addresses are valid and not too long");
    demand(is_clean(format_display_names(addresses)), "names are valid");
}

static void check_mime(std::string_view mime)
{
    for (uint64_t limit : {UINT64_MAX, uint64_t(mime.size() / 2)}) {
        StringSink sink;
        demand(bool(mime_content(std::string(mime), limit).copy_to(sink)), "MIME in memory is read");
        demand(sink.text.size() <= limit && is_clean(sink.text), "MIME is valid text");
        demand(limit != UINT64_MAX || !is_clean(mime) || sink.text == mime, "valid MIME stays as it is");
    }
}

int LLVMFuzzerTestOneInput(uint8_t const *data, size_t size)
{
    auto const bytes = fuzz::text_of(data, size);
    check_addresses(bytes);
    check_mime(bytes);
    auto const topic = thread_topic(bytes);
    demand(thread_topic(topic) == topic, "a topic is its own topic");
    return 0;
}

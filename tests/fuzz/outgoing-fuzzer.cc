// Any bytes as a message to be sent or to be answered with, as an address list, and as stored state.
#include "base/fields.h"
#include "fuzz.h"
#include "mapping/body-text.h"
#include "mapping/outgoing-message.h"
#include "mapping/parsed-mime.h"
#include "mapping/quoted-message.h"
#include "sync/collection-state.h"

using namespace eas;
using fuzz::demand;

static void check_message(std::string_view mime)
{
    OutgoingDefaults const defaults{Instant{}, "<id@example.com>", {"me@example.com"}};
    auto const outgoing = prepare_outgoing(mime, defaults);
    if (!outgoing) {
        demand(outgoing.error().kind == ErrorKind::bad_request, "a refusal is bad_request");
        return;
    }
    StringSink whole, without_bcc;
    demand(outgoing->message.copy_to(whole) && outgoing->without_bcc.copy_to(without_bcc),
           "it can be copied");
    demand(without_bcc.text.size() <= whole.text.size(), "without Bcc there is no more than with it");
    demand(outgoing->from == defaults.addresses.front(), "the sender is the user");
}

/// What a smart reply does with the client's message.
static void check_parts(std::string_view mime)
{
    auto const parsed = ParsedMime::parse(mime);
    if (!parsed)
        return;
    auto const parts = find_parts(parsed->structure());
    for (auto type : {BodyType::plain, BodyType::html}) {
        auto const text =
            read_body_text([&](auto const &id, size_t max_bytes) { return parsed->text(id, max_bytes); },
                           parts, type, SIZE_MAX);
        demand(static_cast<bool>(text), "all parts are found");
        demand(with_original_html(text->text, "", text->text, Verb::reply).size() >= text->text.size(),
               "the client's text stays");
    }
    for (auto const &attached : parts.attachments)
        demand(mime.find(parsed->raw(attached.part->id)) != mime.npos, "attachments are of the message");
}

static void check_stored(std::string_view text)
{
    FieldWriter writer;
    for (auto const &field : parse_fields(text))
        writer.add(field.name, field.value);
    FieldWriter again;
    for (auto const &field : parse_fields(writer.text))
        again.add(field.name, field.value);
    demand(writer.text == again.text, "fields survive");
    auto const pieces = split_pieces(text);
    demand(split_pieces(join_pieces(pieces)) == pieces, "pieces survive");
    if (auto const state = parse_collection_state(text))
        demand(parse_collection_state(serialize(*state)) == state, "a collection's state survives");
}

int LLVMFuzzerTestOneInput(uint8_t const *data, size_t size)
{
    auto const text = fuzz::text_of(data, size);
    check_message(text);
    check_parts(text);
    for (auto const &address : parse_address_list(text))
        demand(address.address.find_first_of("\r\n") == std::string::npos, "an address is one line");
    check_stored(text);
    return 0;
}

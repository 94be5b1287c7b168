// What a client asked for in the Options of a collection: kept between its requests, with the collection's
// state.
#pragma once
#include "base/fields.h"
#include "items/body-options.h"
#include "sync/delivery.h"
#include "sync/mail-snapshot.h"

namespace eas {

/// MS-ASCMD 2.2.3.125.6: kept between requests.
struct CollectionOptions {
    int filter_type = 0;
    bool whole_conversations = false; ///< ConversationMode
    int conflict = 1; ///< MS-ASCMD 2.2.3.34: 0 the client's object replaces the server's, 1 the other way
    BodyOptions body;
    std::optional<uint32_t> max_items; ///< of the recipient information cache: MS-ASCMD 2.2.3.103.2
    MailFilter filter() const { return {filter_type, whole_conversations}; }
    bool operator==(CollectionOptions const &) const = default;
};

void write_options(FieldWriter &out, CollectionOptions const &options);
/// Other fields are left alone.
void read_option(CollectionOptions &options, Field const &field);

/// Nothing is written of a delivery without trouble.
void write_delivery(FieldWriter &out, Delivery const &delivery);
Delivery read_delivery(std::string_view value);

} // namespace eas

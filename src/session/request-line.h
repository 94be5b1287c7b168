// What the URL and the headers of an EAS request say. MS-ASHTTP 2.2.1.1.
#pragma once
#include "base/protocol-version.h"
#include "base/result.h"
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace eas {

/// Both forms of query give the same fields: "Cmd=Sync&User=..." (2.2.1.1.1.2) and base64 (2.2.1.1.1.1).
struct RequestLine {
    std::string command;                    ///< "Sync", as the specification spells it; see below if unknown
    std::optional<ProtocolVersion> version; ///< base64: from the query; plain: absent (the header says)
    std::string device_id;                  ///< 1 to 32 characters [A-Za-z0-9]; "" if there is a device_fault
    std::string device_type;                ///< not "", if there is no device_fault
    std::string device_fault;               ///< "" or what is wrong: "DeviceId: missing" (Status 108, 109)
    std::string user;                       ///< "" in the base64 form, unless it has the parameter User
    std::optional<uint32_t> policy_key;     ///< base64 form
    std::optional<uint16_t> locale;         ///< base64 form; an LCID (MS-LCID): 0x0409 is English
    bool save_in_sent = false;              ///< SaveInSent=T, or options bit 0x01
    bool accept_multi_part = false;         ///< options bit 0x02 (MS-ASAcceptMultiPart: T in the header form)
    std::string attachment_name, collection_id, item_id, long_id, occurrence, parent_id, collection_name;
};

/// A command that we don't know is no error here: its name stays as it came, and a code without a name
/// becomes "code 99", so that whoever looks it up finds nothing and can say what it was. Any version
/// number is taken as it is. Parameters that we don't know are skipped.
/// bad_request says which field is missing or malformed, for the log: "Cmd: missing".
Result<RequestLine> parse_query(std::string_view query);

} // namespace eas

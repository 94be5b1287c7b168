// A Sieve script that sends a user's automatic replies (RFC 5228, 5230), and what it says read back.
//
//   # Automatic replies, set by a phone. ...
//   # eas-oof 1
//   # state scheduled                      "disabled", "always"
//   # start 2026-11-22T09:58:07.000Z       end likewise; absent if unknown
//   # internal on html <base64url>         known, unknown likewise; "off", "text"; "-" for no message
//   # former <base64url>                   name of the script that is included: the one that was active
//   before # digest <hex>                         of all that follows and precedes require [...]; if <in
//   time> { if <internal> { vacation ... } elsif ... } include "<former>";
//
// It is one script that stands in front of the user's own and includes it, which so keeps working and is
// never changed. The audience is told by the envelope's sender, since that is who gets the reply: From may be
// forged. The comments keep what the client wrote; the digest tells whether somebody else edited the script.
#pragma once
#include "items/out-of-office.h"
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace eas {

/// What a reply depends on besides the user's wish.
struct VacationContext {
    std::vector<std::string> own_addresses;
    std::vector<std::string> internal_domains;
    std::vector<std::string> known_addresses; ///< of people outside the organization
    std::string former;                       ///< "": nothing to include
    std::string former_while_on{}; ///< included instead while replies are sent: the same without its vacation
};

std::string vacation_script(OutOfOffice const &wanted, VacationContext const &context);

struct VacationScript {
    OutOfOffice out_of_office;
    std::string former;
    bool is_edited = false; ///< by somebody else: `out_of_office` is not what it does
};
/// Nothing if `text` is no script of ours.
std::optional<VacationScript> parse_vacation_script(std::string_view text);

/// `script` without its vacation commands: only one may answer a message (RFC 5230 4.7), and a second one
/// ends a script with an error. Unchanged if it has none.
std::string without_vacation(std::string_view script);

/// `script` with other names of the user's own scripts that it includes (RFC 6609 3.2); those of the admin
/// (":global") stay.
std::string with_includes(std::string_view script,
                          std::function<std::string(std::string const &name)> const &name_of_copy);

/// A quoted string of Sieve. RFC 5228 2.4.2.
std::string sieve_string(std::string_view text);

} // namespace eas

// A configuration profile for iPhone and iPad: the account's facts without a password, for which the device
// asks. Apple's Configuration Profile Reference, payload com.apple.eas.account.
#pragma once
#include "web/device-page.h"
#include <string>

namespace eas {

/// A property list. Loading it again replaces the account instead of adding another.
std::string apple_profile(AccountFacts const &facts);

} // namespace eas

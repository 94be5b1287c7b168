// Answers without a document: refusals by HTTP status, and what OPTIONS tells. MS-ASHTTP 2.2.2.
#pragma once
#include "request/http-message.h"
#include <string>
#include <string_view>

namespace eas {

constexpr std::string_view protocol_versions = "12.1,14.0,14.1,16.0,16.1";
constexpr char disabled_reason[] = "eas_enabled = no for this user";

/// `reason` is the phrase behind the status, `log` for the admin.
HttpResponse refuse(int status, std::string reason, std::string log);
HttpResponse bad_request(std::string log);
/// 503: the client is to come again.
HttpResponse unavailable(std::string log);
/// 507
HttpResponse out_of_space(std::string log);

/// Adds MS-ASProtocolVersions and MS-ASProtocolCommands.
void add_abilities(HttpResponse &response);
HttpResponse options();

} // namespace eas

// The page for people: what a browser gets below /eas/ with the user's name and password. The user sees the
// own devices, removes or wipes them, and finds what a new phone has to know. It works without scripts, loads
// nothing from elsewhere, and does only what a form of its own asked for.
#pragma once
#include "request/dispatch.h"

namespace eas {

/// "/eas" and all below "/eas/".
bool is_web_site(std::string_view path);

/// GET /eas/                     the devices
/// GET /eas/device?id=&action=   the form that asks
/// POST /eas/device              does it: fields id, action, name (typed), token; then 303 to the list
/// GET /eas/eas.mobileconfig     the profile for Apple's devices
/// 403 if the user may not use EAS, or if a form is not ours.
HttpResponse serve_web_site(Ports &ports, HttpRequest const &request, Sink &body);

} // namespace eas

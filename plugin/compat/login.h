// Dovecot's log-in library, for C++. See dovecot.h.
#pragma once
#include "compat/dovecot.h"

#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wignored-qualifiers"
#pragma GCC diagnostic ignored "-Wmissing-field-initializers"
#pragma GCC diagnostic ignored "-Wunused-parameter"
extern "C" {
#include "login-common.h"

#include "auth-client.h"
#include "client-common.h"
#include "login-proxy.h"
#include "login-settings.h"
#include "master-service-ssl-settings.h"
#include "settings/eas-login-settings.h"
}
#pragma GCC diagnostic pop

// Dovecot's SMTP client, for C++. See dovecot.h.
#pragma once
#include "compat/storage.h"

#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wignored-qualifiers"
#pragma GCC diagnostic ignored "-Wmissing-field-initializers"
#pragma GCC diagnostic ignored "-Wunused-parameter"
extern "C" {
#include "iostream-ssl.h"
#include "iostream-temp.h"
#include "smtp-address.h"
#include "smtp-client-command.h"
#include "smtp-client-connection.h"
#include "smtp-client.h"
#include "smtp-submit.h"
}
#pragma GCC diagnostic pop

// lib90_eas_plugin.so: the module that serves EAS inside `eas`. It is loaded as a mail plugin (protocol
// eas { mail_plugins = $mail_plugins eas }) and exports nothing but what Dovecot looks for.
#include "eas/host.h"
#include "eas/http-connection.h"
#include "eas/maildir-shortcuts.h"
#include <exception>

namespace {

void connected(eas::ConnectionInput const &input) noexcept
{
    try {
        eas::HttpConnection::start(input);
    } catch (std::exception const &exception) {
        i_fatal("Cannot start a connection: %s", exception.what());
    }
}

void stop() noexcept
{
    eas::HttpConnection::stop_all();
}

void deinit() noexcept
{
    eas::HttpConnection::destroy_all();
    eas::RequestRunner::close_parking_lot();
}

constexpr eas::ModuleFunctions functions = {connected, stop, deinit};

} // namespace

EAS_EXPORT char const *eas_plugin_version;
char const *eas_plugin_version = DOVECOT_ABI_VERSION;

/// Only `eas` may load the module: any other program lacks the functions of host.h.
EAS_EXPORT char const eas_plugin_binary_dependency[];
char const eas_plugin_binary_dependency[] = "eas";

EAS_EXPORT void eas_plugin_init(struct module *module)
{
    eas::add_maildir_shortcuts(module);
    eas_host_register(&functions);
}

EAS_EXPORT void eas_plugin_deinit()
{
    eas::remove_maildir_shortcuts();
}

// doveadm eas device ...: what an admin sees of users' devices and does to them. device/devices.h does it.
#pragma once
#include "compat/doveadm.h"

namespace eas {

struct doveadm_mail_cmd_context *device_list();
struct doveadm_mail_cmd_context *device_show();
struct doveadm_mail_cmd_context *device_allow();
struct doveadm_mail_cmd_context *device_block();
struct doveadm_mail_cmd_context *device_remove();
struct doveadm_mail_cmd_context *device_resync();
struct doveadm_mail_cmd_context *device_wipe();
struct doveadm_mail_cmd_context *device_wipe_cancel();

/// doveadm eas policy show
struct doveadm_mail_cmd_context *policy_show();

} // namespace eas

/* Whether eas_device_rules can be read, for the tables of settings, which are C. */
#ifndef EAS_DEVICE_RULES_CHECK_H
#define EAS_DEVICE_RULES_CHECK_H

#include <stddef.h>

#ifdef __cplusplus
#define EAS_NOEXCEPT noexcept
extern "C" {
#else
#define EAS_NOEXCEPT
#endif

/* 0, or -1 if something is wrong with them; `error` says what, cut at `size` bytes. */
int eas_device_rules_check(const char *rules, char *error, size_t size) EAS_NOEXCEPT;

#ifdef __cplusplus
}
#endif

#endif

// The only place where Dovecot's C headers meet C++: its core library, master service and HTTP parser.
// storage.h adds the mail storage, login.h the log-in library. C++ headers come first, since Dovecot's
// macros (TRUE, MIN, container_of...) must not touch them, and nothing that Dovecot's headers include
// may be seen for the first time inside extern "C".
//
// Written for Dovecot 2.3.19; whatever another version wants differently belongs in this directory.
#pragma once
#include <algorithm>
#include <atomic>
#include <cerrno>
#include <chrono>
#include <cstdarg>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <ctime>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <variant>
#include <vector>

#include <fcntl.h>
#include <limits.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/time.h>
#include <sys/types.h>
#include <sys/uio.h>
#include <unistd.h>

#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wignored-qualifiers"
#pragma GCC diagnostic ignored "-Wmissing-field-initializers"
#pragma GCC diagnostic ignored "-Wunused-parameter"
#pragma GCC diagnostic ignored "-Wsign-compare"
extern "C" {
#define HAVE_CONFIG_H 1
#include "config.h"
// config.h names Dovecot's package; ours is in eas-config.h.
#undef PACKAGE
#undef PACKAGE_BUGREPORT
#undef PACKAGE_NAME
#undef PACKAGE_STRING
#undef PACKAGE_TARNAME
#undef PACKAGE_URL
#undef PACKAGE_VERSION
#undef VERSION
#include "lib.h"
// HASH_TABLE(const char *, x) declares "const const char *", which only C accepts.
#include "hash-decl.h"
#undef HASH_TABLE
#undef HASH_TABLE_DEFINE_TYPE
#define HASH_TABLE(key_type, value_type)                                                                     \
    union {                                                                                                  \
        struct hash_table *_table;                                                                           \
        key_type _key;                                                                                       \
        value_type _value;                                                                                   \
    }
#define HASH_TABLE_DEFINE_TYPE(name, key_type, value_type)                                                   \
    HASH_TABLE_TYPE(name)                                                                                    \
    {                                                                                                        \
        struct hash_table *_table;                                                                           \
        key_type _key;                                                                                       \
        value_type _value;                                                                                   \
    }
#include "array.h"
#include "buffer.h"
#include "connection.h"
#include "fd-util.h"
#include "fdpass.h"
#include "guid.h"
#include "hash-method.h"
#include "hmac.h"
#include "hostpid.h"
#include "http-date.h"
#include "http-transfer.h"
#include "ioloop.h"
#include "iostream-rawlog.h"
#include "iostream.h"
#include "istream-concat.h"
#include "istream.h"
#include "lib-event.h"
#include "master-interface.h"
#include "master-login.h"
#include "master-service-settings.h"
#include "master-service.h"
#include "mkdir-parents.h"
#include "module-dir.h"
#include "net.h"
#include "ostream.h"
#include "path-util.h"
#include "process-title.h"
#include "randgen.h"
#include "restrict-access.h"
#include "safe-memset.h"
#include "safe-mkstemp.h"
#include "seq-range-array.h"
#include "settings-parser.h"
#include "str-sanitize.h"
#include "str.h"
#include "strescape.h"
#include "unichar.h"
#include "wildcard-match.h"
#include "write-full.h"
}
#pragma GCC diagnostic pop

namespace eas {

/// T_BEGIN/T_END as an object: Dovecot's data stack is given back on every way out, exceptions too.
class DataStackFrame {
public:
    DataStackFrame() : m_id(t_push_named("eas")) {}
    ~DataStackFrame()
    {
        if (!t_pop(&m_id))
            i_panic("eas: data stack frame was left by somebody else");
    }
    DataStackFrame(DataStackFrame const &) = delete;
    DataStackFrame &operator=(DataStackFrame const &) = delete;

private:
    data_stack_frame_t m_id;
};

} // namespace eas

// Puts bytes into an input stream as if they had just been read from its descriptor. Dovecot 2.3 has no
// public call for it; a concat stream instead would stay in front of the descriptor for ever.
#pragma once
#include "compat/dovecot.h"

#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wunused-parameter"
extern "C" {
#include "istream-private.h"
}
#pragma GCC diagnostic pop

namespace eas {

/// `input` must be a stream that reads a descriptor itself (no filter), with nothing read yet.
inline void push_back(struct istream *input, std::string_view bytes)
{
    if (bytes.empty())
        return;
    memcpy(i_stream_alloc(input->real_stream, bytes.size()), bytes.data(), bytes.size());
    input->real_stream->pos += bytes.size();
    i_stream_set_input_pending(input, TRUE);
}

} // namespace eas

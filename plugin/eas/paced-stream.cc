// See the header.
#include "eas/paced-stream.h"
#include "compat/message.h"
#include <algorithm>

namespace eas {

namespace {

constexpr uint64_t piece_bytes = 256 << 10;

} // namespace

PacedStream::PacedStream(struct istream *data) : m_data(data)
{
    if (i_stream_get_size(data, TRUE, &m_bytes) <= 0) { // reading it will say why
        m_paced = data;
        i_stream_ref(m_paced);
        return;
    }
    m_paced = i_stream_create_chain(&m_chain, IO_BLOCK_SIZE);
    append_piece();
}

PacedStream::~PacedStream()
{
    timeout_remove(&m_turn);
    if (m_piece) // of a message that was refused before its end: the client may hold it a little longer
        i_stream_remove_destroy_callback(m_piece, reinterpret_cast<void (*)()>(on_piece_read));
    i_stream_unref(&m_paced);
}

void PacedStream::append_piece()
{
    if (m_position >= m_bytes) {
        i_stream_chain_append_eof(m_chain);
        return;
    }
    uint64_t bytes = std::min(piece_bytes, m_bytes - m_position);
    struct istream *piece = m_piece = i_stream_create_range(m_data, m_position, bytes);
    i_stream_add_destroy_callback(piece, on_piece_read, this);
    m_position += bytes;
    i_stream_chain_append(m_chain, piece);
    i_stream_unref(&piece); // the chain's now
}

void PacedStream::on_piece_read(PacedStream *stream) noexcept
{
    stream->m_piece = nullptr;
    if (!stream->m_turn)
        stream->m_turn = timeout_add_short(0, on_turn, stream);
}

void PacedStream::on_turn(PacedStream *stream) noexcept
{
    timeout_remove(&stream->m_turn);
    stream->append_piece();
    i_stream_set_input_pending(stream->m_paced, TRUE);
}

} // namespace eas

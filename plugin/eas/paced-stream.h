// A stream that gives its data in pieces, one a turn of the event loop. Dovecot's SMTP client copies as long
// as the server takes more and keeps about 1 KB of its data stack for each 8 KB until it returns: a large
// message that a near server takes at once would cost an eighth of its size.
#pragma once
#include <cstdint>

struct istream;
struct istream_chain;
struct timeout;

namespace eas {

class PacedStream {
public:
    /// `data` is seekable, is read from its start, and outlives this.
    explicit PacedStream(struct istream *data);
    ~PacedStream();
    PacedStream(PacedStream const &) = delete;
    PacedStream &operator=(PacedStream const &) = delete;

    /// To be read in the event loop that runs when its first piece ends.
    struct istream *get() const { return m_paced; }

private:
    static void on_piece_read(PacedStream *stream) noexcept;
    static void on_turn(PacedStream *stream) noexcept;
    void append_piece();

    struct istream *m_data;
    struct istream_chain *m_chain = nullptr;
    struct istream *m_paced;
    struct istream *m_piece = nullptr; ///< the chain's, while it is being read
    struct timeout *m_turn = nullptr;
    uint64_t m_bytes = 0, m_position = 0;
};

} // namespace eas

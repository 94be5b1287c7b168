// Reads requests from one connection: header, then body, sized or chunked, without blocking. The header
// goes through the same strict parser as in eas-login, so that both see the same boundaries. RFC 9112.
#pragma once
#include "eas/spool.h"
#include "login/request-header.h"

namespace eas {

class RequestReader {
public:
    enum class Status {
        incomplete, ///< more input is needed
        complete,
        refused,      ///< refusal() says what to answer; the connection must be closed then
        disconnected, ///< the client is gone
    };

    /// `input` lives longer than the reader. It is read in small pieces (see small_buffer_bytes).
    RequestReader(struct istream *input, std::string temp_prefix, uint64_t max_body_bytes);
    ~RequestReader();
    RequestReader(RequestReader const &) = delete;
    RequestReader &operator=(RequestReader const &) = delete;

    /// No more than this is taken out of the socket at once, so that what is left over when a header is
    /// complete can go back to eas-login with the connection. Bodies too: Dovecot's streams never give up
    /// a larger buffer.
    static constexpr size_t small_buffer_bytes = 512;

    /// The header of a first request, which eas-login has read and authenticated.
    void set_header(std::string_view header) { m_raw_header = header; }
    Status read_header();
    /// Valid after read_header() was complete and until next().
    RequestHeader const &header() const { return m_header; }
    std::string const &raw_header() const { return m_raw_header; }
    /// Whether nothing of a request has come yet.
    bool idle() const { return m_raw_header.empty(); }

    /// After the header: complete if there is no body to wait for.
    Status begin_body();
    /// Whether the client waits for "100 Continue" before it sends the body.
    bool wants_continue() const;
    Status read_body();
    Spool &body() { return m_body; }

    /// Status line's number and words ("413 Content Too Large") and why, for the log.
    char const *refusal() const { return m_refusal; }
    std::string const &refusal_reason() const { return m_refusal_reason; }

    void next(); ///< forgets this request

private:
    Status refuse(char const *refusal, std::string reason);
    Status input_ended();

    struct istream *m_input;
    struct istream *m_payload = nullptr;
    std::string m_raw_header;
    RequestHeader m_header;
    uint64_t m_max_body_bytes;
    uint64_t m_expected_bytes = 0; ///< of a sized body
    Spool m_body;
    char const *m_refusal = "";
    std::string m_refusal_reason;
};

} // namespace eas

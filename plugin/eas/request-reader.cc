// See request-reader.h. A sized body is counted here instead of read through a stream of its own, so that
// no byte of the next request is taken with it.
#include "eas/request-reader.h"
#include "base/text.h"

namespace eas {

namespace {

std::string_view text_of(unsigned char const *data, size_t size)
{
    return {reinterpret_cast<char const *>(data), size};
}

} // namespace

RequestReader::RequestReader(struct istream *input, std::string temp_prefix, uint64_t max_body_bytes)
    : m_input(input), m_max_body_bytes(max_body_bytes), m_body(std::move(temp_prefix))
{
    i_stream_set_max_buffer_size(m_input, small_buffer_bytes);
}

RequestReader::~RequestReader()
{
    i_stream_unref(&m_payload);
}

RequestReader::Status RequestReader::refuse(char const *refusal, std::string reason)
{
    m_refusal = refusal;
    m_refusal_reason = std::move(reason);
    return Status::refused;
}

RequestReader::Status RequestReader::input_ended()
{
    return Status::disconnected;
}

RequestReader::Status RequestReader::read_header()
{
    size_t end;
    while ((end = find_header_end(m_raw_header)) == m_raw_header.npos) {
        unsigned char const *data;
        size_t size;
        int const ret = i_stream_read_more(m_input, &data, &size);
        if (ret < 0)
            return input_ended();
        if (ret == 0)
            return Status::incomplete;
        size_t const old_size = m_raw_header.size();
        m_raw_header.append(text_of(data, size));
        if (old_size == 0) // RFC 9112 2.2: an empty line before the request line is skipped
            m_raw_header.erase(0, m_raw_header.find_first_not_of("\r\n"));
        end = find_header_end(m_raw_header);
        size_t const surplus = end == m_raw_header.npos ? 0 : m_raw_header.size() - end;
        i_stream_skip(m_input, size - surplus);
        m_raw_header.resize(m_raw_header.size() - surplus);
        if (m_raw_header.size() > max_raw_header_bytes)
            return refuse("431 Request Header Fields Too Large",
                          "header over " + std::to_string(max_raw_header_bytes) + " bytes");
    }
    auto header = parse_request_header(m_raw_header);
    if (!header)
        return refuse("400 Bad Request", "malformed HTTP header");
    m_header = std::move(*header);
    return Status::complete;
}

RequestReader::Status RequestReader::begin_body()
{
    std::string_view const encoding = m_header.find("Transfer-Encoding");
    if (!encoding.empty()) {
        if (!equals_ignoring_case(encoding, "chunked"))
            return refuse("501 Not Implemented", "Transfer-Encoding other than chunked");
        m_payload = http_transfer_chunked_istream_create(m_input, m_max_body_bytes);
        return Status::incomplete;
    }
    m_expected_bytes = sized_body_bytes(m_header).value_or(0);
    if (m_expected_bytes > m_max_body_bytes)
        return refuse("413 Content Too Large",
                      "body of " + std::to_string(m_expected_bytes) + " bytes is over eas_max_request_size");
    return m_expected_bytes == 0 ? Status::complete : Status::incomplete;
}

bool RequestReader::wants_continue() const
{
    return m_header.version == "1.1" && equals_ignoring_case(m_header.find("Expect"), "100-continue") &&
           m_body.size() == 0 && i_stream_get_data_size(m_input) == 0;
}

RequestReader::Status RequestReader::read_body()
{
    struct istream *from = m_payload != nullptr ? m_payload : m_input;
    while (m_payload != nullptr || m_body.size() < m_expected_bytes) {
        unsigned char const *data;
        size_t size;
        int const ret = i_stream_read_more(from, &data, &size);
        if (ret == 0)
            return Status::incomplete;
        if (ret < 0) {
            if (m_payload == nullptr || m_input->stream_errno != 0 || m_input->eof)
                return input_ended();
            if (from->stream_errno == EMSGSIZE)
                return refuse("413 Content Too Large", "chunked body is over eas_max_request_size");
            if (from->stream_errno == EIO)
                return refuse("400 Bad Request", "malformed chunked body");
            if (from->stream_errno != 0)
                return input_ended();
            break; // the end of the last chunk
        }
        if (m_payload == nullptr)
            size = std::min<uint64_t>(size, m_expected_bytes - m_body.size());
        if (auto written = m_body.write(text_of(data, size)); !written)
            return refuse("503 Service Unavailable", written.error().message);
        i_stream_skip(from, size);
    }
    i_stream_unref(&m_payload);
    return Status::complete;
}

void RequestReader::next()
{
    i_stream_unref(&m_payload);
    m_header = {};
    m_raw_header.clear();
    m_raw_header.shrink_to_fit();
    m_expected_bytes = 0;
    m_body.clear();
}

} // namespace eas

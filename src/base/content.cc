// See content.h: what a source does that knows no shorter way.
#include "base/content.h"
#include <algorithm>

namespace eas {

namespace {

/// Passes on what is in the range; ends the reading, as if with an error, where the range ends.
class RangeSink final : public Sink {
public:
    RangeSink(Sink &sink, uint64_t first, uint64_t count) : m_sink(sink), m_skip(first), m_left(count) {}

    Result<void> write(std::string_view bytes) override
    {
        auto const skipped = std::min<uint64_t>(m_skip, bytes.size());
        bytes.remove_prefix(skipped);
        m_skip -= skipped;
        bytes = bytes.substr(0, m_left);
        m_left -= bytes.size();
        auto const written = m_sink.write(bytes);
        m_is_full = written && m_left == 0;
        return m_is_full ? Result<void>(Error{ErrorKind::too_large, "the range ends"}) : written;
    }
    bool is_full() const { return m_is_full; }

private:
    Sink &m_sink;
    uint64_t m_skip, m_left;
    bool m_is_full = false;
};

class CountingSink final : public Sink {
public:
    Result<void> write(std::string_view bytes) override
    {
        count += bytes.size();
        return {};
    }
    uint64_t count = 0;
};

} // namespace

Result<void> ContentSource::copy_range(uint64_t first, uint64_t count, Sink &sink) const
{
    RangeSink range(sink, first, count);
    auto const copied = copy_to(range);
    return range.is_full() ? Result<void>() : copied;
}

Result<uint64_t> ContentSource::size() const
{
    CountingSink counter;
    auto const copied = copy_to(counter);
    return copied ? Result<uint64_t>(counter.count) : copied.error();
}

Result<void> Content::copy_range(uint64_t first, uint64_t count, Sink &sink) const
{
    auto const *held = text();
    if (!held)
        return std::get<1>(m_value)->copy_range(first, count, sink);
    auto const from = std::min<uint64_t>(first, held->size());
    return sink.write(std::string_view(*held).substr(from, count));
}

Result<uint64_t> Content::size() const
{
    auto const *held = text();
    return held ? Result<uint64_t>(held->size()) : std::get<1>(m_value)->size();
}

} // namespace eas

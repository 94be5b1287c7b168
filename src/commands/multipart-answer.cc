// See multipart-answer.h for the format.
#include "commands/multipart-answer.h"
#include "base/content-filters.h"
#include <cstdint>
#include <string>

namespace eas {

namespace {

/// Passes everything on and counts it.
class CountedSink final : public Sink {
public:
    explicit CountedSink(Sink &sink) : m_sink(sink) {}
    Result<void> write(std::string_view bytes) override
    {
        count += bytes.size();
        return m_sink.write(bytes);
    }
    uint64_t count = 0;

private:
    Sink &m_sink;
};

} // namespace

static void append_number(std::string &text, uint64_t number)
{
    for (int shift = 0; shift < 32; shift += 8)
        text += static_cast<char>(number >> shift & 0xff);
}

static Result<std::string> part_table(std::vector<uint64_t> const &lengths)
{
    std::string table;
    append_number(table, lengths.size());
    uint64_t offset = 4 + 8 * lengths.size();
    for (uint64_t const length : lengths) {
        append_number(table, offset);
        append_number(table, length);
        offset += length;
    }
    if (offset > UINT32_MAX)
        return Error{ErrorKind::too_large, "a multipart answer cannot have more than 4 GiB"};
    return table;
}

Result<void> write_multipart(AnswerSink &sink, std::string_view document,
                             std::vector<Content> const &contents)
{
    std::vector<uint64_t> lengths(1 + contents.size()); // not known yet
    auto table = part_table(lengths);
    if (!table)
        return table.error();
    if (auto const written = sink.write(*table); !written)
        return written;
    if (auto const written = sink.write(document); !written)
        return written;
    lengths[0] = document.size();
    for (size_t i = 0; i < contents.size(); ++i) {
        CountedSink counted(sink);
        if (auto const copied = contents[i].copy_to(counted); !copied)
            return copied;
        lengths[i + 1] = counted.count;
    }
    table = part_table(lengths);
    return table ? sink.overwrite(0, *table) : table.error();
}

} // namespace eas

// See recipient-ranks.h.
#include "mapping/recipient-ranks.h"
#include "base/text.h"
#include <algorithm>

namespace eas {

namespace {

constexpr size_t most_of_one_message = 20;

bool is_address(std::string_view text)
{
    auto const at = text.find('@');
    return at != text.npos && at != 0 && at + 1 < text.size();
}

} // namespace

RecipientRanks::RecipientRanks(std::vector<std::string> const &own)
{
    for (auto const &address : own)
        m_own.push_back(to_lower(address));
}

void RecipientRanks::add(std::vector<Address> const &recipients)
{
    m_messages++;
    for (size_t i = 0; i < std::min(recipients.size(), most_of_one_message); i++) {
        auto const &[name, address] = recipients[i];
        auto const key = to_lower(address);
        if (!is_address(address) || std::ranges::find(m_own, key) != m_own.end())
            continue;
        auto &known = m_known.try_emplace(key, Known{{"", address, 0}, 0, m_known.size()}).first->second;
        if (known.recipient.name.empty())
            known.recipient.name = name;
        if (known.last_message != m_messages)
            known.recipient.rank++;
        known.last_message = m_messages;
    }
}

std::vector<RankedRecipient> RecipientRanks::take() &&
{
    std::vector<Known> known;
    for (auto &each : m_known)
        known.push_back(std::move(each.second));
    std::ranges::sort(known, [](Known const &a, Known const &b) {
        return a.recipient.rank != b.recipient.rank ? a.recipient.rank > b.recipient.rank : a.order < b.order;
    });
    std::vector<RankedRecipient> ranked;
    for (auto &each : known)
        ranked.push_back(std::move(each.recipient));
    return ranked;
}

} // namespace eas

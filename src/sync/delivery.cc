// See delivery.h.
#include "sync/delivery.h"
#include <algorithm>

namespace eas {

namespace {

constexpr uint32_t patience = 2; ///< repeats without consequences: networks lose answers
constexpr size_t shrink_factor = 8, growth_factor = 2;
constexpr size_t largest_window = 512; // MS-ASCMD 2.2.3.199
constexpr uint32_t whole_tries = 2, tries_without_body = 3;
constexpr int64_t seconds_between_tries = 2;

} // namespace

void Delivery::note_request(bool repeated, size_t wanted, Instant now)
{
    if (!repeated) {
        forget_repeats();
        window = window * growth_factor < largest_window ? window * growth_factor : 0;
        return;
    }
    if (now.seconds() < counted_seconds + seconds_between_tries)
        return;
    counted_seconds = now.seconds();
    if (!suspect.empty())
        ++suspect_tries;
    if (++repeats > patience)
        window = static_cast<uint32_t>(std::max<size_t>(limit(wanted) / shrink_factor, 1));
}

void Delivery::forget_repeats()
{
    repeats = suspect_tries = 0;
    suspect.clear();
    counted_seconds = 0;
}

size_t Delivery::limit(size_t wanted) const
{
    return window == 0 ? wanted : std::min<size_t>(window, wanted);
}

Delivery::Form Delivery::form_of(std::string_view item)
{
    if (window != 1 || repeats <= patience)
        return Form::whole;
    if (suspect != item) {
        suspect = item;
        suspect_tries = 1;
    }
    if (suspect_tries <= whole_tries)
        return Form::whole;
    return suspect_tries <= whole_tries + tries_without_body ? Form::without_body : Form::left_out;
}

} // namespace eas

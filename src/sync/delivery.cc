// See delivery.h.
#include "sync/delivery.h"
#include <algorithm>

namespace eas {

namespace {

constexpr uint32_t patience = 2; ///< repeats without consequences: networks lose answers
constexpr size_t shrink_factor = 8, growth_factor = 2;
constexpr size_t largest_window = 512; // MS-ASCMD 2.2.3.199
constexpr uint32_t whole_tries = 2, tries_without_body = 3;

} // namespace

void Delivery::note_request(bool repeated, size_t wanted)
{
    if (repeated) {
        if (++repeats > patience)
            window = static_cast<uint32_t>(std::max<size_t>(limit(wanted) / shrink_factor, 1));
        return;
    }
    repeats = suspect_tries = 0;
    suspect.clear();
    window = window * growth_factor < largest_window ? window * growth_factor : 0;
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
        suspect_tries = 0;
    }
    ++suspect_tries;
    if (suspect_tries <= whole_tries)
        return Form::whole;
    return suspect_tries <= whole_tries + tries_without_body ? Form::without_body : Form::left_out;
}

} // namespace eas

// Random bytes of the operating system, for names that nobody may guess or meet twice.
#pragma once
#include <cstddef>
#include <random>
#include <string>

namespace eas {

inline std::string random_bytes(size_t count)
{
    std::random_device device; // getrandom(2) or RDRAND: no state, no seed
    std::uniform_int_distribution<int> byte(0, 255);
    std::string bytes(count, '\0');
    for (char &each : bytes)
        each = static_cast<char>(byte(device));
    return bytes;
}

} // namespace eas

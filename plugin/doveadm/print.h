// Rows of doveadm's output: columns are announced once, then each row gives a value to each.
#pragma once
#include "compat/doveadm.h"
#include <initializer_list>
#include <string>

namespace eas {

struct Column {
    char const *key;   ///< in JSON and flow output
    char const *title; ///< in a table
    enum doveadm_print_header_flags flags = {};
};

inline void print_columns(std::initializer_list<Column> columns)
{
    for (auto const &column : columns)
        doveadm_print_header(column.key, column.title, column.flags);
}

inline void print_row(std::initializer_list<std::string> values)
{
    for (auto const &value : values)
        doveadm_print(value.c_str());
}

} // namespace eas

// Categories of a message (MS-ASEMAIL 2.2.2.16) are IMAP keywords, so that every client of the mailbox shares
// them. A keyword is an ASCII atom whose case does not matter, hence the name is written so:
//
//   a blank                      '_'
//   what no atom may have, '=', '_'   '=' and two hex digits: "R&D (new)" is "R&D_=28new=29"
//   characters beyond ASCII      Punycode (RFC 3492) of the above, after "xn--": "Büro" is "xn--Bro-hoa";
//                                unlike IMAP's UTF-7 it does not depend on case
//   Thunderbird's five           $label1 to $label5 stand for the names that they have there
//
// Keywords that begin with '$' (RFC 5788: agreed among clients) and a few older ones are no categories: a
// device is not shown them, and they are never removed.
#pragma once
#include <string>
#include <string_view>
#include <vector>

namespace eas {

constexpr size_t longest_category = 255; ///< characters
constexpr size_t most_categories = 300;  ///< of a message, MS-ASEMAIL 2.2.2.17

bool is_category(std::string_view keyword);
/// UTF-8. Of a keyword that another client made, too; its name is that of the keyword it would be written as.
std::string category_name(std::string_view keyword);
/// "" for a name that cannot be one: empty, or too long.
std::string category_keyword(std::string_view name);

/// The names of those that are categories, each once, sorted.
std::vector<std::string> category_names(std::vector<std::string> const &keywords);

} // namespace eas

// The global tokens of WBXML and the document header of EAS. MS-ASWBXML 1.6 and 2.1.2; WBXML 1.3, 5.8.
#pragma once
#include <cstdint>

namespace eas::wbxml {

constexpr uint8_t switch_page = 0x00;
constexpr uint8_t end = 0x01;
constexpr uint8_t entity = 0x02;
constexpr uint8_t str_i = 0x03; ///< inline string, ended by NUL
constexpr uint8_t literal = 0x04;
constexpr uint8_t ext_i_0 = 0x40, ext_i_2 = 0x42;
constexpr uint8_t pi = 0x43;
constexpr uint8_t literal_c = 0x44;
constexpr uint8_t ext_t_0 = 0x80, ext_t_2 = 0x82;
constexpr uint8_t str_t = 0x83;
constexpr uint8_t literal_a = 0x84;
constexpr uint8_t ext_0 = 0xC0, ext_2 = 0xC2;
constexpr uint8_t opaque = 0xC3; ///< length (mb_u_int32), then bytes
constexpr uint8_t literal_ac = 0xC4;

/// Bits of a tag's byte beside the token.
constexpr uint8_t has_attributes = 0x80, has_content = 0x40, token_mask = 0x3F;

constexpr uint8_t version_1_3 = 0x03;
constexpr uint8_t charset_unknown = 0, charset_utf8 = 106; ///< MIBenum
constexpr uint8_t public_id_unknown = 0x01;

} // namespace eas::wbxml

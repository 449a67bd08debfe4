#include "stix/identifier.h"

#include <algorithm>

#include "crypto/sha1.h"

namespace comity::stix {
namespace {

int hex_digit(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

// STIX 2.1, 2.9: "00abedb4-aa42-466c-9c01-fed23315a9b7".
constexpr std::array<std::uint8_t, 16> observables{0x00, 0xab, 0xed, 0xb4, 0xaa, 0x42, 0x46, 0x6c,
                                                   0x9c, 0x01, 0xfe, 0xd2, 0x33, 0x15, 0xa9, 0xb7};

}  // namespace

bool is_type_name(std::string_view text) {
  if (text.size() < 3 || text.size() > 250 || text[0] < 'a' || text[0] > 'z') return false;
  for (char c : text)
    if (!((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-')) return false;
  return true;
}

std::optional<Identifier> identifier_from_text(std::string_view text) {
  if (text.size() < 38 + 3 || text[text.size() - 38] != '-' || text[text.size() - 37] != '-')
    return std::nullopt;
  Identifier id;
  id.type = text.substr(0, text.size() - 38);
  std::string_view uuid = text.substr(text.size() - 36);
  std::size_t digits = 0;
  for (std::size_t i = 0; i < uuid.size(); ++i) {
    if (i == 8 || i == 13 || i == 18 || i == 23) {
      if (uuid[i] != '-') return std::nullopt;
      continue;
    }
    int digit = hex_digit(uuid[i]);
    if (digit < 0) return std::nullopt;
    if (uuid[i] >= 'A' && uuid[i] <= 'F') id.lower_case = false;
    auto& byte = id.uuid[digits++ / 2];
    byte = static_cast<std::uint8_t>(byte << 4 | digit);
  }
  id.version = id.uuid[6] >> 4;
  bool rfc4122 = (id.uuid[8] & 0xc0) == 0x80 && id.version >= 1 && id.version <= 8;
  if (!rfc4122 || !is_type_name(id.type)) return std::nullopt;
  return id;
}

std::array<std::uint8_t, 16> named_uuid(const std::array<std::uint8_t, 16>& space,
                                        std::string_view name) {
  auto digest = crypto::sha1_for_names({BytesView(space), as_bytes(name)});
  std::array<std::uint8_t, 16> uuid{};
  std::copy_n(digest.begin(), 16, uuid.begin());
  uuid[6] = static_cast<std::uint8_t>((uuid[6] & 0x0f) | 0x50);
  uuid[8] = static_cast<std::uint8_t>((uuid[8] & 0x3f) | 0x80);
  return uuid;
}

std::array<std::uint8_t, 16> observable_uuid(std::string_view name) {
  return named_uuid(observables, name);
}

}  // namespace comity::stix

#include "base/ids.h"

namespace comity {

std::array<std::uint8_t, 16> make_uuid7(Instant now, Random& random) {
  std::array<std::uint8_t, 16> id;
  random.fill(id);
  auto ms = static_cast<std::uint64_t>(now.time_since_epoch().count());
  for (std::size_t i = 0; i < 6; ++i) id[i] = static_cast<std::uint8_t>(ms >> (40 - 8 * i));
  id[6] = static_cast<std::uint8_t>(0x70 | (id[6] & 0x0f));
  id[8] = static_cast<std::uint8_t>(0x80 | (id[8] & 0x3f));
  return id;
}

std::string uuid_text(const std::array<std::uint8_t, 16>& bytes) {
  std::string hex = to_hex(bytes);
  for (std::size_t at : {20u, 16u, 12u, 8u}) hex.insert(at, 1, '-');
  return hex;
}

Result<std::array<std::uint8_t, 16>> uuid7_from_text(std::string_view text) {
  auto bad = [] {
    return fail(Code::bad_value, "an id is a UUID of version 7 in lower case (RFC 9562)");
  };
  if (text.size() != 36) return bad();
  std::string hex;
  for (std::size_t i = 0; i < text.size(); ++i) {
    bool dash = i == 8 || i == 13 || i == 18 || i == 23;
    if (dash != (text[i] == '-') || (text[i] >= 'A' && text[i] <= 'F')) return bad();
    if (!dash) hex += text[i];
  }
  auto bytes = from_hex(hex);
  if (!bytes || (*bytes)[6] >> 4 != 7 || (*bytes)[8] >> 6 != 2) return bad();
  std::array<std::uint8_t, 16> id;
  std::copy(bytes->begin(), bytes->end(), id.begin());
  return id;
}

Result<MemberId> member_id_from_text(std::string_view text) {
  auto bytes = from_hex(text);
  if (!bytes || bytes->size() != 32) return fail(Code::bad_value, "a member id is 64 hex digits");
  return fixed32<MemberTag>(*bytes);
}

}  // namespace comity

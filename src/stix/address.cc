#include "stix/address.h"

#include <algorithm>
#include <charconv>

namespace comity::stix {
namespace {

std::optional<unsigned> number(std::string_view text, int base, unsigned max) {
  unsigned value = 0;
  auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value, base);
  if (text.empty() || error != std::errc() || end != text.data() + text.size() || value > max)
    return std::nullopt;
  return value;
}

bool read_v4(std::string_view text, std::uint8_t* out) {
  for (int i = 0; i < 4; ++i) {
    std::size_t end = i == 3 ? text.size() : text.find('.');
    if (end == std::string_view::npos || end > 3) return false;
    auto value = number(text.substr(0, end), 10, 255);
    // A leading zero reads as octal elsewhere.
    if (!value || (end > 1 && text[0] == '0')) return false;
    out[i] = static_cast<std::uint8_t>(*value);
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return true;
}

// RFC 4291, 2.2: groups of hex digits, one "::" for a run of zeros, IPv4 in the last 32 bits.
bool read_v6(std::string_view text, std::array<std::uint8_t, 16>& out) {
  std::array<std::uint8_t, 16> bytes{};
  std::size_t count = 0;
  std::optional<std::size_t> gap;
  if (text.starts_with("::")) {
    gap = 0;
    text.remove_prefix(2);
  }
  while (!text.empty()) {
    std::size_t end = std::min(text.find(':'), text.size());
    std::string_view group = text.substr(0, end);
    if (group.contains('.')) {
      if (end != text.size() || count > 12 || !read_v4(group, &bytes[count])) return false;
      count += 4;
      break;
    }
    auto value = group.size() > 4 ? std::nullopt : number(group, 16, 0xffff);
    if (!value || count > 14) return false;
    bytes[count++] = static_cast<std::uint8_t>(*value >> 8);
    bytes[count++] = static_cast<std::uint8_t>(*value);
    text.remove_prefix(end);
    if (text.empty()) break;
    if (text.starts_with("::")) {
      if (gap) return false;
      gap = count;
      text.remove_prefix(2);
    } else {
      text.remove_prefix(1);
      if (text.empty()) return false;
    }
  }
  if (gap ? count > 14 : count != 16) return false;
  if (!gap) gap = count;
  out.fill(0);
  std::copy_n(bytes.begin(), *gap, out.begin());
  std::copy(bytes.begin() + static_cast<std::ptrdiff_t>(*gap),
            bytes.begin() + static_cast<std::ptrdiff_t>(count),
            out.end() - static_cast<std::ptrdiff_t>(count - *gap));
  return true;
}

void clear_beyond(Block& block) {
  for (unsigned bit = block.bits; bit < 128; ++bit)
    block.bytes[bit / 8] &= static_cast<std::uint8_t>(~(0x80u >> bit % 8));
}

}  // namespace

std::optional<Block> block_from_text(std::string_view text) {
  std::size_t slash = std::min(text.find('/'), text.size());
  std::string_view address = text.substr(0, slash);
  Block block;
  block.v6 = address.contains(':');
  unsigned most = block.v6 ? 128 : 32;
  if (block.v6 ? !read_v6(address, block.bytes) : !read_v4(address, block.bytes.data()))
    return std::nullopt;
  block.bits = most;
  if (slash < text.size()) {
    std::string_view length = text.substr(slash + 1);
    auto bits = number(length, 10, most);
    if (!bits || (length.size() > 1 && length[0] == '0')) return std::nullopt;
    block.bits = *bits;
  }
  clear_beyond(block);
  return block;
}

bool within(const Block& inner, const Block& outer) {
  if (inner.v6 != outer.v6 || inner.bits < outer.bits) return false;
  Block widened = inner;
  widened.bits = outer.bits;
  clear_beyond(widened);
  return widened == outer;
}

}  // namespace comity::stix

// Internet addresses: RFC 4291, RFC 5952, RFC 4632.
#include <algorithm>
#include <array>
#include <bit>
#include <charconv>

#include "base/limits_sweep.h"
#include "sweep/canonical.h"
#include "sweep/chars.h"

namespace comity::sweep {

Prefix Prefix::cut(unsigned bits) const {
  Prefix out = *this;
  if (bits < 128) out.low = bits <= 64 ? 0 : low & ~std::uint64_t{0} << (128 - bits);
  if (bits < 64) out.high = bits == 0 ? 0 : high & ~std::uint64_t{0} << (64 - bits);
  out.length = static_cast<std::uint8_t>(bits);
  return out;
}

Prefix prefix_of_v4(std::uint32_t address, unsigned bits) {
  return Prefix{0, std::uint64_t{0xffff} << 32 | address, 128}.cut(96 + bits);
}

std::optional<std::uint32_t> ipv4_from_text(std::string_view text) {
  if (text.size() < 7 || text.size() > 15) return std::nullopt;
  std::uint32_t address = 0;
  std::size_t i = 0;
  for (int part = 0; part < 4; ++part) {
    unsigned number = 0;
    std::size_t from = i;
    for (; i < text.size() && is(text[i], in_digit) && i - from < 3; ++i)
      number = number * 10 + static_cast<unsigned>(text[i] - '0');
    bool leading_zero = i - from > 1 && text[from] == '0';
    if (i == from || number > 255 || leading_zero) return std::nullopt;
    address = address << 8 | number;
    if (part < 3 && (i == text.size() || text[i++] != '.')) return std::nullopt;
  }
  if (i != text.size()) return std::nullopt;
  return address;
}

std::string_view without_port(std::string_view text) {
  std::size_t dot = text.rfind('.');
  auto digits = dot == text.npos ? std::string_view() : text.substr(dot + 1);
  unsigned port = 0;
  auto [end, wrong] = std::from_chars(digits.data(), digits.data() + digits.size(), port);
  bool whole = wrong == std::errc() && end == digits.data() + digits.size();
  return whole && digits[0] != '0' && port <= 65'535 ? text.substr(0, dot) : text;
}

namespace {

// Groups of up to four hex digits between colons, perhaps an IPv4 address last.
struct Groups {
  std::array<std::uint16_t, 8> list{};
  std::size_t size = 0;
};

bool read_groups(std::string_view text, Groups& out) {
  while (!text.empty()) {
    std::size_t colon = std::min(text.find(':'), text.size());
    auto word = text.substr(0, colon);
    if (word.contains('.')) {
      auto v4 = ipv4_from_text(word);
      if (!v4 || colon != text.size() || out.size > 6) return false;
      out.list[out.size++] = static_cast<std::uint16_t>(*v4 >> 16);
      out.list[out.size++] = static_cast<std::uint16_t>(*v4);
      return true;
    }
    if (word.empty() || word.size() > 4 || out.size == 8) return false;
    unsigned group = 0;
    for (char c : word) {
      if (!is(c, in_hex)) return false;
      group = group << 4 | hex_value(c);
    }
    out.list[out.size++] = static_cast<std::uint16_t>(group);
    if (colon == text.size()) return true;
    text.remove_prefix(colon + 1);
    if (text.empty()) return false;
  }
  return true;
}

}  // namespace

std::optional<Prefix> ipv6_from_text(std::string_view text) {
  if (text.size() < 2 || text.size() > 45) return std::nullopt;
  Groups groups, tail;
  std::size_t gap = text.find("::");
  if (gap == std::string_view::npos) {
    if (!read_groups(text, groups) || groups.size != 8) return std::nullopt;
  } else {
    auto after = text.substr(gap + 2);
    if (!read_groups(text.substr(0, gap), groups) || after.starts_with(':') ||
        !read_groups(after, tail) || groups.size + tail.size > 7)
      return std::nullopt;
    std::copy_n(tail.list.begin(), tail.size, groups.list.end() - static_cast<long>(tail.size));
  }
  Prefix out;
  for (std::size_t i = 0; i < 8; ++i) {
    auto& half = i < 4 ? out.high : out.low;
    half = half << 16 | groups.list[i];
  }
  return out;
}

namespace {

// RFC 5952: the longest run of zeros, the first of equals, as "::"; small digits.
std::string ipv6_text(const Prefix& prefix) {
  std::array<unsigned, 8> groups{};
  for (std::size_t i = 0; i < 8; ++i)
    groups[i] =
        static_cast<unsigned>((i < 4 ? prefix.high : prefix.low) >> (48 - 16 * (i % 4))) & 0xffff;
  std::size_t best = 8, best_size = 1;
  for (std::size_t i = 0; i < 8; ++i) {
    std::size_t n = 0;
    while (i + n < 8 && groups[i + n] == 0) ++n;
    if (n > best_size) best = i, best_size = n;
  }
  std::string out;
  for (std::size_t i = 0; i < 8; ++i) {
    if (i == best) {
      out += "::";
      i += best_size - 1;
      continue;
    }
    if (!out.empty() && out.back() != ':') out += ':';
    std::array<char, 4> digits{};
    auto end = std::to_chars(digits.data(), digits.data() + 4, groups[i], 16).ptr;
    out.append(digits.data(), end);
  }
  return out;
}

Result<std::vector<Prefix>> range_of_v4(std::uint32_t first, std::uint32_t last) {
  if (first > last) return fail(Code::bad_value, "a range runs from the lower address");
  std::vector<Prefix> out;
  std::uint64_t at = first, end = std::uint64_t{last} + 1;
  while (at < end) {
    unsigned bits = static_cast<unsigned>(std::countr_zero(at | std::uint64_t{1} << 32));
    while (at + (std::uint64_t{1} << bits) > end) --bits;
    if (32 - bits < limits::sweep_ipv4_bits_min)
      return fail(Code::bad_value, "a range wider than /8 says nothing");
    out.push_back(prefix_of_v4(static_cast<std::uint32_t>(at), 32 - bits));
    at += std::uint64_t{1} << bits;
  }
  return out;
}

}  // namespace

std::string to_text(const Prefix& prefix) {
  if (!prefix.is_v4())
    return ipv6_text(prefix) + (prefix.length == 128 ? "" : "/" + std::to_string(prefix.length));
  std::string out;
  for (int shift = 24; shift >= 0; shift -= 8)
    out += std::to_string(prefix.low >> shift & 0xff) + (shift > 0 ? "." : "");
  return out + (prefix.length == 128 ? "" : "/" + std::to_string(prefix.length - 96));
}

Result<std::vector<Prefix>> addresses_from_text(std::string_view text) {
  auto no = [] { return fail(Code::bad_value, "not an address, a prefix or a range"); };
  if (auto dash = text.find('-'); dash != std::string_view::npos) {
    auto first = ipv4_from_text(text.substr(0, dash));
    auto last = ipv4_from_text(text.substr(dash + 1));
    if (!first || !last) return no();
    return range_of_v4(*first, *last);
  }
  std::size_t slash = text.find('/');
  auto v4 = ipv4_from_text(text.substr(0, slash));
  auto address = v4 ? prefix_of_v4(*v4) : ipv6_from_text(text.substr(0, slash));
  if (!address) return no();
  if (slash == std::string_view::npos) return std::vector{*address};
  auto digits = text.substr(slash + 1);
  unsigned bits = 0;
  auto [end, wrong] = std::from_chars(digits.data(), digits.data() + digits.size(), bits);
  if (wrong != std::errc() || end != digits.data() + digits.size() || bits > (v4 ? 32u : 128u))
    return no();
  if (bits < (v4 ? limits::sweep_ipv4_bits_min : limits::sweep_ipv6_bits_min))
    return fail(Code::bad_value, "a range wider than /8 (IPv6: /16) says nothing");
  Prefix cut = address->cut(v4 ? bits + 96 : bits);
  if (cut.high != address->high || cut.low != address->low)
    return fail(Code::bad_value, "bits are set beyond the prefix");
  return std::vector{cut};
}

}  // namespace comity::sweep

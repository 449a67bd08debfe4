// What stands around '@', ':', '[' and '\', and phrases.
#include <algorithm>
#include <array>
#include <bit>

#include "base/limits_sweep.h"
#include "sweep/edges.h"
#include "sweep/scanner.h"

namespace comity::sweep {

// What follows "://" and perhaps a user's name: a host that some URL has. Unsure counts as yes.
bool Scanner::host_may_be_known(std::string_view text) const {
  std::size_t end = 0, host = 0;
  while (end < text.size() && !is(text[end], ends_url) && text[end] != '/') {
    if (text[end] == '@') host = end + 1;
    ++end;
  }
  text = text.substr(host, end - host);
  std::size_t size = 0;
  while (size < text.size() && in_dotted(text[size])) ++size;
  if (size < text.size() && text[size] == '[') return true;
  while (size > 0 && text[size - 1] == '.') --size;
  return index_.may_have(Form::url, index_.hash(text.substr(0, size)));
}

void Scanner::url(std::size_t at) {
  const char* text = window_.data();
  std::size_t begin = at;
  while (at - begin < 17 && is(text[begin - 1], in_alnum)) --begin;
  if (text[begin - 1] == '%' && at - begin > 2) begin += 2;
  if (begin == at || at - begin > 16) return;
  if (!host_may_be_known({text + at + 3, limits::sweep_name_bytes_max + 64})) return;
  std::size_t end = at + 3;
  while (end - begin <= limits::sweep_url_bytes_max && !is(text[end], ends_url)) ++end;
  if (end - begin > limits::sweep_url_bytes_max) return;
  std::string_view whole(text + begin, end - begin);
  for (int i = 0; i < 8 && !try_url(whole); ++i) {
    if (!one_of(static_cast<unsigned char>(whole.back()), ".,;:!?'\")]*_")) return;
    whole.remove_suffix(1);
  }
}

bool Scanner::try_url(std::string_view text) {
  bool known = false;
  if (!canonical_url(text, url_)) return known;
  index_.find(Form::url, url_, index_.hash_exact(url_), [&](auto found) {
    hit(found, text);
    known = true;
  });
  return known;
}

void Scanner::address_v6(std::size_t at) {
  const char* text = window_.data();
  auto within = [](char c) { return is(c, in_hex) || c == ':' || c == '.'; };
  std::size_t begin = at, end = at, colons = 0;
  while (at - begin < 48 && within(text[begin - 1])) --begin;
  for (; end - at < 48 && within(text[end]); ++end) colons += text[end] == ':';
  v6_done_ = end;
  std::string_view run(text + begin, end - begin);
  if (colons < 2 || run.size() > 48) return;
  while (run.ends_with('.') || (run.ends_with(':') && !run.ends_with("::"))) run.remove_suffix(1);
  // "src:2001:db8::7": what stands before the first colon may be a name, or its end.
  while (!run.empty() && (!may_begin(run.data(), [](char c) { return is(c, in_name); }) ||
                          (run[0] == ':' && !run.starts_with("::"))))
    run.remove_prefix(std::min(run.find(':', run[0] == ':' ? 0 : 1) + 1, run.size()));
  if (run.size() < 2 || (is(run.data()[run.size()], in_name) && !ends_name(run.data()[run.size()])))
    return;
  auto address = ipv6_from_text(run);
  if (!address) address = ipv6_from_text(run = without_port(run));
  if (!address) return;
  // An IPv4 address that is written as one is found as a dotted name.
  if (address->is_v4() && run.contains('.')) return;
  index_.find_address(*address, [&](auto found) { hit(found, run); });
}

void Scanner::mail(std::size_t at) {
  const char *sign = window_.data() + at, *end = sign + 1;
  while (end - sign <= 256 && in_dotted(*end) && !ends_name(*end)) ++end;
  while (end[-1] == '.') --end;
  std::string_view domain(sign + 1, static_cast<std::size_t>(std::max(end - sign - 1, 0L)));
  if (domain.size() > limits::sweep_name_bytes_max || domain.empty()) return;
  if (!index_.may_have(Form::mail, index_.hash(domain))) return;
  // "to=eve@example.com": every beginning that no address goes on before.
  for (const char* begin = sign; sign - begin < 64 && is(begin[-1], in_local);) {
    --begin;
    if (!is(*begin, in_core) || !may_begin(begin, [](char c) { return is(c, in_core); })) continue;
    std::string_view address(begin, static_cast<std::size_t>(end - begin));
    index_.find(Form::mail, address, index_.hash(address),
                [&](auto found) { hit(found, address); });
  }
}

// A name some of whose dots are written "[.]".
void Scanner::bracket(std::size_t at) {
  const char *sign = window_.data() + at, *begin = sign, *end = sign;
  auto dot_at = [](const char* p) { return p[0] == '[' && p[1] == '.' && p[2] == ']'; };
  if (at < bracket_done_ || !dot_at(sign)) return;
  constexpr long far = 3 * static_cast<long>(limits::sweep_name_bytes_max);
  while (sign - begin < far && (in_dotted(begin[-1]) || dot_at(begin - 3)))
    begin -= in_dotted(begin[-1]) ? 1 : 3;
  plain_.assign(begin, sign);
  while (end - sign < far && (in_dotted(*end) || dot_at(end))) {
    plain_ += dot_at(end) ? '.' : *end;
    end += dot_at(end) ? 3 : 1;
  }
  bracket_done_ = static_cast<std::size_t>(end - window_.data());
  token({plain_, {begin, static_cast<std::size_t>(end - begin)}});
}

// The last four letters of a root's name, in any case.
static bool may_end_root(const char* end) {
  constexpr std::array<std::string_view, 10> endings{"hklm", "hkcu", "hkcr", "hkcc", "hine",
                                                     "user", "root", "sers", "nfig", "hku"};
  std::array<char, 4> last{};
  for (std::size_t i = 0; i < 4; ++i) last[i] = lower(end[static_cast<long>(i) - 4]);
  std::string_view text(last.data(), 4);
  return std::ranges::any_of(endings, [&](auto one) { return text.ends_with(one); });
}

void Scanner::registry(std::size_t at) {
  const char *slash = window_.data() + at, *end = slash;
  if (end[-1] == ':') --end;
  if (!may_end_root(end)) return;
  const char* begin = end;
  while (end - begin < 20 && is(begin[-1], in_name)) --begin;
  std::string_view word(begin, static_cast<std::size_t>(end - begin));
  if (word.size() < 3 || word.size() > 19) return;
  std::string_view root = registry_root(word);
  if (root.empty()) return;
  if (lower(word[0]) != 'h') {
    constexpr std::string_view kernel = "\\registry\\";
    begin -= kernel.size();
    if (!std::ranges::equal(std::string_view(begin, kernel.size()), kernel, {}, lower)) return;
  }
  registry_path(begin, root, slash);
}

// Asks at each place where a key's name may end, since names may have spaces.
void Scanner::registry_path(const char* begin, std::string_view root, const char* path) {
  std::array<char, limits::sweep_registry_bytes_max + 8> canonical{};
  std::size_t size = 0;
  GrowingHash hash = index_.growing();
  auto add = [&](char c) { hash.add(canonical[size++] = c); };
  for (char c : root) add(c);
  for (const char* at = path; size < index_.registry_longest() && at - path < 3000; ++at) {
    if (static_cast<unsigned char>(*at) < 0x20 || *at == '"') return;
    if (*at == '\\' && canonical[size - 1] == '\\') continue;
    add(lower(*at));
    if (*at == '\\' || !may_end(at + 1) || !index_.may_have(Form::registry, hash.value())) continue;
    index_.find(Form::registry, {canonical.data(), size}, hash.value(),
                [&](auto found) { hit(found, {begin, static_cast<std::size_t>(at + 1 - begin)}); });
  }
}

void Scanner::word(std::size_t at) {
  auto size = static_cast<std::size_t>(std::countr_one(bits_from(masks_.data(), &Masks::name, at)));
  std::string_view word(window_.data() + at, size);
  if (size < 64 && index_.may_anchor(index_.hash(word))) phrases(word);
}

void Scanner::phrases(std::string_view word) {
  const auto* shapes = index_.shapes_at(index_.hash(word));
  if (shapes == nullptr) return;
  for (const Index::Shape& shape : *shapes) {
    std::string_view text(word.data() - shape.before, shape.size);
    if (in_dotted(text.front()) && !may_begin(text.data(), in_dotted)) continue;
    if (in_dotted(text.back()) && !may_end(text.data() + text.size())) continue;
    std::uint64_t hash = index_.hash(text);
    if (index_.may_have(Form::phrase, hash))
      index_.find(Form::phrase, text, hash, [&](auto found) { hit(found, text); });
  }
}

}  // namespace comity::sweep

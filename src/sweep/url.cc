// URLs: RFC 3986, 6.2.2 and 6.2.3, as far as nobody can doubt it.
#include <algorithm>

#include "base/limits_sweep.h"
#include "sweep/canonical.h"
#include "sweep/chars.h"

namespace comity::sweep {
namespace {

bool is_unreserved(char c) {
  return is(c, in_alnum) || one_of(static_cast<unsigned char>(c), "-._~");
}

// "%7e" as "~", "%2f" as "%2F"; what is no encoding stays.
void add_encoded(std::string_view text, std::string& out) {
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '%' || i + 2 >= text.size() || !is(text[i + 1], in_hex) ||
        !is(text[i + 2], in_hex)) {
      out += text[i];
      continue;
    }
    char byte = static_cast<char>(hex_value(text[i + 1]) << 4 | hex_value(text[i + 2]));
    auto upper = [](char c) { return c >= 'a' ? static_cast<char>(c & ~0x20) : c; };
    if (is_unreserved(byte))
      out += byte;
    else
      out += {'%', upper(text[i + 1]), upper(text[i + 2])};
    i += 2;
  }
}

// "[.]" as "."; false when there is none.
bool undo_brackets(std::string_view text, std::string& out) {
  std::size_t found = text.find("[.]");
  if (found == std::string_view::npos) return false;
  for (; found != std::string_view::npos; found = text.find("[.]")) {
    out.append(text.substr(0, found)).push_back('.');
    text.remove_prefix(found + 3);
  }
  out += text;
  return true;
}

std::string_view own_port(std::string_view scheme) {
  if (scheme == "http" || scheme == "ws") return "80";
  if (scheme == "https" || scheme == "wss") return "443";
  return scheme == "ftp" ? "21" : "";
}

bool add_authority(std::string_view text, std::string_view scheme, std::string& out) {
  if (std::size_t user = text.rfind('@'); user != std::string_view::npos) {
    add_encoded(text.substr(0, user + 1), out);
    text.remove_prefix(user + 1);
  }
  std::size_t bracket = text.starts_with('[') ? text.find(']') : 0;
  if (bracket == std::string_view::npos) return false;
  std::size_t colon = text.find(':', bracket);
  auto host = text.substr(0, colon);
  while (host.ends_with('.')) host.remove_suffix(1);
  if (host.empty() || host.size() > limits::sweep_name_bytes_max) return false;
  bool literal = host.front() == '[';
  for (char c : host)
    if (!in_dotted(c) && !(literal && one_of(static_cast<unsigned char>(c), "[:]"))) return false;
  for (char c : host) out += lower(c);
  if (colon == std::string_view::npos) return true;
  auto port = text.substr(colon + 1);
  if (!std::ranges::all_of(port, [](char c) { return is(c, in_digit); })) return false;
  if (!port.empty() && port != own_port(scheme)) out.append(":").append(port);
  return true;
}

}  // namespace

bool canonical_url(std::string_view text, std::string& out) {
  out.clear();
  std::size_t colon = text.find("://");
  if (colon == std::string_view::npos || colon == 0 || colon > 16) return false;
  if (text.size() > limits::sweep_url_bytes_max) return false;
  for (char c : text.substr(0, colon)) {
    if (!is(c, in_alnum)) return false;
    out += lower(c);
  }
  if (is(out[0], in_digit)) return false;
  if (out == "hxxp" || out == "hxxps") out[1] = out[2] = 't';
  std::string scheme = out;
  text.remove_prefix(colon + 3);
  if (std::ranges::any_of(text, [](char c) { return is(c, ends_url); })) return false;
  std::string plain;
  if (undo_brackets(text, plain)) text = plain;
  out += "://";
  std::size_t path = std::min(text.find_first_of("/?#"), text.size());
  if (!add_authority(text.substr(0, path), scheme, out)) return false;
  text.remove_prefix(path);
  text = text.substr(0, text.find('#'));
  if (!text.starts_with('/')) out += '/';
  add_encoded(text, out);
  return true;
}

std::string_view host_of(std::string_view url) {
  url.remove_prefix(url.find("://") + 3);
  url = url.substr(0, url.find_first_of("/?"));
  if (std::size_t user = url.rfind('@'); user != std::string_view::npos)
    url.remove_prefix(user + 1);
  std::size_t bracket = url.starts_with('[') ? url.find(']') : 0;
  return url.substr(0, url.find(':', bracket));
}

}  // namespace comity::sweep

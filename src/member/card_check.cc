#include "member/card_check.h"

#include <algorithm>

#include "crypto/hash.h"
#include "member/plain.h"

namespace comity::member {
namespace {

bool is_upper(char c) {
  return c >= 'A' && c <= 'Z';
}
bool is_lower(char c) {
  return c >= 'a' && c <= 'z';
}
bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

std::string place(std::string_view list, std::size_t at, std::string_view member = "") {
  std::string where = "/" + std::string(list) + "/" + std::to_string(at);
  if (!member.empty()) where.append("/").append(member);
  return where;
}

template <typename T>
Result<void> check_no_two_alike(const std::vector<T>& list, std::string_view name) {
  for (std::size_t i = 1; i < list.size(); ++i)
    if (std::find(list.begin(), list.begin() + static_cast<std::ptrdiff_t>(i), list[i]) !=
        list.begin() + static_cast<std::ptrdiff_t>(i))
      return fail(Code::bad_value, "is there twice", place(name, i));
  return {};
}

Result<void> check_count(std::size_t count, std::size_t min, std::size_t max,
                         std::string_view name) {
  std::string where = "/" + std::string(name);
  if (count < min) return fail(Code::bad_value, "needs at least one entry", where);
  if (count > max)
    return fail(Code::too_large, "must have at most " + std::to_string(max) + " entries", where);
  return {};
}

// A label of a DNS name (RFC 1123, section 2.1), or of the four in an IPv4 address.
bool is_label(std::string_view label) {
  auto ok = [](char c) { return is_lower(c) || is_upper(c) || is_digit(c) || c == '-'; };
  return !label.empty() && label.size() <= 63 && label.front() != '-' && label.back() != '-' &&
         std::ranges::all_of(label, ok);
}

bool is_octet(std::string_view label) {
  if (label.empty() || label.size() > 3 || !std::ranges::all_of(label, is_digit)) return false;
  if (label.size() > 1 && label.front() == '0') return false;
  return std::stoi(std::string(label)) <= 255;
}

// A name whose last label is all digits can only be an IPv4 address (RFC 3696, section 2).
bool is_host(std::string_view host) {
  if (host.empty() || host.size() > 253) return false;
  std::vector<std::string_view> labels;
  for (std::size_t from = 0;;) {
    std::size_t dot = host.find('.', from);
    labels.push_back(host.substr(from, dot - from));
    if (dot == std::string_view::npos) break;
    from = dot + 1;
  }
  if (std::ranges::all_of(labels.back(), is_digit))
    return labels.size() == 4 && std::ranges::all_of(labels, is_octet);
  return std::ranges::all_of(labels, is_label);
}

// RFC 4291, section 2.2, forms 1 and 2: groups of hex digits, at most one "::".
bool is_ipv6(std::string_view text) {
  std::size_t gap = text.find("::");
  bool has_gap = gap != std::string_view::npos;
  if (has_gap && text.find("::", gap + 1) != std::string_view::npos) return false;
  auto groups = [](std::string_view part) -> int {
    if (part.empty()) return 0;
    int count = 1, digits = 0;
    for (char c : part) {
      if (c == ':') {
        if (digits == 0) return -1;
        ++count;
        digits = 0;
      } else if (!(is_digit(c) || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F')) ||
                 ++digits > 4) {
        return -1;
      }
    }
    return digits == 0 ? -1 : count;
  };
  if (!has_gap) return groups(text) == 8;
  int before = groups(text.substr(0, gap)), after = groups(text.substr(gap + 2));
  return before >= 0 && after >= 0 && before + after <= 7;
}

// "en", "fil", "pt-BR": a language of ISO 639 and perhaps a region of ISO 3166-1 (RFC 5646,
// section 2.1).
bool is_language(std::string_view tag) {
  std::size_t dash = tag.find('-');
  std::string_view language = tag.substr(0, dash);
  if (language.size() < 2 || language.size() > 3 || !std::ranges::all_of(language, is_lower))
    return false;
  if (dash == std::string_view::npos) return true;
  std::string_view region = tag.substr(dash + 1);
  return region.size() == 2 && std::ranges::all_of(region, is_upper);
}

// C2SP signed-note: "<name>+<id in hex>+<base64 of type byte and key>", the id being the first four
// bytes of SHA-256(name, 0x0A, type, key).
Result<crypto::PublicKey> key_of_verifier(std::string_view text, std::uint8_t type,
                                          const std::string& where) {
  auto bad = [&](std::string what) { return fail(Code::bad_value, std::move(what), where); };
  if (text.size() > limits::card_text_bytes_max) return bad("is too long for a verifier key");
  std::size_t first = text.find('+');
  if (first == std::string_view::npos || first == 0 || text.size() < first + 10 ||
      text[first + 9] != '+')
    return bad("must be a signed-note verifier key: name+id+key");
  std::string_view name = text.substr(0, first);
  if (name.size() > limits::note_key_name_bytes_max || !check_plain(name, "", name.size()) ||
      name.find(' ') != std::string_view::npos)
    return bad("the key's name must be without spaces and control characters");
  auto id = from_hex(text.substr(first + 1, 8));
  auto key = from_base64(text.substr(first + 10));
  if (!id || !key || key->size() != 33 || key->front() != type)
    return bad("must hold an Ed25519 key of signature type " + std::to_string(type));
  const std::uint8_t newline = '\n';
  Hash digest = crypto::sha256({as_bytes(name), BytesView(&newline, 1), *key});
  if (!std::equal(id->begin(), id->end(), digest.bytes.begin()))
    return bad("the key's id is not that of its name and key");
  return fixed32<crypto::PublicKeyTag>(BytesView(*key).subspan(1));
}

Result<void> check_texts(const Card& card) {
  TRY_VOID(check_plain(card.name, "/name", limits::card_name_bytes_max));
  if (card.jurisdiction.size() != 2 || !std::ranges::all_of(card.jurisdiction, is_upper))
    return fail(Code::bad_value, "must be a country of ISO 3166-1 in two capitals",
                "/jurisdiction");
  TRY_VOID(
      check_plain(card.callback, "/callback", limits::card_text_bytes_max, Emptiness::allowed));
  TRY_VOID(check_plain(card.office_hours, "/office_hours", limits::card_text_bytes_max,
                       Emptiness::allowed));
  for (std::size_t i = 0; i < card.mandates.size(); ++i) {
    const Mandate& each = card.mandates[i];
    TRY_VOID(check_word(each.measure, place("mandates", i, "measure")));
    TRY_VOID(check_plain(each.legal_basis, place("mandates", i, "legal_basis"),
                         limits::card_text_bytes_max));
    TRY_VOID(check_plain(each.cite, place("mandates", i, "cite"), limits::card_text_bytes_max));
  }
  for (std::size_t i = 0; i < card.languages.size(); ++i)
    if (!is_language(card.languages[i]))
      return fail(Code::bad_value, "must be a language code such as \"en\" or \"pt-BR\"",
                  place("languages", i));
  for (std::size_t i = 0; i < card.endpoints.size(); ++i)
    if (auto ok = check_endpoint(card.endpoints[i]); !ok)
      return fail(ok.error().code, ok.error().what, place("endpoints", i));
  return {};
}

Result<void> check_lists(const Card& card) {
  TRY_VOID(check_count(card.mandates.size(), 0, limits::card_mandates_max, "mandates"));
  TRY_VOID(check_count(card.languages.size(), 0, limits::card_languages_max, "languages"));
  TRY_VOID(check_count(card.endpoints.size(), 0, limits::card_endpoints_max, "endpoints"));
  TRY_VOID(check_count(card.act_keys.size(), 1, limits::card_act_keys_max, "act_keys"));
  TRY_VOID(check_count(card.tls_pins.size(), 1, limits::card_tls_pins_max, "tls_pins"));
  TRY_VOID(check_no_two_alike(card.mandates, "mandates"));
  TRY_VOID(check_no_two_alike(card.languages, "languages"));
  TRY_VOID(check_no_two_alike(card.endpoints, "endpoints"));
  return check_no_two_alike(card.tls_pins, "tls_pins");
}

std::string_view name_of(std::string_view verifier) {
  return verifier.substr(0, verifier.find('+'));
}

Result<crypto::PublicKey> key_retiring(const Card& card, const RetiringKey& each,
                                       const std::string& where) {
  bool checkpoint = each.use == KeyUse::checkpoint;
  TRY(auto key, key_of_verifier(each.key, checkpoint ? 0x01 : 0x04, where));
  if (name_of(each.key) != name_of(checkpoint ? card.checkpoint_key : card.cosignature_key))
    return fail(Code::bad_value, "must bear the name of the key that took its place", where);
  return key;
}

// `keys`: those in office.
Result<void> check_retiring(const Card& card, std::vector<crypto::PublicKey> keys) {
  TRY_VOID(check_count(card.retiring.size(), 0, limits::card_retiring_max, "retiring"));
  std::vector<std::string> pins;
  for (const crypto::TlsPin& pin : card.tls_pins) pins.push_back(to_hex(pin));
  for (std::size_t i = 0; i < card.retiring.size(); ++i) {
    const RetiringKey& each = card.retiring[i];
    if (each.until <= card.issued_at || each.until > card.issued_at + limits::key_overlap)
      return fail(Code::bad_value, "an overlap ends after the card is issued, within 30 days",
                  place("retiring", i, "until"));
    std::string where = place("retiring", i, "key");
    bool again = false;
    if (each.use == KeyUse::tls) {
      auto pin = hash_from_hex(each.key);
      if (!pin || to_hex(*pin) != each.key)
        return fail(Code::bad_value, "a pin is 64 hex digits in lower case", where);
      again = std::ranges::find(pins, each.key) != pins.end();
      pins.push_back(each.key);
    } else {
      TRY(auto key, key_retiring(card, each, where));
      again = std::ranges::find(keys, key) != keys.end();
      keys.push_back(key);
    }
    if (again) return fail(Code::bad_value, "is there twice, or is still in office", where);
  }
  return {};
}

// One key signs one kind of thing, so that no signature can be taken for another's.
Result<void> check_keys(const Card& card) {
  std::vector<crypto::PublicKey> keys;
  std::size_t alive = 0;
  for (std::size_t i = 0; i < card.act_keys.size(); ++i) {
    const ActKey& each = card.act_keys[i];
    keys.push_back(each.key);
    if (each.revoked_at && *each.revoked_at > card.issued_at)
      return fail(Code::bad_value, "a key is revoked at the latest when the card is issued",
                  place("act_keys", i, "revoked_at"));
    if (!each.revoked_at) ++alive;
  }
  TRY_VOID(check_no_two_alike(keys, "act_keys"));
  if (alive == 0)
    return fail(Code::bad_value, "needs at least one key that is not revoked", "/act_keys");
  TRY(auto checkpoint, key_of_verifier(card.checkpoint_key, 0x01, "/checkpoint_key"));
  TRY(auto cosignature, key_of_verifier(card.cosignature_key, 0x04, "/cosignature_key"));
  if (std::ranges::find(keys, checkpoint) != keys.end())
    return fail(Code::bad_value, "must be another key than those for acts", "/checkpoint_key");
  keys.push_back(checkpoint);
  if (std::ranges::find(keys, cosignature) != keys.end())
    return fail(Code::bad_value, "must be another key than those for acts and checkpoints",
                "/cosignature_key");
  keys.push_back(cosignature);
  TRY_VOID(check_retiring(card, keys));
  if (card.sealing_key == crypto::SealingPublicKey{})
    return fail(Code::bad_value, "must be an X25519 public key", "/sealing_key");
  for (std::size_t i = 0; i < card.act_keys.size(); ++i)
    if (root_commitment(card.act_keys[i].key) == card.next_root)
      return fail(Code::bad_value, "the next root must be another key than those for acts",
                  "/next_root");
  return {};
}

}  // namespace

Result<void> check_endpoint(std::string_view endpoint) {
  auto bad = [] {
    return fail(Code::bad_value,
                "must be host:port, such as \"node.example.org:7443\" or \"[2001:db8::1]:7443\"");
  };
  if (endpoint.size() > limits::card_endpoint_bytes_max) return bad();
  std::size_t colon = endpoint.rfind(':');
  if (colon == std::string_view::npos) return bad();
  std::string_view host = endpoint.substr(0, colon), port = endpoint.substr(colon + 1);
  if (port.empty() || port.size() > 5 || port.front() == '0' ||
      !std::ranges::all_of(port, is_digit) || std::stoi(std::string(port)) > 65'535)
    return bad();
  bool bracketed = host.size() > 2 && host.front() == '[' && host.back() == ']';
  if (bracketed ? !is_ipv6(host.substr(1, host.size() - 2)) : !is_host(host)) return bad();
  return {};
}

Result<void> check_card(const Card& card) {
  if (card.number < 1 || card.number > limits::card_number_max)
    return fail(Code::bad_value, "cards are numbered from 1", "/number");
  if ((card.number == 1) == card.previous.has_value())
    return fail(Code::bad_value, "every card but the first names the one before it", "/previous");
  TRY_VOID(check_lists(card));
  TRY_VOID(check_texts(card));
  return check_keys(card);
}

}  // namespace comity::member

#pragma once
// What a MISP attribute says, by its type: the parts of its value as a STIX pattern and as
// observables.
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "json/value.h"

namespace comity::intel {

// One thing that a value says: "filename|sha256" says two.
struct Fact {
  enum class What : std::uint8_t {
    address,
    domain,
    url,
    mail,
    subject,
    file_name,
    file_hash,
    file_size,
    certificate_hash,
    mutex,
    registry_key,
    registry_data,
    as_number,
    mac,
    user_agent,
    port,
  } what;
  std::string path;   // of a pattern: "file:hashes.MD5"
  std::string value;  // as it is compared
  std::string test;   // "path = 'value'"
};

// Whether these facts are here to be told one by one: types that no pattern can say.
//   Errors  unknown_kind: a type that has no counterpart in STIX; bad_value: not a value of it.
[[nodiscard]] Result<std::vector<Fact>> facts_of(std::string_view type, std::string_view value);

// Of facts of one attribute: all of them. Of several, each of which alone says it: any.
[[nodiscard]] std::string all_of(const std::vector<Fact>& facts);
[[nodiscard]] std::string any_of(const std::vector<Fact>& facts);

// The observables that say the same, what is referred to first, without ids: refs name the place in
// the list ("#0"). Empty: STIX has none for it.
[[nodiscard]] std::vector<json::Object> observables_of(const std::vector<Fact>& facts);

// The name of a hash in STIX: "SHA-256" of "sha256"; empty when it is none that we take.
[[nodiscard]] std::string_view stix_hash_name(std::string_view misp);

}  // namespace comity::intel

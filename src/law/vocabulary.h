#pragma once
// The words of the law: every code that law/vocabulary.toml defines, as a number that cannot be
// mistaken for another kind's number. Codes go on the wire and into --json; numbers live and die
// with one Corpus.
#include <array>
#include <compare>
#include <cstdint>
#include <string>
#include <string_view>

#include "base/result.h"

namespace comity::law {

// A position in one table of one Corpus. Default: none.
template <typename Tag>
struct Index {
  std::uint16_t value = 0xffff;
  [[nodiscard]] constexpr bool known() const { return value != 0xffff; }
  friend constexpr auto operator<=>(const Index&, const Index&) = default;
};

using MeasureId = Index<struct MeasureTag>;
using OffenceId = Index<struct OffenceTag>;
using DataId = Index<struct DataTag>;  // a category of data: subscriber, traffic, content, ...
using RoleId = Index<struct RoleTag>;  // who asks or answers: poc_24_7, central_authority, ...
using ChannelId = Index<struct ChannelTag>;
using GroundId = Index<struct GroundTag>;  // a ground of refusal
using ApprovalId = Index<struct ApprovalTag>;
using FactId = Index<struct FactTag>;
using ReasonId =
    Index<struct ReasonTag>;  // why a road is open or closed; every ground is a reason too
using ProvisionId = Index<struct ProvisionTag>;
using InstrumentId = Index<struct InstrumentTag>;
using CiteId = Index<struct CiteTag>;

// A jurisdiction by its ISO 3166-1 alpha-2 code ("EU" for the Union). Needs no corpus: one that
// nobody has researched can be asked about, and is answered no_data.
struct Country {
  std::array<char, 2> letters{};
  [[nodiscard]] std::string_view text() const { return {letters.data(), letters.size()}; }
  friend auto operator<=>(const Country&, const Country&) = default;
};
// Two capital letters, else Code::bad_value. Whether the code exists is the corpus's to say.
[[nodiscard]] Result<Country> country_from_text(std::string_view text);

// One word of the vocabulary.
struct Word {
  std::string code;  // "data_interference"
  std::string en;    // title for people
  std::string fr;    // the same in French; empty where nobody has given one
};

enum class Confidence : std::uint8_t { confirmed, unconfirmed };
[[nodiscard]] std::string_view name_of(Confidence confidence);
[[nodiscard]] constexpr Confidence weaker(Confidence a, Confidence b) {
  return a < b ? b : a;
}

enum class Effect : std::uint8_t { permit, require, forbid };
enum class Carriage : std::uint8_t { comity, other_system, central_authority };
enum class Speed : std::uint8_t {
  immediate,
  hours,
  days,
  months
};  // an estimate from the vocabulary
[[nodiscard]] std::string_view name_of(Effect effect);
[[nodiscard]] std::string_view name_of(Carriage carriage);
[[nodiscard]] std::string_view name_of(Speed speed);

}  // namespace comity::law

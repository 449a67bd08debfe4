#pragma once
// What the law says about one request, as the machine needs it. Filled from the corpus; never from
// code.
#include <chrono>
#include <optional>
#include <string>
#include <vector>

#include "base/time.h"

namespace comity::request {

using Days = std::chrono::days;
enum class Known { unknown, no, yes };  // three-valued: absence of a row is unknown

// The requested State's own power to have data preserved.
struct DomesticLaw {
  std::string jurisdiction;   // "PH"
  std::string cite;           // "RA 10175 s.13"; empty: nobody has researched it
  std::optional<Days> first;  // how long a preservation lasts
  std::optional<Days> renew;  // by how much it may be renewed; zero: not at all; absent: unknown
  std::optional<Days> total;  // the most it may last with renewals; absent: first + renew
  Known order_needed =
      Known::unknown;  // an order of a domestic authority must stand behind a preserved answer
  Known secrecy = Known::unknown;  // the custodian is bound to secrecy
  bool confirmed = false;
  friend bool operator==(const DomesticLaw&, const DomesticLaw&) = default;
};

struct GroundRule {
  std::string code;     // "political_offence"
  std::string article;  // "ETS185 Art.29(5)(a)"
  friend bool operator==(const GroundRule&, const GroundRule&) = default;
};

struct Rules {
  bool known = true;                         // false: the corpus has no such provision or offence
  std::string provision;                     // id in the corpus: "ets185-29"
  std::string cite;                          // "ETS 185, Art. 29"
  std::vector<std::string> required_fields;  // names of Ask's boxes, by the vocabulary
  std::vector<std::string> approvals;        // that the asking side must have for what is coercive
  std::vector<GroundRule> refusal_grounds;   // the only ones a refusal may name
  std::optional<Days> preserve_at_least;     // Art. 29(7)
  bool keep_until_decided = false;           // Art. 29(7): after the notice of the formal request
  std::optional<Millis> answer_within;       // where the provision has a clock for the answer
  std::optional<Days> formal_request_takes;  // an estimate, to warn by
  DomesticLaw domestic;                      // of the requested State
  friend bool operator==(const Rules&, const Rules&) = default;
};

}  // namespace comity::request

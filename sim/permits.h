#pragma once
// What the law says of an act that was released, asked anew: of the corpus that its permit names,
// about the request that its conversation was opened with, on the day on which it was recorded.
#include <map>
#include <optional>
#include <string>

#include "act/act.h"
#include "law/corpus.h"
#include "member/card.h"
#include "request/body.h"

namespace comity::sim {

struct LawBook {
  std::map<std::string, law::Corpus> corpora;  // every one that a node had in use, by hash
  struct Seat {
    std::string jurisdiction;
    member::Role role = member::Role::poc;
  };
  std::map<MemberId, Seat> seats;
};

struct Released {
  const act::Act& act;
  const json::Value& permit;
  Date on;
  std::string opener;                    // of the conversation: id of the member, in hex
  std::optional<request::Body> opening;  // none: it was erased
};
// Why the law did not let this go; empty when it did, or counsel set foreign law aside.
//   overridden   whether the journal holds counsel's word that the permit names
[[nodiscard]] std::string law_against(const LawBook& book, const Released& released,
                                      bool overridden);

}  // namespace comity::sim

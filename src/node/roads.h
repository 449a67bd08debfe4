#pragma once
// Where personal data of a collection may go: the engine's word on each partner abroad, under what
// counsel said of it. Without that word, or without an open road, none crosses (blueprint, section
// 2; docs/architecture.md, "Alerts from node to node").
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "law/engine.h"
#include "node/collections.h"
#include "node/context.h"

namespace comity::node {

class Work;
struct Proposal;  // permit.h

// Whose word it would be, under which law, and on which day.
struct Here {
  const std::string& jurisdiction;
  std::string_view role;  // of the law's vocabulary
  const law::Corpus& corpus;
  Date on;
};
[[nodiscard]] Here here(const Context& context, Instant now);

// One partner, as counsel's word stands today.
struct Crossing {
  law::Question question;
  law::State state = law::State::blocked;
  std::string provision;           // of the best road; empty: the law knows none
  std::string cite, confidence;    //   "
  std::vector<std::string> lacks;  // in words, if it is not open
  [[nodiscard]] bool open() const { return state == law::State::open && lacks.empty(); }
};
// None: the partner is at home, or counsel said nothing of it.
[[nodiscard]] Result<std::optional<Crossing>> crossing_to(Overlay& rows, const Here& here,
                                                          const Collection& collection,
                                                          const MemberId& member);

// The kinds of personal data that the law in use knows; all of them where it says nothing of that.
[[nodiscard]] stix::Personal personal_data_of(const law::Corpus& corpus);

// Sets what may not cross to a reader of the collection.
[[nodiscard]] Result<void> judge_roads(Overlay& rows, const Here& here,
                                       const Collection& collection, alert::Reader& reader);

// [{"member","jurisdiction","road":"home|unsaid|open|needs|blocked|none"[,"provision","cite",
//   "confidence"][,"lacks":[text]][,"basis"]}]: everybody in the circle, and whoever counsel spoke
// of.
[[nodiscard]] Result<json::Array> roads_json(Overlay& rows, const Here& here,
                                             const Collection& collection);

// An alert with personal data to a partner abroad names its road, and door two asks the engine once
// more. To one at home it needs none.
// Errors  Code::no_permit where no road is open: whoever proposes had to ask judge_roads() first.
[[nodiscard]] Result<void> take_road(Work& work, const Collection& collection,
                                     stix::Personal personal, Proposal& proposal);

}  // namespace comity::node

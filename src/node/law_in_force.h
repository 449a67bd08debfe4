#pragma once
// Which law is in use: the base (node/context.h), and in the place of each jurisdiction's file the
// newest version that its authority published and that has begun.
//
//   - Only partners count: what a member published stays kept when it is ended or frozen, and is
//     used no longer.
//   - For our own jurisdiction we alone count: no partner, at home or abroad, makes the law by
//     which this node judges what it may do itself.
//   - Two partners of one jurisdiction who say different things of a day: neither counts, and an
//     alarm says so.
#include <functional>
#include <string>
#include <vector>

#include "node/law_versions.h"

namespace comity::node {

struct LawInForce {
  std::vector<LawVersion> chosen;      // at most one for each jurisdiction, by jurisdiction
  std::vector<std::string> contested;  // jurisdictions whose authorities disagree
};
[[nodiscard]] Result<LawInForce> law_on(Overlay& rows, const Context& context, Date on);

// The base with the chosen versions in place. One that no longer fits (its words were dropped from
// the vocabulary, its record was erased) is left out; the others stand.
struct ComposedLaw {
  law::Corpus corpus;
  std::vector<LawVersion> left_out;
};
using ReadEdition = std::function<Result<law::Edition>(const LawVersion&)>;
[[nodiscard]] Result<ComposedLaw> compose_law(const ReadEdition& read, const BaseLaw& base,
                                              const std::vector<LawVersion>& chosen);

// Compares what is in force now with what is in use; when it differs, records the other law
// (EntryType::law), writes the rows that permits are bound to, and hands it to the driver in the
// effects: the next turn decides under it.
[[nodiscard]] Result<void> take_law_in_force(Work& work);
// The same for a process that begins, as part of its entry: returns the hash of the law it starts
// with.
[[nodiscard]] Result<CorpusHash> law_at_start(Work& work);

// Another base, from the next turn on: what was published stands in the place of its files as
// before. Recorded, unless it says the same. One that cannot be used raises an alarm.
[[nodiscard]] Result<void> take_base_law(Work& work, const LawRead& in);

}  // namespace comity::node

#pragma once
// Alerts on their way out: which objects of a collection go to which members, each as an act whose
// body names the bytes. Members of one audience share one blob.
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "act/act.h"
#include "alert/body.h"
#include "node/objects.h"
#include "node/roads.h"

namespace comity::node {

struct Pushing {
  const Collection& collection;
  const std::vector<HeldObject>& objects;
  // The entry in which all of them lie holds nothing else, so that it can travel as it stands.
  bool alone = false;
  std::optional<std::set<MemberId>> to{};  // chosen by an officer; none: the circle
  bool law_enforcement = false;            // ... who lets law enforcement have what is for CSIRTs
  std::optional<act::Lane> lane{};         // none: by size
  alert::Share::Verb verb = alert::Share::Verb::share;
  std::string theirs{};  // of a sighting: the receiver's collection
  std::string actor{};   // officer id as text; empty: the node itself
  // Also indicators that a warning list of the operator names: an officer insists.
  bool despite_warnings = false;
};

struct Pushed {
  std::uint64_t members = 0, acts = 0;  // who was told, with how many acts
  alert::Tally withheld;                // verdicts on object and member, "shown" too
  std::uint64_t known = 0;              // of those shown: the member has them already
  json::Array failed;                   // members that could not be told now, with the reason
  // Indicators that somebody would have been told of, and the warning list that names a value of
  // each.
  std::map<std::string, std::string> warned{};
};
[[nodiscard]] json::Object to_json(const Pushed& pushed);

// Tells whoever may know. A member that cannot be told now is named, raised as an alarm, and keeps
// nobody else waiting.
[[nodiscard]] Result<Pushed> push(Work& work, const Pushing& pushing);

// Pushes what was just taken, if the collection is one that pushes.
[[nodiscard]] Result<Pushed> push_taken(Work& work, const Collection& collection,
                                        const Taken& taken, const std::string& actor = {});

}  // namespace comity::node

#pragma once
// Taking back what was told: everybody who was told is asked to drop it, and says with the receipt
// that it did. docs/protocol.md, "Alerts".
#include <set>
#include <string>
#include <vector>

#include "act/act.h"
#include "alert/body.h"
#include "node/objects.h"

namespace comity::node {

// Space::recall, by STIX id and act: whom we asked to drop it, or who asked us.
struct RecallRow {
  bool ours = false;  // we asked
  MemberId member;    // whom, or who
  std::string why;
  Instant at;
};
[[nodiscard]] json::Value to_json(const RecallRow& row);
[[nodiscard]] Result<RecallRow> recall_row_from_json(const json::Value& value);

struct Recalled {
  std::uint64_t revoked = 0;     // objects of which a newer version says so
  std::uint64_t dropped = 0;     // versions that were taken out here, where no version can say so
  std::set<MemberId> members{};  // who is asked
};
// What we told of these objects: a newer version with revoked:true where the object has versions,
// and the wish to drop it to everybody who was told.
//   Errors  not_found: no collection holds it; not_allowed: it is a partner's, who alone recalls
[[nodiscard]] Result<Recalled> recall_objects(Work& work, const alert::Recall& recall,
                                              const std::string& officer);

// A version that says `revoked`, however it came here, goes to everybody who was told of the
// object, whoever is in the circle today, and also to law enforcement that an officer let have it.
[[nodiscard]] Result<void> tell_revocations(Work& work, const Collection& collection,
                                            const Taken& taken, const std::string& officer = {});

// Takes objects of whomever out of all collections here, and asks nobody else to. Returns how many
// versions went.  Errors  not_found: no collection holds it
[[nodiscard]] Result<std::uint64_t> drop_objects(Work& work,
                                                 const std::vector<std::string>& objects);

// What the sender told us of these objects is seen by nobody from now on, and its bytes go as soon
// as nothing else lies in their entry and no act that names them is on its way. Whom we told is
// asked in turn.
[[nodiscard]] Result<void> take_recall(Work& work, const act::Act& act, const alert::Recall& recall,
                                       json::Object& about);

inline constexpr std::string_view recalled_bytes = "recalled";  // a timer: `subject` is a position
[[nodiscard]] Result<void> fire_recalled(Work& work, const std::string& subject);

}  // namespace comity::node

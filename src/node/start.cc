// The node's beginning, and every beginning of its process.
#include "node/start.h"

#include "node/doors.h"
#include "node/law_in_force.h"
#include "node/rows.h"
#include "node/witness.h"

namespace comity::node {

Result<void> start(Work& work, const Started& in) {
  TRY(CorpusHash law, law_at_start(work));
  std::string corpus = to_hex(law);
  work.rows.put(Space::self, std::string(self_epoch), json::Value(in.epoch));
  work.rows.put(Space::self, std::string(self_started), json::Value(to_text(work.now)));
  TRY(Head head, work.rows.below().head());
  work.rows.put(Space::self, std::string(self_began), json::Value(head.size));
  if (in.restored)
    TRY_VOID(halt(work, "restored",
                  "the store was put back from a backup, and no partner has yet confirmed the last "
                  "checkpoint that it saw of us"));
  TRY_VOID(work.record({EntryType::start,
                        "",
                        "",
                        {{"epoch", in.epoch}, {"corpus", corpus}, {"restored", in.restored}},
                        ""}));
  return {};
}

Result<Step> found(const Context& context, View& view, Instant now, Random& random) {
  TRY(auto before, view.get(Space::self, self_card));
  if (before) return fail(Code::exists, "this store belongs to a node already");
  Work work(context, view, now, random);
  work.rows.put(Space::self, std::string(self_card),
                json::Object{{"hash", to_hex(context.card)}, {"envelope", context.card_envelope}});
  TRY_VOID(work.record(
      {EntryType::genesis, "", "", {{"member", to_hex(context.self)}}, context.card_envelope}));
  return work.finish();
}

}  // namespace comity::node

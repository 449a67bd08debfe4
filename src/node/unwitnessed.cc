#include "node/unwitnessed.h"

#include <algorithm>

#include "base/limits_bell.h"
#include "node/bell.h"
#include "node/rows.h"
#include "node/witness.h"

namespace comity::node {
namespace {

constexpr const char* key = "self/witness_missing";

// The largest size of our log that a partner has cosigned.
Result<std::uint64_t> cosigned_size(Work& work) {
  std::uint64_t size = 0;
  TRY_VOID(work.rows.scan(Space::cosignature, "",
                          [&](const std::string&, const json::Value& row) -> Result<Overlay::Walk> {
                            TRY(PartnerLog log, partner_log_from_json(row));
                            size = std::max(size, log.head.size);
                            return Overlay::Walk::on;
                          }));
  return size;
}

// Since when there is a partner that could cosign.
Result<std::optional<Instant>> paired_since(Work& work) {
  std::optional<Instant> since;
  TRY_VOID(work.rows.scan(Space::member, "",
                          [&](const std::string&, const json::Value& row) -> Result<Overlay::Walk> {
                            TRY(auto member, member::member_from_json(row));
                            if (member.state == member::State::paired)
                              since = std::min(since.value_or(member.since), member.since);
                            return Overlay::Walk::on;
                          }));
  return since;
}

// When the process began; partners that cosigned nothing while it was down are not at fault.
Result<Instant> started(Work& work) {
  TRY(auto row, work.rows.get(Space::self, self_started));
  if (!row || !row->as_string()) return Instant{};  // by an older program
  return instant_from_text(*row->as_string());
}

// Asked in the order of cost: most ticks end at the first question.
Result<bool> is_missing(Work& work) {
  TRY(Head head, work.rows.below().head());
  TRY(std::uint64_t cosigned, cosigned_size(work));
  if (cosigned >= head.size) return false;
  TRY(auto oldest, work.rows.below().entry(cosigned));
  if (!oldest) return fail(Code::corrupt, "the journal has no entry " + std::to_string(cosigned));
  if (work.now < oldest->recorded_at + limits::witness_wait) return false;
  TRY(Instant began, started(work));
  if (work.now < began + limits::witness_start_grace) return false;
  TRY(auto since, paired_since(work));
  return since && work.now >= *since + limits::witness_wait;
}

}  // namespace

Result<void> watch_witnesses(Work& work) {
  TRY(bool missing, is_missing(work));
  TRY(auto standing, work.rows.get(Space::alarm, key));
  if (missing == standing.has_value()) return {};
  // Noted as what the clock did: once when it begins and once when it ends, so that the log does
  // not grow by its own complaint.
  TRY_VOID(work.record(
      {EntryType::timer,
       "",
       "",
       {{"name", missing ? "witness_missing" : "witness_back"}, {"due", to_text(work.now)}},
       ""}));
  if (!missing) return clear_alarm(work, key);
  return work.raise({"witness_missing", "warn", "self",
                     "for a day no partner has cosigned this node's ledger, which grew meanwhile: "
                     "nothing stops, but nobody could tell if its past were changed. Call a "
                     "partner, or look at the network"});
}

}  // namespace comity::node

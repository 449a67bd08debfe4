// Partners are each other's witnesses: cosigning their checkpoints, collecting theirs, and
// comparing what others saw.
#include "ledger/witness.h"

#include <algorithm>

#include "json/reader.h"
#include "node/doors.h"
#include "node/evidence.h"
#include "node/outgoing.h"
#include "node/pairing.h"
#include "node/receipts.h"
#include "node/rows.h"
#include "node/witness.h"

namespace comity::node {
namespace {

// Two checkpoints of one size and two roots: signed by the log itself, so proof to anyone. It is
// frozen at once.
Result<void> freeze(Work& work, member::Member& liar, const std::string& evidence,
                    const std::string& shown_by) {
  if (liar.state == member::State::frozen) return {};
  liar.state = member::State::frozen;
  liar.since = work.now;
  liar.why =
      "its ledger shows different pasts to different partners (split view); the proof is in our "
      "journal";
  store_member(work.rows, liar);
  work.effects.cards = true;
  TRY(std::string where,
      keep_evidence(work, to_hex(liar.id), {{"fault", "split_view"}, {"shown_by", shown_by}},
                    evidence));
  TRY_VOID(resume_if_confirmed(work));  // a liar's word on our past is not waited for
  return work.raise(
      {"split_view", "alarm", to_hex(liar.id),
       liar.nickname +
           " shows different ledgers to different partners; nothing is accepted from it "
           "until it pairs anew. Call them; " +
           where});
}

Result<void> take_split(Work& work, member::Member& liar, std::string_view a, std::string_view b,
                        const std::string& shown_by) {
  TRY(auto keys, log_keys(work.rows, liar.id, work.now));
  TRY(auto comparison, ledger::compare_checkpoints(a, b, keys));
  if (comparison.views != ledger::Views::split) return {};
  return freeze(work, liar, comparison.evidence, shown_by);
}

Result<std::optional<std::uint64_t>> size_at_start(Work& work) {
  TRY(auto row, work.rows.get(Space::self, self_began));
  const std::int64_t* size = row ? row->as_int() : nullptr;
  if (!size || *size < 0) return std::nullopt;
  return static_cast<std::uint64_t>(*size);
}

// A partner remembers more of our log than we hold, or another past: this store was rolled back, or
// somebody else signs with our key. Either way nothing more is signed.
Result<void> check_own(Work& work, const CheckpointShown& in) {
  TRY(auto note, ledger::parse_checkpoint(in.checkpoint));
  TRY(auto shown, ledger::verify_checkpoint(in.checkpoint, own_log_keys(work.context)));
  const ledger::TreeHead& theirs = shown.checkpoint.head;
  TRY(Head ours, work.rows.below().head());
  TRY(member::Member partner, load_member(work.rows, in.peer));
  if (theirs.size <= ours.size) {
    TRY(auto then, work.rows.below().head_at(theirs.size));
    bool same = theirs.size == 0 || (then && then->root == theirs.root);
    if (same) return confirm_start(work, in.peer);
    // What we have added since the start hides that the store was too old then.
    TRY(auto began, size_at_start(work));
    if (!began || theirs.size <= *began)
      return halt(work, "fork",
                  partner.nickname + " holds a checkpoint of ours, size " +
                      std::to_string(theirs.size) + ", that contradicts our own ledger");
    ours.size = *began;
  }
  return halt(work, "rollback",
              partner.nickname + " has seen our ledger at size " + std::to_string(theirs.size) +
                  ", and it had only " + std::to_string(ours.size) + " when this node started");
}

}  // namespace

std::vector<ledger::VerifierKey> own_log_keys(const Context& context) {
  std::vector<ledger::VerifierKey> keys;
  auto add = [&](const crypto::SigningKey& key) {
    ledger::VerifierKey verifier{context.origin(), ledger::SignatureType::ed25519,
                                 key.public_key()};
    if (std::ranges::find(keys, verifier) == keys.end()) keys.push_back(std::move(verifier));
  };
  add(context.keys->checkpoint);
  for (const auto& [card, log] : context.keys->log) std::ranges::for_each(log.checkpoint, add);
  return keys;
}

namespace {

std::string what_to_do(std::string_view kind) {
  if (kind == "restored")
    return ". Nothing is signed until every partner has said what it saw; they are asked by "
           "themselves, and nothing need be done unless it stays so: docs/operations.md, \"After a "
           "rollback\"";
  std::string mend =
      "Nothing is signed until it is mended: stop the node and restore the newest backup, or bring "
      "back the original store folder; when no newer one exists, see docs/operations.md, \"After a "
      "rollback\"";
  if (kind == "fork")
    return ": another past was signed with our key, by a second copy of this node or by somebody "
           "who has its key; find out which. " +
           mend;
  return ": this store is older than what we signed. " + mend;
}

}  // namespace

Result<void> halt(Work& work, std::string_view kind, std::string what) {
  TRY(auto standing, work.rows.get(Space::self, self_halt));
  std::string why = what + what_to_do(kind);
  if (standing && standing->find("kind") && *standing->find("kind") == json::Value(kind)) return {};
  work.rows.put(Space::self, std::string(self_halt),
                json::Object{{"kind", kind}, {"why", why}, {"at", to_text(work.now)}});
  TRY_VOID(work.record({EntryType::halt, "", "", {{"kind", kind}, {"what", what}}, ""}));
  return work.raise({std::string(kind), "alarm", "self", why});
}

namespace {

Result<std::optional<json::Object>> standing_restore(Work& work) {
  TRY(auto standing, work.rows.get(Space::self, self_halt));
  if (!standing || !standing->find("kind") || *standing->find("kind") != json::Value("restored"))
    return std::nullopt;
  return *standing->as_object();
}

Result<void> resume(Work& work, json::Object about, std::string_view who) {
  work.rows.erase(Space::self, std::string(self_halt));
  about["kind"] = "resumed";
  TRY_VOID(work.record({EntryType::halt, "", "", std::move(about), ""}));
  return work.raise(
      {"resumed", "warn", "self", std::string(who) + ": signing goes on where the backup ends"});
}

json::Array confirmed_by(const json::Object& halted) {
  auto before = halted.find("confirmed_by");
  return before == halted.end() ? json::Array() : *before->second.as_array();
}

bool names(const json::Array& confirmed, const MemberId& partner) {
  return std::ranges::find(confirmed, json::Value(to_hex(partner))) != confirmed.end();
}

}  // namespace

Result<void> confirm_start(Work& work, const MemberId& partner) {
  TRY(auto halted, standing_restore(work));
  if (!halted) return {};
  json::Array confirmed = confirmed_by(*halted);
  if (!names(confirmed, partner)) {
    confirmed.emplace_back(to_hex(partner));
    (*halted)["confirmed_by"] = confirmed;
    work.rows.put(Space::self, std::string(self_halt), *std::move(halted));
    TRY_VOID(work.record({EntryType::halt,
                          "",
                          "",
                          {{"kind", "confirmed"}, {"confirmed_by", std::move(confirmed)}},
                          ""}));
  }
  return resume_if_confirmed(work);
}

// A start from a backup waits for every paired partner: each may be the only one that saw what the
// backup lacks, and one that is ignorant or lies must not speak for the others.
Result<void> resume_if_confirmed(Work& work) {
  TRY(auto halted, standing_restore(work));
  if (!halted) return {};
  json::Array confirmed = confirmed_by(*halted);
  if (confirmed.empty()) return {};
  TRY(auto members, all_members(work.rows));
  for (const member::Member& each : members)
    if (each.state == member::State::paired && !names(confirmed, each.id)) return {};
  return resume(work, {{"confirmed_by", std::move(confirmed)}},
                "every partner has confirmed our last checkpoint");
}

// Partners that are gone for good must not silence a node for ever: a person answers for it.
Result<void> resume_by_order(Work& work, const std::string& officer, const std::string& reason) {
  TRY(auto halted, standing_restore(work));
  if (!halted)
    return fail(Code::wrong_state,
                "only a node halted as `restored` can be resumed; see: comity status");
  return resume(work, {{"by", officer}, {"reason", reason}}, "an officer resumed by order");
}

Result<void> witness(Work& work, const CheckpointOffered& in) {
  // A store that was put back may have forgotten what it witnessed since.
  TRY_VOID(refuse_while_halted(work.rows.below()));
  TRY(member::Member partner, load_member(work.rows, in.peer));
  TRY(auto held, work.rows.get(Space::partner_log, to_hex(in.peer)));
  PartnerLog log;
  if (held) {
    TRY(log, partner_log_from_json(*held));
  }
  ledger::WitnessedLog known{.keys = {}, .latest = log.head};
  if (partner.state == member::State::paired) {
    TRY(known.keys, log_keys(work.rows, in.peer, work.now));
  }
  std::string origin = ledger::origin_of(in.peer.view());
  std::string name = witness_name(work.context.self);
  auto find = [&](std::string_view asked) {
    return asked == origin && !known.keys.empty() ? &known : nullptr;
  };
  auto keys = work.context.keys->cosignature_of(work.context.card);
  auto at = std::chrono::floor<std::chrono::seconds>(work.now);
  auto answer = ledger::witness_add(in.body, find, {name, keys.front()}, at);
  if (answer.accepted) {
    TRY(auto request, ledger::AddCheckpoint::parse(in.body));
    // "The response body MUST be a sequence of one or more note signature lines": the partner may
    // not have our latest card yet.
    for (const crypto::SigningKey& key : keys.subspan(1)) {
      TRY(std::string line, ledger::cosign(request.checkpoint, name, key, at));
      answer.body += line;
    }
    work.rows.put(Space::partner_log, to_hex(in.peer),
                  to_json(PartnerLog{*answer.accepted, request.checkpoint}));
  }
  if (answer.contradicts && !log.checkpoint.empty()) {
    TRY(auto request, ledger::AddCheckpoint::parse(in.body));
    TRY_VOID(take_split(work, partner, log.checkpoint, request.checkpoint, to_hex(in.peer)));
  }
  work.reply.status = static_cast<int>(answer.status);
  work.reply.content_type = answer.content_type;
  work.reply.text = answer.body;
  return {};
}

Result<void> take_cosignature(Work& work, const CosignatureArrived& in) {
  TRY(auto keys, witness_keys(work.rows, in.peer, work.now));
  TRY(auto bare, ledger::parse_checkpoint(in.checkpoint));
  // One line of one key: a witness with a new and an old key is still one witness.
  for (const ledger::VerifierKey& key : keys) {
    TRY(std::string merged,
        ledger::merge_cosignatures(in.checkpoint, in.lines, std::span(&key, 1)));
    TRY(auto note, ledger::parse_checkpoint(merged));
    if (note.note.signatures.size() == bare.note.signatures.size()) continue;
    work.rows.put(Space::cosignature, to_hex(in.peer),
                  to_json(PartnerLog{note.checkpoint.head, merged}));
    return {};
  }
  return fail(Code::unknown_key, "none of the lines is by the partner's cosignature key");
}

Result<void> compare_checkpoint(Work& work, const CheckpointShown& in) {
  if (in.log == work.context.self)
    return in.checkpoint.empty() ? confirm_start(work, in.peer) : check_own(work, in);
  TRY(member::Member owner, load_member(work.rows, in.log));
  TRY(auto held, work.rows.get(Space::partner_log, to_hex(in.log)));
  if (!held) return {};
  TRY(PartnerLog log, partner_log_from_json(*held));
  if (in.checkpoint == log.checkpoint) return {};  // verified when it was taken, as most are
  TRY(auto keys, log_keys(work.rows, in.log, work.now));
  TRY(auto comparison, ledger::compare_checkpoints(log.checkpoint, in.checkpoint, keys));
  if (comparison.views == ledger::Views::split)
    return freeze(work, owner, comparison.evidence, to_hex(in.peer));
  if (comparison.views == ledger::Views::same) return {};
  TRY(auto shown, ledger::parse_checkpoint(in.checkpoint));
  const ledger::TreeHead& theirs = shown.checkpoint.head;
  if (theirs.size == 0) return {};  // every ledger begins so
  if (in.consistency.empty()) {
    TRY(auto owed, work.rows.get(Space::partner_log, shown_key(in.log)));
    ShownLog waiting{.by = in.peer, .checkpoint = in.checkpoint, .owed_since = work.now};
    if (owed) {
      TRY(ShownLog before, shown_from_json(*owed));
      waiting.owed_since = std::min(before.owed_since, work.now);
    }
    work.rows.put(Space::partner_log, shown_key(in.log), to_json(waiting));
    work.effects.deliver.insert(in.log);
    return {};
  }
  work.rows.erase(Space::partner_log, shown_key(in.log));
  bool ours_first = log.head.size < theirs.size;
  auto proven = ledger::verify_consistency(ours_first ? log.head : theirs,
                                           ours_first ? theirs : log.head, in.consistency);
  if (proven) return {};
  TRY(std::string where,
      keep_evidence(work, to_hex(in.log),
                    {{"fault", "unproven_ledger"}, {"shown_by", to_hex(in.peer)}}, in.checkpoint));
  return work.raise(
      {"unproven_ledger", "alarm", to_hex(in.log),
       owner.nickname +
           " could not prove that two of its checkpoints are of one ledger; call them; " + where});
}

Result<void> complain_if_unproven(Work& work, const MemberId& log) {
  TRY(auto row, work.rows.get(Space::partner_log, shown_key(log)));
  if (!row) return {};
  TRY(ShownLog owed, shown_from_json(*row));
  if (work.now < owed.owed_since + limits::ledger_proof_wait) return {};
  TRY(member::Member owner, load_member(work.rows, log));
  TRY(std::string where,
      keep_evidence(work, to_hex(log),
                    {{"fault", "unproven_ledger"}, {"shown_by", to_hex(owed.by)}},
                    owed.checkpoint));
  owed.owed_since = work.now;  // said again after as long
  work.rows.put(Space::partner_log, shown_key(log), to_json(owed));
  return work.raise({"unproven_ledger", "alarm", to_hex(log),
                     owner.nickname +
                         " has for a day failed to prove that two of its checkpoints are of one "
                         "ledger; if it is not simply down, call them; " +
                         where});
}

json::Value to_json(const PartnerLog& log) {
  return json::Object{
      {"size", log.head.size}, {"root", to_hex(log.head.root)}, {"checkpoint", log.checkpoint}};
}

Result<PartnerLog> partner_log_from_json(const json::Value& value) {
  constexpr std::int64_t number_max = (std::int64_t{1} << 53) - 1;
  PartnerLog log;
  json::Reader in(value);
  log.head.size = static_cast<std::uint64_t>(in.integer("size", 0, number_max));
  log.head.root = in.hash("root");
  log.checkpoint = in.text("checkpoint", limits::checkpoint_bytes_max);
  TRY_VOID(in.finish());
  return log;
}

std::string shown_key(const MemberId& log) {
  return to_hex(log) + "/shown";
}

json::Value to_json(const ShownLog& shown) {
  return json::Object{{"by", to_hex(shown.by)},
                      {"checkpoint", shown.checkpoint},
                      {"owed_since", to_text(shown.owed_since)}};
}

Result<ShownLog> shown_from_json(const json::Value& value) {
  json::Reader in(value);
  ShownLog shown{.by = in.fixed<MemberTag>("by"),
                 .checkpoint = in.text("checkpoint", limits::checkpoint_bytes_max),
                 .owed_since = in.instant("owed_since")};
  TRY_VOID(in.finish());
  return shown;
}

std::string witness_name(const MemberId& member) {
  return "comity/" + to_hex(member) + "/witness";
}

}  // namespace comity::node

#include "node/work.h"

#include "base/check.h"
#include "base/limits_bell.h"
#include "member/card_change.h"

namespace comity::node {

Result<std::uint64_t> Work::record(Note note) {
  TRY(std::uint64_t position, next_position());
  records_.push_back({.type = note.type,
                      .recorded_at = now,
                      .about = std::move(note.about),
                      .bytes = std::move(note.bytes),
                      .rows = {}});
  actors_.emplace_back(std::move(note.actor), std::move(note.conversation));
  return position;
}

Result<const Record*> Work::made(std::uint64_t position) {
  TRY(std::uint64_t next, rows.below().next_position());
  bool here = position >= next && position - next < records_.size();
  return here ? &records_[position - next] : nullptr;
}

Result<std::uint64_t> Work::next_position() {
  TRY(std::uint64_t next, rows.below().next_position());
  return next + records_.size();
}

void Work::add_to_first(const std::string& name, json::Value value) {
  check(!records_.empty(), "a step that has an entry");
  records_.front().about[name] = std::move(value);
}

std::vector<std::string> Work::filed() const {
  std::vector<std::string> conversations;
  for (const auto& [actor, conversation] : actors_) conversations.push_back(conversation);
  return conversations;
}

Result<const StoredEntry*> Work::entry(std::uint64_t position) {
  if (!entry_ || entry_->position != position) {
    TRY(entry_, rows.below().entry(position));
  }
  return entry_ ? &*entry_ : nullptr;
}

void Work::permit_until(Instant expires) {
  if (!not_after || expires < *not_after) not_after = expires;
}

Result<void> Work::raise(const Alarm& alarm) {
  std::string key = alarm.subject + "/" + alarm.code;
  TRY(auto standing, rows.get(Space::alarm, key));
  if (standing && standing->find("text") && *standing->find("text") == json::Value(alarm.text)) {
    const json::Value* seen = standing->find("acknowledged_at");
    if (!seen) return {};  // it is ringing
    TRY(Instant at, instant_from_text(*seen->as_string()));
    if (alarm.lasts && at <= now && now < at + limits::alarm_again) return {};
  }
  rows.put(Space::alarm, std::move(key),
           json::Object{{"code", alarm.code},
                        {"severity", alarm.severity},
                        {"subject", alarm.subject},
                        {"text", alarm.text},
                        {"at", to_text(now)}});
  effects.alarms = true;
  return {};
}

void Work::end_part() {
  parts_.push_back(records_.size());
  rows.next_part();
}

Result<Step> Work::finish() {
  Step step{
      .plan = {}, .reply = std::move(reply), .effects = std::move(effects), .receipt = receipt};
  step.plan.expects = rows.expects();
  step.plan.not_after = not_after;
  step.plan.erase = std::move(erase);
  step.plan.rows.reserve(rows.changes().size());
  for (const auto& [at, change] : rows.changes()) {
    const RowChange& row = step.plan.rows.emplace_back(at.first, at.second, change.value);
    if (!is_rebuilt(row.space)) continue;
    std::size_t end = change.part < parts_.size() ? parts_[change.part] : records_.size();
    check(end > 0, "a step that changes rebuilt rows has a journal entry");
    records_[end - 1].rows.push_back(row);
  }
  for (std::size_t i = 0; i < records_.size(); ++i) {
    auto& [actor, conversation] = actors_[i];
    ledger::Pseudonym pseudonym{};
    if (!actor.empty()) pseudonym = context.pseudonym(actor);
    TRY(Entry entry, make_entry(records_[i], pseudonym, std::move(conversation)));
    step.plan.entries.push_back(std::move(entry));
  }
  return step;
}

Result<PartnerPtr> know_partner(Overlay& rows, const MemberId& id) {
  TRY(auto row, rows.text(Space::member, to_hex(id)));
  if (!row)
    return fail(Code::not_paired,
                "no member of this id is known here; pair first: comity member invite");
  Memo* memo = row->version == 0 ? nullptr : rows.memo();
  if (memo)
    if (auto held = memo->partners.find(id);
        held != memo->partners.end() && held->second->version == row->version)
      return held->second;
  TRY(json::Value value, json::parse(row->value, {.bytes_max = limits::alert_act_bytes_max}));
  auto partner = std::make_shared<Partner>();
  partner->version = row->version;
  TRY(partner->member, member::member_from_json(value));
  TRY(partner->card, member::current_card(partner->member));
  if (memo) memo->partners[id] = partner;
  return partner;
}

Result<OfficerPtr> know_officer(Overlay& rows, const OfficerId& id) {
  TRY(auto row, rows.text(Space::officer, to_text(id)));
  if (!row) return OfficerPtr();
  Memo* memo = row->version == 0 ? nullptr : rows.memo();
  if (memo)
    if (auto held = memo->officers.find(id);
        held != memo->officers.end() && held->second->version == row->version)
      return held->second;
  TRY(json::Value value, json::parse(row->value));
  auto known = std::make_shared<KnownOfficer>();
  known->version = row->version;
  TRY(known->officer, member::officer_from_json(value));
  if (memo) memo->officers[id] = known;
  return known;
}

Result<member::Member> load_member(Overlay& rows, const MemberId& id) {
  TRY(PartnerPtr partner, know_partner(rows, id));
  return partner->member;
}

namespace {

Result<std::vector<ledger::VerifierKey>> read_keys(const std::vector<std::string>& texts) {
  std::vector<ledger::VerifierKey> keys;
  for (const std::string& text : texts) {
    TRY(auto key, ledger::VerifierKey::parse(text));
    keys.push_back(std::move(key));
  }
  return keys;
}

}  // namespace

Result<std::vector<ledger::VerifierKey>> log_keys(Overlay& rows, const MemberId& id, Instant now) {
  TRY(PartnerPtr partner, know_partner(rows, id));
  return read_keys(member::live_checkpoint_keys(partner->card, now));
}

Result<std::vector<ledger::VerifierKey>> witness_keys(Overlay& rows, const MemberId& id,
                                                      Instant now) {
  TRY(PartnerPtr partner, know_partner(rows, id));
  return read_keys(member::live_cosignature_keys(partner->card, now));
}

Result<ledger::Checkpoint> verified_checkpoint(Overlay& rows, const MemberId& id,
                                               std::string_view bytes, Instant now) {
  TRY(PartnerPtr partner, know_partner(rows, id));
  Memo* memo = partner->version == 0 ? nullptr : rows.memo();
  if (memo)
    if (auto held = memo->checkpoints.find(id); held != memo->checkpoints.end() &&
                                                held->second.version == partner->version &&
                                                held->second.bytes == bytes)
      return held->second.checkpoint;
  TRY(auto note, ledger::parse_checkpoint(bytes));
  if (note.checkpoint.origin != ledger::origin_of(id.view()))
    return fail(Code::wrong_sender, "the checkpoint is of another log", "/checkpoint");
  TRY(auto keys, log_keys(rows, id, now));
  TRY(auto verified, ledger::verify_checkpoint(bytes, keys));
  if (memo) memo->checkpoints[id] = {partner->version, std::string(bytes), verified.checkpoint};
  return std::move(verified.checkpoint);
}

void store_member(Overlay& rows, const member::Member& member) {
  rows.put(Space::member, to_hex(member.id), member::to_json(member));
}

namespace {

Result<std::string> text_of(const StoredEntry* entry, std::uint64_t position) {
  if (!entry) return fail(Code::corrupt, "the journal has no entry " + std::to_string(position));
  if (!entry->record) return fail(Code::not_found, "this record has been erased");
  return *entry->record;
}

Result<std::string> load_text(View& view, std::uint64_t position) {
  TRY(auto entry, view.entry(position));
  return text_of(entry ? &*entry : nullptr, position);
}

Result<std::string> bytes_of(std::string text) {
  std::size_t end = text.find('\n');
  if (end == std::string::npos) return fail(Code::corrupt, "a journal record has no header line");
  text.erase(0, end + 1);
  return text;
}

}  // namespace

Result<Record> load_record(View& view, std::uint64_t position) {
  TRY(std::string text, load_text(view, position));
  return read_record(text);
}

Result<std::string> load_bytes(View& view, std::uint64_t position) {
  TRY(std::string text, load_text(view, position));
  return bytes_of(std::move(text));
}

Result<std::string> load_bytes(Work& work, std::uint64_t position) {
  TRY(const StoredEntry* entry, work.entry(position));
  TRY(std::string text, text_of(entry, position));
  return bytes_of(std::move(text));
}

}  // namespace comity::node

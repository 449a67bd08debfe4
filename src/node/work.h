#pragma once
// One step in the making: the rows as it sees them, what it will record, whom it will wake. Of this
// room alone.
#include <string>
#include <vector>

#include "ledger/note.h"
#include "member/member.h"
#include "node/context.h"
#include "node/entry.h"
#include "node/memo.h"
#include "node/overlay.h"
#include "node/step.h"

namespace comity::node {

class Work {
 public:
  Work(const Context& given, View& view, Instant at, Random& source, Memo* memo = nullptr)
      : context(given), rows(view, memo), now(at), random(source) {}

  const Context& context;
  Overlay rows;
  Instant now;
  Random& random;
  Reply reply;
  Effects effects;
  std::optional<ReceiptDue> receipt;
  std::optional<Instant> not_after;  // the earliest expiry of the permits relied on
  std::vector<std::uint64_t> erase;  // positions of records that go
  // Of a command: what its entry is filed under, and the conversation that it opened, which joined
  // that trail as it was opened.
  std::string trail, opened;
  bool law_due = false;  // a version was published, or its day came: look which law is in force

  // Adds an entry and returns the position it will have. `actor`: an officer's or member's id as
  // text, or empty.
  struct Note {
    EntryType type = EntryType::command;
    std::string actor;
    std::string conversation;
    json::Object about;
    std::string bytes;
  };
  [[nodiscard]] Result<std::uint64_t> record(Note note);
  // What record() made at this position and no journal holds yet; null: none.
  [[nodiscard]] Result<const Record*> made(std::uint64_t position);
  // Where the next entry will stand.
  [[nodiscard]] Result<std::uint64_t> next_position();
  // Says more of what the step's first entry is about.
  void add_to_first(const std::string& name, json::Value value);
  // The conversations that the step's entries are filed under; "" for none.
  [[nodiscard]] std::vector<std::string> filed() const;
  void permit_until(Instant expires);
  // Something a human must see. `code` with `subject` names it: the same again changes nothing.
  struct Alarm {
    std::string code;
    std::string severity;  // "warn" or "alarm"
    std::string subject;   // a conversation's or member's id
    std::string text;      // no personal data
    // A state that is noticed again and again, not an event: once acknowledged it is told anew
    // only after limits::alarm_again.
    bool lasts = false;
  };
  [[nodiscard]] Result<void> raise(const Alarm& alarm);

  // An entry of the journal; null: there is none. Good until the next call: one that is asked for
  // twice is opened once.
  [[nodiscard]] Result<const StoredEntry*> entry(std::uint64_t position);

  // Runs `attempt`; when it fails, rows, records and effects are as before.
  template <typename Attempt>
  [[nodiscard]] Result<void> try_out(Attempt attempt) {
    auto saved_rows = rows.save();
    auto saved_effects = effects;
    std::size_t saved_records = records_.size();
    Result<void> done = attempt();
    if (done) return done;
    rows.restore(std::move(saved_rows));
    effects = std::move(saved_effects);
    records_.resize(saved_records);
    actors_.resize(saved_records);
    return done;
  }

  // What was recorded and changed so far belongs together: a step may serve several conversations,
  // and what is written of one must not lie in another's records.
  void end_part();

  // The plan, with every changed row written into the last entry of its part.
  // Code::too_large for what one entry of the journal could not hold so that it can be read again.
  [[nodiscard]] Result<Step> finish();

 private:
  std::optional<StoredEntry> entry_;  // the last one asked for
  std::vector<Record> records_;
  std::vector<std::size_t> parts_;  // how many records there were as each part ended
  std::vector<std::pair<std::string, std::string>>
      actors_;  // actor and conversation of each record
};

// Members, by id. Code::not_paired when unknown; the state is the caller's to judge.
[[nodiscard]] Result<member::Member> load_member(Overlay& rows, const MemberId& id);
// The member with its current card, to look at.
[[nodiscard]] Result<PartnerPtr> know_partner(Overlay& rows, const MemberId& id);
// One of this node's officers, to look at; null: nobody of this id works here.
[[nodiscard]] Result<OfficerPtr> know_officer(Overlay& rows, const OfficerId& id);
// Verifier keys of the member's log, and of it as a witness: those in office and in their overlap.
[[nodiscard]] Result<std::vector<ledger::VerifierKey>> log_keys(Overlay& rows, const MemberId& id,
                                                                Instant now);
[[nodiscard]] Result<std::vector<ledger::VerifierKey>> witness_keys(Overlay& rows,
                                                                    const MemberId& id,
                                                                    Instant now);
// A checkpoint of the member's own log, signed by it.  Errors: wrong_sender, when it is of another
// log; those of reading and verifying it.
[[nodiscard]] Result<ledger::Checkpoint> verified_checkpoint(Overlay& rows, const MemberId& id,
                                                             std::string_view bytes, Instant now);
void store_member(Overlay& rows, const member::Member& member);
// The record at `position`. Code::not_found when it was erased.
[[nodiscard]] Result<Record> load_record(View& view, std::uint64_t position);
// What was signed, alone: of a record whose header is not needed.
[[nodiscard]] Result<std::string> load_bytes(View& view, std::uint64_t position);
[[nodiscard]] Result<std::string> load_bytes(Work& work, std::uint64_t position);

}  // namespace comity::node

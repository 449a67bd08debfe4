#pragma once
// Door two: the law's word on what is about to leave. Nothing is posted without a Permit, and only
// law_door() makes one.
#include <optional>
#include <string>
#include <vector>

#include "act/act.h"
#include "law/engine.h"
#include "member/officer.h"
#include "node/work.h"
#include "request/machine.h"

namespace comity::node {

using PermitKind = request::PermitKind;  // procedural | coercive | disclosure

// Counsel's word that foreign law, or law that nobody has confirmed, shall not hold this back.
struct Override {
  OfficerId counsel;
  crypto::PublicKey key;       // that signed it
  std::uint64_t position = 0;  // of its command
  std::string reason;
  Instant at, expires;
};

// What somebody wants to say. `act` has no id, lane position or card yet: posting gives them.
struct Proposal {
  act::Act act;
  std::optional<request::Body> body{};  // of a request: act.body, as it was read
  PermitKind kind = PermitKind::procedural;
  OfficerId author;     // whoever drafted it; nil when the node itself speaks
  std::string draft{};  // whose approvals count; empty: it was never put before anybody
  std::optional<std::uint64_t> drafted{};  // position of the command that drafted it
  // What is said anew, after a key was revoked: under the approvals that were given for it, by
  // position, and what they bind.
  std::vector<std::uint64_t> given{};
  std::optional<Hash> approved_as{};
  std::optional<law::Question>
      question;  // what the engine is asked; none: a domestic order, or without personal data
  std::string
      measure;  // that the recipient's, or the requester's, mandate must cover; may be empty
  std::vector<std::string> named;  // approvals that the provision asks of the asking side
  std::string domestic_basis;      // citation of our own law for a domestic order; may be empty
  std::optional<Override> override_;
  bool may_be_alone = false;         // an ask to preserve: our own law may let one officer send it
  std::optional<std::string> alone;  // the author sends it alone, for this reason
};

struct Posting;  // outgoing.h
struct Posted;   //   "

// Binds what was approved to what is sent: it holds the act that it was given for, and no other can
// be posted under it. Good for one posting, in the transaction that records it.
class Permit {
 public:
  Permit(Permit&&) = default;
  Permit& operator=(Permit&&) = default;
  [[nodiscard]] const act::Act& act() const { return act_; }
  [[nodiscard]] PermitKind kind() const { return kind_; }
  [[nodiscard]] const Hash& subject() const { return subject_; }
  [[nodiscard]] const MemberId& recipient() const { return act_.to; }
  [[nodiscard]] const std::vector<std::string>& approvals() const {
    return approvals_;
  }  // those the law names, and "approver"
  [[nodiscard]] const std::optional<Instant>& expires() const { return expires_; }
  // One officer sent it alone: another owes a review.
  [[nodiscard]] bool review_owed() const { return review_owed_; }
  // {"kind","subject","author","law","approved_by":[officer],"approvals":[{"approval","officer"
  // [,"instrument"]}],"given":[position][,"drafted"][,"approved_as"][,"override"]
  // [,"single_officer"]}, for the journal.
  [[nodiscard]] const json::Object& record() const { return record_; }

 private:
  friend Result<Permit> law_door(Work& work, Proposal proposal);
  friend Result<void> second_person(Work& work, const Proposal& proposal, Permit& permit);
  friend Result<Posted> post(Work& work, Permit permit, const Posting& posting);
  Permit() = default;
  act::Act act_;
  std::optional<request::Body> body_;
  PermitKind kind_ = PermitKind::procedural;
  Hash subject_;
  std::vector<std::string> approvals_;
  std::optional<Instant> expires_;
  bool review_owed_ = false;
  json::Object record_;
};

//   Errors  not_paired, frozen   the recipient
//           no_permit            the road is blocked, needs a fact, is not carried by Comity, or no
//           mandate was checked;
//                                `what` gives the reason and its citation
//           not_approved         approvals are missing, expired or of something else
[[nodiscard]] Result<Permit> law_door(Work& work, Proposal proposal);

// Every approval that was handed in for a draft, whether or not it counts.
[[nodiscard]] Result<std::vector<member::SignedApproval>> load_approvals(Overlay& rows,
                                                                         const std::string& draft);
// Positions of the commands that handed them in.
[[nodiscard]] Result<std::vector<std::uint64_t>> find_approvals(Overlay& rows,
                                                                const std::string& draft);
[[nodiscard]] Result<std::vector<member::SignedApproval>> read_approvals(
    View& view, const std::vector<std::uint64_t>& positions);
// What door two will ask of people: roles of this node's own, besides the approvals the law names.
[[nodiscard]] std::vector<member::Need> needs_of(PermitKind kind);

// The engine's word on a question and one provision, for drafts, permits and inbound records.
struct Verdict {
  law::Outcome outcome = law::Outcome::none;
  std::optional<law::State> state;  // of the provision's road; none: it does not speak
  law::Confidence confidence = law::Confidence::confirmed;
  law::Carriage carriage = law::Carriage::comity;
  std::string reasons;             // "dual_criminality_absent (RA 8792 …); …", for people
  std::vector<std::string> needs;  // facts still to be given
  // What closes the road, or what it still lacks: each with whose law it rests on.
  struct Closer {
    std::string code, cite;
    law::Confidence confidence = law::Confidence::confirmed;
    law::Whose whose = law::Whose::common;
  };
  std::vector<Closer> closed_by;
  bool complete = true;            // false: the engine had more reasons than room
  std::optional<Hash> commitment;  // when asked for: it costs the whole decision as JSON
};
enum class Commit { no, yes };
[[nodiscard]] Result<Verdict> verdict_on(const law::Corpus& corpus, const law::Question& question,
                                         std::string_view provision, Commit commit = Commit::no);
[[nodiscard]] json::Object to_json(const Verdict& verdict, const law::Corpus& corpus);

// Why counsel may not set aside what closes this road; empty when counsel may. Only what rests on
// the other side's law, or is unconfirmed, gives way: our own law, the instrument that binds both,
// competence and missing facts do not.
[[nodiscard]] std::string bar_to_override(const Verdict& verdict, law::Whose own);
[[nodiscard]] law::Whose own_side(const Work& work, const law::Question& question);

}  // namespace comity::node

#include "node/permit.h"

#include <algorithm>
#include <memory>
#include <set>
#include <span>

#include "base/check.h"
#include "law/provision.h"
#include "law/report.h"
#include "node/rows.h"

namespace comity::node {
namespace {

std::string reasons_of(const law::Corpus& corpus, const law::Route& route) {
  std::string text;
  for (const law::Reason& reason : route.reasons) {
    if (!text.empty()) text += "; ";
    text += corpus.word(reason.code).code;
    std::string_view cite = corpus.cite(reason.cite);
    if (!cite.empty()) text += " (" + std::string(cite) + ")";
    if (reason.confidence == law::Confidence::unconfirmed) text += " [unconfirmed]";
  }
  return text;
}

// The facts that are missing, and the clauses that ask for them; or what else keeps it open, which
// no fact mends: who sends, to whom, which data.
std::string lacking(const Verdict& verdict) {
  std::string facts, clauses;
  for (const std::string& word : verdict.needs) facts += (facts.empty() ? "" : ", ") + word;
  for (const Verdict::Closer& each : verdict.closed_by)
    clauses += (clauses.empty() ? "" : "; ") + (facts.empty() ? each.code + " " : "") + each.cite +
               (each.confidence == law::Confidence::unconfirmed ? " [unconfirmed]" : "");
  if (facts.empty()) return "not open by law: " + clauses;
  return "the law still needs to know: " + facts + (clauses.empty() ? "" : " (" + clauses + ")") +
         "; give each with --fact name=value";
}

// Those of them who work here.
Result<std::map<OfficerId, member::Officer>> load_officers(Work& work,
                                                           std::span<const OfficerId> ids) {
  std::map<OfficerId, member::Officer> officers;
  for (const OfficerId& id : ids) {
    TRY(OfficerPtr known, know_officer(work.rows, id));
    if (known) officers.emplace(id, known->officer);
  }
  return officers;
}

// Counsel is another than the author, and still counsel.
Result<void> check_counsel(Work& work, const Proposal& proposal) {
  const Override& given = *proposal.override_;
  const OfficerId asked[] = {given.counsel, proposal.author};
  TRY(auto officers, load_officers(work, asked));
  auto counsel = officers.find(given.counsel), author = officers.find(proposal.author);
  if (counsel == officers.end() || !counsel->second.enabled ||
      !counsel->second.roles.contains(member::OfficerRole::counsel) ||
      counsel->second.key != given.key)
    return fail(Code::not_approved, "the override is by nobody who is counsel here now");
  if (author == officers.end() || author->second.key == given.key)
    return fail(Code::not_approved, "who drafts does not override: ask another counsel");
  if (given.expires <= work.now) return fail(Code::not_approved, "counsel's override has expired");
  return {};
}

// Blueprint, section 2: "Foreign law and unconfirmed facts warn; authorised counsel may override
// with a reason, four eyes, on the record."
Result<void> check_override(Work& work, const Proposal& proposal, const Verdict& verdict) {
  std::string closed = *verdict.state == law::State::blocked ? "blocked by law: " + verdict.reasons
                                                             : lacking(verdict);
  std::string bar = bar_to_override(verdict, own_side(work, *proposal.question));
  if (!proposal.override_)
    return fail(
        Code::no_permit,
        closed + (bar.empty() ? "; counsel may set this aside: comity request override" : ""));
  if (!bar.empty()) return fail(Code::no_permit, closed + "; no override reaches it: " + bar);
  return check_counsel(work, proposal);
}

// The road that the proposal names must stand open, or be set open by counsel, and be one that this
// program carries.
Result<json::Object> check_road(Work& work, const Proposal& proposal) {
  if (!proposal.act.route)
    return fail(Code::no_permit, "name the provision that this is sent under");
  const std::string& provision = proposal.act.route->provision;
  TRY(Verdict verdict, verdict_on(work.context.corpus, *proposal.question, provision));
  if (!verdict.state)
    return fail(Code::no_permit,
                "the law knows no road for this under " + provision + "; see: comity law routes");
  if (*verdict.state != law::State::open) TRY_VOID(check_override(work, proposal, verdict));
  if (verdict.carriage != law::Carriage::comity)
    return fail(Code::no_permit, provision + " travels by " +
                                     std::string(law::name_of(verdict.carriage)) +
                                     ", not by Comity: sending it here would not be service");
  return to_json(verdict, work.context.corpus);
}

Result<void> check_mandate(const Partner& partner, const std::string& measure) {
  if (measure.empty() || member::mandate_checked(partner.member, partner.card, measure)) return {};
  const std::string& nickname = partner.member.nickname;
  return fail(Code::no_permit, "nobody has checked that " + nickname + " has a mandate for " +
                                   measure + "; check it, then: comity member check " + nickname);
}

// A document stands for an approval only where the law in use lets it.
Result<json::Array> given_record(const law::Corpus& corpus,
                                 const std::vector<member::Given>& given) {
  json::Array out;
  for (const member::Given& each : given) {
    json::Object shown{{"approval", each.approval}, {"officer", to_text(each.officer)}};
    if (each.instrument) {
      TRY(law::ApprovalId approval, corpus.approval(each.approval));
      if (!corpus.on_paper(approval))
        return fail(Code::not_approved,
                    "the approval \"" + each.approval + "\" is given by an officer, not on paper");
      shown["instrument"] = member::to_json(*each.instrument);
    }
    out.push_back(std::move(shown));
  }
  return out;
}

}  // namespace

Result<std::vector<std::uint64_t>> find_approvals(Overlay& rows, const std::string& draft) {
  std::vector<std::uint64_t> positions;
  TRY_VOID(rows.scan(Space::approval, draft + "/",
                     [&](const std::string&, const json::Value& row) -> Result<Overlay::Walk> {
                       const json::Value* position = row.find("position");
                       check(position && position->as_int(), "an approval row has its position");
                       positions.push_back(static_cast<std::uint64_t>(*position->as_int()));
                       return Overlay::Walk::on;
                     }));
  return positions;
}

Result<std::vector<member::SignedApproval>> read_approvals(
    View& view, const std::vector<std::uint64_t>& positions) {
  std::vector<member::SignedApproval> approvals;
  for (std::uint64_t position : positions) {
    TRY(std::string bytes, load_bytes(view, position));
    TRY(auto command, member::read_command(bytes, member::From::journal));
    const json::Value* envelope = command.command.args.find("approval");
    check(envelope && envelope->as_string(), "an approving command has its approval");
    TRY(auto approval, member::read_approval(*envelope->as_string(), member::From::journal));
    approvals.push_back(std::move(approval));
  }
  return approvals;
}

Result<std::vector<member::SignedApproval>> load_approvals(Overlay& rows,
                                                           const std::string& draft) {
  TRY(auto positions, find_approvals(rows, draft));
  return read_approvals(rows.below(), positions);
}

// Coercive: a second person. Disclosure: counsel besides.
std::vector<member::Need> needs_of(PermitKind kind) {
  if (kind == PermitKind::procedural) return {};
  std::vector<member::Need> needs{{.as = member::OfficerRole::approver, .count = 1}};
  if (kind == PermitKind::disclosure)
    needs.push_back({.as = member::OfficerRole::counsel, .count = 1});
  return needs;
}

Result<Verdict> verdict_on(const law::Corpus& corpus, const law::Question& question,
                           std::string_view provision, Commit commit) {
  auto decision = std::make_unique<law::Decision>();
  law::decide(corpus, question, *decision);
  Verdict verdict;
  verdict.outcome = decision->outcome;
  if (commit == Commit::yes) verdict.commitment = law::commitment(corpus, question, *decision);
  auto id = corpus.provision(provision);
  if (!id) {  // what nobody has read is unknown, whatever other roads there are
    verdict.outcome = law::Outcome::no_data;
    verdict.confidence = law::Confidence::unconfirmed;
    verdict.reasons = "this node's law knows no provision " + std::string(provision);
    return verdict;
  }
  const law::Route* route = decision->find(*id);
  if (!route) return verdict;
  verdict.state = route->state;
  verdict.confidence = route->confidence;
  verdict.carriage = route->carriage;
  verdict.reasons = reasons_of(corpus, *route);
  for (const law::Need& need : route->requires_)
    verdict.needs.push_back(corpus.word(need.fact).code);
  verdict.complete = !decision->truncated;
  std::size_t closing = route->state == law::State::blocked ? route->closers : route->lacking;
  for (std::size_t i = 0; route->state != law::State::open && i < closing; ++i) {
    if (i == route->reasons.size()) {
      verdict.complete = false;
      break;
    }
    const law::Reason& reason = route->reasons[i];
    verdict.closed_by.push_back({.code = corpus.word(reason.code).code,
                                 .cite = std::string(corpus.cite(reason.cite)),
                                 .confidence = reason.confidence,
                                 .whose = reason.whose});
  }
  return verdict;
}

json::Object to_json(const Verdict& verdict, const law::Corpus& corpus) {
  json::Object out{
      {"corpus", to_hex(corpus.hash())},
      {"decision", law::name_of(verdict.outcome)},
      {"state", verdict.state ? json::Value(law::name_of(*verdict.state)) : json::Value()},
      {"confidence", law::name_of(verdict.confidence)},
      {"reasons", verdict.reasons}};
  if (verdict.commitment) out["commitment"] = to_hex(*verdict.commitment);
  return out;
}

law::Whose own_side(const Work& work, const law::Question& question) {
  return question.from.text() == work.context.jurisdiction ? law::Whose::requesting
                                                           : law::Whose::requested;
}

std::string bar_to_override(const Verdict& verdict, law::Whose own) {
  if (!verdict.state) return "no road is known at all";
  if (*verdict.state == law::State::open) return "nothing closes the road";
  if (verdict.carriage != law::Carriage::comity) return "this road is not carried by Comity";
  if (!verdict.complete || verdict.closed_by.empty())
    return "the law has more reasons against it than can be listed";
  for (const Verdict::Closer& closer : verdict.closed_by) {
    std::string name = closer.code + " (" + closer.cite + ")";
    if (closer.code == "other_sender") return name + " is a matter of competence";
    bool foreign = closer.whose != own && closer.whose != law::Whose::common;
    if (foreign || closer.confidence == law::Confidence::unconfirmed) continue;
    return name + (closer.whose == own ? " is our own law, confirmed"
                                       : " is law or fact common to both sides, confirmed");
  }
  return {};
}

namespace {

bool is_by(const member::SignedApproval& given, const Override& other) {
  return given.approval.officer == other.counsel || given.key == other.key;
}

// Our own law lets the author send this alone: confirmed, to preserve, by one who may approve and
// holds what the law names. Never a disclosure, an order at home, or what counsel had to set open.
Result<void> take_alone(const Work& work, const Proposal& proposal, const member::Officer& author,
                        json::Object& record) {
  if (!proposal.may_be_alone || proposal.kind != PermitKind::coercive || !proposal.question ||
      proposal.override_)
    return fail(Code::not_approved,
                "one officer alone sends nothing but a request to preserve, on an open road");
  auto allowed = law::single_officer(work.context.corpus, proposal.question->from,
                                     proposal.question->measure, proposal.question->on);
  if (!allowed || allowed->confidence != law::Confidence::confirmed)
    return fail(Code::not_approved,
                "our own law, as far as it is confirmed, lets no officer send "
                "this alone: a second person approves");
  if (!author.enabled || !author.roles.contains(member::OfficerRole::approver))
    return fail(Code::not_approved, "who sends alone must be an approver");
  for (const std::string& name : proposal.named)
    if (!author.gives.contains(name))
      return fail(Code::not_approved, "who sends alone must hold the approval \"" + name + "\"");
  record = {{"officer", to_text(author.id)}, {"cite", allowed->cite}, {"reason", *proposal.alone}};
  return {};
}

}  // namespace

// The people behind it: who approved, who gave what the law names, who set foreign law aside.
Result<void> second_person(Work& work, const Proposal& proposal, Permit& permit) {
  std::vector<std::uint64_t> positions = proposal.given;
  if (!proposal.draft.empty()) {
    TRY(positions, find_approvals(work.rows, proposal.draft));
  }
  TRY(auto approvals, read_approvals(work.rows.below(), positions));
  permit.record_["given"] = json::Array(positions.begin(), positions.end());
  if (proposal.override_)
    std::erase_if(approvals, [&](const auto& each) { return is_by(each, *proposal.override_); });
  std::vector<OfficerId> asked{proposal.author};
  for (const auto& each : approvals) asked.push_back(each.approval.officer);
  TRY(auto officers, load_officers(work, asked));
  std::vector<member::Need> needs = needs_of(proposal.kind);
  auto counted =
      member::approved(proposal.approved_as.value_or(permit.subject_), approvals, officers,
                       proposal.author, {.needs = needs, .named = proposal.named}, work.now);
  if (!counted) {
    auto author = officers.find(proposal.author);
    if (!proposal.alone || author == officers.end()) return std::unexpected(counted.error());
    json::Object record;
    TRY_VOID(take_alone(work, proposal, author->second, record));
    permit.record_["single_officer"] = std::move(record);
    permit.record_["approved_by"] = json::Array{};
    permit.review_owed_ = true;
    permit.approvals_ = proposal.named;
    permit.approvals_.push_back("single_officer");
    return {};
  }
  TRY(permit.record_["approvals"], given_record(work.context.corpus, counted->given));
  std::set<OfficerId> people(counted->officers.begin(), counted->officers.end());
  for (const member::Given& each : counted->given) {
    people.insert(each.officer);
    permit.approvals_.push_back(each.approval);
  }
  permit.approvals_.push_back("approver");
  json::Array approved_by;
  for (const OfficerId& officer : people) {
    approved_by.push_back(to_text(officer));
    for (const auto& given : approvals)
      if (given.approval.officer == officer &&
          (!permit.expires_ || given.approval.expires < *permit.expires_))
        permit.expires_ = given.approval.expires;
  }
  permit.record_["approved_by"] = std::move(approved_by);
  return {};
}

Result<Permit> law_door(Work& work, Proposal proposal) {
  TRY(PartnerPtr partner, know_partner(work.rows, proposal.act.to));
  const member::Member& recipient = partner->member;
  if (recipient.state == member::State::frozen) return fail(Code::frozen, recipient.why);
  if (recipient.state != member::State::paired)
    return fail(Code::not_paired, recipient.nickname + " is not paired with this node");

  Permit permit;
  permit.kind_ = proposal.kind;
  permit.subject_ = act::approval_subject(proposal.act);
  constexpr std::string_view kinds[] = {"procedural", "coercive", "disclosure"};
  permit.record_ = {{"kind", kinds[static_cast<std::size_t>(proposal.kind)]},
                    {"subject", to_hex(permit.subject_)}};
  if (proposal.author != OfficerId{}) permit.record_["author"] = to_text(proposal.author);
  if (proposal.drafted) permit.record_["drafted"] = *proposal.drafted;
  if (proposal.approved_as) permit.record_["approved_as"] = to_hex(*proposal.approved_as);
  if (proposal.kind == PermitKind::procedural) {
    if (proposal.question) {  // an alert with personal data, to a partner abroad
      TRY(json::Object road, check_road(work, proposal));
      permit.record_["law"] = std::move(road);
    }
    permit.act_ = std::move(proposal.act);
    permit.body_ = std::move(proposal.body);
    return permit;
  }

  // The corpus row is read so that the plan fails when the law in use has changed before it is
  // recorded.
  TRY(auto corpus, work.rows.get(Space::self, self_corpus));
  if (!corpus || *corpus != json::Value(to_hex(work.context.corpus.hash())))
    return fail(Code::conflict, "the law in use has just changed; try again");
  if (proposal.question) {
    TRY(json::Object road, check_road(work, proposal));
    permit.record_["law"] = std::move(road);
  } else if (proposal.domestic_basis.empty()) {
    return fail(Code::no_permit,
                "our own law, as far as this node knows it, gives no power for this");
  } else {
    permit.record_["law"] = proposal.domestic_basis;
  }
  TRY_VOID(check_mandate(*partner, proposal.measure));

  TRY_VOID(second_person(work, proposal, permit));
  if (const auto& given = proposal.override_) {
    permit.record_["override"] = json::Object{{"counsel", to_text(given->counsel)},
                                              {"reason", given->reason},
                                              {"at", to_text(given->at)},
                                              {"position", given->position}};
    permit.expires_ = std::min(permit.expires_.value_or(given->expires), given->expires);
  }
  permit.act_ = std::move(proposal.act);
  permit.body_ = std::move(proposal.body);
  return permit;
}

}  // namespace comity::node

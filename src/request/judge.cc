#include "request/judge.h"

#include <algorithm>
#include <set>

#include "base/limits.h"

namespace comity::request {
namespace {

using enum TargetStatus;

const TargetMark* find(const std::vector<TargetMark>& marks, const std::string& target) {
  auto at = std::ranges::find(marks, target, &TargetMark::target);
  return at == marks.end() ? nullptr : &*at;
}

std::string day(Instant at) {
  return to_text(date_of(at));
}

// An article as people write it: "ETS 185, Art. 29(5)(a)" is "ETS185 Art.29(5)(a)".
std::string letters_of(std::string_view article) {
  std::string out;
  for (char c : article)
    if (c != ' ' && c != ',' && c != '.')
      out += c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  return out;
}

std::string listed(const std::vector<std::string>& codes) {
  std::string out;
  for (const std::string& code : codes) out += (out.empty() ? "" : ", ") + code;
  return out;
}

bool ours(const Judged& at) {
  return at.said.by == Speaker::ours;
}

Result<void> know_targets(const Judged& at, const std::vector<std::string>& named) {
  for (const std::string& target : named)
    if (!find(at.facts.targets, target))
      return fail(Code::bad_value, "this request has no target " + target, "/targets");
  return {};
}

Result<void> have_approvals(const Judged& at) {
  if (!ours(at) || permit_kind(verb_of(at.said.body)) != PermitKind::coercive) return {};
  // The provision's approvals are the asking side's; the side that is asked has its own law.
  const std::vector<std::string> none;
  const auto& wanted = at.state.role == Role::requester ? at.rules.approvals : none;
  const auto& held = at.said.approvals;
  if (wanted.empty() && held.empty())
    return fail(Code::not_approved, "needs an officer's approval: nobody has approved it");
  for (const std::string& role : wanted)
    if (role != "none" && std::ranges::find(held, role) == held.end())
      return fail(Code::not_approved,
                  "needs the approval of a " + role + " (" + at.rules.cite + ")");
  return {};
}

// Only the cited provision's own grounds. What they say is recorded and flagged, not refused: see
// tell().
Error not_a_ground(const Rules& rules, const Ground& ground) {
  std::string known, article;
  for (const GroundRule& rule : rules.refusal_grounds) {
    known += (known.empty() ? "" : ", ") + rule.code;
    if (rule.code == ground.code) article = rule.article;
  }
  if (!article.empty())
    return {Code::bad_value,
            ground.code + " is " + article + ": cite that, or leave the article out", "/grounds"};
  return {Code::bad_value,
          ground.code + " is no ground of " + rules.cite +
              ", which has: " + (known.empty() ? "none" : known) +
              "; not_held and the like are answers, missing facts a query",
          "/grounds"};
}

Result<void> own_grounds(const Judged& at, const std::vector<Ground>& grounds) {
  // A custodian that declines part of a domestic order pleads its own law, not a treaty's grounds.
  if (!ours(at) || at.state.track == Track::order || !at.rules.known) return {};
  for (const Ground& ground : grounds)
    if (!is_ground_of(at.rules, ground)) return std::unexpected(not_a_ground(at.rules, ground));
  return {};
}

bool box_is_filled(const Ask& ask, std::string_view box) {
  if (box == "custodian_or_location_if_known") return true;  // the box says so itself
  if (box == "domestic_legal_basis") return !ask.domestic_legal_basis.empty();
  if (box == "investigating_authority") return ask.investigating_authority.has_value();
  if (box == "custodian" || box == "custodian_or_location")
    return !ask.custodian.name.empty() || !ask.custodian.location.empty();
  if (box == "decisions") return !ask.decisions.empty();
  if (box == "urgency" || box == "urgency_reason")
    return ask.urgency.level == "normal" || !ask.urgency.why.empty();
  // Art. 29(2)(f): a preservation is asked for with the intention to send the formal request.
  if (box == "intent_to_request_mla") return ask.intent_to_request_mla;
  return true;  // the other boxes cannot be empty: body.h
}

// A date ahead of our clock is a skewed clock up to a point; beyond it, it would let a period reach
// into the future.
Result<void> not_ahead(const Judged& at, Instant date) {
  Instant last = ours(at) ? at.said.recorded_at : at.said.recorded_at + limits::clock_skew_believed;
  if (date <= last) return {};
  return fail(Code::bad_value, "is dated ahead of our clock; stored data are of the past", "/date");
}

// Our own law's end, with its renewals: no term of ours goes beyond it.
Result<void> within_law(const Judged& at, Instant from, Instant until, const std::string& where) {
  const DomesticLaw& law = at.rules.domestic;
  auto ends = law_ends(law, from);
  if (!law.confirmed || !ends || until <= *ends) return {};
  return fail(Code::bad_value, law.cite + " ends on " + day(*ends), where);
}

Result<void> judge(const Judged& at, const Ask& ask) {
  TRY_VOID(not_ahead(at, ask.date));
  if (!ours(at)) return {};
  for (const std::string& box : at.rules.required_fields)
    if (!box_is_filled(ask, box))
      return fail(Code::missing_field, "is required by " + at.rules.cite, "/" + box);
  return {};
}

Result<void> judge(const Judged& at, const Order& order) {
  TRY_VOID(not_ahead(at, order.date));
  if (ours(at) && order.preserve_until <= at.said.recorded_at)
    return fail(Code::bad_value, "must lie in the future", "/preserve_until");
  if (!ours(at)) return {};
  return within_law(at, at.said.recorded_at, order.preserve_until, "/preserve_until");
}

Result<void> judge(const Judged& at, const Reply& reply) {
  Side asked_by = side_of(at.state.role, at.said.by) == Side::opener ? Side::other : Side::opener;
  if (at.facts.open_query(asked_by, reply.to)) return {};
  return fail(Code::bad_value, "names no open query of this conversation", "/to");
}

Result<void> judge(const Judged& at, const Refuse& refuse) {
  TRY_VOID(own_grounds(at, refuse.grounds));
  return refuse.offer ? know_targets(at, refuse.offer->targets) : Result<void>{};
}

// An offer to narrow keeps something of each target that it keeps.
Result<void> judge(const Judged& at, const CounterOffer& said) {
  const Offer& offer = said.offer;
  TRY_VOID(know_targets(at, offer.targets));
  if (!ours(at) || offer.categories.empty()) return {};
  std::set<std::string_view> stay(offer.categories.begin(), offer.categories.end());
  std::set<std::string_view> asked;
  for (const TargetMark& mark : at.facts.targets) {
    bool named = offer.targets.empty() || std::ranges::count(offer.targets, mark.target) > 0;
    if (!named || mark.asked.empty() || mark.status != awaiting) continue;
    asked.insert(mark.asked.begin(), mark.asked.end());
    if (std::ranges::none_of(mark.asked, [&](const auto& one) { return stay.contains(one); }))
      return fail(Code::bad_value,
                  "leaves nothing of " + mark.target + ", which asks for " + listed(mark.asked) +
                      ": leave the target out",
                  "/offer/categories");
  }
  for (std::string_view one : stay)
    if (!asked.empty() && !asked.contains(one))
      return fail(Code::bad_value, std::string(one) + " is not asked for", "/offer/categories");
  return {};
}

Result<void> judge(const Judged& at, const Objection& said) {
  return know_targets(at, said.targets);
}

Result<void> judge(const Judged& at, const Decide& decide) {
  Stance stance = ours(at) ? Stance::strict : Stance::crossing;
  const Event* on = at.facts.open_proposal(decide.on, stance);
  if (!on) return fail(Code::bad_value, "names nothing that awaits a decision", "/on");
  bool fits = false;
  if (on->verb == Verb::warn)
    fits = decide.choice == "proceed" || decide.choice == "do_not_execute";
  if (on->verb == Verb::counter_offer)
    fits = decide.choice == "take_up" || decide.choice == "decline";
  if (on->verb == Verb::objection)
    fits = decide.choice == "maintain" || decide.choice == "narrow" || decide.choice == "lift";
  if (!fits)
    return fail(Code::bad_value,
                "a warning is met by proceed or do_not_execute, an offer by take_up or decline, "
                "an objection by maintain, narrow or lift",
                "/choice");
  return know_targets(at, decide.targets);
}

// ---- answers

// Data that nobody asked for are not preserved in anybody's name. Marks of an earlier program do
// not remember what was asked.
Result<void> were_asked(const TargetMark& mark, const TargetAnswer& said,
                        const std::string& where) {
  for (const std::string& category : said.categories)
    if (!mark.asked.empty() && std::ranges::count(mark.asked, category) == 0)
      return fail(Code::bad_value, category + " is not asked for, which is: " + listed(mark.asked),
                  where + "/categories");
  return {};
}

// The speaker's own half: a target that was answered for good is not answered again, and a term
// never shrinks.
Result<void> follows_own_words(const Judged& at, const TargetAnswer& said,
                               const std::string& where) {
  const TargetMark* before = find(at.facts.by_other, said.target);
  if (!before) return fail(Code::bad_value, "this request has no such target", where + "/target");
  TRY_VOID(were_asked(*before, said, where));
  if (before->status == awaiting) return {};
  if (before->status != preserved)
    return fail(Code::wrong_state, "this target has been answered for good", where + "/target");
  if (said.status != "preserved")
    return fail(Code::bad_value, "is preserved by an earlier answer: say expire when it has ended",
                where + "/status");
  if (*said.preserved_until < *before->preserved_until)
    return fail(Code::bad_value, "must not lie before the term already given",
                where + "/preserved_until");
  return {};
}

Result<void> within_terms(const Judged& at, const TargetAnswer& said, const std::string& where) {
  const Rules& rules = at.rules;
  if (*said.preserved_at > at.said.recorded_at)
    return fail(Code::bad_value, "must not lie in the future", where + "/preserved_at");
  if (*said.preserved_until <= at.said.recorded_at)
    return fail(Code::bad_value, "must lie in the future", where + "/preserved_until");
  // Art. 29(7): "for a period not less than sixty days"; the number is the corpus's.
  TRY_VOID(within_law(at, *said.preserved_at, *said.preserved_until, where + "/preserved_until"));
  Instant from = minimum_from(at.state, said);
  // Where our own law lets nobody preserve for so long, it is the most that can be said.
  auto ends = law_ends(rules.domestic, from);
  bool reachable = !rules.domestic.confirmed || !ends || !rules.preserve_at_least ||
                   *ends >= from + *rules.preserve_at_least;
  if (reachable && rules.preserve_at_least &&
      *said.preserved_until < from + *rules.preserve_at_least)
    return fail(Code::bad_value,
                "must be at least " + std::to_string(rules.preserve_at_least->count()) +
                    " days after " + day(from) + " (" + rules.cite + ")",
                where + "/preserved_until");
  return {};
}

bool has_domestic_order(const State& state) {
  return std::ranges::any_of(state.orders,
                             [](const DomesticOrder& each) { return each.decision != "refused"; });
}

// What we would say is preserved, of one target.
struct Claim {
  std::string target;
  std::optional<Instant> preserved_at;
  Instant until;
  std::vector<std::string> categories;
};

bool covers(const TargetMark& mark, const Claim& claim) {
  return mark.status == preserved && *mark.preserved_until >= claim.until &&
         (!claim.preserved_at || *mark.preserved_at <= *claim.preserved_at);
}

// Several custodians may hold what is claimed between them.
bool cover(const std::vector<const TargetMark*>& marks, const Claim& claim) {
  std::set<std::string_view> held;
  bool any = false;
  for (const TargetMark* mark : marks) {
    if (!covers(*mark, claim)) continue;
    any = true;
    held.insert(mark->categories.begin(), mark->categories.end());
  }
  return any &&
         std::ranges::all_of(claim.categories, [&](const auto& one) { return held.contains(one); });
}

std::string told(const TargetMark& mark) {
  if (mark.status != preserved) return std::string(status_name(mark.status));
  return listed(mark.categories) + " from " + day(*mark.preserved_at) + " until " +
         day(*mark.preserved_until);
}

// What the custodian said is the most that we may say.
Result<void> covered_by_custodian(const Judged& at, const Claim& claim, const std::string& where) {
  std::vector<const TargetMark*> marks;
  for (const Link& link : at.state.links)
    if (const TargetMark* mark = find(link.marks, claim.target);
        mark && link.relation == "served_by")
      marks.push_back(mark);
  if (cover(marks, claim)) return {};
  for (const TargetMark* mark : marks)
    if (mark->status != awaiting || !has_domestic_order(at.state))
      return fail(Code::not_allowed,
                  "goes beyond what the custodian has answered (" + told(*mark) + ")", where);
  // Without an order, there is nothing in that State that binds the custodian.
  const DomesticLaw& law = at.rules.domestic;
  if (law.order_needed == Known::yes && law.confirmed && !has_domestic_order(at.state))
    return fail(Code::not_allowed,
                "needs the order of a domestic authority (" + law.cite +
                    "): record it, or the custodian's answer to it, first",
                where);
  return {};
}

Result<void> judge_own_answer(const Judged& at, const TargetAnswer& said,
                              const std::string& where) {
  const TargetMark* now = find(at.facts.targets, said.target);
  if (now->status != awaiting && now->status != preserved)
    return fail(Code::wrong_state, "the requester no longer asks for this target", where);
  TRY_VOID(own_grounds(at, said.grounds));
  if (said.status != "preserved") return {};
  TRY_VOID(were_asked(*now, said, where));
  TRY_VOID(within_terms(at, said, where));
  if (at.state.track != Track::request || at.state.drill) return {};
  return covered_by_custodian(
      at, {said.target, said.preserved_at, *said.preserved_until, said.categories}, where);
}

Result<void> judge(const Judged& at, const std::vector<TargetAnswer>& targets) {
  for (std::size_t i = 0; i < targets.size(); ++i) {
    std::string where = "/targets/" + std::to_string(i);
    TRY_VOID(follows_own_words(at, targets[i], where));
    if (ours(at)) TRY_VOID(judge_own_answer(at, targets[i], where));
  }
  return {};
}

Result<void> judge(const Judged& at, const Answer& said) {
  return judge(at, said.targets);
}
Result<void> judge(const Judged& at, const Comply& said) {
  return judge(at, said.targets);
}

Result<void> judge(const Judged& at, const Notice& notice) {
  if (ours(at) && notice.received_on && *notice.received_on > at.said.recorded_at)
    return fail(Code::bad_value, "must not lie in the future", "/received_on");
  return {};
}

// ---- terms

Result<void> judge(const Judged& at, const Extend& extend) {
  TRY_VOID(know_targets(at, extend.targets));
  if (!ours(at)) return {};
  for (const TargetMark& mark : at.facts.targets) {
    bool named = std::ranges::find(extend.targets, mark.target) != extend.targets.end();
    if (named && mark.status != preserved)
      return fail(Code::bad_value, "only what is preserved can be extended", "/targets");
    if ((named || extend.targets.empty()) && mark.status == preserved &&
        extend.until <= *mark.preserved_until)
      return fail(Code::bad_value, "must lie after " + day(*mark.preserved_until), "/until");
  }
  if (extend.until <= at.said.recorded_at)
    return fail(Code::bad_value, "must lie in the future", "/until");
  return {};
}

bool reached_by(const Event& extend, const TargetMark& mark) {
  return mark.status == preserved &&
         (extend.marks.empty() || find(extend.marks, mark.target) != nullptr);
}

// "only as the requested State's law allows": its own law binds whoever answers; see README.md.
Result<void> judge_own_grant(const Judged& at, Instant until) {
  const DomesticLaw& law = at.rules.domestic;
  if (law.renew == Days{0} && law.confirmed)
    return fail(Code::not_allowed, law.cite + " knows no extension", "/outcome");
  if (until <= at.said.recorded_at)
    return fail(Code::bad_value, "must lie in the future", "/until");
  std::optional<Instant> present;  // the first term to end
  for (const TargetMark& mark : at.facts.targets)
    if (reached_by(*at.facts.open_extend, mark) && (!present || *mark.preserved_until < *present))
      present = mark.preserved_until;
  if (!present || until <= *present)
    return fail(Code::bad_value,
                present ? "extends nothing: must lie after " + day(*present) + ", or refuse it"
                        : "nothing that was named is preserved any more: refuse it",
                "/until");
  for (const TargetMark& mark : at.facts.targets) {
    if (!reached_by(*at.facts.open_extend, mark)) continue;
    TRY_VOID(within_law(at, *mark.preserved_at, until, "/until"));
    // An extension says nothing of the custodian that it has not said itself.
    if (at.state.track == Track::request && !at.state.drill)
      TRY_VOID(covered_by_custodian(at, {mark.target, {}, until, mark.categories}, "/until"));
  }
  return {};
}

Result<void> judge(const Judged& at, const ExtensionAnswer& said) {
  if (!at.facts.open_extend || at.facts.open_extend->act != said.to)
    return fail(Code::bad_value, "names no extension that awaits an answer", "/to");
  TRY_VOID(own_grounds(at, said.grounds));
  if (ours(at) && said.until) return judge_own_grant(at, *said.until);
  return {};
}

Result<void> judge(const Judged& at, const Release& release) {
  return know_targets(at, release.targets);
}

// The end of a law is a day that the law names, not what one officer says.
Result<void> law_has_ended(const Judged& at, const TargetMark& mark) {
  const DomesticLaw& law = at.rules.domestic;
  auto ends = law_ends(law, *mark.preserved_at);
  if (!law.confirmed || !ends || *ends <= at.said.recorded_at) return {};
  return fail(Code::bad_value, law.cite + " lets it stand until " + day(*ends), "/reason");
}

Result<void> judge(const Judged& at, const Expire& expire) {
  TRY_VOID(know_targets(at, expire.targets));
  if (!ours(at)) return {};
  // Art. 29(7): after the formal request has come, the data are kept "pending a decision on that
  // request".
  if (expire.reason == "term_ended" && at.facts.noticed && at.rules.keep_until_decided)
    return fail(Code::not_allowed, "the formal request is undecided (" + at.rules.cite + ")",
                "/reason");
  if (expire.reason == "follow_up_decided" && !at.facts.noticed)
    return fail(Code::bad_value, "no formal request has been noticed", "/reason");
  for (const TargetMark& mark : at.facts.targets) {
    bool named = std::ranges::find(expire.targets, mark.target) != expire.targets.end();
    if (named && mark.status != preserved)
      return fail(Code::bad_value, "only what is preserved can expire", "/targets");
    if (mark.status != preserved || (!named && !expire.targets.empty())) continue;
    if (expire.reason == "law_ended") TRY_VOID(law_has_ended(at, mark));
    if (expire.reason == "term_ended" && *mark.preserved_until > at.said.recorded_at)
      return fail(Code::bad_value, "the term runs until " + day(*mark.preserved_until), "/reason");
  }
  return {};
}

// Acknowledge, Query, Accept, Forward, Warn, Withdraw: their words are all there is to them.
template <typename T>
Result<void> judge(const Judged&, const T&) {
  return {};
}

}  // namespace

Result<void> judge(const Judged& at) {
  TRY_VOID(have_approvals(at));
  return std::visit([&](const auto& said) { return judge(at, said); }, at.said.body);
}

bool is_ground_of(const Rules& rules, const Ground& ground) {
  return std::ranges::any_of(rules.refusal_grounds, [&](const GroundRule& rule) {
    return rule.code == ground.code &&
           (rule.article.empty() || letters_of(rule.article) == letters_of(ground.article));
  });
}

Instant minimum_from(const State& state, const TargetAnswer& said) {
  return std::max(*said.preserved_at, state.opener.front().recorded_at);
}

std::optional<Instant> law_ends(const DomesticLaw& law, Instant from) {
  if (law.total) return from + *law.total;
  if (!law.first || !law.renew) return std::nullopt;
  return from + *law.first + *law.renew;
}

std::optional<Instant> law_ends(const DomesticLaw& law, const State& state) {
  std::optional<Instant> first;
  for (const TargetMark& mark : state.targets) {
    if (mark.status != preserved) continue;
    auto ends = law_ends(law, *mark.preserved_at);
    if (ends && (!first || *ends < *first)) first = ends;
  }
  return first;
}

}  // namespace comity::request

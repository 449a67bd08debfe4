#include "node/roads.h"

#include <algorithm>
#include <memory>

#include "law/provision.h"
#include "node/permit.h"
#include "node/rows.h"

namespace comity::node {
namespace {

// Requests under treaties come from no response team (member::law_role); what such teams share of
// their own will has roads of its own.
std::string_view sharing_role(member::Role role) {
  std::string_view law = member::law_role(role);
  return law.empty() ? member::role_name(role) : law;
}

Result<law::Question> question_for(const Here& here, const Basis& basis, const member::Card& to) {
  return law::ask(here.corpus, {.from = here.jurisdiction,
                                .to = to.jurisdiction,
                                .measure = "spontaneous_info",
                                .offence = basis.offence,
                                .on = to_text(here.on),
                                .conduct = "",
                                .data = "",
                                .from_role = std::string(here.role),
                                .to_role = std::string(sharing_role(to.role)),
                                .facts = basis.facts});
}

// Approvals that the provision asks of our side, and counsel did not give.
std::vector<std::string> not_given(const law::Provision& provision, const Basis& basis) {
  std::vector<std::string> missing;
  for (const std::string& each : provision.approvals)
    if (each != "none" && !basis.gives.contains(each)) missing.push_back(each);
  return missing;
}

bool is_ready(const law::Corpus& corpus, const law::Route& route, const Basis& basis) {
  return route.state == law::State::open && route.carriage == law::Carriage::comity &&
         not_given(law::provision(corpus, route.provision), basis).empty();
}

std::vector<std::string> lacks_of(const law::Corpus& corpus, const law::Route& route,
                                  const Basis& basis) {
  std::vector<std::string> lacks;
  for (const law::Need& need : route.requires_)
    lacks.push_back("the fact " + corpus.word(need.fact).code + ": " +
                    std::string(law::question_of(corpus, need.fact)));
  if (route.state != law::State::open)
    for (std::size_t i = 0; i < std::max<std::size_t>(route.closers, route.lacking); ++i)
      if (i < route.reasons.size())
        lacks.push_back(corpus.word(route.reasons[i].code).en + ": " +
                        std::string(corpus.cite(route.reasons[i].cite)));
  for (const std::string& each : not_given(law::provision(corpus, route.provision), basis))
    lacks.push_back("the approval " + each + ", which the counsel who speaks does not give");
  if (route.carriage != law::Carriage::comity)
    lacks.push_back("it travels by " + std::string(law::name_of(route.carriage)) +
                    ", not by Comity");
  return lacks;
}

Crossing crossing_under(const Here& here, const Basis& basis, const law::Question& question) {
  auto decision = std::make_unique<law::Decision>();
  law::decide(here.corpus, question, *decision);
  Crossing crossing;
  crossing.question = question;
  if (decision->routes.empty()) {
    crossing.lacks.emplace_back("the law knows no road for what is shared of one's own will: " +
                                std::string(law::name_of(decision->outcome)));
    return crossing;
  }
  auto ready = [&](const law::Route& route) { return is_ready(here.corpus, route, basis); };
  auto chosen = std::find_if(decision->routes.begin(), decision->routes.end(), ready);
  const law::Route& route = chosen == decision->routes.end() ? decision->routes[0] : *chosen;
  const law::Provision& provision = law::provision(here.corpus, route.provision);
  crossing.state = route.state;
  crossing.provision = provision.id;
  crossing.cite = provision.cite;
  crossing.confidence = law::name_of(route.confidence);
  crossing.lacks = lacks_of(here.corpus, route, basis);
  return crossing;
}

Result<std::optional<Crossing>> crossing_of(const Here& here, const Collection& collection,
                                            const Partner& partner) {
  auto basis = collection.basis.find(partner.member.id);
  if (basis == collection.basis.end() || partner.card.jurisdiction == here.jurisdiction)
    return std::nullopt;
  auto question = question_for(here, basis->second, partner.card);
  if (question) return crossing_under(here, basis->second, *question);
  // The law has changed since, and no longer knows a word of it.
  Crossing closed;
  closed.lacks.push_back(question.error().what);
  return closed;
}

Result<json::Value> road_json(Overlay& rows, const Here& here, const Collection& collection,
                              const MemberId& member) {
  TRY(PartnerPtr partner, know_partner(rows, member));
  json::Object out{{"member", to_hex(member)}, {"jurisdiction", partner->card.jurisdiction}};
  auto basis = collection.basis.find(member);
  if (basis != collection.basis.end()) out["basis"] = to_json(basis->second);
  TRY(auto crossing, crossing_of(here, collection, *partner));
  if (!crossing) {
    out["road"] = partner->card.jurisdiction == here.jurisdiction ? "home" : "unsaid";
    return out;
  }
  out["road"] = crossing->provision.empty()              ? "none"
                : crossing->open()                       ? "open"
                : crossing->state == law::State::blocked ? "blocked"
                                                         : "needs";
  if (!crossing->provision.empty()) {
    out["provision"] = crossing->provision;
    out["cite"] = crossing->cite;
    out["confidence"] = crossing->confidence;
  }
  out["lacks"] = json::Array(crossing->lacks.begin(), crossing->lacks.end());
  return out;
}

}  // namespace

Here here(const Context& context, Instant now) {
  auto role = member::role_from_name(context.role);
  return {.jurisdiction = context.jurisdiction,
          .role = role ? sharing_role(*role) : "",
          .corpus = context.corpus,
          .on = date_of(now)};
}

Result<std::optional<Crossing>> crossing_to(Overlay& rows, const Here& here,
                                            const Collection& collection, const MemberId& member) {
  if (!collection.basis.contains(member)) return std::nullopt;
  TRY(PartnerPtr partner, know_partner(rows, member));
  return crossing_of(here, collection, *partner);
}

stix::Personal personal_data_of(const law::Corpus& corpus) {
  stix::Personal known = 0;
  for (const law::Word& word : corpus.personal_data()) {
    auto kind = stix::personal_from_name(word.code);
    if (!kind) return stix::personal_any;  // of a later program, perhaps
    known |= *kind;
  }
  return known == 0 ? stix::personal_any : known;
}

Result<void> judge_roads(Overlay& rows, const Here& here, const Collection& collection,
                         alert::Reader& reader) {
  if (reader.no_road == 0) return {};
  TRY(auto crossing, crossing_to(rows, here, collection, reader.member));
  reader.no_road = crossing && crossing->open() ? stix::Personal{0} : personal_data_of(here.corpus);
  return {};
}

Result<json::Array> roads_json(Overlay& rows, const Here& here, const Collection& collection) {
  std::set<MemberId> members = collection.circle.members;
  for (const auto& [member, basis] : collection.basis) members.insert(member);
  json::Array out;
  for (const MemberId& member : members) {
    TRY(json::Value each, road_json(rows, here, collection, member));
    out.push_back(std::move(each));
  }
  return out;
}

Result<void> take_road(Work& work, const Collection& collection, stix::Personal personal,
                       Proposal& proposal) {
  Here now_here = here(work.context, work.now);
  if ((personal & personal_data_of(now_here.corpus)) == 0) return {};
  TRY(PartnerPtr to, know_partner(work.rows, proposal.act.to));
  if (to->card.jurisdiction == now_here.jurisdiction) return {};
  TRY(auto crossing, crossing_of(now_here, collection, *to));
  if (!crossing || !crossing->open())
    return fail(
        Code::no_permit,
        "personal data, and no lawful road is open; see: comity alert roads " + collection.id);
  auto decision = std::make_unique<law::Decision>();
  law::decide(now_here.corpus, crossing->question, *decision);
  proposal.act.route = {
      .corpus = now_here.corpus.hash(),
      .provision = crossing->provision,
      .decision = law::commitment(now_here.corpus, crossing->question, *decision)};
  proposal.question = crossing->question;
  return {};
}

}  // namespace comity::node

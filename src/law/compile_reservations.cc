// What parties reserved and declared, and articles that open no road but speak of roads.
#include <algorithm>

#include "law/compile.h"

namespace comity::law {

void Compiler::reservation(Table& in, InstrumentId id) {
  Reservation r;
  r.id = in.text("id");
  r.article = in.text("article");
  r.text = in.text("text");
  r.instrument = id;
  r.party = country(in, "party");
  r.effect =
      in.one_of<ReservationEffect>("effect",
                                   {{"excludes", ReservationEffect::excludes},
                                    {"adds_requirement", ReservationEffect::adds_requirement},
                                    {"adds_risk", ReservationEffect::adds_risk},
                                    {"designates", ReservationEffect::designates}},
                                   ReservationEffect::adds_risk, true);
  r.side = in.one_of<Whom>(
      "side",
      {{"both", Whom::both}, {"requested", Whom::requested}, {"requesting", Whom::requesting}},
      Whom::requested, true);
  r.period = in.period();
  r.offences = in.code_set("offences", t_.words.offence_of);
  r.channel = {in.code_or_none("channel", t_.words.channel_of)};
  r.confidence = in.confidence();
  r.source = source(in);
  for (const std::string& name : in.texts("provisions")) {
    auto found = t_.provision_of.find(name);
    if (found != t_.provision_of.end())
      r.provisions.push_back({found->second});
    else
      in.problem("provisions", "no provision is called \"" + name + "\"",
                 "use the `id` of a provision");
  }
  std::string article = t_.instruments[id.value].id + " Art." + r.article;
  r.only_with = class_named(in, "only_with");
  // One that closes nothing by itself (on jurisdiction, say) is shown, and not asked.
  r.unless_class = class_named(in, "unless_bound_by");
  r.to_roles = in.code_set("to_roles", t_.words.role_of);
  if (r.to_roles != 0 && r.side == Whom::requesting)
    in.problem("to_roles", "who receives is for the Party that is asked to say",
               "write side = \"requested\", or drop `to_roles`");
  r.closes = in.yes_or("closes", false);
  r.protects_right = in.one_of<bool>("protects", {{"right", true}}, false);
  bool decided = r.closes || r.only_with >= 0 || in.has("when");
  bool asks = in.yes_or("asks", !decided);
  bool otherwise = asks || r.only_with >= 0 || in.has("when") || r.channel.known();
  if (r.closes && (otherwise || r.effect != ReservationEffect::excludes))
    in.problem("closes", "only what excludes closes whatever the facts",
               "write effect = \"excludes\", without `asks`, `when`, `only_with` and `channel`");
  bool declares = r.effect == ReservationEffect::designates;
  std::string kind = declares ? "declaration" : "reservation";
  r.cite = cite(article + ", " + kind + " of " + country_name(r.party) + ": " + r.text);
  r.addressee = declares && asks && r.side != Whom::requesting;
  if (r.addressee)
    r.note = cite("addressee: " + r.text + " (" + article + ", declaration)");
  else if (declares && r.side == Whom::requesting)
    r.note = cite("sender: " + r.text + " (" + article + ", declaration)");
  else if (r.channel.known() || (!asks && !decided))
    r.note = r.cite;
  if (asks) reservation_fact(in, r);
  reservation_when(in, r, article);
  t_.reservations.push_back(std::move(r));
}

// A condition instead of a question; it may ask the question too, by the reservation's own id.
void Compiler::reservation_when(Table& in, Reservation& r, const std::string& clause) {
  bool decides =
      r.effect == ReservationEffect::excludes || r.effect == ReservationEffect::adds_requirement;
  if (in.has("when") && !decides)
    in.problem("when", "only what excludes or requires is decided by facts",
               "write effect = \"excludes\" or \"adds_requirement\", or drop `when`");
  r.when = condition(in, "when", clause);
}

// Whether the facts of the case meet a reservation is a question of its own, named by the
// reservation's id.
void Compiler::reservation_fact(Table& in, Reservation& r) {
  bool asks = r.effect == ReservationEffect::excludes ||
              (r.effect == ReservationEffect::adds_requirement && !r.channel.known());
  if (!asks || r.provisions.empty()) return;
  bool excludes = r.effect == ReservationEffect::excludes;
  r.fact = {static_cast<std::uint16_t>(t_.words.facts.size())};
  if (!t_.words.fact_of.emplace(r.id, r.fact.value).second) {
    in.problem("id", "\"" + r.id + "\" is a fact of the vocabulary",
               "give the reservation another id");
    return;
  }
  std::string party(r.party.text());
  t_.words.facts.push_back(
      {r.id, (excludes ? "Excluded by a reservation of " : "Reservation met of ") + party,
       (excludes ? "Exclu par une réserve de " : "Réserve remplie de ") + party});
  FactWord fact;
  std::string asked = (excludes ? "Does the conduct fall under what " : "Is this met, as ") +
                      country_name(r.party) + (excludes ? " excludes: " : " requires: ") + r.text +
                      "?";
  fact.question = in.text_or("question", asked);
  fact.question_fr = in.text_or("question_fr", "");
  fact.owner = r.side == Whom::requested ? "requested" : "requesting";
  t_.words.fact_words.push_back(std::move(fact));
}

// ---------------------------------------------------------------- articles
namespace {

// What a road that it speaks of says of it, in one sentence.
std::string note_of(const Article& a) {
  std::string text = a.rule.title;
  for (const auto* list : {&a.conditions, &a.handling}) {
    for (const std::string& one : *list) text += "; " + one;
  }
  for (const Deadline& d : a.deadlines) text += "; " + to_text(d);
  for (const std::string& one : a.unconfirmed) text += "; recalled, not read: " + one;
  return text + " (" + a.rule.clause + ")";
}

}  // namespace

void Compiler::article(Table& in, InstrumentId id) {
  Article a;
  a.instrument = id;
  a.rule = statute_text(in);
  a.article = in.text("article");
  a.conditions = in.texts("conditions");
  a.handling = in.texts("handling");
  a.unconfirmed = in.texts("unconfirmed");
  a.deadlines = deadlines(in, a.rule.confidence);
  article_since(in, a);
  a.data = in.code_set("data", t_.words.data_of);
  a.channels = in.code_set("channels", t_.words.channel_of);
  a.offences = in.code_set("offences", t_.words.offence_of);
  a.voluntary_only = in.yes_or("voluntary_only", false);
  a.from_roles = in.code_set("from_roles", t_.words.role_of);
  a.to_roles = in.code_set("to_roles", t_.words.role_of);
  for (const std::string& name : in.texts("provisions")) {
    auto found = t_.provision_of.find(name);
    if (found == t_.provision_of.end() || t_.rules[found->second].instrument != id)
      in.problem("provisions", "\"" + name + "\" is no provision of this instrument",
                 "name provisions of this file, or say `measures` and `binds`");
    else
      a.provisions.push_back({found->second});
  }
  bool everywhere = a.provisions.empty();
  a.binds = in.one_of<Whom>(
      "binds",
      {{"requesting", Whom::requesting}, {"requested", Whom::requested}, {"both", Whom::both}},
      Whom::requested, everywhere);
  a.towards = in.one_of<Towards>("towards",
                                 {{"anyone", Towards::anyone},
                                  {"members", Towards::members},
                                  {"outsiders", Towards::outsiders}},
                                 Towards::anyone, everywhere);
  if (everywhere && a.rule.measures == 0)
    in.problem("", "the article names neither provisions nor measures",
               "say provisions = [\"...\"] of this file, or measures, binds and towards");
  a.note = cite(note_of(a));
  t_.articles.push_back(std::move(a));
}

// An article begins with its instrument, or on its own `from`. Where neither has a day, the file
// must say so; what nobody can date forbids nothing.
void Compiler::article_since(Table& in, Article& a) {
  const Instrument& instrument = t_.instruments[a.instrument.value];
  bool undated =
      instrument.in_force_known && (instrument.undated || instrument.period.from == day_first);
  if (!since(in, a.rule, undated)) return;
  if (a.rule.effect == Effect::forbid)
    in.problem("from_unknown", "what nobody can date forbids nothing",
               "write `from`, or effect = \"note\"");
}

// Whether the day is said to be unknown, which makes the rule unconfirmed.
bool Compiler::since(Table& in, Statute& rule, bool needed) {
  bool unknown = in.yes_or("from_unknown", false);
  if (unknown && in.has("from"))
    in.problem("from_unknown", "the day is given and unknown at once", "keep one of the two");
  else if (needed && !unknown && !in.has("from"))
    in.problem("", "since when it stands is not said",
               "write from = 2021-09-01, or from_unknown = true when nobody has read the day");
  if (unknown) rule.confidence = Confidence::unconfirmed;
  return unknown;
}

}  // namespace comity::law

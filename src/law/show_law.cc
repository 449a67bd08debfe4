// law show, of the law itself: one thing as its file has it and as the engine reads it.
#include "law/provision.h"
#include "law/show_parts.h"
#include "law/wording.h"

namespace comity::law {
namespace {

json::Array grounds_json(const Provision& provision) {
  json::Array out;
  for (const Ground& g : provision.grounds) {
    out.push_back(json::Object{{"code", g.code},
                               {"weight", g.weight == Weight::bar ? "bar" : "may"},
                               {"article", g.article},
                               {"note", g.note},
                               {"confidence", std::string(name_of(g.confidence))}});
  }
  return out;
}

// The jurisdiction behind country_value().
std::string letters_of(std::int32_t value) {
  return {static_cast<char>(value >> 8), static_cast<char>(value & 0xff)};
}

// What a condition asks, in words of the vocabulary: "urgent is yes and (emergency is yes or ...)".
std::string condition_text(const Corpus& corpus, std::uint32_t at) {
  const Tables& t = corpus.tables();
  const Node& node = t.nodes[at];
  auto whose = [&](std::string_view both) {
    return std::string(node.whom == Whom::requesting  ? "the requesting side"
                       : node.whom == Whom::requested ? "the requested side"
                                                      : both);
  };
  switch (node.op) {
    case Op::member:
      return whose("both sides") + " bound by " + t.instruments[node.id].id;
    case Op::not_member:
      return whose("both sides") + " not bound by " + t.instruments[node.id].id;
    case Op::fact_at_least:
      return t.words.facts[node.id].code + " is at least " + std::to_string(node.value);
    case Op::fact_is: {
      bool yes_no = t.words.fact_words[node.id].kind == FactKind::yes_no;
      std::string value = node.whom != Whom::value ? whose("")
                          : yes_no                 ? (node.value != 0 ? "yes" : "no")
                                                   : letters_of(node.value);
      return t.words.facts[node.id].code + " is " + value;
    }
    case Op::all:
    case Op::any:
      break;
  }
  std::string out;
  for (std::uint32_t child = at + 1; child < node.next; child = t.nodes[child].next) {
    const Node& one = t.nodes[child];
    bool group = one.op == Op::all || one.op == Op::any;
    std::string text = condition_text(corpus, child);
    if (!out.empty()) out += node.op == Op::all ? " and " : " or ";
    out += group ? "(" + text + ")" : text;
  }
  return out;
}

void put_period(const Period& period, json::Object& out) {
  auto text = [](Day day) { return comity::to_text(Date{std::chrono::days{day}}); };
  if (period.from != day_first) out["from"] = text(period.from);
  if (period.until != day_never) out["until"] = text(period.until);
}

json::Array codes_in(std::uint64_t set, const std::vector<Word>& words_) {
  json::Array out;
  for (std::size_t i = 0; i < words_.size() && i < 64; ++i)
    if (set >> i & 1) out.emplace_back(words_[i].code);
  return out;
}

// What decides whether the road stands, as the engine reads it.
void put_rule(const Corpus& corpus, std::size_t number, json::Object& out) {
  const Tables& t = corpus.tables();
  const Rule& rule = t.rules[number];
  put_period(rule.period, out);
  json::Array offences;
  for (std::size_t o = 0; o < t.words.offences.size(); ++o)
    if (t.by_offence[o * t.words_ + number / 64] >> number % 64 & 1)
      offences.emplace_back(t.words.offences[o].code);
  if (offences.size() < t.words.offences.size()) out["offences"] = std::move(offences);
  if (rule.data != 0) out["data"] = codes_in(rule.data, t.words.data);
  if (rule.only_from != Country{}) out["from_country"] = std::string(rule.only_from.text());
  if (rule.only_to != Country{}) out["to_country"] = std::string(rule.only_to.text());
  if (rule.when.count > 0) out["when"] = condition_text(corpus, rule.when.first);
  if (rule.unless_class >= 0)
    out["unless_bound_by"] =
        "another treaty between the two (" + std::string(corpus.cite(rule.unless_cite)) + ")";
  if (rule.dual != Dual::none)
    out["dual_criminality"] =
        std::string(rule.dual == Dual::require ? "required" : "may be asked for") +
        (rule.dual_date == WhichDate::conduct ? ", on the day of the conduct" : "") + " (" +
        std::string(corpus.cite(rule.dual_cite)) + ")";
  if (rule.threshold.test != Test::none)
    out["threshold"] =
        std::string(rule.threshold.test == Test::more_than ? "more than " : "at least ") +
        std::to_string(rule.threshold.months) + " months (" +
        std::string(corpus.cite(rule.threshold.cite)) + ")";
}

// As its file has it.
json::Object words_of(const Provision& p) {
  return json::Object{{"provision", p.id},
                      {"instrument", p.instrument},
                      {"title", p.title},
                      {"effect", std::string(name_of(p.effect))},
                      {"binding", p.binding},
                      {"cite", p.cite},
                      {"source", p.source},
                      {"confidence", std::string(name_of(p.confidence))},
                      {"measures", words(p.measures)},
                      {"channels", words(p.channels)},
                      {"from_roles", words(p.requesters)},
                      {"to_roles", words(p.recipients)},
                      {"carriage", std::string(name_of(p.carriage))},
                      {"approvals", words(p.approvals)},
                      {"required_fields", words(p.required_fields)},
                      {"deadlines", deadlines_json(p.deadlines)},
                      {"grounds", grounds_json(p)},
                      {"postponement", words(p.postponement)},
                      {"conditions", words(p.conditions)},
                      {"handling", words(p.handling)},
                      {"unconfirmed", words(p.unconfirmed)}};
}

json::Array ids_of(const Corpus& corpus, const std::vector<ProvisionId>& provisions) {
  json::Array out;
  for (ProvisionId id : provisions) out.push_back(json::Value(provision(corpus, id).id));
  return out;
}

// What turns it on: a question, a condition, another treaty, a channel.
void put_reservation_rule(const Corpus& corpus, const Reservation& r, json::Object& out) {
  const Tables& t = corpus.tables();
  auto class_of = [&](std::int16_t number) { return t.classes[static_cast<std::size_t>(number)]; };
  if (r.offences != 0) out["offences"] = codes_in(r.offences, t.words.offences);
  if (r.to_roles != 0) out["to_roles"] = codes_in(r.to_roles, t.words.roles);
  if (r.channel.known()) out["channel"] = corpus.word(r.channel).code;
  if (r.when.count > 0) out["when"] = condition_text(corpus, r.when.first);
  if (r.only_with >= 0) out["only_with"] = "a treaty between the two on: " + class_of(r.only_with);
  if (r.unless_class >= 0)
    out["unless_bound_by"] = "a treaty between the two on: " + class_of(r.unless_class);
  if (r.closes) out["closes"] = true;
  if (r.protects_right) out["protects"] = "right";
  if (!r.fact.known()) return;
  const FactWord& fact = t.words.fact_words[r.fact.value];
  out["question"] = fact.question;
  if (!fact.question_fr.empty()) out["question_fr"] = fact.question_fr;
  out["answer_with"] = "--fact " + r.id + "=yes, or =no";
}

}  // namespace

json::Value provision_json(const Corpus& corpus, std::size_t number) {
  const Provision& p = corpus.tables().provisions[number];
  json::Object out = words_of(p);
  put_rule(corpus, number, out);
  return json::Value(std::move(out));
}

json::Value statute_json(const Corpus& corpus, const Statute& s) {
  std::string effect(s.effect == Effect::permit ? "note" : name_of(s.effect));
  json::Object out{{"statute", s.id},
                   {"title", s.title},
                   {"effect", std::move(effect)},
                   {"cite", std::string(corpus.cite(s.cite))},
                   {"source", s.source},
                   {"confidence", std::string(name_of(s.confidence))},
                   {"measures", codes_in(s.measures, corpus.tables().words.measures)}};
  put_period(s.period, out);
  if (s.when.count > 0) out["when"] = condition_text(corpus, s.when.first);
  return json::Value(std::move(out));
}

json::Value article_json(const Corpus& corpus, const Article& a) {
  json::Value out = statute_json(corpus, a.rule);
  json::Object& members = *out.as_object();
  members.erase("statute");
  members["id"] = a.rule.id;
  members["article"] = a.article;
  members["provisions"] = ids_of(corpus, a.provisions);
  members["deadlines"] = deadlines_json(a.deadlines);
  members["conditions"] = words(a.conditions);
  members["handling"] = words(a.handling);
  members["unconfirmed"] = words(a.unconfirmed);
  return out;
}

json::Value reservation_json(const Corpus& corpus, const Reservation& r) {
  constexpr std::string_view effects[] = {"excludes", "adds_requirement", "adds_risk",
                                          "designates"};
  constexpr std::string_view sides[] = {"", "requesting", "requested", "both"};  // of Whom
  json::Object out{{"reservation", r.id},
                   {"of", std::string(r.party.text())},
                   {"instrument", corpus.tables().instruments[r.instrument.value].id},
                   {"article", r.article},
                   {"effect", std::string(effects[static_cast<std::size_t>(r.effect)])},
                   {"side", std::string(sides[static_cast<std::size_t>(r.side)])},
                   {"text", std::string(corpus.cite(r.cite))},
                   {"provisions", ids_of(corpus, r.provisions)},
                   {"confidence", std::string(name_of(r.confidence))},
                   {"source", r.source}};
  put_period(r.period, out);
  put_reservation_rule(corpus, r, out);
  return json::Value(std::move(out));
}

json::Value absence_json(const Corpus& corpus, Country country, const AbsentRow& row) {
  json::Object out{{"absence", row.id},
                   {"of", std::string(country.text())},
                   {"name", std::string(corpus.name(country))},
                   {"offence", corpus.tables().words.offences[row.offence].code},
                   {"cite", std::string(corpus.cite(row.cite))},
                   {"source", row.source},
                   {"confidence", std::string(name_of(row.confidence))}};
  put_period(row.period, out);
  return json::Value(std::move(out));
}

json::Value instrument_json(const Corpus& corpus, std::uint16_t number) {
  const Tables& t = corpus.tables();
  const Instrument& i = t.instruments[number];
  json::Array parties, provisions, reservations, articles;
  for (auto& [who, row] : i.parties) {
    parties.push_back(json::Object{{"of", std::string(who.text())},
                                   {"name", std::string(corpus.name(who))},
                                   {"status", std::string(corpus.cite(row.cite))},
                                   {"confidence", std::string(name_of(row.confidence))}});
  }
  for (std::size_t p = 0; p < t.provisions.size(); ++p) {
    if (t.provisions[p].instrument == i.id) provisions.push_back(provision_json(corpus, p));
  }
  for (const Reservation& r : t.reservations) {
    if (r.instrument.value == number) reservations.push_back(reservation_json(corpus, r));
  }
  for (const Article& a : t.articles) {
    if (a.instrument.value == number) articles.push_back(article_json(corpus, a));
  }
  return json::Object{{"instrument", i.id},
                      {"name", i.name},
                      {"kind", i.kind},
                      {"binding", i.binding},
                      {"cite", std::string(corpus.cite(i.cite))},
                      {"confidence", std::string(name_of(i.confidence))},
                      {"note", i.note},
                      {"source", i.source},
                      {"parties", std::move(parties)},
                      {"provisions", std::move(provisions)},
                      {"articles", std::move(articles)},
                      {"reservations", std::move(reservations)}};
}

// What is known of a jurisdiction: its profile as its file has it, and every membership and
// reservation.
Result<json::Value> jurisdiction_json(const Corpus& corpus, Country country) {
  const Tables& t = corpus.tables();
  json::Object out{{"jurisdiction", std::string(country.text())},
                   {"name", std::string(corpus.name(country))},
                   {"coverage", std::string(name_of(corpus.coverage(country)))}};
  json::Array memberships, reservations;
  for (const Instrument& i : t.instruments) {
    for (auto& [who, row] : i.parties) {
      if (who != country) continue;
      memberships.push_back(json::Object{{"instrument", i.id},
                                         {"status", std::string(corpus.cite(row.cite))},
                                         {"confidence", std::string(name_of(row.confidence))}});
    }
  }
  for (const Reservation& r : t.reservations) {
    if (r.party == country)
      reservations.push_back(
          json::Object{{"reservation", r.id}, {"text", std::string(corpus.cite(r.cite))}});
  }
  out["memberships"] = std::move(memberships);
  out["reservations"] = std::move(reservations);
  Slot slot = t.slot(country);
  if (slot != no_slot && t.jurisdictions[slot].profiled) {
    json::Limits limits;
    limits.bytes_max = limits::law_file_bytes_max * 2;
    TRY(json::Value profile, json::parse(t.profiles[t.jurisdictions[slot].profile].json, limits));
    out["profile"] = std::move(profile);
  }
  return json::Value(std::move(out));
}

}  // namespace comity::law

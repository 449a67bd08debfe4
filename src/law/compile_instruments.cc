#include <algorithm>

#include "law/compile.h"

namespace comity::law {
namespace {

constexpr std::size_t classes_max = 16;

// https://law.example/act: a scheme, and a host behind it.
bool is_address(std::string_view text) {
  std::size_t slashes = text.find("://");
  if (slashes == std::string_view::npos || slashes == 0) return false;
  std::string_view host = text.substr(slashes + 3);
  host = host.substr(0, host.find_first_of("/?#"));
  return host.contains('.') && host.front() != '.' && host.find(' ') == std::string_view::npos;
}

}  // namespace

CiteId Compiler::cite(std::string text) {
  auto [at, fresh] = cite_of_.emplace(std::move(text), static_cast<std::uint16_t>(t_.cites.size()));
  if (fresh) {
    t_.cites.push_back(at->first);
    if (t_.cites.size() == 0xffff)
      problems_.push_back({"", "more than 65,534 citations", "split the corpus"});
  }
  return {at->second};
}

// A source is an address, or the name of one in the file's [sources].
std::string Compiler::source(Table& in) {
  std::string text = in.text_or("source", "");
  if (text.empty() && in.value().find("confidence") &&
      *in.value().find("confidence") == json::Value("confirmed"))
    in.problem("confidence", "confirmed, and nothing says where it was read",
               "write source = \"https://...\", or confidence = \"unconfirmed\"");
  auto found = sources_.find(text);
  if (found != sources_.end()) return found->second;
  if (!text.empty() && !is_address(text)) {
    in.problem("source", "\"" + text + "\" is neither an address nor a name of [sources]",
               "write where it was read, as https://law.example/act, or name it in [sources]");
  }
  return text;
}

void Compiler::instrument(Table& in) {
  sources_.clear();
  in.in("sources", [&](Table& sources) {
    for (auto& [name, value] : *sources.value().as_object()) sources_[name] = sources.text(name);
  });
  InstrumentId id;
  if (!in.has("instrument")) {
    in.problem("", "no [instrument]", "begin the file with [instrument] and its id");
  }
  in.in("instrument", [&](Table& head) {
    auto found = t_.instrument_of.find(head.text("id"));
    if (found == t_.instrument_of.end()) return;
    id = {found->second};
    instrument_head(head, t_.instruments[id.value]);
  });
  auto each = [&](std::string_view kind, void (Compiler::*read)(Table&, InstrumentId)) {
    in.each(kind, [&](Table& entry) {
      if (id.known()) (this->*read)(entry, id);
    });
  };
  each("party", &Compiler::party);
  each("provision", &Compiler::provision);
  each("reservation", &Compiler::reservation);
  each("article", &Compiler::article);
}

namespace {

// "Extradition 1995": four digits that stand alone and are a year.
bool carries_a_year(std::string_view text) {
  auto digit = [&](std::size_t at) {
    return at < text.size() && text[at] >= '0' && text[at] <= '9';
  };
  for (std::size_t at = 0; at < text.size(); ++at) {
    if (!digit(at)) continue;
    std::size_t end = at;
    while (digit(end)) ++end;
    std::string_view number = text.substr(at, end - at);
    if (number.size() == 4 && number >= "1800" && number < "2100") return true;
    at = end;
  }
  return false;
}

}  // namespace

// Of what is in force and undated its own name may still say before which day it was not.
void Compiler::earliest(Table& in, Instrument& instrument) {
  bool dated = in.has("in_force"), bounded = in.has("not_before");
  if (dated && bounded)
    in.problem("not_before", "the day is known: not_before says nothing beside in_force",
               "keep one of the two");
  if (std::optional<Day> day = in.day("not_before")) {
    instrument.period.from = *day;
    instrument.undated = true;
  }
  bool undated = instrument.in_force_known && !dated && !bounded;
  if (undated && (carries_a_year(in.text("name")) || carries_a_year(in.text("cite"))))
    in.problem("not_before", "in force for all time, though its name or cite carries a year",
               "write in_force = the day, or not_before = the day of signature, or of the year's "
               "first day");
}

void Compiler::instrument_head(Table& in, Instrument& instrument) {
  instrument.id = in.text("id");
  instrument.name = in.text("name");
  instrument.kind = in.text("kind");
  instrument.membership = in.one_of<Membership>("membership",
                                                {{"open", Membership::open},
                                                 {"closed", Membership::closed},
                                                 {"everyone", Membership::everyone},
                                                 {"unilateral", Membership::unilateral}},
                                                Membership::open, true);
  instrument.binding = in.yes_or("binding", true);
  instrument.two_sided = in.yes_or("two_sided", false);
  instrument.only_listed = in.one_of<bool>("joined_by", {{"listed", true}, {"any", false}}, false);
  bool dated = in.has("in_force");
  instrument.in_force_known =
      in.yes_or("in_force_known", dated || instrument.membership == Membership::everyone);
  instrument.period = in.period("in_force", "until");
  earliest(in, instrument);
  instrument.confidence = in.confidence();
  instrument.cite = cite(in.text("cite"));
  instrument.nobody_knows = cite(instrument.id + ": nobody has researched whether it is a party");
  instrument.note = in.text_or("note", "");
  instrument.source = source(in);
  for (const std::string& other : in.texts("requires")) {
    auto found = t_.instrument_of.find(other);
    if (found != t_.instrument_of.end())
      instrument.requires_.push_back({found->second});
    else
      in.problem("requires", "no instrument is called \"" + other + "\"",
                 "use one of: " + listing(t_.instrument_of));
  }
  auto self = static_cast<std::size_t>(&instrument - t_.instruments.data());
  for (const std::string& name : in.texts("classes")) {
    auto [at, fresh] = class_of_.emplace(name, static_cast<std::uint16_t>(class_of_.size()));
    if (fresh && class_of_.size() > classes_max) {
      in.problem("classes", "more than 16 classes of instruments",
                 "use one there is: " + listing(class_of_));
      return;
    }
    classes_of_[self] = static_cast<std::uint16_t>(classes_of_[self] | 1u << at->second);
  }
}

void Compiler::provision(Table& in, InstrumentId id) {
  auto found = t_.provision_of.find(in.text("id"));
  if (found == t_.provision_of.end()) return;
  std::uint16_t number = found->second;
  Provision& provision = t_.provisions[number];
  if (!provision.id.empty()) return;  // the id was claimed twice; names() said so
  provision.id = found->first;
  provision.instrument = t_.instruments[id.value].id;
  provision_words(in, provision);

  Rule& rule = t_.rules[number];
  rule.instrument = id;
  provision_engine(in, rule, provision);
  provision.deadlines = deadlines(in, provision.confidence);
  grounds(in, rule, provision);
  prevails(in, number);

  const Vocabulary& v = t_.words;
  std::uint64_t measures = in.code_set("measures", v.measure_of, &provision.measures);
  if (measures == 0)
    in.problem("measures", "the provision speaks of no measure", "name at least one");
  std::uint64_t offences =
      in.has("offences") ? in.code_set("offences", v.offence_of) : ~std::uint64_t{0};
  std::size_t words = (t_.provisions.size() + 63) / 64;
  auto set = [&](std::vector<std::uint64_t>& sets, std::uint64_t members, std::size_t count) {
    sets.resize(count * words);
    for (std::size_t i = 0; i < count; ++i) {
      if (members >> i & 1) sets[i * words + number / 64] |= std::uint64_t{1} << number % 64;
    }
  };
  set(t_.by_measure, measures, std::min<std::size_t>(v.measures.size(), 64));
  set(t_.by_offence, offences, std::min<std::size_t>(v.offences.size(), 64));
}

void Compiler::provision_words(Table& in, Provision& provision) {
  provision.title = in.text("title");
  (void)in.text_or("article", "");
  provision.effect = in.one_of<Effect>(
      "effect",
      {{"permit", Effect::permit}, {"require", Effect::require}, {"forbid", Effect::forbid}},
      Effect::permit, true);
  if (provision.effect != Effect::permit) {
    in.problem("effect", "a provision of an instrument permits",
               "put a prohibition or a requirement into the "
               "jurisdiction's file as [[statute]], or here as a ground of refusal");
  }
  provision.cite = in.text("cite");
  provision.source = source(in);
  provision.confidence = in.confidence();
  for (const std::string& field : in.texts("required_fields"))
    provision.required_fields.push_back(field);
  provision.conditions = in.texts("conditions");
  provision.handling = in.texts("handling");
  provision.unconfirmed = in.texts("unconfirmed");
  (void)in.code_set("approvals", t_.words.approval_of, &provision.approvals);
  if (provision.approvals.empty()) {
    in.problem("approvals", "nobody approves this road",
               "name who must, or write approvals = [\"none\"]");
  }
  (void)in.code_set("postponement", t_.words.ground_of, &provision.postponement);
}

void Compiler::provision_engine(Table& in, Rule& rule, const Provision& provision) {
  const Vocabulary& v = t_.words;
  Provision& p = t_.provisions[static_cast<std::size_t>(&rule - t_.rules.data())];
  rule.confidence = provision.confidence;
  rule.cite = cite(provision.cite);
  rule.binding = in.yes_or("binding", t_.instruments[rule.instrument.value].binding);
  p.binding = rule.binding;
  rule.period = in.period();
  if (in.has("from_country")) rule.only_from = country(in, "from_country");
  if (in.has("to_country")) rule.only_to = country(in, "to_country");
  rule.data = in.code_set("data", v.data_of);
  rule.from_roles = in.code_set("from_roles", v.role_of, &p.requesters);
  rule.to_roles = in.code_set("to_roles", v.role_of, &p.recipients);
  (void)in.code_set("channels", v.channel_of, &p.channels);
  if (p.channels.empty()) {
    in.problem("channels", "the road has no channel",
               "name the best first, and mark it in `unconfirmed` if recalled");
  } else {
    rule.channel = {v.channel_of.find(p.channels.front())->second};
    rule.carriage = v.channel_carriage[rule.channel.value];
  }
  rule.carriage_fixed = in.has("carriage");
  rule.carriage = in.one_of<Carriage>("carriage",
                                      {{"comity", Carriage::comity},
                                       {"other_system", Carriage::other_system},
                                       {"central_authority", Carriage::central_authority}},
                                      rule.carriage);
  p.carriage = rule.carriage;
  rule.when = condition(in, "when", provision.cite);
  rule.one_sided = in.yes_or("one_sided", false);
  rule.speed_fixed = in.has("speed");
  if (rule.speed_fixed) rule.speed = speed(in);
  rule.requested_law = in.yes_or("requested_law", false);
  rule.nationals = in.one_of<Nationals>("nationals",
                                        {{"as_law", Nationals::as_law},
                                         {"may", Nationals::may},
                                         {"surrendered", Nationals::surrendered}},
                                        Nationals::as_law);
  in.in("dual_criminality", [&](Table& dual) {
    rule.dual = dual.one_of<Dual>("effect", {{"require", Dual::require}, {"may", Dual::may}},
                                  Dual::require, true);
    rule.dual_date = dual.one_of<WhichDate>(
        "date", {{"on", WhichDate::on}, {"conduct", WhichDate::conduct}}, WhichDate::conduct, true);
    rule.dual_cite = cite(dual.text("cite"));
  });
  in.in("threshold", [&](Table& threshold) {
    rule.threshold.test = threshold.one_of<Test>(
        "test", {{"at_least", Test::at_least}, {"more_than", Test::more_than}}, Test::at_least,
        true);
    rule.threshold.months =
        static_cast<std::int32_t>(threshold.number("months", 1, 1200).value_or(12));
    if (!threshold.has("months"))
      threshold.problem("", "the threshold has no `months`", "add months = 12");
    rule.threshold.cite = cite(threshold.text("cite"));
  });
  rule.unless_class = class_named(in, "unless_bound_by");
  if (rule.unless_class >= 0) {
    rule.unless_cite = cite(in.text("unless_cite"));
  }
}

// The number of a class of instruments, or -1 when the member is not there.
std::int16_t Compiler::class_named(Table& in, std::string_view name) {
  std::string text = in.text_or(name, "");
  if (text.empty()) return -1;
  auto [at, fresh] = class_of_.emplace(text, static_cast<std::uint16_t>(class_of_.size()));
  return static_cast<std::int16_t>(at->second);
}

void Compiler::prevails(Table& in, std::uint16_t number) {
  std::string scope = in.text_or("scope", "");
  Rule& rule = t_.rules[number];
  if (!scope.empty()) {
    if (rule.threshold.test == Test::none)
      in.problem("scope", "a scope without a threshold", "add `threshold`");
    scoped_.push_back({number, scope, in.place("scope")});
  }
  for (const std::string& other : in.texts("prevails_over")) {
    auto found = t_.provision_of.find(other);
    if (found == t_.provision_of.end()) {
      std::string near = nearest(t_.provision_of, other);
      in.problem("prevails_over", "no provision is called \"" + other + "\"",
                 near.empty() ? "use the `id` of a provision" : "did you mean \"" + near + "\"?");
    } else if (scope.empty()) {
      in.problem("prevails_over", "it says over what, not in which scope",
                 "add `scope`, the same on both provisions");
    } else {
      prevails_.push_back({found->second, number});
    }
  }
  if (in.has("prevails_over")) rule.prevails_cite = cite(in.text("prevails_cite"));
}

std::vector<Deadline> Compiler::deadlines(Table& in, Confidence fallback) {
  std::vector<Deadline> out;
  in.each("deadlines", [&](Table& entry) {
    Deadline deadline;
    deadline.code = entry.text("code");
    deadline.what = entry.text("what");
    deadline.value = entry.number("value", 0, 100'000).value_or(0);
    deadline.unit = entry.one_of<Unit>(
        "unit",
        {{"h", Unit::hours}, {"d", Unit::days}, {"event", Unit::event}, {"asap", Unit::asap}},
        Unit::days, true);
    deadline.bound = entry.one_of<Bound>(
        "bound", {{"minimum", Bound::minimum}, {"maximum", Bound::maximum}}, Bound::maximum, true);
    deadline.confidence = entry.confidence_or("confidence", fallback);
    bool clock = deadline.unit == Unit::hours || deadline.unit == Unit::days;
    if (clock && deadline.value == 0)
      entry.problem("value", "a clock of nothing", "write how many hours or days");
    bool twice = std::any_of(out.begin(), out.end(),
                             [&](const Deadline& d) { return d.code == deadline.code; });
    if (twice) {
      entry.problem("code", "two deadlines are called \"" + deadline.code + "\"",
                    "give each its own code");
    }
    out.push_back(std::move(deadline));
  });
  return out;
}

void Compiler::grounds(Table& in, Rule& rule, Provision& provision) {
  std::vector<Bar> bars;
  std::vector<Reason> may;
  in.each("grounds", [&](Table& entry) {
    Ground ground;
    ground.ground = {entry.code("code", t_.words.ground_of)};
    ground.code = entry.text_or("code", "");
    ground.weight = entry.one_of<Weight>("weight", {{"bar", Weight::bar}, {"may", Weight::may}},
                                         Weight::may, true);
    ground.article = entry.text_or("article", provision.cite);
    ground.note = entry.text_or("note", "");
    ground.confidence = entry.confidence_or("confidence", provision.confidence);
    Range when = condition(entry, "when", ground.article);
    if (when.count && ground.weight == Weight::may) {
      entry.problem("when", "only a bar is decided by facts",
                    "write weight = \"bar\", or drop `when`");
    }
    if (ground.ground.known()) {
      std::string text = ground.note.empty() ? ground.article : ground.article + ": " + ground.note;
      ReasonId code = t_.reason(ground.ground);
      if (when.count)
        bars.push_back({code, cite(text), ground.confidence, when});
      else
        may.push_back({code, cite(text), ground.confidence});
    }
    provision.grounds.push_back(std::move(ground));
  });
  rule.bars = {static_cast<std::uint32_t>(t_.bars.size()), static_cast<std::uint32_t>(bars.size())};
  t_.bars.insert(t_.bars.end(), bars.begin(), bars.end());
  rule.risks = risks(may);
}

Risks Compiler::risks(const std::vector<Reason>& all) {
  Risks out{.range = {static_cast<std::uint32_t>(t_.risks.size()), 0}};
  for (const Reason& one : all) {
    auto first = t_.risks.begin() + out.range.first;
    bool said = std::any_of(first, t_.risks.end(), [&](const Reason& earlier) {
      return earlier.code == one.code && earlier.cite == one.cite;
    });
    if (said) continue;
    t_.risks.push_back(one);
    out.clauses |= clause_bit(one.cite);
    ++out.range.count;
  }
  return out;
}

}  // namespace comity::law

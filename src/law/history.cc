#include "law/history.h"

#include <algorithm>
#include <memory>

#include "law/provision.h"
#include "law/tables.h"
#include "law/wording.h"

namespace comity::law {
namespace {

Date date_of_day(Day day) {
  return Date{std::chrono::days{day}};
}

// A road as it stood on a day, kept while the decision is reused.
struct Standing {
  ProvisionId provision;
  State state = State::blocked;
  std::vector<Reason> reasons;
  Terms terms;  // of a closed road: none
};

struct Answer {
  Outcome outcome = Outcome::none;
  std::vector<Standing> roads;
  [[nodiscard]] const Standing* find(ProvisionId id) const {
    auto found = std::ranges::find(roads, id, &Standing::provision);
    return found == roads.end() ? nullptr : &*found;
  }
};

Answer answer_on(const Corpus& corpus, Question question, Date day, Decision& decision) {
  question.on = day;
  decide(corpus, question, decision);
  Answer answer{decision.outcome, {}};
  for (const Route& route : decision.routes) {
    Standing& road = answer.roads.emplace_back();
    road.provision = route.provision;
    road.state = route.state;
    road.reasons.assign(route.reasons.begin(), route.reasons.end());
    if (route.state == State::blocked) continue;
    road.terms = {{route.requires_.begin(), route.requires_.end()},
                  {route.notes.begin(), route.notes.end()},
                  route.channel};
  }
  return answer;
}

bool same_need(const Need& a, const Need& b) {
  return a.fact == b.fact && a.cite == b.cite;
}

// How sure it is turns no answer.
bool same_note(const Note& a, const Note& b) {
  return a.text == b.text;
}

// What one asks and the other does not.
Terms beyond(const Terms& one, const Terms& other) {
  Terms out;
  for (const Need& need : one.needs)
    if (std::ranges::none_of(other.needs, [&](const Need& each) { return same_need(each, need); }))
      out.needs.push_back(need);
  for (const Note& note : one.notes)
    if (std::ranges::none_of(other.notes, [&](const Note& each) { return same_note(each, note); }))
      out.notes.push_back(note);
  if (!(one.channel == other.channel)) out.channel = one.channel;
  return out;
}

std::vector<Reason> without(const std::vector<Reason>& reasons, const Standing* other) {
  std::vector<Reason> left;
  for (const Reason& reason : reasons) {
    auto same = [&](const Reason& each) {
      return each.code == reason.code && each.cite == reason.cite;
    };
    if (!other || std::ranges::none_of(other->reasons, same)) left.push_back(reason);
  }
  return left;
}

RouteTurn turned(const Standing* before, const Standing* after) {
  RouteTurn turn{.provision = after ? after->provision : before->provision,
                 .before = before ? std::optional(before->state) : std::nullopt,
                 .after = after ? std::optional(after->state) : std::nullopt,
                 .gained = {},
                 .lost = {},
                 .asks = beyond(after ? after->terms : Terms{}, before ? before->terms : Terms{}),
                 .asked = beyond(before ? before->terms : Terms{}, after ? after->terms : Terms{})};
  if (after) turn.gained = without(after->reasons, before);
  if (before) turn.lost = without(before->reasons, after);
  return turn;
}

Turn compare(Date day, OffenceId offence, const Answer& before, const Answer& after) {
  Turn turn{.on = day,
            .offences = {offence},
            .before = before.outcome,
            .after = after.outcome,
            .routes = {}};
  for (const Standing& now : after.roads) {
    const Standing* then = before.find(now.provision);
    bool changed = !then || then->state != now.state || beyond(now.terms, then->terms) != Terms{} ||
                   beyond(then->terms, now.terms) != Terms{};
    if (changed) turn.routes.push_back(turned(then, &now));
  }
  for (const Standing& then : before.roads)
    if (!after.find(then.provision)) turn.routes.push_back(turned(&then, nullptr));
  return turn;
}

json::Value state_json(const std::optional<State>& state) {
  return state ? json::Value(name_of(*state)) : json::Value();
}

json::Array reasons_json(const Corpus& corpus, const std::vector<Reason>& reasons) {
  json::Array out;
  for (const Reason& reason : reasons) out.push_back(cited(corpus, reason));
  return out;
}

bool walked(const std::optional<State>& state) {
  return state && *state != State::blocked;
}

struct Condition {
  std::string_view kind;
  std::string text;
};

// In words; `with_the_road`, also what the provision asks of everybody, always.
std::vector<Condition> conditions(const Corpus& corpus, const RouteTurn& road, const Terms& terms,
                                  bool with_the_road) {
  std::vector<Condition> out;
  if (terms.channel.known()) out.push_back({"channel", corpus.word(terms.channel).en});
  for (const Need& need : terms.needs)
    out.push_back({"needs", corpus.word(need.fact).code + " - " +
                                std::string(question_of(corpus, need.fact)) + " (" +
                                std::string(corpus.cite(need.cite)) + ")"});
  if (with_the_road) {
    const Provision& p = provision(corpus, road.provision);
    for (const std::string& code : p.approvals)
      out.push_back({"approval", corpus.word(*corpus.approval(code)).en});
    for (const Deadline& d : p.deadlines) out.push_back({"clock", to_text(d) + mark(d.confidence)});
  }
  for (const Note& note : terms.notes)
    out.push_back({"condition", std::string(corpus.cite(note.text)) + mark(note.confidence)});
  return out;
}

std::vector<Condition> conditions_gained(const Corpus& corpus, const RouteTurn& road) {
  return conditions(corpus, road, road.asks, walked(road.after) && !walked(road.before));
}

std::vector<Condition> conditions_lost(const Corpus& corpus, const RouteTurn& road) {
  return conditions(corpus, road, road.asked, walked(road.before) && !walked(road.after));
}

json::Array conditions_json(const std::vector<Condition>& conditions) {
  json::Array out;
  for (const Condition& each : conditions)
    out.push_back(json::Object{{"kind", std::string(each.kind)}, {"text", each.text}});
  return out;
}

std::string state_text(const std::optional<State>& state) {
  return state ? std::string(name_of(*state)) : "not there";
}

void add_text(const Corpus& corpus, const RouteTurn& road, std::string& out) {
  const Provision& p = provision(corpus, road.provision);
  paragraph(
      out, "    ",
      p.id + " (" + p.title + "): " + state_text(road.before) + " -> " + state_text(road.after));
  for (const Reason& reason : road.gained) paragraph(out, "      + ", cited_text(corpus, reason));
  for (const Reason& reason : road.lost) paragraph(out, "      - ", cited_text(corpus, reason));
  for (const Condition& each : conditions_gained(corpus, road))
    paragraph(out, "      + ", std::string(each.kind) + ": " + each.text);
  for (const Condition& each : conditions_lost(corpus, road))
    paragraph(out, "      - ", std::string(each.kind) + ": " + each.text);
}

}  // namespace

bool operator==(const Terms& a, const Terms& b) {
  return a.channel == b.channel && std::ranges::equal(a.needs, b.needs, same_need) &&
         std::ranges::equal(a.notes, b.notes, same_note);
}

bool operator==(const RouteTurn& a, const RouteTurn& b) {
  auto same = [](const Reason& one, const Reason& other) {
    return one.code == other.code && one.cite == other.cite && one.confidence == other.confidence;
  };
  return a.provision == b.provision && a.before == b.before && a.after == b.after &&
         std::ranges::equal(a.gained, b.gained, same) && std::ranges::equal(a.lost, b.lost, same) &&
         a.asks == b.asks && a.asked == b.asked;
}

std::vector<Day> days_of_change(const Tables& t) {
  std::vector<Day> days;
  auto both_ends = [&](const Period& period) {
    for (Day day : {period.from, period.until})
      if (day != day_first && day != day_never) days.push_back(day);
  };
  for (const auto& each : t.instruments) both_ends(each.period);
  for (const auto& each : t.party_rows) both_ends(each.period);
  for (const auto& each : t.rules) both_ends(each.period);
  for (const auto& each : t.reservations) both_ends(each.period);
  for (const auto& each : t.statutes) {
    both_ends(each.period);
    both_ends({each.sure_from, day_never});
  }
  for (const auto& each : t.articles) both_ends(each.rule.period);
  for (const auto& each : t.absents) both_ends(each.period);
  for (const auto& each : t.offence_rows) {
    both_ends(each.period);
    both_ends(each.suspended);
  }
  for (const auto& each : t.profiles) {
    for (const auto& row : each.extradition) both_ends(row.period);
    for (const auto& row : each.preservation) {
      both_ends(row.period);
      both_ends(row.suspended);
    }
  }
  if (std::ranges::any_of(t.instruments, &Instrument::undated)) both_ends({t.reviewed, day_never});
  std::ranges::sort(days);
  days.erase(std::ranges::unique(days).begin(), days.end());
  return days;
}

Date first_day(const Corpus& corpus) {
  auto days = days_of_change(corpus.tables());
  return date_of_day(days.empty() ? 0 : days.front());
}

std::vector<Turn> history(const Corpus& corpus, Question question, Date first, Date last) {
  auto decision = std::make_unique<Decision>();
  Answer before = answer_on(corpus, question, first, *decision);
  std::vector<Turn> turns{compare(first, question.offence, {before.outcome, {}}, before)};
  for (Day day : days_of_change(corpus.tables())) {
    Date date = date_of_day(day);
    if (date <= first || date > last) continue;
    Answer after = answer_on(corpus, question, date, *decision);
    Turn turn = compare(date, question.offence, before, after);
    if (turn.before != turn.after || !turn.routes.empty()) turns.push_back(std::move(turn));
    before = std::move(after);
  }
  return turns;
}

std::vector<Turn> history_of_every_offence(const Corpus& corpus, Question question, Date first,
                                           Date last) {
  std::vector<Turn> turns;
  for (std::uint16_t i = 0; i < corpus.offences().size(); ++i) {
    question.offence = {i};
    for (Turn& turn : history(corpus, question, first, last)) {
      auto same = std::ranges::find_if(turns, [&](const Turn& each) {
        return each.on == turn.on && each.before == turn.before && each.after == turn.after &&
               each.routes == turn.routes;
      });
      if (same == turns.end())
        turns.push_back(std::move(turn));
      else
        same->offences.push_back({i});
    }
  }
  std::ranges::sort(turns, {},
                    [](const Turn& turn) { return std::pair(turn.on, turn.offences.front()); });
  return turns;
}

json::Value to_json(const Corpus& corpus, const std::vector<Turn>& turns) {
  json::Array out;
  for (const Turn& turn : turns) {
    json::Array roads, offences;
    for (OffenceId offence : turn.offences) offences.emplace_back(corpus.word(offence).code);
    for (const RouteTurn& road : turn.routes)
      roads.push_back(
          json::Object{{"provision", provision(corpus, road.provision).id},
                       {"before", state_json(road.before)},
                       {"after", state_json(road.after)},
                       {"gained", reasons_json(corpus, road.gained)},
                       {"lost", reasons_json(corpus, road.lost)},
                       {"conditions_gained", conditions_json(conditions_gained(corpus, road))},
                       {"conditions_lost", conditions_json(conditions_lost(corpus, road))}});
    out.push_back(json::Object{{"on", comity::to_text(turn.on)},
                               {"offences", std::move(offences)},
                               {"before", name_of(turn.before)},
                               {"after", name_of(turn.after)},
                               {"routes", std::move(roads)}});
  }
  return out;
}

std::string to_text(const Corpus& corpus, const std::vector<Turn>& turns) {
  std::string out;
  bool several = std::ranges::any_of(
      turns, [&](const Turn& turn) { return turn.offences != turns.front().offences; });
  for (const Turn& turn : turns) {
    out += comity::to_text(turn.on) + "  ";
    bool begins = turn.on == turns.front().on;
    if (several || turn.offences.size() > 1)
      out += "for " + offences_text(corpus, turn.offences) + ": ";
    out += begins ? "the first day asked about: " + std::string(name_of(turn.after))
           : turn.before == turn.after
               ? "still " + std::string(name_of(turn.after))
               : std::string(name_of(turn.before)) + " -> " + std::string(name_of(turn.after));
    out += "\n";
    for (const RouteTurn& road : turn.routes)
      if (!begins || road.after != State::blocked) add_text(corpus, road, out);
  }
  paragraph(out, "", disclaimer);
  return out;
}

}  // namespace comity::law

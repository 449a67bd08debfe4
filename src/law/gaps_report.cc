#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "law/gaps.h"
#include "law/provision.h"
#include "law/tables.h"
#include "law/wording.h"

namespace comity::law {
namespace {

std::string_view name_of(Change::Kind kind) {
  constexpr std::string_view names[] = {"commence", "create_offence", "lift_reservation", "accede",
                                        "bring_into_force"};
  return names[static_cast<std::size_t>(kind)];
}

// A signatory ratifies; whoever never signed accedes.
std::string joins(const Tables& t, const Change& change, Date on) {
  Range rows = t.rows_of(change.instrument, t.slot(change.country));
  for (std::uint32_t i = rows.first; i < rows.first + rows.count; ++i) {
    const PartyRow& row = t.party_rows[i];
    if (row.status == Status::in_force && row.period.from > day_of(on))
      return "will be bound from " + comity::to_text(Date{std::chrono::days{row.period.from}}) +
             " by";
    if (row.status == Status::signed_only) return "ratifies";
    if (row.status == Status::ratified) return "is bound, once it is in force, by";
    if (row.status == Status::invited) return "accedes, as it was invited to, to";
  }
  return "accedes to";
}

std::string instrument_text(const Instrument& instrument) {
  return instrument.name + " (" + instrument.id + ")";
}

json::Value change_json(const Corpus& corpus, const Change& change, Date on) {
  const Tables& t = corpus.tables();
  json::Object out{{"kind", name_of(change.kind)}, {"text", to_text(corpus, change, on)}};
  bool between_all = change.kind == Change::Kind::bring_into_force;
  if (!between_all) out["country"] = change.country.text();
  if (change.instrument.known()) out["instrument"] = t.instruments[change.instrument.value].id;
  if (change.offence.known()) out["offence"] = corpus.word(change.offence).code;
  if (change.kind == Change::Kind::lift_reservation)
    out["reservation"] = t.reservations[change.reservation].id;
  return out;
}

json::Value gap_json(const Corpus& corpus, const Gap& gap, Date on) {
  json::Array remedies, offences;
  for (OffenceId offence : gap.offences) offences.emplace_back(corpus.word(offence).code);
  for (const Remedy& remedy : gap.remedies) {
    json::Array changes;
    for (const Change& change : remedy.changes) changes.push_back(change_json(corpus, change, on));
    remedies.push_back(json::Object{{"changes", std::move(changes)},
                                    {"provision", provision(corpus, remedy.opens).id},
                                    {"state", law::name_of(remedy.state)}});
  }
  json::Object out{{"to", gap.to.text()},
                   {"offences", std::move(offences)},
                   {"decision", law::name_of(gap.outcome)},
                   {"remedies", std::move(remedies)}};
  if (gap.opens_on) out["opens_on"] = comity::to_text(*gap.opens_on);
  return out;
}

std::string outcome_text(Outcome outcome) {
  bool road = outcome == Outcome::open || outcome == Outcome::needs;
  return road ? "no road on which an answer is owed" : std::string(law::name_of(outcome));
}

void gap_text(const Corpus& corpus, const Gap& gap, Date on, std::string& out) {
  paragraph(
      out, fmt::format("{} {}  ", gap.to.text(), corpus.name(gap.to)),
      fmt::format("{}, for {}", outcome_text(gap.outcome), offences_text(corpus, gap.offences)));
  if (gap.opens_on)
    paragraph(out, "     ", "a road opens by itself on " + comity::to_text(*gap.opens_on));
  for (const Remedy& remedy : gap.remedies) {
    std::string text;
    for (const Change& change : remedy.changes)
      text += (text.empty() ? "" : "; and ") + to_text(corpus, change, on);
    paragraph(out, &remedy == gap.remedies.data() ? "     if " : "     or ",
              text + ": then " + provision(corpus, remedy.opens).cite +
                  (remedy.state == State::open ? " is open" : " is open once its facts are given"));
  }
}

// Those for whom nothing that the search knows would do, in one paragraph for each kind.
void helpless_text(const std::vector<const Gap*>& gaps, const Corpus& corpus, std::string& out) {
  std::map<std::pair<std::string, std::string>, std::string> kinds;
  for (const Gap* gap : gaps) {
    std::string& codes = kinds[{outcome_text(gap->outcome), offences_text(corpus, gap->offences)}];
    codes += (codes.empty() ? "" : " ") + std::string(gap->to.text());
  }
  for (auto& [kind, codes] : kinds)
    paragraph(out, "",
              fmt::format("{}, for {}; no accession, commencement, offence or lifted reservation "
                          "that this corpus knows would do, so it takes a new agreement: {}",
                          kind.first, kind.second, codes));
}

std::string codes_text(const std::vector<Country>& countries) {
  std::string out;
  for (Country country : countries) out += (out.empty() ? "" : " ") + std::string(country.text());
  return out;
}

std::string row_text(const Corpus& corpus, const Row& row) {
  return "whether " + std::string(corpus.name(row.of)) + " is a party to the " +
         instrument_text(corpus.tables().instruments[row.instrument.value]);
}

json::Value unrecorded_json(const Corpus& corpus, const Unrecorded& one) {
  json::Array research, offences;
  for (OffenceId offence : one.offences) offences.emplace_back(corpus.word(offence).code);
  for (const Research& each : one.research) {
    json::Array rows;
    for (const Row& row : each.rows)
      rows.push_back(
          json::Object{{"of", std::string(row.of.text())},
                       {"instrument", corpus.tables().instruments[row.instrument.value].id},
                       {"text", row_text(corpus, row)}});
    research.push_back(json::Object{{"rows", std::move(rows)},
                                    {"provision", provision(corpus, each.opens).id},
                                    {"state", law::name_of(each.state)}});
  }
  return json::Object{{"to", std::string(one.to.text())},
                      {"offences", std::move(offences)},
                      {"research", std::move(research)}};
}

// The instruments in question of one piece of research; who asks is named where its own row is
// missing.
std::string in_question(const Corpus& corpus, const Research& research, Country from) {
  std::string theirs, own;
  for (const Row& row : research.rows) {
    std::string name = instrument_text(corpus.tables().instruments[row.instrument.value]);
    std::string& list = row.of == from ? own : theirs;
    list += (list.empty() ? "the " : ", the ") + name;
  }
  std::string out = theirs.empty() ? "" : "these are a party to " + theirs;
  if (!own.empty())
    out += (out.empty() ? "" : ", and ") + std::string(corpus.name(from)) + " to " + own;
  std::string then =
      research.state == State::open ? " is open" : " is open once its facts are given";
  return "whether " + out + " (then " + provision(corpus, research.opens).cite + then + ")";
}

// Told together where the same is to be found out.
void unrecorded_text(const Corpus& corpus, const Gaps& gaps, std::string& out) {
  if (gaps.unrecorded.empty()) return;
  out += "\n";
  paragraph(out, "", "Not known whether a gap: nobody recorded");
  std::map<std::string, std::vector<Country>> kinds;
  for (const Unrecorded& one : gaps.unrecorded) {
    std::string kind;
    for (const Research& each : one.research)
      kind += (kind.empty() ? "" : "; or ") + in_question(corpus, each, gaps.question.from);
    kind += ", for " + offences_text(corpus, one.offences);
    kinds[kind].push_back(one.to);
  }
  for (auto& [kind, countries] : kinds) paragraph(out, "  ", kind + ": " + codes_text(countries));
}

json::Array codes_json(const std::vector<Country>& countries) {
  json::Array out;
  for (Country country : countries) out.emplace_back(country.text());
  return out;
}

}  // namespace

std::string to_text(const Corpus& corpus, const Change& change, Date on) {
  const Tables& t = corpus.tables();
  std::string who(corpus.name(change.country));
  switch (change.kind) {
    case Change::Kind::commence: {
      const auto& profile = t.profiles[t.jurisdictions[t.slot(change.country)].profile];
      return who + " brings its power to order preservation into force (" +
             row_on(profile.preservation, day_of(on))->law.cite + ")";
    }
    case Change::Kind::create_offence:
      return who + " makes this an offence: " + corpus.word(change.offence).en;
    case Change::Kind::lift_reservation:
      return who + " lifts its reservation to Art. " + t.reservations[change.reservation].article +
             " (" + t.reservations[change.reservation].id + ")";
    case Change::Kind::accede:
      return who + " " + joins(t, change, on) + " the " +
             instrument_text(t.instruments[change.instrument.value]);
    case Change::Kind::bring_into_force:
      return "the " + instrument_text(t.instruments[change.instrument.value]) +
             " enters into force";
  }
  return "";
}

json::Value to_json(const Corpus& corpus, const Gaps& gaps) {
  json::Array list;
  for (const Gap& gap : gaps.gaps) list.push_back(gap_json(corpus, gap, gaps.question.on));
  json::Array unrecorded;
  for (const Unrecorded& one : gaps.unrecorded) unrecorded.push_back(unrecorded_json(corpus, one));
  return json::Object{{"from", gaps.question.from.text()},
                      {"measure", corpus.word(gaps.question.measure).code},
                      {"on", comity::to_text(gaps.question.on)},
                      {"corpus", to_hex(corpus.hash())},
                      {"reached", static_cast<std::uint64_t>(gaps.reached)},
                      {"gaps", std::move(list)},
                      {"undecided", codes_json(gaps.undecided)},
                      {"unrecorded", std::move(unrecorded)},
                      {"unresearched", codes_json(gaps.unresearched)}};
}

std::string to_text(const Corpus& corpus, const Gaps& gaps) {
  std::string out;
  paragraph(out, "",
            fmt::format("{} asks for {}, on {}: whom it cannot reach, and the smallest change of "
                        "law that would open a road",
                        corpus.name(gaps.question.from), corpus.word(gaps.question.measure).en,
                        comity::to_text(gaps.question.on)));
  out += "\n";
  auto told = [&](bool certain) {
    std::vector<const Gap*> helpless;
    for (const Gap& gap : gaps.gaps) {
      if (certain != (gap.outcome != Outcome::no_data)) continue;
      if (gap.remedies.empty() && !gap.opens_on)
        helpless.push_back(&gap);
      else
        gap_text(corpus, gap, gaps.question.on, out);
    }
    helpless_text(helpless, corpus, out);
  };
  told(true);
  if (std::ranges::any_of(gaps.gaps,
                          [](const Gap& gap) { return gap.outcome == Outcome::no_data; })) {
    out += "\n";
    paragraph(out, "",
              "No road is known to these either, and not enough is researched to say that there is "
              "none; what would open one:");
    told(false);
  }

  out += "\n";
  paragraph(out, "", fmt::format("{} can be reached for every offence asked about.", gaps.reached));
  unrecorded_text(corpus, gaps, out);
  std::vector<Country> others = gaps.undecided;
  for (const Unrecorded& one : gaps.unrecorded) std::erase(others, one.to);
  if (!others.empty())
    paragraph(out, "",
              "Whether a treaty binds them is not researched, so they may or may not be gaps: " +
                  codes_text(others));
  if (!gaps.unresearched.empty())
    paragraph(out, "",
              "Nobody has researched, so nothing is said of: " + codes_text(gaps.unresearched));
  paragraph(out, "", disclaimer);
  return out;
}

}  // namespace comity::law

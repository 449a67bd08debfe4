#include "law/impact.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <memory>
#include <tuple>

#include "law/provision.h"
#include "law/tables.h"
#include "law/wording.h"

namespace comity::law {
namespace {

bool is_road(Outcome outcome) {
  return outcome == Outcome::open || outcome == Outcome::needs;
}

// A word by its number in both versions.
template <typename Id>
struct Both {
  Id before, after;
  std::string code;
};

template <typename Id, typename Find>
std::vector<Both<Id>> shared(std::span<const Word> words, Find find) {
  std::vector<Both<Id>> out;
  for (std::uint16_t i = 0; i < words.size(); ++i)
    if (auto other = find(words[i].code)) out.push_back({{i}, *other, words[i].code});
  return out;
}

class Comparison {
 public:
  Comparison(const Corpus& before, const Corpus& after, Date on)
      : before_(before),
        after_(after),
        measures_(shared<MeasureId>(before.measures(),
                                    [&](const std::string& code) { return after.measure(code); })),
        offences_(shared<OffenceId>(before.offences(),
                                    [&](const std::string& code) { return after.offence(code); })),
        decision_(std::make_unique<Decision>()) {
    old_.on = new_.on = on;
  }
  void pair(Country from, Country to, Impact& out) {
    old_.from = new_.from = from;
    old_.to = new_.to = to;
    for (const auto& measure : measures_) {
      old_.measure = measure.before;
      new_.measure = measure.after;
      for (const auto& offence : offences_) {
        old_.offence = offence.before;
        new_.offence = offence.after;
        ++out.asked;
        compare(measure.code, offence.code, out);
      }
    }
  }

 private:
  struct Said {
    Outcome outcome;
    std::string best;
  };
  Said said(const Corpus& corpus, const Question& question) {
    decide(corpus, question, *decision_);
    std::string best;
    if (!decision_->routes.empty() && is_road(decision_->outcome))
      best = provision(corpus, decision_->routes[0].provision).id;
    return {decision_->outcome, std::move(best)};
  }
  void compare(const std::string& measure, const std::string& offence, Impact& out) {
    Said was = said(before_, old_), is = said(after_, new_);
    if (was.outcome == is.outcome) return;
    Shift shift{.from = old_.from,
                .to = old_.to,
                .measure = measure,
                .offence = offence,
                .before = was.outcome,
                .after = is.outcome,
                .road = is_road(is.outcome) ? is.best : was.best};
    auto& list = is_road(is.outcome) && !is_road(was.outcome)   ? out.opened
                 : is_road(was.outcome) && !is_road(is.outcome) ? out.closed
                                                                : out.other;
    list.push_back(std::move(shift));
  }

  const Corpus& before_;
  const Corpus& after_;
  std::vector<Both<MeasureId>> measures_;
  std::vector<Both<OffenceId>> offences_;
  Question old_, new_;
  std::unique_ptr<Decision> decision_;
};

// Whose fact it is: that of a jurisdiction's file, of a party, or of who made a reservation.
std::optional<Country> whose(const Corpus& corpus, const Difference& difference) {
  constexpr std::string_view folder = "jurisdictions/";
  std::string_view file = difference.file;
  auto country_in = [](std::string_view text) -> std::optional<Country> {
    auto country = country_from_text(text.substr(0, 2));
    return country ? std::optional(*country) : std::nullopt;
  };
  if (file.starts_with(folder)) return country_in(file.substr(folder.size()));
  if (difference.table == "party") return country_in(difference.key);
  if (difference.table != "reservation") return std::nullopt;
  for (const Reservation& each : corpus.tables().reservations)
    if (each.id == difference.key) return each.party;
  return std::nullopt;
}

json::Array shifts_json(const std::vector<Shift>& shifts) {
  json::Array out;
  for (const Shift& shift : shifts) {
    json::Object each{{"from", shift.from.text()},       {"to", shift.to.text()},
                      {"measure", shift.measure},        {"offence", shift.offence},
                      {"before", name_of(shift.before)}, {"after", name_of(shift.after)}};
    if (!shift.road.empty()) each["road"] = shift.road;
    out.emplace_back(std::move(each));
  }
  return out;
}

void shifts_text(std::string_view title, const std::vector<Shift>& shifts, std::string& out) {
  using Key = std::tuple<Country, Country, std::string, Outcome, Outcome, std::string>;
  std::map<Key, std::vector<std::string>> offences;
  for (const Shift& each : shifts)
    offences[{each.from, each.to, each.measure, each.before, each.after, each.road}].push_back(
        each.offence);
  out += fmt::format("{}: {}\n", title, shifts.size());
  for (const auto& [key, list] : offences) {
    const auto& [from, to, measure, before, after, road] = key;
    std::string which;
    for (const std::string& offence : list) which += (which.empty() ? "" : ", ") + offence;
    paragraph(out, fmt::format("  {} -> {}  ", from.text(), to.text()),
              fmt::format("{}: {} -> {}{}, for {}", measure, name_of(before), name_of(after),
                          road.empty() ? "" : " (" + road + ")", which));
  }
}

}  // namespace

std::optional<std::set<Country>> touched(const Corpus& before, const Corpus& after,
                                         const std::vector<Difference>& differences) {
  std::set<Country> out;
  for (const Difference& each : differences) {
    auto country = whose(before, each);
    if (!country) country = whose(after, each);
    if (!country || before.is_union(*country) || after.is_union(*country)) return std::nullopt;
    out.insert(*country);
  }
  return out;
}

Impact impact(const Corpus& before, const Corpus& after, Date on,
              const std::optional<std::set<Country>>& touched,
              const std::function<void(std::size_t, std::size_t)>& progress) {
  std::vector<Country> known;
  for (Country country : after.countries())
    if (before.coverage(country) != Coverage::unresearched ||
        after.coverage(country) != Coverage::unresearched)
      known.push_back(country);
  Comparison comparison(before, after, on);
  Impact out;
  for (std::size_t i = 0; i < known.size(); ++i) {
    for (Country to : known) {
      bool asked = !touched || touched->contains(known[i]) || touched->contains(to);
      if (asked && to != known[i]) comparison.pair(known[i], to, out);
    }
    progress(i + 1, known.size());
  }
  return out;
}

json::Value to_json(const Impact& impact) {
  return json::Object{{"asked", impact.asked},
                      {"opened", shifts_json(impact.opened)},
                      {"closed", shifts_json(impact.closed)},
                      {"other", shifts_json(impact.other)}};
}

std::string to_text(const Impact& impact) {
  std::string out;
  shifts_text("roads that open", impact.opened, out);
  shifts_text("roads that close", impact.closed, out);
  shifts_text("other answers that change", impact.other, out);
  out += fmt::format("{} questions were put to both.\n", impact.asked);
  paragraph(out, "", disclaimer);
  return out;
}

}  // namespace comity::law

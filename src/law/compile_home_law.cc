// The parts of a jurisdiction's file in which roads from abroad end.
#include <algorithm>
#include <optional>
#include <utility>

#include "law/compile.h"

namespace comity::law {
namespace {

constexpr int days_max = 3660;

// The days on which a row may begin to hold.
template <typename Row>
std::vector<Day> beginnings(const Row& row) {
  return {row.period.from};
}
std::vector<Day> beginnings(const PreservationRow& row) {
  return {row.period.from, row.suspended.until};
}

// Two rows that hold on one day do so on a day on which one of them begins.
template <typename Row>
bool clash(const Row& one, const Row& other) {
  auto both = [&](Day day) { return one.holds(day) && other.holds(day); };
  return std::ranges::any_of(beginnings(one), both) || std::ranges::any_of(beginnings(other), both);
}

}  // namespace

// One part: `[name]`, or a `[[name]]` for each of the periods between which the law changed.
template <typename Row, typename Read>
void Compiler::rows(Table& in, std::string_view name, std::vector<Row>& out, Read read) {
  in.some(name, [&](Table& entry) {
    Row row = read(entry);
    if (std::ranges::any_of(out, [&](const Row& earlier) { return clash(earlier, row); }))
      entry.problem("", "two entries of `" + std::string(name) + "` hold on one day",
                    "end the older one with `until`, on the day from which the newer one holds");
    out.push_back(std::move(row));
  });
  std::ranges::sort(out, {}, [](const Row& row) { return row.period.from; });
}

void Compiler::home_law(Table& in, Profile& profile, const std::string& country) {
  rows(in, "authorities", profile.authorities,
       [&](Table& each) { return authorities(each, country); });
  rows(in, "preservation", profile.preservation,
       [&](Table& each) { return preservation(each, country); });
  for (auto [name, rules] :
       {std::pair("production", &profile.production), std::pair("emergency", &profile.emergency)}) {
    rows(in, name, *rules, [&](Table& each) {
      HomeRule rule = home_rule(each, "law of " + country);
      rule.text = each.text("rule");
      return rule;
    });
  }
  rows(in, "extradition", profile.extradition, [&](Table& each) { return extradition(each); });
  rows(in, "single_officer", profile.single_officer,
       [&](Table& each) { return single_officer(each); });
}

// What a profile says in words, its own cite where it has one.
HomeRule Compiler::home_rule(Table& in, std::string said_by) {
  HomeRule out;
  out.cite = in.text_or("cite", std::move(said_by));
  out.period = in.period();
  out.confidence = in.confidence();
  (void)in.text_or("note", "");
  (void)source(in);
  return out;
}

AuthoritiesRow Compiler::authorities(Table& in, const std::string& country) {
  HomeRule said = home_rule(in, "profile of " + country);
  return {.poc_24_7 = in.text_or("poc_24_7", ""),
          .central_authority = in.text_or("central_authority", ""),
          .csirt = in.text_or("csirt", ""),
          .extradition = in.text_or("extradition", ""),
          .period = said.period,
          .said = said};
}

PreservationRow Compiler::preservation(Table& in, const std::string& country) {
  PreservationRow row;
  PreservationLaw& law = row.law;
  auto days = [&](std::string_view key) -> std::optional<int> {
    auto got = in.number(key, 1, days_max);
    return got ? std::optional<int>(static_cast<int>(*got)) : std::nullopt;
  };
  law.rule = in.text("rule");
  law.days = days("days");
  law.renew_days = days("renew_days");
  law.total_days = days("total_days");
  law.order_needed = in.yes_or("order_needed", true);
  law.in_force = in.yes_or("in_force", true);
  law.secrecy = in.one_of<Secrecy>(
      "secrecy",
      {{"imposed", Secrecy::imposed}, {"none", Secrecy::none}, {"unknown", Secrecy::unknown}},
      Secrecy::unknown);
  law.cite = in.text("cite");
  law.source = source(in);
  law.note = in.text_or("note", "");
  law.confidence = in.confidence();
  row.secrecy_confidence = in.confidence_or("secrecy_confidence", law.confidence);
  row.power = in.yes_or("power", true);
  row.period = in.period();
  row.suspended = in.suspension();
  for (std::string_view key : {"days", "renew_days", "total_days"})
    if (!row.power && in.has(key))
      in.problem(key, "days of a power that is not known to exist",
                 "leave them out beside power = false, or leave that out");
  if (law.total_days && law.days && *law.total_days < *law.days) {
    in.problem("total_days", "the total is shorter than one order",
               "write the days in all, renewals included");
  }
  row.note = cite("in " + country + ": " + law.rule + " (" + law.cite + ")" +
                  (law.order_needed ? "; takes a domestic order" : "; takes no domestic order"));
  row.gone =
      cite(law.cite + ": " + (row.power ? "not in force on this date" : "no such power known"));
  row.secrecy_cite =
      cite(in.text_or("secrecy_cite", law.cite + ": does not bind the custodian to secrecy"));
  return row;
}

ExtraditionRow Compiler::extradition(Table& in) {
  ExtraditionRow row;
  row.nationals = in.yes_or("nationals", false);
  row.threshold_months =
      static_cast<std::int32_t>(in.number("threshold_months", 1, 1200).value_or(0));
  row.period = in.period();
  row.confidence = in.confidence();
  row.cite = cite(in.text("cite"));
  for (std::string_view key : {"basis", "note"}) (void)in.text_or(key, "");
  (void)source(in);
  return row;
}

SingleOfficerRow Compiler::single_officer(Table& in) {
  SingleOfficerRow row;
  row.allowed = in.yes_or("allowed", false);
  row.period = in.period();
  row.cite = cite(in.text("cite"));
  row.confidence = in.confidence();
  (void)in.text_or("note", "");
  (void)source(in);
  if (!in.has("allowed"))
    in.problem("", "[single_officer] does not say whether one alone may send",
               "write allowed = true or false");
  return row;
}

}  // namespace comity::law

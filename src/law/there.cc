#include "law/there.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "law/tables.h"

namespace comity::law {
namespace {

class AskedSide {
 public:
  AskedSide(const Corpus& corpus, const Question& question, const Route& route)
      : corpus_(corpus),
        t_(corpus.tables()),
        q_(question),
        r_(route),
        rule_(t_.rules[route.provision.value]),
        on_(day_of(question.on)) {}

  std::vector<There> run() {
    Slot slot = t_.slot(q_.to);
    bool nobody_acts = rule_.one_sided || r_.state == State::blocked;
    if (nobody_acts || slot == no_slot || !t_.jurisdictions[slot].profiled) return {};
    const Profile& law = t_.profiles[t_.jurisdictions[slot].profile];
    authority(law);
    if (in(t_.words.preserves)) preservation(law);
    for (auto [what, part] : {std::pair(AtHome::production, &law.production),
                              std::pair(AtHome::emergency, &law.emergency)})
      if (in(t_.words.at_home[part == &law.emergency]))
        for (const HomeRule& row : *part) rule(what, row, law);
    if (in(t_.words.discloses) && !in(t_.words.surrenders))
      rule(AtHome::data_protection, law.data_protection, law);
    return std::move(out_);
  }

 private:
  [[nodiscard]] bool in(std::uint64_t measures) const { return measures >> q_.measure.value & 1; }

  void rule(AtHome what, const HomeRule& said, const Profile& law) {
    if (said.text.empty() || !said.period.holds(on_)) return;
    bool undated = said.period.from == day_first && on_ < law.compiled;
    out_.push_back(
        {what, said.text, said.cite, undated ? Confidence::unconfirmed : said.confidence});
  }

  // Its own declaration under the instrument, told among the conditions, comes before its profile.
  void authority(const Profile& law) {
    bool declared = std::ranges::any_of(r_.notes, [&](const Note& note) {
      return corpus_.cite(note.text).starts_with("addressee: ");
    });
    if (declared) return;
    for (const AuthoritiesRow& row : law.authorities) {
      HomeRule who = row.said;
      who.text = acting(row);
      rule(AtHome::authority, who, law);
    }
  }

  // Who surrenders; else whom the asker named; else who stands at the end of the channel; else the
  // first that the provision lets receive.
  [[nodiscard]] std::string acting(const AuthoritiesRow& known) const {
    if (in(t_.words.surrenders)) return known.extradition;
    if (q_.to_role.known()) return of_role(known, q_.to_role);
    RoleId end = t_.words.channel_end[r_.channel.value];
    if (end.known()) return of_role(known, end);
    for (std::uint16_t i = 0; i < t_.words.roles.size(); ++i) {
      std::string named = rule_.to_roles >> i & 1 ? of_role(known, {i}) : "";
      if (!named.empty()) return named;
    }
    return {};
  }

  [[nodiscard]] std::string of_role(const AuthoritiesRow& known, RoleId role) const {
    const std::string& code = t_.words.roles[role.value].code;
    if (code == "poc_24_7") return known.poc_24_7;
    if (code == "central_authority") return known.central_authority;
    return code == "csirt" ? known.csirt : "";
  }

  void preservation(const Profile& law) {
    const PreservationRow* row = row_on(law.preservation, on_);
    if (!row || !row->power || !row->holds(on_)) return;
    const PreservationLaw& power = row->law;
    HomeRule clock{.text = power.days ? fmt::format("kept for {} days", *power.days) : "",
                   .cite = power.cite,
                   .period = row->period,
                   .confidence = power.confidence};
    if (power.renew_days) clock.text += fmt::format(", renewable by {}", *power.renew_days);
    if (power.total_days) clock.text += fmt::format(", at most {} in all", *power.total_days);
    rule(AtHome::preservation, clock, law);
  }

  const Corpus& corpus_;
  const Tables& t_;
  const Question& q_;
  const Route& r_;
  const Rule& rule_;
  Day on_;
  std::vector<There> out_;
};

}  // namespace

std::string_view name_of(AtHome what) {
  constexpr std::string_view names[] = {"authority", "preservation", "production", "emergency",
                                        "data_protection"};
  return names[static_cast<std::size_t>(what)];
}

std::vector<There> there(const Corpus& corpus, const Question& question, const Route& route) {
  return AskedSide(corpus, question, route).run();
}

}  // namespace comity::law

#include "world.h"

#include <memory>

#include <algorithm>

#include "analysts.h"
#include "audit.h"
#include "liar.h"
#include "node/rows.h"
#include "node/witness.h"
#include "officers.h"

namespace comity::sim {
namespace {

constexpr Millis calm_step{10'000};
constexpr unsigned calm_steps_max = 240;  // forty minutes: eight times the longest back-off

class World {
 public:
  explicit World(const RunOptions& options)
      : stage_(options.seed, options.law, options.show_trace),
        files_(options.seed),
        network_(stage_),
        alerts_(stage_),
        audit_(stage_, alerts_) {}

  Verdict run() {
    settle_parties();
    storm();
    calm();
    if (stage_.faults.empty()) audit_.conclude(parties_);
    if (liar_ && stage_.faults.empty()) liar_->check_noticed();
    if (stage_.faults.empty()) check_rollback();
    if (stage_.faults.empty()) check_not_halted();
    for (Party* party : parties_) {
      auto view = party->view();
      auto head = view ? (*view)->head() : std::unexpected(view.error());
      stage_.trace(party->profile().name + " ends at " + (head ? to_hex(head->root) : "nothing"));
      stage_.counts["journal entries"] += head ? head->size : 0;
    }
    return {stage_.faults, stage_.trace_hash(), stage_.counts};
  }

 private:
  void settle_parties() {
    std::vector<Profile> profiles = {{"us", "US", member::Role::poc},
                                     {"ph", "PH", member::Role::poc},
                                     {"isp", "PH", member::Role::provider}};
    if (stage_.dice.percent(50)) profiles.push_back({"jp", "JP", member::Role::poc});
    for (std::size_t i = 0; i < profiles.size(); ++i) {
      owned_.push_back(
          std::make_unique<Party>(Party::World{stage_, network_, audit_}, i, profiles[i]));
      Party& party = *owned_.back();
      parties_.push_back(&party);
      files_.mount("/" + profiles[i].name, party.disk());
      network_.attach(
          [this, &party](std::size_t from, const std::string& bytes, Network::Answer answer) {
            party.serve(parties_[from]->pin(), bytes, std::move(answer));
          },
          [&party] { return party.up(); });
      party.found();
    }
    officers_ = std::make_unique<Officers>(stage_, parties_);
    for (std::size_t i = 0; i < parties_.size(); ++i)
      for (std::size_t j = i + 1; j < parties_.size(); ++j)
        officers_->pair(*parties_[i], *parties_[j]);
    alerts_.parties = parties_;
    analysts_ = std::make_unique<Analysts>(stage_, parties_, alerts_);
    for (Party* party : parties_) analysts_->settle(*party);
    for (Party* party : parties_) analysts_->subscribe(*party);
    for (Party* party : parties_) addresses_[party->id()] = party->index();
    for (Party* party : parties_) {
      party->addresses = &addresses_;
      party->look_at_all();
    }
  }

  // Everybody works while everything breaks.
  void storm() {
    network_.weather = {.lost = static_cast<unsigned>(stage_.dice.below(25)),
                        .twice = static_cast<unsigned>(stage_.dice.below(15)),
                        .torn = static_cast<unsigned>(stage_.dice.below(6)),
                        .latency_max = stage_.dice.between(Millis{5}, Millis{3'000})};
    for (Party* party : parties_)
      if (stage_.dice.percent(70))
        party->shift_clock(stage_.dice.between(-std::chrono::hours{72}, std::chrono::hours{72}));
    storm_ends_ = stage_.now() + stage_.dice.between(Millis{300'000}, Millis{900'000});
    for (Party* party : parties_) work(*party);
    for (Party* party : parties_) watch(*party);
    mischief();
    std::size_t fate = stage_.dice.below(100);
    if (fate < 40)
      begin_lies();
    else if (fate < 60)
      plan_rollback();
    stage_.run_until(storm_ends_);
    working_ = false;
  }

  void work(Party& party) {
    stage_.after(stage_.dice.between(Millis{500}, Millis{25'000}), [this, &party] {
      if (!working_) return;
      officers_->act(party);
      work(party);
    });
  }

  void watch(Party& party) {
    stage_.after(stage_.dice.between(Millis{500}, Millis{60'000}), [this, &party] {
      if (!working_) return;
      analysts_->act(party);
      watch(party);
    });
  }

  void mischief() {
    stage_.after(stage_.dice.between(Millis{1'000}, Millis{40'000}), [this] {
      if (!working_) return;
      one_mischief();
      mischief();
    });
  }

  void begin_lies() {
    Party& self = *stage_.dice.pick(parties_);
    std::vector<Party*> victims;
    for (Party* party : parties_)
      if (party != &self) victims.push_back(party);
    liar_ = std::make_unique<Liar>(stage_, network_, self, victims);
    stage_.trace(self.profile().name + " lies");
    lie();
  }
  void lie() {
    stage_.after(stage_.dice.between(Millis{1'000}, Millis{30'000}), [this] {
      if (!working_) return;
      liar_->act();
      lie();
    });
  }

  // Old files are put back: a backup beside the file that tells, or a copy of the whole folder,
  // which only partners can tell.
  void plan_rollback() {
    stage_.after(stage_.dice.between(Millis{20'000}, Millis{150'000}), [this] {
      if (!working_) return;
      rolled_ = stage_.dice.pick(parties_);
      if (!rolled_->up() || rolled_->disk().crashed()) return;
      auto view = rolled_->view();
      auto head = view ? (*view)->head() : std::unexpected(view.error());
      if (!head) return;
      view->reset();
      stage_.after(stage_.dice.between(Millis{10'000}, Millis{150'000}),
                   [this, copy = rolled_->copy_of_disk(), size = head->size,
                    starts = rolled_->restarts] { roll_back(copy, size, starts); });
    });
  }
  void roll_back(const Disk::Copy& copy, std::uint64_t size, std::uint64_t starts) {
    if (!working_ || !rolled_->up()) return;
    whole_ = stage_.dice.percent(50);
    // The file beside the store changes with every start: one that is put back before the next
    // start is not told by it.
    must_tell_ = !whole_ && rolled_->restarts > starts;
    stage_.trace(rolled_->profile().name + " is rolled back to size " + std::to_string(size));
    ++stage_.counts[whole_ ? "rollback of the whole folder" : "rollback of the store"];
    rolled_->power_off();
    restarts_then_ = rolled_->restarts;
    rolled_->put_back(copy, whole_);
    for (Party* party : parties_) seen_later_ |= party != rolled_ && witnessed_size(*party) > size;
  }
  [[nodiscard]] std::uint64_t witnessed_size(Party& by) const {
    auto view = by.view();
    auto row = view ? (*view)->get(node::Space::partner_log, to_hex(rolled_->id()))
                    : std::unexpected(view.error());
    if (!row || !*row) return 0;
    auto value = json::parse((*row)->value);
    auto log = value ? node::partner_log_from_json(*value) : std::unexpected(value.error());
    return log ? log->head.size : 0;
  }
  [[nodiscard]] static bool has_alarm(Party& party, const std::string& key) {
    auto view = party.view();
    auto row = view ? (*view)->get(node::Space::alarm, key) : std::unexpected(view.error());
    return row && *row;
  }
  // Nobody else halts: what it signed is what it holds.
  void check_not_halted() {
    for (Party* party : parties_)
      for (const char* alarm : {"self/rollback", "self/fork"})
        if (party->honest && !party->rolled_back && has_alarm(*party, alarm))
          stage_.fault(party->profile().name + " was never rolled back and says " + alarm);
  }
  void check_rollback() {
    if (!rolled_ || !rolled_->rolled_back) return;
    std::string about = to_hex(rolled_->id());
    bool told = has_alarm(*rolled_, "self/restored");
    // What partners hold beyond the store as it started is a rollback. Only a store that had grown
    // past it by the next start cannot tell that from a second copy of itself.
    bool again = rolled_->restarts > restarts_then_ + 1;
    if (has_alarm(*rolled_, "self/fork") && !again)
      stage_.fault(rolled_->profile().name + " takes its own rollback for a second copy of itself");
    bool noticed = has_alarm(*rolled_, "self/rollback") || has_alarm(*rolled_, "self/fork");
    for (Party* party : parties_)
      noticed |=
          has_alarm(*party, about + "/split_view") || has_alarm(*party, about + "/unproven_ledger");
    if (must_tell_ && !told)
      stage_.fault(rolled_->profile().name + " did not see that its store was put back");
    if (seen_later_ && !noticed)
      stage_.fault(rolled_->profile().name +
                   " was rolled back behind what partners saw, and nobody noticed");
    ++stage_.counts[noticed ? "rollback noticed" : "rollback lost nothing that a partner had seen"];
  }

  void one_mischief() {
    Dice& dice = stage_.dice;
    Party& party = *dice.pick(parties_);
    Party& other = *dice.pick(parties_);
    std::size_t what = dice.below(100);
    if (what < 30) {
      party.disk().crash_after(dice.below(300));
    } else if (what < 40) {
      party.crash();
    } else if (what < 50) {
      party.power_off();
    } else if (what < 65) {
      ail(party);
    } else if (what < 80 && party.index() != other.index()) {
      // Half of them are deaf on one side alone: questions arrive, and answers do not.
      bool one_way = dice.percent(50);
      ++stage_.counts[one_way ? "partition one way" : "partition"];
      network_.cut(party.index(), other.index());
      if (!one_way) network_.cut(other.index(), party.index());
      // A key turns out to be stolen while what it signed cannot leave.
      if (dice.percent(30))
        stage_.after(dice.between(Millis{10'000}, Millis{120'000}), [this, &party] {
          if (working_) officers_->new_key(party, member::Overlap::none);
        });
      stage_.after(dice.between(Millis{1'000}, Millis{200'000}),
                   [this, a = party.index(), b = other.index()] {
                     network_.mend(a, b);
                     network_.mend(b, a);
                   });
    } else if (what < 88) {
      ++stage_.counts["clock jump"];
      Millis by = dice.between(-std::chrono::hours{24}, std::chrono::hours{24});
      if (party.skew() + by < std::chrono::hours{72} && party.skew() + by > -std::chrono::hours{72})
        party.shift_clock(by);
    } else if (what < 91 && leaps_ < 2) {
      // Everybody is away for days: terms end, and what waits in an outbox becomes void.
      ++leaps_;
      ++stage_.counts["leap"];
      stage_.leap(dice.between(std::chrono::hours{1}, std::chrono::hours{24 * 9}));
      storm_ends_ = stage_.now() + Millis{200'000};
    } else if (what < 95) {
      party.stay_down(true);
      party.power_off();
      stage_.after(dice.between(Millis{10'000}, Millis{150'000}),
                   [&party] { party.stay_down(false); });
    }
  }

  void ail(Party& party) {
    constexpr Ailment kinds[] = {Ailment::full, Ailment::write_error, Ailment::sync_error,
                                 Ailment::read_error};
    ++stage_.counts["disk ails"];
    party.disk().ail(kinds[stage_.dice.below(4)]);
    stage_.after(stage_.dice.between(Millis{200}, Millis{20'000}),
                 [&party] { party.disk().ail(Ailment::none); });
  }

  void calm() {
    stage_.trace("calm");
    network_.calm();
    for (Party* party : parties_) {
      party->disk().heal();
      party->stay_down(false);
    }
    for (unsigned step = 0; step < calm_steps_max && stage_.faults.empty(); ++step) {
      stage_.run_until(stage_.now() + calm_step);
      if (step < (liar_ || rolled_ ? 16 : 6))
        continue;  // time for partners to compare what they saw
      if (quiet()) {
        stage_.counts["calm steps"] += step;
        return;
      }
    }
    if (stage_.faults.empty()) tell_what_waits();
  }

  [[nodiscard]] bool waits(Party& from, Party& to) const {
    if (!from.honest || !to.honest || from.rolled_back || to.rolled_back) return false;
    auto view = from.view();
    auto rows = view ? (*view)->scan(node::Space::outbox, node::outbox_prefix(to.id()), "", 1)
                     : std::unexpected(view.error());
    return !rows || !rows->empty();
  }
  [[nodiscard]] bool quiet() const {
    for (Party* from : parties_) {
      if (!from->up()) return false;
      for (Party* to : parties_)
        if (from != to && waits(*from, *to)) return false;
    }
    return true;
  }
  [[nodiscard]] static std::string link_of(Party& from, Party& to) {
    auto view = from.view();
    auto row =
        view ? (*view)->get(node::Space::link, to_hex(to.id())) : std::unexpected(view.error());
    return row && *row ? (*row)->value : "unknown";
  }
  void tell_what_waits() {
    for (Party* from : parties_) {
      if (!from->up()) stage_.fault(from->profile().name + " does not come up after healing");
      for (Party* to : parties_)
        if (from != to && waits(*from, *to))
          stage_.fault(from->profile().name + " still has acts for " + to->profile().name +
                       " after healing; clock " + to_text(from->clock()) + ", link " +
                       link_of(*from, *to));
    }
  }

  Stage stage_;
  FileSystem files_;
  Network network_;
  Alerts alerts_;
  Audit audit_;
  std::vector<std::unique_ptr<Party>> owned_;
  std::vector<Party*> parties_;
  std::map<MemberId, std::size_t> addresses_;
  std::unique_ptr<Officers> officers_;
  std::unique_ptr<Analysts> analysts_;
  Instant storm_ends_;
  std::unique_ptr<Liar> liar_;
  Party* rolled_ = nullptr;
  bool whole_ = false, must_tell_ = false, seen_later_ = false;
  bool working_ = true;
  std::uint64_t restarts_then_ = 0;  // of who was rolled back, when it was
  unsigned leaps_ = 0;
};

}  // namespace

Verdict run(const RunOptions& options) {
  return World(options).run();
}

}  // namespace comity::sim

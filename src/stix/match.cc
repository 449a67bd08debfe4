#include "stix/match.h"

#include <algorithm>
#include <cmath>
#include <functional>
#include <limits>
#include <map>

#include "stix/assign.h"
#include "stix/compare.h"

namespace comity::stix {
namespace {

constexpr Moment always{std::numeric_limits<std::int64_t>::min(), 0};
constexpr Moment never{std::numeric_limits<std::int64_t>::max(), 0};

// The observations that may still be chosen: last >= `from` and first < `before`.
struct Window {
  Moment from = always, before = never;
  Window both(const Window& other) const {
    return {std::max(from, other.from), std::min(before, other.before)};
  }
  bool holds(const Observation& one) const { return one.last >= from && one.first < before; }
};

Moment after(Moment at, double seconds) {
  if (seconds >= 1e15) return never;
  double whole = std::floor(seconds);
  auto nanos = static_cast<std::uint32_t>(std::round((seconds - whole) * 1e9)) + at.nanos;
  return {at.seconds + static_cast<std::int64_t>(whole) + nanos / 1'000'000'000,
          nanos % 1'000'000'000};
}

Moment just_after(Moment at) {
  return after(at, 1e-9);
}

class Matcher {
 public:
  Matcher(const Pattern& pattern, std::span<const Observation> observations, std::uint64_t steps)
      : observations_(observations), regexes_(pattern), budget_{steps} {
    for (const Observation& one : observations) capacity_.push_back(one.number);
  }

  Result<Match> run(const Observing& root) {
    find_candidates(root);
    Match match;
    match.holds = expand(root, root.qualifiers.size(), {}, 1,
                         [&] { return assign(demands_, capacity_, budget_, match.observations); });
    if (!match.holds && budget_.spent())
      return fail(
          Code::too_large,
          "the pattern needs more work on these observations than is allowed; look at fewer "
          "of them at a time");
    return match;
  }

 private:
  using Then = std::function<bool()>;  // what remains to be met; true when all is
  using Candidates = std::vector<std::uint32_t>;

  static bool is_plain(const Observing& node) {
    return node.kind == Observing::Kind::condition && node.qualifiers.empty();
  }
  // [a] OR [b] is one place that either may fill.
  static bool is_one_place(const Observing& node) {
    return node.kind == Observing::Kind::condition ||
           (node.kind == Observing::Kind::any && std::ranges::all_of(node.parts, is_plain));
  }
  // Nothing has to be tried within it, so that repeating it multiplies what it demands.
  static bool has_no_choice(const Observing& node, std::size_t qualifiers) {
    for (std::size_t i = 0; i < qualifiers; ++i)
      if (std::holds_alternative<Within>(node.qualifiers[i])) return false;
    if (is_one_place(node)) return true;
    return node.kind == Observing::Kind::all &&
           std::ranges::all_of(node.parts, [](const Observing& part) {
             return has_no_choice(part, part.qualifiers.size());
           });
  }

  // The observations for which a place holds, and for every node all those of its places.
  void find_candidates(const Observing& node) {
    Candidates& mine = candidates_[&node];
    for (const Observing& part : node.parts) {
      find_candidates(part);
      const Candidates& its = candidates_[&part];
      mine.insert(mine.end(), its.begin(), its.end());
    }
    if (node.kind == Observing::Kind::condition)
      for (std::uint32_t i = 0; i < observations_.size() && !budget_.spent(); ++i)
        if (holds(node.condition, observations_[i], regexes_, budget_)) mine.push_back(i);
    std::ranges::sort(mine);
    mine.erase(std::unique(mine.begin(), mine.end()), mine.end());
    needs_[&node] = needs(node);
  }

  // The fewest observations that the node can do with, whatever is chosen within it.
  static std::uint64_t needs(const Observing& node) {
    std::uint64_t sum = node.kind == Observing::Kind::condition ? 1 : 0;
    std::uint64_t least = std::numeric_limits<std::uint64_t>::max();
    for (const Observing& part : node.parts) {
      std::uint64_t its = needs(part);
      sum = std::min(sum + its, most);
      least = std::min(least, its);
    }
    if (node.kind == Observing::Kind::any) sum = least;
    for (const Qualifier& qualifier : node.qualifiers)
      if (const auto* repeats = std::get_if<Repeats>(&qualifier))
        sum = product(sum, repeats->times);
    return sum;
  }

  // False when the window holds fewer than those: then nothing within needs to be tried.
  bool enough(const Observing& node, const Window& window) {
    const Candidates& mine = candidates_[&node];
    budget_.spend(mine.size() + 1);
    std::uint64_t wanted = needs_[&node], there = 0;
    for (std::uint32_t i : mine)
      if (window.holds(observations_[i]) && (there += capacity_[i]) >= wanted) return true;
    return false;
  }

  std::vector<Moment> distinct(const Observing& node, const Window& window,
                               Moment Observation::* which) {
    std::vector<Moment> moments;
    for (std::uint32_t i : candidates_[&node])
      if (window.holds(observations_[i])) moments.push_back(observations_[i].*which);
    budget_.spend(candidates_[&node].size() + 1);
    std::ranges::sort(moments);
    moments.erase(std::unique(moments.begin(), moments.end()), moments.end());
    return moments;
  }

  // `node` with the first `qualifiers` of its qualifiers, the last of which is outermost, `times`
  // over, all within `window`; and then what `then` says.
  bool expand(const Observing& node, std::size_t qualifiers, Window window, std::uint64_t times,
              const Then& then) {
    budget_.spend(1);
    bool whole = qualifiers == node.qualifiers.size();
    if (budget_.spent() || (whole && !enough(node, window))) return false;
    if (qualifiers == 0) return expand_kind(node, window, times, then);
    const Qualifier& outer = node.qualifiers[qualifiers - 1];
    if (const auto* period = std::get_if<StartStop>(&outer))
      return expand(node, qualifiers - 1, window.both({period->start, period->stop}), times, then);
    if (const auto* repeats = std::get_if<Repeats>(&outer))
      return repeat(node, qualifiers - 1, window, times, repeats->times, then);
    return within(node, qualifiers - 1, window, std::get<Within>(outer).seconds, then);
  }

  // 9.5.1: "a REPEATS x TIMES" is a AND a AND ..., x times.
  bool repeat(const Observing& node, std::size_t qualifiers, Window window, std::uint64_t times,
              std::uint64_t more, const Then& then) {
    if (has_no_choice(node, qualifiers))
      return expand(node, qualifiers, window, product(times, more), then);
    // Each time takes one observation at least, and the stack is not endless.
    if (more > observed() || more > repeats_tried_max) {
      if (more > observed()) return false;
      budget_.left = 0;
      return false;
    }
    if (more == 1) return expand(node, qualifiers, window, times, then);
    return expand(node, qualifiers, window, times,
                  [&, more] { return repeat(node, qualifiers, window, times, more - 1, then); });
  }

  // Whatever set is chosen, the end of its earliest member is the last moment at which the period
  // may begin: so every end is tried as that moment.
  bool within(const Observing& node, std::size_t qualifiers, Window window, double seconds,
              const Then& then) {
    for (Moment end : distinct(node, window, &Observation::last)) {
      Window period = window.both({end, after(end, seconds)});
      if (expand(node, qualifiers, period, 1, then)) return true;
      if (budget_.spent()) return false;
    }
    return false;
  }

  bool expand_kind(const Observing& node, Window window, std::uint64_t times, const Then& then) {
    if (is_one_place(node)) return place(node, window, times, then);
    switch (node.kind) {
      case Observing::Kind::all:
        return parts(node, 0, window, times, then);
      case Observing::Kind::any:
        return std::ranges::any_of(node.parts, [&](const Observing& part) {
          return expand(part, part.qualifiers.size(), window, times, then);
        });
      case Observing::Kind::followed:
        return followed(node, window, times, then);
      case Observing::Kind::condition:
        break;
    }
    return false;
  }

  bool parts(const Observing& node, std::size_t from, Window window, std::uint64_t times,
             const Then& then) {
    if (from == node.parts.size()) return then();
    const Observing& part = node.parts[from];
    return expand(part, part.qualifiers.size(), window, times,
                  [&, from] { return parts(node, from + 1, window, times, then); });
  }

  // The latest beginning on the left is a moment that both sides can keep to: each is tried.
  bool followed(const Observing& node, Window window, std::uint64_t times, const Then& then) {
    const Observing &left = node.parts[0], &right = node.parts[1];
    for (Moment at : distinct(left, window, &Observation::first)) {
      Window before = window.both({always, just_after(at)}), behind = window.both({at, never});
      if (!enough(right, behind)) break;  // what follows is later still
      if (expand(left, left.qualifiers.size(), before, times,
                 [&] { return expand(right, right.qualifiers.size(), behind, times, then); }))
        return true;
      if (budget_.spent()) return false;
    }
    return false;
  }

  bool place(const Observing& node, Window window, std::uint64_t times, const Then& then) {
    Demand demand{.candidates = {}, .count = times};
    std::uint64_t there = 0;
    for (std::uint32_t i : candidates_[&node]) {
      if (!window.holds(observations_[i])) continue;
      demand.candidates.push_back(i);
      there = std::min(there + capacity_[i], times);
    }
    budget_.spend(candidates_[&node].size() + 1);
    if (there < times) return false;
    demands_.push_back(std::move(demand));
    bool met = then();
    demands_.pop_back();
    return met;
  }

  std::uint64_t observed() const {
    std::uint64_t sum = 0;
    for (std::uint64_t one : capacity_) sum += one;
    return sum;
  }
  static std::uint64_t product(std::uint64_t a, std::uint64_t b) {
    return a > most / b ? most : a * b;
  }

  static constexpr std::uint64_t most = std::uint64_t{1} << 62;
  static constexpr std::uint64_t repeats_tried_max = 256;

  std::span<const Observation> observations_;
  Regexes regexes_;
  Budget budget_;
  std::vector<std::uint64_t> capacity_;
  std::map<const Observing*, Candidates> candidates_;
  std::map<const Observing*, std::uint64_t> needs_;
  std::vector<Demand> demands_;
};

}  // namespace

Result<Match> match(const Pattern& pattern, std::span<const Observation> observations,
                    std::uint64_t steps_max) {
  if (observations.size() > limits::pattern_observations_max)
    return fail(Code::too_large, "more than " + std::to_string(limits::pattern_observations_max) +
                                     " observations; look at fewer of them at a time");
  return Matcher(pattern, observations, steps_max).run(pattern.root);
}

}  // namespace comity::stix

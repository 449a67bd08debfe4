#pragma once
// For tests: patterns at random, over few values so that they meet what is observed.
#include <random>
#include <string>

#include "stix/pattern.h"

namespace comity::stix::testing {

class Patterns {
 public:
  explicit Patterns(std::uint32_t seed) : random_(seed) {}

  unsigned below(unsigned n) { return static_cast<unsigned>(random_() % n); }

  // Of every form of the grammar.
  Constant constant() {
    switch (below(7)) {
      case 0:
        return static_cast<std::int64_t>(random_()) - (std::int64_t{1} << 31);
      case 1:
        return (static_cast<double>(random_()) - 2e9) / static_cast<double>(1 + below(10'000));
      case 2:
        return below(2) == 0;
      case 3:
        return BinaryConstant{bytes()};
      case 4:
        return HexConstant{bytes()};
      case 5:
        return TimeConstant{{static_cast<std::int64_t>(random_()), below(1000) * 1'000}};
      default:
        return words();
    }
  }
  ObjectPath path() {
    ObjectPath path{below(2) ? "file" : "x-y", {below(2) ? std::string("name") : words()}};
    for (unsigned i = below(4); i > 0; --i) {
      if (below(3) == 0)
        path.steps.emplace_back(AnyElement{});
      else if (below(2) == 0)
        path.steps.emplace_back(static_cast<std::int64_t>(below(5)));
      else
        path.steps.emplace_back(words());
    }
    return path;
  }
  Comparison comparison() {
    Comparison test;
    test.path = path();
    test.op = static_cast<Comparator>(below(12));
    if (test.op == Comparator::exists) return test;
    test.negated = below(4) == 0;
    bool order = test.op >= Comparator::less && test.op <= Comparator::greater_equal;
    if (test.op == Comparator::in)
      for (unsigned i = below(3); i > 0; --i) test.values.push_back(constant());
    else if (test.op > Comparator::in)
      test.values.emplace_back(words());
    else
      test.values.push_back(order ? Constant(std::int64_t{5}) : constant());
    return test;
  }
  Condition condition(unsigned depth) {
    if (depth == 0 || below(2) == 0) return {Condition::Kind::test, comparison(), {}};
    Condition node{below(2) ? Condition::Kind::all : Condition::Kind::any, {}, {}};
    for (unsigned i = 2 + below(2); i > 0; --i) {
      Condition part = condition(depth - 1);
      if (part.kind == node.kind) part = condition(0);
      node.parts.push_back(std::move(part));
    }
    return node;
  }

  // `leaf` makes what stands in brackets.
  template <typename Leaf>
  Observing observing(unsigned depth, const Leaf& leaf) {
    Observing node{
        .kind = Observing::Kind::condition, .condition = {}, .parts = {}, .qualifiers = {}};
    if (depth == 0 || below(3) == 0) {
      node.condition = leaf();
    } else {
      node.kind = static_cast<Observing::Kind>(1 + below(3));
      unsigned count = node.kind == Observing::Kind::followed ? 2 : 2 + below(2);
      for (; count > 0; --count) {
        Observing part = observing(depth - 1, leaf);
        // One of its own kind would be read as part of this one.
        if (part.kind == node.kind && part.qualifiers.empty() &&
            node.kind != Observing::Kind::followed)
          part = observing(0, leaf);
        node.parts.push_back(std::move(part));
      }
    }
    if (below(3) == 0) node.qualifiers.push_back(qualifier());
    if (below(6) == 0) {
      Qualifier more = qualifier();
      if (node.qualifiers.empty() || node.qualifiers[0].index() != more.index())
        node.qualifiers.push_back(more);
    }
    return node;
  }
  Pattern pattern(unsigned depth) {
    return {observing(depth, [&] { return condition(2); })};
  }

 private:
  Qualifier qualifier() {
    switch (below(3)) {
      case 0:
        return Within{below(4) == 0 ? 1.5 : 1.0 + below(4)};
      case 1:
        return Repeats{1 + below(3)};
      default: {
        auto start = static_cast<std::int64_t>(below(6));
        return StartStop{{start, 0}, {start + 1 + static_cast<std::int64_t>(below(5)), 0}};
      }
    }
  }
  Bytes bytes() {
    Bytes all(below(5));
    for (auto& byte : all) byte = static_cast<std::uint8_t>(random_());
    return all;
  }
  std::string words() {
    static const char* const parts[] = {"a", "SHA-256", "it's", "\\", "\xc3\xa9", "AND", " ", "%"};
    std::string out;
    for (unsigned i = below(4); i > 0; --i) out += parts[below(8)];
    return out;
  }

  std::mt19937 random_;
};

}  // namespace comity::stix::testing

#include "stix/pattern_look.h"

#include <set>

#include "stix/regex.h"

namespace comity::stix {
namespace {

// `decisive`: whether what is found here alone makes the whole pattern hold.
using See = std::function<void(const Comparison&, bool decisive)>;

void walk(const Condition& node, bool decisive, const See& see) {
  if (node.kind == Condition::Kind::test) return see(node.test, decisive);
  for (const Condition& part : node.parts)
    walk(part, decisive && node.kind == Condition::Kind::any, see);
}

void walk(const Observing& node, bool decisive, const See& see) {
  decisive = decisive && node.qualifiers.empty();
  if (node.kind == Observing::Kind::condition) return walk(node.condition, decisive, see);
  for (const Observing& part : node.parts)
    walk(part, decisive && node.kind == Observing::Kind::any, see);
}

void types_of(const Condition& node, std::set<std::string>& types) {
  if (node.kind == Condition::Kind::test) types.insert(node.test.path.type);
  for (const Condition& part : node.parts) types_of(part, types);
}

void warn_of_mixed(const Condition& node, std::vector<std::string>& warnings) {
  if (node.kind == Condition::Kind::all) {
    std::set<std::string> types;
    types_of(node, types);
    if (types.size() > 1)
      warnings.push_back("AND within brackets joins " + *types.begin() + " and " + *types.rbegin() +
                         ": it holds when one observation has both, and other readers may look "
                         "for a single object that is both");
    return;
  }
  for (const Condition& part : node.parts) warn_of_mixed(part, warnings);
}

void warn_of_mixed(const Observing& node, std::vector<std::string>& warnings) {
  if (node.kind == Observing::Kind::condition) warn_of_mixed(node.condition, warnings);
  for (const Observing& part : node.parts) warn_of_mixed(part, warnings);
}

}  // namespace

void for_each_comparison(const Pattern& pattern,
                         const std::function<void(const Comparison&)>& see) {
  walk(pattern.root, true, [&](const Comparison& test, bool) { see(test); });
}

std::vector<Literal> literals(const Pattern& pattern) {
  std::vector<Literal> found;
  walk(pattern.root, true, [&](const Comparison& test, bool decisive) {
    bool simple = test.op == Comparator::equal || test.op == Comparator::in ||
                  test.op == Comparator::like || test.op == Comparator::subset;
    if (!simple || test.negated) return;
    Comparator op = test.op == Comparator::in ? Comparator::equal : test.op;
    std::string property = write_path(test.path).substr(test.path.type.size() + 1);
    for (const Constant& value : test.values)
      found.push_back({test.path.type, property, op, value, decisive});
  });
  return found;
}

std::vector<std::string> pattern_warnings(const Pattern& pattern) {
  std::vector<std::string> warnings;
  for_each_comparison(pattern, [&](const Comparison& test) {
    if (test.op != Comparator::matches) return;
    Regex regex(std::get<std::string>(test.values.front()), Regex::Over::text);
    if (auto problem = regex.problem())
      warnings.push_back("MATCHES has an expression that is not supported here (RE2): " + *problem);
  });
  warn_of_mixed(pattern.root, warnings);
  return warnings;
}

}  // namespace comity::stix

#include "stix/compare.h"

#include <algorithm>
#include <compare>
#include <set>

#include "base/check.h"
#include "stix/address.h"
#include "stix/pattern_look.h"

namespace comity::stix {
namespace {

// ---- 9.6.1: one value against one constant. Empty: the two cannot be compared.

std::optional<Bytes> decoded(std::string_view property, const std::string& text) {
  auto bytes = property.ends_with("_bin")   ? from_base64(text)
               : property.ends_with("_hex") ? from_hex(text)
                                            : Result<Bytes>(fail(Code::bad_value, ""));
  if (!bytes) return std::nullopt;
  return *std::move(bytes);
}

template <typename T>
std::partial_ordering order(const T& a, const T& b) {
  return a < b   ? std::partial_ordering::less
         : b < a ? std::partial_ordering::greater
                 : std::partial_ordering::equivalent;
}

std::optional<std::partial_ordering> ordered_text(const std::string& text,
                                                  std::string_view property,
                                                  const Constant& constant) {
  if (const auto* s = std::get_if<std::string>(&constant)) return order(text, *s);
  if (const auto* time = std::get_if<TimeConstant>(&constant)) {
    auto at = moment_from_text(text);
    if (!at) return std::nullopt;
    return order(*at, time->at);
  }
  const auto* binary = std::get_if<BinaryConstant>(&constant);
  const auto* hex = std::get_if<HexConstant>(&constant);
  if (!binary && !hex) return std::nullopt;
  auto bytes = decoded(property, text);
  if (!bytes) return std::nullopt;
  return order(*bytes, binary ? binary->bytes : hex->bytes);
}

std::optional<std::partial_ordering> ordered(const json::Value& value, std::string_view property,
                                             const Constant& constant) {
  if (const std::string* text = value.as_string()) return ordered_text(*text, property, constant);
  if (const bool* flag = value.as_bool()) {
    const bool* wanted = std::get_if<bool>(&constant);
    if (!wanted) return std::nullopt;
    return order(*flag, *wanted);
  }
  const auto* whole = std::get_if<std::int64_t>(&constant);
  const auto* real = std::get_if<double>(&constant);
  const std::int64_t* n = value.as_int();
  if ((!whole && !real) || (!n && !value.as_double())) return std::nullopt;
  if (whole && n) return order(*n, *whole);
  double a = n ? static_cast<double>(*n) : *value.as_double();
  return a <=> (whole ? static_cast<double>(*whole) : *real);
}

bool equals(const json::Value& value, std::string_view property, const Constant& constant) {
  auto result = ordered(value, property, constant);
  return result && *result == 0;
}

bool texts(const std::string& text, std::string_view property, const Comparison& test,
           const Regexes& regexes) {
  const std::string& given = std::get<std::string>(test.values.front());
  switch (test.op) {
    case Comparator::like:
      return like(text, given);
    case Comparator::matches: {
      const auto& both = regexes.of(given);
      if (property.ends_with("_bin"))
        if (auto bytes = decoded(property, text)) return both.bytes.found_in(as_text(*bytes));
      return both.text.found_in(text);
    }
    default: {
      auto a = block_from_text(text), b = block_from_text(given);
      if (!a || !b) return false;
      return test.op == Comparator::subset ? within(*a, *b) : within(*b, *a);
    }
  }
}

// 9.6.1: values of types that cannot be compared are unequal, and nothing else is true of them.
bool plain(const json::Value& value, std::string_view property, const Comparison& test,
           const Regexes& regexes) {
  switch (test.op) {
    case Comparator::exists:
      return true;
    case Comparator::in:
      return std::ranges::any_of(test.values,
                                 [&](const Constant& one) { return equals(value, property, one); });
    case Comparator::like:
    case Comparator::matches:
    case Comparator::subset:
    case Comparator::superset:
      return value.as_string() && texts(*value.as_string(), property, test, regexes);
    default:
      break;
  }
  auto result = ordered(value, property, test.values.front());
  switch (test.op) {
    case Comparator::equal:
      return result && *result == 0;
    case Comparator::not_equal:
      return !result || *result != 0;
    case Comparator::less:
      return result && *result < 0;
    case Comparator::less_equal:
      return result && *result <= 0;
    case Comparator::greater:
      return result && *result > 0;
    default:
      return result && *result >= 0;
  }
}

// ---- 9.7: what a path leads to. True as soon as `see` is for one of the values.

class Walker {
 public:
  Walker(const Comparison& test, const Observation& observation, const Regexes& regexes,
         Budget& budget)
      : test_(test), observation_(observation), regexes_(regexes), budget_(budget) {}

  bool object(const json::Object& object, std::size_t step) {
    budget_.spend(1);
    const auto* name = std::get_if<std::string>(&test_.path.steps[step]);
    if (budget_.spent() || !name) return false;
    auto member = object.find(*name);
    return member != object.end() && value(member->second, *name, step + 1);
  }

 private:
  // `property` is the name that led here, through any indices.
  bool value(const json::Value& at, std::string_view property, std::size_t step) {
    if (step == test_.path.steps.size()) return judged(at, property);
    const PathStep& next = test_.path.steps[step];
    if (std::holds_alternative<std::string>(next)) {
      if (const json::Object* inner = at.as_object()) return object(*inner, step);
      // 9.7.3: a reference stands for the object that it refers to.
      bool reference = property.ends_with("_ref") || property.ends_with("_refs");
      if (!reference || !at.as_string() || !observation_.resolve) return false;
      const json::Object* target = observation_.resolve(*at.as_string());
      return target && object(*target, step);
    }
    const json::Array* list = at.as_array();
    if (!list) return false;
    if (const auto* index = std::get_if<std::int64_t>(&next)) {
      if (*index < 0 || static_cast<std::uint64_t>(*index) >= list->size()) return false;
      return value((*list)[static_cast<std::size_t>(*index)], property, step + 1);
    }
    return std::ranges::any_of(*list, [&](const json::Value& element) {
      budget_.spend(1);
      return !budget_.spent() && value(element, property, step + 1);
    });
  }

  bool judged(const json::Value& at, std::string_view property) {
    if (test_.op == Comparator::exists) return true;
    if (at.is_null() || at.as_array() || at.as_object()) return false;
    return plain(at, property, test_, regexes_) != test_.negated;
  }

  const Comparison& test_;
  const Observation& observation_;
  const Regexes& regexes_;
  Budget& budget_;
};

// ---- 9.5: which objects a condition is about.

using Types = std::set<std::string_view>;

void add_types(const Condition& node, Types& types, Budget& budget) {
  budget.spend(1);
  if (node.kind == Condition::Kind::test) types.insert(node.test.path.type);
  for (const Condition& part : node.parts) add_types(part, types, budget);
}

class Chooser {
 public:
  Chooser(const Observation& observation, const Regexes& regexes, Budget& budget)
      : observation_(observation), regexes_(regexes), budget_(budget) {}

  // There is a choice for A OR B if there is one for A or one for B.
  bool possible(const Condition& node) {
    if (node.kind == Condition::Kind::any)
      return std::ranges::any_of(node.parts, [&](auto& part) { return possible(part); });
    Types types;
    add_types(node, types, budget_);
    if (budget_.spent()) return false;
    if (node.kind == Condition::Kind::test || types.size() == 1) return choose(node, types);
    // There is one for A AND B, if they share no type, if there is one for A and one for B.
    std::vector<Condition> groups;
    std::vector<Types> of;
    for (const Condition& part : node.parts) {
      Condition group{.kind = Condition::Kind::all, .test = {}, .parts = {part}};
      Types own;
      add_types(part, own, budget_);
      for (std::size_t i = groups.size(); i-- > 0;) {
        bool shared = std::ranges::any_of(of[i], [&](auto type) { return own.contains(type); });
        if (!shared) continue;
        own.insert(of[i].begin(), of[i].end());
        group.parts.insert(group.parts.end(), groups[i].parts.begin(), groups[i].parts.end());
        groups.erase(groups.begin() + static_cast<std::ptrdiff_t>(i));
        of.erase(of.begin() + static_cast<std::ptrdiff_t>(i));
      }
      groups.push_back(std::move(group));
      of.push_back(std::move(own));
    }
    for (std::size_t i = 0; i < groups.size(); ++i)
      if (groups[i].parts.size() == 1 ? !possible(groups[i].parts[0]) : !choose(groups[i], of[i]))
        return false;
    return true;
  }

 private:
  // Every choice of one object for each type, until one makes it true.
  bool choose(const Condition& node, const Types& types) {
    chosen_.clear();
    return choose(node, types.begin(), types.end());
  }

  bool choose(const Condition& node, Types::const_iterator at, Types::const_iterator end) {
    if (at == end) return is_true(node);
    auto type = *at++;
    bool any = false;
    for (const json::Object* object : observation_.objects) {
      budget_.spend(1);
      if (budget_.spent()) return false;
      auto own = object->find("type");
      if (own == object->end() || !own->second.as_string() || *own->second.as_string() != type)
        continue;
      any = true;
      chosen_[type] = object;
      if (choose(node, at, end)) return true;
    }
    if (any) return false;
    chosen_.erase(type);  // nothing of this type: what is said of it is false
    return choose(node, at, end);
  }

  bool is_true(const Condition& node) {
    if (node.kind == Condition::Kind::test) {
      auto object = chosen_.find(node.test.path.type);
      return object != chosen_.end() &&
             holds_for(node.test, *object->second, observation_, regexes_, budget_);
    }
    auto part_is_true = [&](const Condition& part) { return is_true(part); };
    return node.kind == Condition::Kind::all ? std::ranges::all_of(node.parts, part_is_true)
                                             : std::ranges::any_of(node.parts, part_is_true);
  }

  const Observation& observation_;
  const Regexes& regexes_;
  Budget& budget_;
  std::map<std::string_view, const json::Object*> chosen_;
};

std::size_t code_point(std::string_view text) {
  std::size_t length = 1;
  while (length < text.size() && (static_cast<unsigned char>(text[length]) & 0xc0) == 0x80)
    ++length;
  return length;
}

}  // namespace

Regexes::Regexes(const Pattern& pattern) {
  for_each_comparison(pattern, [&](const Comparison& test) {
    if (test.op != Comparator::matches) return;
    const std::string& given = std::get<std::string>(test.values.front());
    made_.try_emplace(given,
                      Both{Regex(given, Regex::Over::text), Regex(given, Regex::Over::bytes)});
  });
}

const Regexes::Both& Regexes::of(const std::string& expression) const {
  auto at = made_.find(expression);
  check(at != made_.end(), "the expression is one of this pattern");
  return at->second;
}

bool holds_for(const Comparison& test, const json::Object& object, const Observation& observation,
               const Regexes& regexes, Budget& budget) {
  return Walker(test, observation, regexes, budget).object(object, 0);
}

bool holds(const Condition& condition, const Observation& observation, const Regexes& regexes,
           Budget& budget) {
  return Chooser(observation, regexes, budget).possible(condition);
}

// One place to return to, the last %, is enough: what it took before the next one may only grow.
bool like(std::string_view text, std::string_view expression) {
  std::size_t t = 0, e = 0, back_t = 0;
  std::optional<std::size_t> back_e;
  while (t < text.size()) {
    if (e < expression.size() && expression[e] == '%') {
      back_e = ++e;
      back_t = t;
    } else if (e < expression.size() && expression[e] == '_') {
      t += code_point(text.substr(t));
      ++e;
    } else if (e < expression.size() && expression[e] == text[t]) {
      ++t;
      ++e;
    } else if (back_e) {
      back_t += code_point(text.substr(back_t));
      t = back_t;
      e = *back_e;
    } else {
      return false;
    }
  }
  while (e < expression.size() && expression[e] == '%') ++e;
  return e == expression.size();
}

}  // namespace comity::stix

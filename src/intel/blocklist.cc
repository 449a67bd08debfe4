#include "intel/blocklist.h"

#include "stix/pattern_look.h"
#include "sweep/stix_values.h"

namespace comity::intel {
namespace {

bool is_simple(const stix::Comparison& test) {
  bool op = test.op == stix::Comparator::equal || test.op == stix::Comparator::in ||
            test.op == stix::Comparator::subset;
  return op && !test.negated;
}

bool is_simple(const stix::Condition& node) {
  if (node.kind == stix::Condition::Kind::test) return is_simple(node.test);
  if (node.kind == stix::Condition::Kind::all) return false;
  for (const stix::Condition& part : node.parts)
    if (!is_simple(part)) return false;
  return true;
}

bool is_simple(const stix::Observing& node) {
  if (!node.qualifiers.empty()) return false;
  if (node.kind == stix::Observing::Kind::condition) return is_simple(node.condition);
  if (node.kind != stix::Observing::Kind::any) return false;
  for (const stix::Observing& part : node.parts)
    if (!is_simple(part)) return false;
  return true;
}

// What a domain resolves to says nothing of whoever else is there.
Result<std::vector<sweep::Item>> items_to_block(const stix::Literal& literal) {
  if (literal.type == "domain-name" && literal.property != "value")
    return fail(Code::unknown_kind, "what a domain resolves to is not blocked");
  return sweep::items_of(literal);
}

}  // namespace

bool Blocklist::counts_now(const stix::Object& object) {
  ++counts_.indicators;
  if (object.revoked) return ++counts_.revoked, false;
  if (object.valid_until && *object.valid_until <= choice_.at) return ++counts_.expired, false;
  if (object.valid_from && choice_.at < *object.valid_from) return ++counts_.not_yet, false;
  if (choice_.confidence && object.confidence.value_or(-1) < *choice_.confidence)
    return ++counts_.unsure, false;
  return true;
}

void Blocklist::add(std::string_view bytes) {
  stix::Reading reading = stix::read_object(bytes);
  if (!reading.object || reading.object->type != "indicator" || !counts_now(*reading.object))
    return;
  const json::Value* name = reading.value.find("name");
  take(*reading.object, name && name->as_string() ? *name->as_string() : "");
}

void Blocklist::take(const stix::Object& object, const std::string& name) {
  if (object.spec == stix::Spec::v21 && object.pattern_type != "stix")
    return left_.add(object.id, "a pattern of " + object.pattern_type);
  auto pattern = stix::parse_pattern(object.pattern, object.spec);
  if (!pattern || !is_simple(pattern->root))
    return left_.add(object.id, "its pattern says more than that one value is bad");
  Blocked why{object.id, name, object.confidence,
              object.valid_from ? stix::to_text(*object.valid_from) : "",
              object.valid_until ? stix::to_text(*object.valid_until) : ""};
  bool any = false;
  for (const stix::Literal& literal : stix::literals(*pattern)) {
    auto items = items_to_block(literal);
    if (!items) {
      left_.add(object.id, items.error().what);
      continue;
    }
    for (const sweep::Item& item : *items) {
      std::string_view list = choice_.warnings ? choice_.warnings->warned(item) : "";
      if (!list.empty()) {
        warned_.add(object.id, item.value + " is on the warning list " + std::string(list));
        continue;
      }
      any = true;
      why.spared = choice_.warnings && item.kind == sweep::Kind::domain
                       ? choice_.warnings->warned_below(item.value)
                       : "";
      auto [held, fresh] = values_.try_emplace({item.kind, item.form, item.value}, why);
      if (!fresh && held->second.confidence.value_or(-1) < why.confidence.value_or(-1))
        held->second = why;
    }
  }
  counts_.taken += any;
}

}  // namespace comity::intel

#include "intel/blocklist.h"

#include <algorithm>

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

// How much a value says by itself of what it is joined with by AND; 0: nothing that can be blocked
// alone.
int weight(const stix::Comparison& test) {
  if (!is_simple(test)) return 0;
  std::string path = write_path(test.path);
  if (path.starts_with("file:hashes.")) return 5;
  if (path == "url:value") return 4;
  if (path == "domain-name:value") return 3;
  if (path == "email-addr:value" || path == "email-message:from_ref.value" ||
      path == "email-message:sender_ref.value")
    return 2;
  bool address = path == "ipv4-addr:value" || path == "ipv6-addr:value" ||
                 path == "network-traffic:src_ref.value" || path == "network-traffic:dst_ref.value";
  return address ? 1 : 0;
}

int weight(const stix::Condition& node) {
  if (node.kind == stix::Condition::Kind::test) return weight(node.test);
  bool all = node.kind == stix::Condition::Kind::all;
  int found = all ? 0 : 5;
  for (const stix::Condition& part : node.parts)
    found = all ? std::max(found, weight(part)) : std::min(found, weight(part));
  return found;
}

// What is left when of each AND the part that says most stands for all of it. False: of one of them
// none can.
bool loosen(stix::Condition& node) {
  if (node.kind == stix::Condition::Kind::test) return is_simple(node.test);
  if (node.kind == stix::Condition::Kind::any)
    return std::ranges::all_of(node.parts, [](stix::Condition& part) { return loosen(part); });
  auto most = std::ranges::max_element(node.parts, {},
                                       [](const stix::Condition& part) { return weight(part); });
  if (weight(*most) == 0) return false;
  stix::Condition kept = std::move(*most);
  node = std::move(kept);
  return loosen(node);
}

bool loosen(stix::Observing& node) {
  if (!node.qualifiers.empty()) return false;
  if (node.kind == stix::Observing::Kind::condition) return loosen(node.condition);
  return node.kind == stix::Observing::Kind::any &&
         std::ranges::all_of(node.parts, [](stix::Observing& part) { return loosen(part); });
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
  if (!pattern || !is_simple(pattern->root)) {
    bool joined = pattern && loosen(pattern->root);
    counts_.joined += joined;
    if (!joined) return left_.add(object.id, "its pattern says more than that one value is bad");
    if (!choice_.loose)
      return left_.add(object.id,
                       "its pattern asks for several values at once: --loose blocks by its hash, "
                       "URL, domain or address alone");
  }
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

#include "stix/personal_pattern.h"

#include <algorithm>
#include <span>

#include "stix/pattern.h"
#include "stix/personal_rules.h"
#include "stix/spec.h"

namespace comity::stix {
namespace {

using Steps = std::span<const PathStep>;

const std::string* name_of(const PathStep& step) {
  return std::get_if<std::string>(&step);
}

const Property* find_property(const Shape& shape, std::string_view name) {
  auto found = std::ranges::find(shape.properties, name, &Property::name);
  return found == shape.properties.end() ? nullptr : &*found;
}

// Follows the steps of a path (9.7) along the tables of the specification.
class Follow {
 public:
  explicit Follow(Spec spec) : spec_(spec) {}

  Personal in_shape(const Shape& shape, Steps steps) {
    steps = past_indexes(steps);
    if (steps.empty()) return 0;
    const std::string& name = *name_of(steps.front());
    const Property* property = find_property(shape, name);
    if (!property) return of_foreign(name);
    if (auto told = of_property(shape.name, name)) return *told;
    return in_form(property->form, past_indexes(steps.subspan(1)));
  }

 private:
  static Steps past_indexes(Steps steps) {
    while (!steps.empty() && !name_of(steps.front())) steps = steps.subspan(1);
    return steps;
  }

  Personal in_form(const Form& form, Steps rest) {
    switch (form.kind) {
      case Kind::shape:
        return in_shape(*form.of, rest);
      case Kind::extensions:
        return in_extension(rest);
      case Kind::reference:
        return in_reference(form.words, rest);
      case Kind::string_lists:
        return rest.empty() ? personal_any : of_header(*name_of(rest.front()));
      case Kind::dictionary:
      case Kind::strings:
        return personal_any;
      default:
        return 0;
    }
  }

  Personal in_extension(Steps rest) {
    if (rest.empty()) return personal_any;
    const Extension* known = find_extension(*name_of(rest.front()), spec_);
    return known && known->shape ? in_shape(*known->shape, rest.subspan(1)) : personal_any;
  }

  // `words`: the types that it may lead to. Of these, the ones with the property that follows.
  Personal in_reference(std::string_view words, Steps rest) {
    if (rest.empty()) return 0;
    Personal all = 0;
    bool any = false;
    for (const Type& type : all_types(spec_)) {
      if (type.cls != Class::sco || !(has_word(words, type.shape.name) || words.contains('@')))
        continue;
      if (!find_property(type.shape, *name_of(rest.front()))) continue;
      any = true;
      all |= static_cast<Personal>(of_type(type.shape.name) | in_shape(type.shape, rest));
    }
    return any ? all : personal_any;
  }

  Spec spec_;
};

// What the one specification does not have the other may: process:name is of 2.0, and is written in
// patterns of 2.1 all the same.
const Shape& shape_with(const Type& type, const PathStep& first, Spec spec) {
  if (find_property(type.shape, *name_of(first))) return type.shape;
  const Type* other = find_type(type.shape.name, spec == Spec::v21 ? Spec::v20 : Spec::v21);
  return other ? other->shape : type.shape;
}

Personal in_path(const ObjectPath& path, Spec spec) {
  const Type* type = find_type(path.type, spec);
  if (!type || type->cls != Class::sco) return personal_any;
  const Shape& shape = shape_with(*type, path.steps.front(), spec);
  bool subject = path.type == "email-message" && path.steps.front() == PathStep("subject");
  Personal own = subject ? Personal{0} : of_type(path.type);
  return static_cast<Personal>(own | Follow(spec).in_shape(shape, path.steps));
}

Personal in_test(const Comparison& test, Spec spec) {
  Personal all = in_path(test.path, spec);
  bool whole = test.path.steps.size() == 1 && test.path.steps.front() == PathStep("value");
  for (const Constant& value : test.values) {
    const auto* text = std::get_if<std::string>(&value);
    if (!text) continue;
    all |= in_text(*text);
    if (whole) all |= in_host(test.path.type, *text);
  }
  return all;
}

Personal in_condition(const Condition& condition, Spec spec) {
  if (condition.kind == Condition::Kind::test) return in_test(condition.test, spec);
  Personal all = 0;
  for (const Condition& part : condition.parts) all |= in_condition(part, spec);
  return all;
}

Personal in_observing(const Observing& observing, Spec spec) {
  if (observing.kind == Observing::Kind::condition) return in_condition(observing.condition, spec);
  Personal all = 0;
  for (const Observing& part : observing.parts) all |= in_observing(part, spec);
  return all;
}

}  // namespace

Personal in_pattern(const Object& indicator) {
  if (!indicator.pattern_type.empty() && indicator.pattern_type != "stix") return personal_any;
  auto pattern = parse_pattern(indicator.pattern, indicator.spec);
  return pattern ? in_observing(pattern->root, indicator.spec) : personal_any;
}

}  // namespace comity::stix

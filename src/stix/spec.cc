#include "stix/spec.h"

#include <vector>

#include "base/check.h"
#include "stix/spec_common.h"

namespace comity::stix {
namespace {

constexpr Shape custom_object{"custom object", "11 Customizing STIX", tables::domain};
constexpr Shape custom_observable{"custom object", "11 Customizing STIX", tables::observable};
constexpr Shape custom_object_20{"custom object", "2.0 Part 1, 7.2 Custom Objects",
                                 tables::domain_20};
constexpr Shape custom_observable_20{"custom object", "2.0 Part 3, 5.1 Custom Observable Objects",
                                     tables::observable_20};

constexpr auto bundle_properties = tables::properties({
    tables::must("type", tables::closed("bundle")),
    tables::must("id", tables::form(Kind::identifier)),
});
constexpr auto bundle_properties_20 =
    tables::with(bundle_properties, {tables::must("spec_version", tables::closed("2.0"))});
constexpr Shape bundle{"bundle", "8 Bundle Object", bundle_properties};
constexpr Shape bundle_20{"bundle", "2.0 Part 1, 5 Bundle", bundle_properties_20};

std::vector<Type> joined(std::initializer_list<std::span<const Type>> parts) {
  std::vector<Type> all;
  for (auto part : parts) all.insert(all.end(), part.begin(), part.end());
  std::ranges::sort(all, {}, [](const Type& type) { return type.shape.name; });
  return all;
}

std::vector<Extension> ordered(std::span<const Extension> given) {
  std::vector<Extension> all(given.begin(), given.end());
  std::ranges::sort(all, {}, [](const Extension& extension) { return extension.shape->name; });
  return all;
}

}  // namespace

std::span<const Type> all_types(Spec spec) {
  static const std::vector<Type> now =
      joined({tables::domain_types(), tables::observable_types(), tables::other_types()});
  static const std::vector<Type> before =
      joined({tables::types_20(), tables::observable_types_20()});
  return spec == Spec::v21 ? now : before;
}

std::span<const Extension> all_extensions(Spec spec) {
  static const std::vector<Extension> now = ordered(tables::extensions());
  static const std::vector<Extension> before = ordered(tables::extensions_20());
  return spec == Spec::v21 ? now : before;
}

const Shape& bundle_shape(Spec spec) {
  return spec == Spec::v21 ? bundle : bundle_20;
}

const Type* find_type(std::string_view name, Spec spec) {
  auto all = all_types(spec);
  auto at = std::ranges::lower_bound(all, name, {}, [](const Type& t) { return t.shape.name; });
  return at != all.end() && at->shape.name == name ? &*at : nullptr;
}

const Extension* find_extension(std::string_view name, Spec spec) {
  auto all = all_extensions(spec);
  auto at =
      std::ranges::lower_bound(all, name, {}, [](const Extension& e) { return e.shape->name; });
  return at != all.end() && at->shape->name == name ? &*at : nullptr;
}

const Shape& custom_shape(Class cls, Spec spec) {
  if (cls == Class::sco) return spec == Spec::v21 ? custom_observable : custom_observable_20;
  return spec == Spec::v21 ? custom_object : custom_object_20;
}

bool has_word(std::string_view words, std::string_view word) {
  if (word.empty() || word.contains(' ')) return false;
  for (std::size_t at = words.find(word); at != std::string_view::npos;
       at = words.find(word, at + 1)) {
    std::size_t end = at + word.size();
    if ((at == 0 || words[at - 1] == ' ') && (end == words.size() || words[end] == ' '))
      return true;
  }
  return false;
}

}  // namespace comity::stix

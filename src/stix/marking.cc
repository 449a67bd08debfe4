#include "stix/marking.h"

#include <algorithm>

namespace comity::stix {

std::vector<std::string> markings_at(const Object& object, const Selector& selector) {
  struct Found {
    std::size_t depth, place;
    const std::string* ref;
  };
  std::vector<Found> found;
  for (const GranularMarking& marking : object.granular_markings) {
    if (marking.marking_ref.empty()) continue;
    for (const std::string& text : marking.selectors) {
      auto own = selector_from_text(text);
      if (own && selects_part(*own, selector))
        found.push_back({own->size(), found.size(), &marking.marking_ref});
    }
  }
  std::ranges::sort(found, [](const Found& a, const Found& b) {
    return a.depth != b.depth ? a.depth > b.depth : a.place < b.place;
  });
  std::vector<std::string> refs;
  auto add = [&](const std::string& ref) {
    if (std::ranges::find(refs, ref) == refs.end()) refs.push_back(ref);
  };
  for (const Found& one : found) add(*one.ref);
  for (const std::string& ref : object.object_marking_refs) add(ref);
  return refs;
}

std::optional<Tlp> tlp_of_object(const Object& object, const TlpOf& tlp_of) {
  std::optional<Tlp> strictest;
  for (const std::string& ref : object.object_marking_refs)
    if (auto tlp = tlp_of(ref); tlp && (!strictest || *tlp > *strictest)) strictest = tlp;
  return strictest;
}

std::optional<Tlp> tlp_at(const Object& object, const Selector& selector, const TlpOf& tlp_of) {
  std::optional<Tlp> strictest;
  std::size_t depth = 0;
  for (const GranularMarking& marking : object.granular_markings) {
    auto tlp = marking.marking_ref.empty() ? std::nullopt : tlp_of(marking.marking_ref);
    if (!tlp) continue;
    for (const std::string& text : marking.selectors) {
      auto own = selector_from_text(text);
      if (!own || !selects_part(*own, selector) || own->size() < depth) continue;
      if (own->size() > depth || !strictest || *tlp > *strictest) strictest = tlp;
      depth = own->size();
    }
  }
  return strictest ? strictest : tlp_of_object(object, tlp_of);
}

}  // namespace comity::stix

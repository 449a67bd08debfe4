#include "stix/rules.h"

#include <algorithm>

#include "stix/check.h"
#include "stix/selector.h"
#include "stix/syntax.h"
#include "stix/tlp.h"

namespace comity::stix::rules {
namespace {

bool is(const Checker& c, std::string_view name, bool wanted) {
  const json::Value* value = c.find(name);
  const bool* flag = value ? value->as_bool() : nullptr;
  return flag && *flag == wanted;
}

}  // namespace

void at_least_one_property(Checker& c) {
  if (c.object().empty()) c.error(Fault::empty, {}, "must hold at least one property");
}

// 2.5: "at least one of the description, url, or external_id properties MUST be present".
void external_reference(Checker& c) {
  if (!c.has("description") && !c.has("url") && !c.has("external_id"))
    c.error(Fault::missing, {}, "needs a description, a url or an external_id");
}

// 7.2.3: exactly one of lang and marking_ref; selectors that lead somewhere in the object.
void granular_marking(Checker& c) {
  if (c.spec() == Spec::v21 && c.has("lang") == c.has("marking_ref"))
    c.error(Fault::bad_marking, {}, "needs either lang or marking_ref, and not both");
  const json::Value* selectors = c.find("selectors");
  const json::Array* list = selectors ? selectors->as_array() : nullptr;
  if (!list) return;
  for (const json::Value& one : *list) {
    if (!one.as_string()) continue;
    auto selector = selector_from_text(*one.as_string());
    if (!selector)
      c.error(Fault::bad_marking, "selectors", told(*one.as_string()) + " is not a selector",
              "write it as in external_references.[0].url");
    else if (!select(c.root(), *selector))
      c.error(Fault::bad_marking, "selectors",
              told(*one.as_string()) + " selects nothing of this object");
  }
}

void first_last_seen(Checker& c) {
  c.ordered("first_seen", "last_seen", Checker::Strictly::no);
}

// 4.10.
void location(Checker& c) {
  if (!c.has("region") && !c.has("country") && !c.has("latitude") && !c.has("longitude"))
    c.error(Fault::missing, {}, "needs a region, a country, or a latitude and a longitude");
  if (c.has("latitude") != c.has("longitude"))
    c.error(Fault::missing, {}, "latitude and longitude go together");
  if (c.has("precision") && !c.has("latitude"))
    c.error(Fault::excluded, "precision", "says nothing without latitude and longitude");
  const std::string* country = c.text("country");
  bool two = country && country->size() == 2 && (*country)[0] >= 'A' && (*country)[0] <= 'Z' &&
             (*country)[1] >= 'A' && (*country)[1] <= 'Z';
  if (country && !two)
    c.warn(Fault::bad_value, "country", "should be a code of ISO 3166-1 alpha-2",
           "write it as in \"FR\"");
}

// 4.11.
void malware(Checker& c) {
  first_last_seen(c);
  if (is(c, "is_family", true) && !c.has("name"))
    c.error(Fault::missing, "name", "a malware family needs a name");
}

// 4.12.
void malware_analysis(Checker& c) {
  if (!c.has("result") && !c.has("analysis_sco_refs"))
    c.error(Fault::missing, {}, "needs a result or analysis_sco_refs");
}

// 4.14: "objects ... MUST NOT be present if object_refs is provided", and the other way round.
void observed_data(Checker& c) {
  observed_data_20(c);
  if (c.has("objects") == c.has("object_refs"))
    c.error(c.has("objects") ? Fault::excluded : Fault::missing, "object_refs",
            "needs either object_refs or the deprecated objects, and not both");
}

void observed_data_20(Checker& c) {
  c.ordered("first_observed", "last_observed", Checker::Strictly::no);
}

// 5.1.
void relationship(Checker& c) {
  c.ordered("start_time", "stop_time", Checker::Strictly::yes);
  const std::string* type = c.text("relationship_type");
  if (type && !is_dictionary_key(*type))
    c.warn(Fault::bad_value, "relationship_type", "should be of a-z, 0-9 and hyphen");
}

// 7.2.1: a definition, or an extension that takes its place; no marking that marks itself.
void marking_definition(Checker& c) {
  if (c.has("definition") != c.has("definition_type"))
    c.error(Fault::missing, {}, "definition and definition_type go together");
  if (!c.has("definition") && !c.has("extensions"))
    c.error(Fault::missing, {}, "needs a definition or an extension");
  marking_definition_20(c);
}

void marking_definition_20(Checker& c) {
  const std::string* id = c.text("id");
  const std::string* type = c.text("definition_type");
  if (!id) return;
  if (type && *type == "tlp" && !tlp_of_id(*id))
    c.error(Fault::bad_marking, "id", "TLP is marked with the four definitions that are fixed",
            "refer to the definition of the specification");
  if (type && *type != "tlp" && *type != "statement")
    c.warn(Fault::deprecated, "definition_type", "is neither statement nor tlp");
  const json::Value* refs = c.find("object_marking_refs");
  if (refs && refs->as_array())
    for (const json::Value& ref : *refs->as_array())
      if (ref.as_string() && *ref.as_string() == *id)
        c.error(Fault::bad_marking, "object_marking_refs", "a marking may not mark itself");
  const json::Value* markings = c.find("granular_markings");
  if (!markings || !markings->as_array()) return;
  for (const json::Value& marking : *markings->as_array()) {
    const json::Value* ref = marking.find("marking_ref");
    if (ref && ref->as_string() && *ref->as_string() == *id)
      c.error(Fault::bad_marking, "granular_markings", "a marking may not mark itself");
  }
}

// 7.3.
void extension_definition(Checker& c) {
  const json::Value* types = c.find("extension_types");
  const json::Array* list = types ? types->as_array() : nullptr;
  if (!c.has("extension_properties") || !list) return;
  bool top = std::ranges::any_of(*list, [](const json::Value& type) {
    return type.as_string() && *type.as_string() == "toplevel-property-extension";
  });
  if (!top)
    c.warn(Fault::excluded, "extension_properties",
           "is for extensions of the kind toplevel-property-extension");
}

}  // namespace comity::stix::rules

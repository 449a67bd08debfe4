// STIX 2.1, section 5: relationship objects, and section 7: meta objects.
#include "stix/spec_common.h"

namespace comity::stix::tables {
namespace {

namespace v = vocabulary;

constexpr auto relationship = with(domain, {
                                               must("relationship_type", text),
                                               may("description", text),
                                               must("source_ref", ref("@sdo @sco")),
                                               must("target_ref", ref("@sdo @sco")),
                                               may("start_time", timestamp),
                                               may("stop_time", timestamp),
                                           });

constexpr auto sighting =
    with(domain, {
                     may("description", text),
                     may("first_seen", timestamp),
                     may("last_seen", timestamp),
                     may("count", integers(0, 999'999'999)),
                     must("sighting_of_ref", ref("@sdo")),
                     may("observed_data_refs", list(ref("observed-data"))),
                     may("where_sighted_refs", list(ref("identity location"))),
                     may("summary", boolean),
                 });

constexpr auto language_content = with(dated, {
                                                  may("confidence", integers(0, 100)),
                                                  must("object_ref", ref("@any")),
                                                  may("object_modified", timestamp),
                                                  must("contents", form(Kind::contents)),
                                              });

// 7.2.1: neither modified nor revoked; a marking is never changed.
constexpr auto marking_definition =
    with(marked, {
                     must("spec_version", closed("2.1")),
                     may("created_by_ref", ref("identity")),
                     must("created", millis),
                     may("external_references", list(a(external_reference))),
                     may("name", text),
                     may("definition_type", text),
                     may("definition", form(Kind::definition)),
                 });

constexpr auto extension_definition =
    with(marked, {
                     must("spec_version", closed("2.1")),
                     must("created_by_ref", ref("identity")),
                     must("created", millis),
                     must("modified", millis),
                     may("revoked", boolean),
                     may("labels", list(text)),
                     may("external_references", list(a(external_reference))),
                     must("name", text),
                     may("description", text),
                     must("schema", text),
                     must("version", text),
                     must("extension_types", list(closed(v::extension_type))),
                     may("extension_properties", list(text)),
                 });

constexpr Type all[] = {
    {Class::sro, {"relationship", "5.1 Relationship", relationship, rules::relationship}},
    {Class::sro, {"sighting", "5.2 Sighting", sighting, rules::first_last_seen}},
    {Class::meta, {"language-content", "7.1 Language Content", language_content}},
    {Class::meta,
     {"marking-definition", "7.2.1 Marking Definition", marking_definition,
      rules::marking_definition}},
    {Class::meta,
     {"extension-definition", "7.3 Extension Definition", extension_definition,
      rules::extension_definition}},
};

}  // namespace

std::span<const Type> other_types() {
  return all;
}

}  // namespace comity::stix::tables

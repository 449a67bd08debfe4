#pragma once
// What many types share: STIX 2.1, 2.5, 2.11, 3.2 and 7.2.3; STIX 2.0, Part 1.
#include "stix/rules.h"
#include "stix/spec_write.h"
#include "stix/vocabulary.h"

namespace comity::stix::tables {

inline constexpr auto external_reference_properties = properties({
    must("source_name", text),
    may("description", text),
    may("url", text),
    may("hashes", hashes),
    may("external_id", text),
});
inline constexpr Shape external_reference{"external-reference", "2.5 External Reference",
                                          external_reference_properties, rules::external_reference};

inline constexpr auto kill_chain_phase_properties = properties({
    must("kill_chain_name", text),
    must("phase_name", text),
});
inline constexpr Shape kill_chain_phase{"kill-chain-phase", "2.11 Kill Chain Phase",
                                        kill_chain_phase_properties};
inline constexpr Property kill_chain_phases = may("kill_chain_phases", list(a(kill_chain_phase)));

inline constexpr auto granular_marking_properties = properties({
    may("lang", language),
    may("marking_ref", ref("marking-definition")),
    must("selectors", list(text)),
});
inline constexpr Shape granular_marking{"granular-marking", "7.2.3 Granular Markings",
                                        granular_marking_properties, rules::granular_marking};
inline constexpr auto granular_marking_properties_20 = properties({
    must("marking_ref", ref("marking-definition")),
    must("selectors", list(text)),
});
inline constexpr Shape granular_marking_20{"granular-marking", "2.0 Part 1, 4.3 Granular Markings",
                                           granular_marking_properties_20, rules::granular_marking};

// ---- STIX 2.1, 3.2 Common Properties: the columns of the table there.

inline constexpr auto marked = properties({
    must("type", text),
    must("id", form(Kind::identifier)),
    may("object_marking_refs", list(ref("marking-definition"))),
    may("granular_markings", list(a(granular_marking))),
    may("extensions", form(Kind::extensions)),
});
inline constexpr auto dated =
    with(marked, {
                     must("spec_version", closed("2.1")),
                     may("created_by_ref", ref("identity")),
                     must("created", millis),
                     must("modified", millis),
                     may("revoked", boolean),
                     may("labels", list(text)),
                     may("external_references", list(a(external_reference))),
                 });
inline constexpr auto domain = with(dated, {
                                               may("confidence", integers(0, 100)),
                                               may("lang", language),
                                           });
inline constexpr auto observable = with(marked, {
                                                    may("spec_version", closed("2.1")),
                                                    may("defanged", boolean),
                                                });

// ---- STIX 2.0, Part 1, 3.1 Common Properties.

inline constexpr auto marked_20 = properties({
    must("type", text),
    must("id", form(Kind::identifier)),
    may("spec_version", closed("2.0")),
    may("created_by_ref", ref("identity")),
    must("created", millis),
    may("external_references", list(a(external_reference))),
    may("object_marking_refs", list(ref("marking-definition"))),
    may("granular_markings", list(a(granular_marking_20))),
});
inline constexpr auto unlabelled_20 = with(marked_20, {
                                                          must("modified", millis),
                                                          may("revoked", boolean),
                                                      });
inline constexpr auto domain_20 = with(unlabelled_20, {
                                                          may("labels", list(text)),
                                                      });
inline constexpr auto observable_20 = properties({
    must("type", text),
    may("extensions", form(Kind::extensions)),
});

// ---- The tables, by name, as find_type() joins them.

[[nodiscard]] std::span<const Type> domain_types();
[[nodiscard]] std::span<const Type> observable_types();
[[nodiscard]] std::span<const Type> other_types();  // relationships, meta objects
[[nodiscard]] std::span<const Extension> extensions();
[[nodiscard]] std::span<const Type> types_20();
[[nodiscard]] std::span<const Type> observable_types_20();
[[nodiscard]] std::span<const Extension> extensions_20();

}  // namespace comity::stix::tables

// STIX 2.1, section 4: the domain objects.
#include "stix/spec_common.h"

namespace comity::stix::tables {
namespace {

namespace v = vocabulary;

constexpr auto attack_pattern = with(domain, {
                                                 must("name", text),
                                                 may("description", text),
                                                 may("aliases", list(text)),
                                                 kill_chain_phases,
                                             });

constexpr auto campaign = with(domain, {
                                           must("name", text),
                                           may("description", text),
                                           may("aliases", list(text)),
                                           may("first_seen", timestamp),
                                           may("last_seen", timestamp),
                                           may("objective", text),
                                       });

constexpr auto named = with(domain, {
                                        must("name", text),
                                        may("description", text),
                                    });

constexpr auto grouping = with(domain, {
                                           may("name", text),
                                           may("description", text),
                                           must("context", open(v::grouping_context)),
                                           must("object_refs", list(ref("@any"))),
                                       });

constexpr auto identity = with(domain, {
                                           must("name", text),
                                           may("description", text),
                                           may("roles", list(text)),
                                           may("identity_class", open(v::identity_class)),
                                           may("sectors", list(open(v::industry_sector))),
                                           may("contact_information", text),
                                       });

constexpr auto indicator = with(domain, {
                                            may("name", text),
                                            may("description", text),
                                            may("indicator_types", list(open(v::indicator_type))),
                                            must("pattern", text),
                                            must("pattern_type", open(v::pattern_type)),
                                            may("pattern_version", text),
                                            must("valid_from", timestamp),
                                            may("valid_until", timestamp),
                                            kill_chain_phases,
                                        });

constexpr auto infrastructure =
    with(domain, {
                     must("name", text),
                     may("description", text),
                     may("infrastructure_types", list(open(v::infrastructure_type))),
                     may("aliases", list(text)),
                     kill_chain_phases,
                     may("first_seen", timestamp),
                     may("last_seen", timestamp),
                 });

constexpr auto intrusion_set =
    with(domain, {
                     must("name", text),
                     may("description", text),
                     may("aliases", list(text)),
                     may("first_seen", timestamp),
                     may("last_seen", timestamp),
                     may("goals", list(text)),
                     may("resource_level", open(v::attack_resource_level)),
                     may("primary_motivation", open(v::attack_motivation)),
                     may("secondary_motivations", list(open(v::attack_motivation))),
                 });

constexpr auto location = with(domain, {
                                           may("name", text),
                                           may("description", text),
                                           may("latitude", reals(-90, 90)),
                                           may("longitude", reals(-180, 180)),
                                           may("precision", reals(0)),
                                           may("region", open(v::region)),
                                           may("country", text),
                                           may("administrative_area", text),
                                           may("city", text),
                                           may("street_address", text),
                                           may("postal_code", text),
                                       });

constexpr auto malware =
    with(domain, {
                     may("name", text),
                     may("description", text),
                     may("malware_types", list(open(v::malware_type))),
                     must("is_family", boolean),
                     may("aliases", list(text)),
                     kill_chain_phases,
                     may("first_seen", timestamp),
                     may("last_seen", timestamp),
                     may("operating_system_refs", list(ref("software"))),
                     may("architecture_execution_envs", list(open(v::processor_architecture))),
                     may("implementation_languages", list(open(v::implementation_language))),
                     may("capabilities", list(open(v::malware_capabilities))),
                     may("sample_refs", list(ref("artifact file"))),
                 });

constexpr auto malware_analysis =
    with(domain, {
                     must("product", text),
                     may("version", text),
                     may("host_vm_ref", ref("software")),
                     may("operating_system_ref", ref("software")),
                     may("installed_software_refs", list(ref("software"))),
                     may("configuration_version", text),
                     may("modules", list(text)),
                     may("analysis_engine_version", text),
                     may("analysis_definition_version", text),
                     may("submitted", timestamp),
                     may("analysis_started", timestamp),
                     may("analysis_ended", timestamp),
                     may("result_name", text),
                     may("result", open(v::malware_result)),
                     may("analysis_sco_refs", list(ref("@sco"))),
                     may("sample_ref", ref("@sco")),
                 });

constexpr auto note = with(domain, {
                                       may("abstract", text),
                                       must("content", text),
                                       may("authors", list(text)),
                                       must("object_refs", list(ref("@any"))),
                                   });

constexpr auto observed_data = with(domain, {
                                                must("first_observed", timestamp),
                                                must("last_observed", timestamp),
                                                must("number_observed", integers(1, 999'999'999)),
                                                deprecated("objects", form(Kind::observables)),
                                                may("object_refs", list(ref("@sco @sro"))),
                                            });

constexpr auto opinion = with(domain, {
                                          may("explanation", text),
                                          may("authors", list(text)),
                                          must("opinion", closed(v::opinion)),
                                          must("object_refs", list(ref("@any"))),
                                      });

constexpr auto report = with(domain, {
                                         must("name", text),
                                         may("description", text),
                                         may("report_types", list(open(v::report_type))),
                                         must("published", timestamp),
                                         must("object_refs", list(ref("@any"))),
                                     });

constexpr auto threat_actor =
    with(domain, {
                     must("name", text),
                     may("description", text),
                     may("threat_actor_types", list(open(v::threat_actor_type))),
                     may("aliases", list(text)),
                     may("first_seen", timestamp),
                     may("last_seen", timestamp),
                     may("roles", list(open(v::threat_actor_role))),
                     may("goals", list(text)),
                     may("sophistication", open(v::threat_actor_sophistication)),
                     may("resource_level", open(v::attack_resource_level)),
                     may("primary_motivation", open(v::attack_motivation)),
                     may("secondary_motivations", list(open(v::attack_motivation))),
                     may("personal_motivations", list(open(v::attack_motivation))),
                 });

constexpr auto tool = with(domain, {
                                       must("name", text),
                                       may("description", text),
                                       may("tool_types", list(open(v::tool_type))),
                                       may("aliases", list(text)),
                                       kill_chain_phases,
                                       may("tool_version", text),
                                   });

constexpr Type all[] = {
    {Class::sdo, {"attack-pattern", "4.1 Attack Pattern", attack_pattern}},
    {Class::sdo, {"campaign", "4.2 Campaign", campaign, rules::first_last_seen}},
    {Class::sdo, {"course-of-action", "4.3 Course of Action", named}},
    {Class::sdo, {"grouping", "4.4 Grouping", grouping}},
    {Class::sdo, {"identity", "4.5 Identity", identity}},
    {Class::sdo, {"incident", "4.6 Incident", named}},
    {Class::sdo, {"indicator", "4.7 Indicator", indicator, rules::indicator}},
    {Class::sdo, {"infrastructure", "4.8 Infrastructure", infrastructure, rules::first_last_seen}},
    {Class::sdo, {"intrusion-set", "4.9 Intrusion Set", intrusion_set, rules::first_last_seen}},
    {Class::sdo, {"location", "4.10 Location", location, rules::location}},
    {Class::sdo, {"malware", "4.11 Malware", malware, rules::malware}},
    {Class::sdo,
     {"malware-analysis", "4.12 Malware Analysis", malware_analysis, rules::malware_analysis}},
    {Class::sdo, {"note", "4.13 Note", note}},
    {Class::sdo, {"observed-data", "4.14 Observed Data", observed_data, rules::observed_data}},
    {Class::sdo, {"opinion", "4.15 Opinion", opinion}},
    {Class::sdo, {"report", "4.16 Report", report}},
    {Class::sdo, {"threat-actor", "4.17 Threat Actor", threat_actor, rules::first_last_seen}},
    {Class::sdo, {"tool", "4.18 Tool", tool}},
    {Class::sdo, {"vulnerability", "4.19 Vulnerability", named}},
};

}  // namespace

std::span<const Type> domain_types() {
  return all;
}

}  // namespace comity::stix::tables

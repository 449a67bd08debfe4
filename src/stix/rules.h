#pragma once
// The co-constraints that the tables cannot say, each named after what it is about. A rule looks at
// the object that the checker stands on, after its properties were checked one by one.
namespace comity::stix {

class Checker;

namespace rules {

void at_least_one_property(Checker&);

void external_reference(Checker&);
void granular_marking(Checker&);

void first_last_seen(Checker&);
void indicator(Checker&);
void indicator_20(Checker&);
void location(Checker&);
void malware(Checker&);
void malware_analysis(Checker&);
void observed_data(Checker&);
void observed_data_20(Checker&);
void relationship(Checker&);

void artifact(Checker&);
void email_addr(Checker&);
void email_message(Checker&);
void email_mime_part(Checker&);
void file(Checker&);
void file_20(Checker&);
void ipv4_addr(Checker&);
void ipv6_addr(Checker&);
void mac_addr(Checker&);
void network_traffic(Checker&);
void software(Checker&);
void own_property(Checker&);  // at least one beside those that all observables share
void socket(Checker&);

void marking_definition(Checker&);
void marking_definition_20(Checker&);
void extension_definition(Checker&);

}  // namespace rules
}  // namespace comity::stix

#include "stix/finding.h"

#include <algorithm>

#include "base/limits_stix.h"

namespace comity::stix {

std::string_view fault_name(Fault fault) {
  static constexpr std::string_view names[] = {
      "not_json",      "missing",          "wrong_type",     "bad_value",
      "not_in_enum",   "not_in_vocab",     "bad_identifier", "bad_reference",
      "bad_timestamp", "bad_order",        "bad_hash",       "bad_key",
      "empty",         "excluded",         "bad_marking",    "bad_pattern",
      "unknown_type",  "unknown_property", "deprecated",     "id_mismatch"};
  return names[static_cast<std::size_t>(fault)];
}

// An error is never crowded out by warnings.
void Findings::add(Finding finding) {
  bool error = finding.severity == Severity::error;
  ++(error ? errors : warnings);
  if (list.size() < limits::stix_findings_max) {
    list.push_back(std::move(finding));
  } else if (error) {
    auto spare = std::ranges::find(list, Severity::warning, &Finding::severity);
    if (spare != list.end()) *spare = std::move(finding);
  }
}

std::string to_text(const Finding& finding) {
  std::string out(finding.severity == Severity::error ? "error " : "warning ");
  out += fault_name(finding.fault);
  if (!finding.path.empty()) out += " at " + finding.path;
  out += ": " + finding.what;
  if (!finding.clause.empty()) out += " (STIX, " + std::string(finding.clause) + ")";
  if (!finding.mend.empty()) out += "; " + std::string(finding.mend);
  return out;
}

}  // namespace comity::stix

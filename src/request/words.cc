#include <array>

#include "base/check.h"
#include "request/machine.h"

namespace comity::request {

std::string_view phase_name(Phase phase) {
  static constexpr std::array<std::string_view, phase_count> names = {
      "asked",     "acknowledged", "forwarded", "questioned", "countered", "objected",
      "warned",    "accepted",     "preserved", "kept",       "refused",   "not_preserved",
      "withdrawn", "released",     "expired",   "undelivered"};
  return names.at(static_cast<std::size_t>(phase));
}

bool is_closed(Phase phase) {
  return phase >= Phase::refused;
}

std::string_view status_name(TargetStatus status) {
  static constexpr std::array<std::string_view, 8> names = {
      "awaiting", "preserved", "not_held", "not_available",
      "refused",  "cancelled", "expired",  "released"};
  return names.at(static_cast<std::size_t>(status));
}

std::string_view etsi_status(TargetStatus status) {
  switch (status) {
    case TargetStatus::awaiting:
      return "AwaitingPreservation";
    case TargetStatus::preserved:
      return "Preserved";
    case TargetStatus::not_held:
    case TargetStatus::not_available:
      return "PreservationNotAvailable";
    case TargetStatus::refused:
      return "Rejected";
    case TargetStatus::cancelled:
      return "Cancelled";
    case TargetStatus::expired:
    case TargetStatus::released:
      return "Expired";
  }
  check(false, "a status outside its enumeration");
  return {};
}

std::string_view etsi_status(Phase phase) {
  switch (phase) {
    case Phase::asked:
    case Phase::acknowledged:
    case Phase::forwarded:
      return "AwaitingApproval";
    case Phase::questioned:
    case Phase::countered:
    case Phase::objected:
    case Phase::warned:
      return "Suspended";
    case Phase::accepted:
    case Phase::preserved:
    case Phase::kept:
    case Phase::not_preserved:
      return "Approved";
    case Phase::refused:
      return "Rejected";
    case Phase::withdrawn:
      return "Cancelled";
    case Phase::released:
    case Phase::expired:
      return "Expired";
    case Phase::undelivered:
      return "Invalid";
  }
  check(false, "a phase outside its enumeration");
  return {};
}

std::string_view severity_name(Severity severity) {
  static constexpr std::array<std::string_view, 3> names = {"info", "warn", "alarm"};
  return names.at(static_cast<std::size_t>(severity));
}

// What creates, prolongs or carries out a duty to preserve is coercive; the rest is talk. Nothing
// here discloses: a preserved answer says that data are kept, not what they are.
PermitKind permit_kind(Verb verb) {
  switch (verb) {
    case Verb::ask:
    case Verb::accept:
    case Verb::answer:
    case Verb::extend:
    case Verb::extension_answer:
    case Verb::order:
    case Verb::comply:
      return PermitKind::coercive;
    default:
      return PermitKind::procedural;
  }
}

}  // namespace comity::request

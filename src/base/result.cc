#include "base/result.h"

namespace comity {

std::string_view code_name(Code code) {
  switch (code) {
    case Code::malformed:
      return "malformed";
    case Code::bad_utf8:
      return "bad_utf8";
    case Code::duplicate_key:
      return "duplicate_key";
    case Code::too_deep:
      return "too_deep";
    case Code::too_large:
      return "too_large";
    case Code::missing_field:
      return "missing_field";
    case Code::unknown_field:
      return "unknown_field";
    case Code::bad_value:
      return "bad_value";
    case Code::unknown_kind:
      return "unknown_kind";
    case Code::bad_signature:
      return "bad_signature";
    case Code::unknown_key:
      return "unknown_key";
    case Code::revoked_key:
      return "revoked_key";
    case Code::wrong_recipient:
      return "wrong_recipient";
    case Code::wrong_sender:
      return "wrong_sender";
    case Code::not_paired:
      return "not_paired";
    case Code::frozen:
      return "frozen";
    case Code::gap_in_lane:
      return "gap_in_lane";
    case Code::stale_in_lane:
      return "stale_in_lane";
    case Code::id_reused:
      return "id_reused";
    case Code::conflict:
      return "conflict";
    case Code::blob_missing:
      return "blob_missing";
    case Code::no_permit:
      return "no_permit";
    case Code::not_approved:
      return "not_approved";
    case Code::not_allowed:
      return "not_allowed";
    case Code::wrong_state:
      return "wrong_state";
    case Code::expired:
      return "expired";
    case Code::not_found:
      return "not_found";
    case Code::exists:
      return "exists";
    case Code::unreachable:
      return "unreachable";
    case Code::over_quota:
      return "over_quota";
    case Code::busy:
      return "busy";
    case Code::io:
      return "io";
    case Code::corrupt:
      return "corrupt";
    case Code::not_signing:
      return "not_signing";
    case Code::bad_proof:
      return "bad_proof";
    case Code::bad_commitment:
      return "bad_commitment";
    case Code::no_quorum:
      return "no_quorum";
    case Code::invalid:
      return "invalid";
  }
  return "invalid";
}

std::string to_text(const Error& error) {
  std::string text(code_name(error.code));
  text += ": " + error.what;
  if (!error.where.empty()) text += " (" + error.where + ")";
  return text;
}

}  // namespace comity

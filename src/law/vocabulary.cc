#include "law/vocabulary.h"

namespace comity::law {

Result<Country> country_from_text(std::string_view text) {
  auto capital = [](char c) { return c >= 'A' && c <= 'Z'; };
  if (text.size() != 2 || !capital(text[0]) || !capital(text[1])) {
    return fail(Code::bad_value, "a jurisdiction is named by its two capital letters, as in PH");
  }
  return Country{{text[0], text[1]}};
}

std::string_view name_of(Confidence confidence) {
  return confidence == Confidence::confirmed ? "confirmed" : "unconfirmed";
}

std::string_view name_of(Effect effect) {
  switch (effect) {
    case Effect::permit:
      return "permit";
    case Effect::require:
      return "require";
    case Effect::forbid:
      return "forbid";
  }
  return "";
}

std::string_view name_of(Carriage carriage) {
  switch (carriage) {
    case Carriage::comity:
      return "comity";
    case Carriage::other_system:
      return "other_system";
    case Carriage::central_authority:
      return "central_authority";
  }
  return "";
}

std::string_view name_of(Speed speed) {
  switch (speed) {
    case Speed::immediate:
      return "immediate";
    case Speed::hours:
      return "hours";
    case Speed::days:
      return "days";
    case Speed::months:
      return "months";
  }
  return "";
}

}  // namespace comity::law

#pragma once
// A request and its answer as the form that practitioners know: the boxes of the T-CY templates in
// their order, as plain English text. Also what is handed to a partner without a node.
#include <string>

#include "request/body.h"

namespace comity::request {

struct FormHead {
  std::string from, to;  // names of the members
  std::string provision, cite;
};

[[nodiscard]] std::string render(const Ask& ask, const FormHead& head);
[[nodiscard]] std::string render(const Answer& answer, const Ask& ask, const FormHead& head);

}  // namespace comity::request

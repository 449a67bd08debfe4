#pragma once
// The picture of an outbreak, for people.
#include <string>

#include "json/value.h"

namespace comity::app {

// `outbreak` is what alert/outbreak.h writes.
[[nodiscard]] std::string outbreak_text(const json::Value& outbreak);

}  // namespace comity::app

#pragma once
// Which of the two specifications an object is written to.
#include <cstdint>

namespace comity::stix {

enum class Spec : std::uint8_t { v20, v21 };

// What an object is; also a set, where a reference may lead to several.
enum class Class : std::uint8_t { sdo = 1, sro = 2, sco = 4, meta = 8, bundle = 16 };

}  // namespace comity::stix

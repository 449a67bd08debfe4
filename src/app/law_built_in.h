#pragma once
// The project's law/ folder, put into the program when it is built (cmake/embed.cmake).
#include <span>
#include <string_view>
#include <utility>

namespace comity::app {

// Name within law/, and text.
[[nodiscard]] std::span<const std::pair<std::string_view, std::string_view>> law_built_in();

}  // namespace comity::app

#pragma once
// The published bundles that lie beside the repository, for tests and benches that skip themselves
// without them.
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <optional>
#include <string>
#include <string_view>

namespace comity::stix::testing {

inline constexpr std::string_view bundle_names[] = {"ics-attack-18.1.json", "pegasus.stix2",
                                                    "predator.stix2", "stix-atlas.json"};

// The folder is named by COMITY_STIX_DATA, or is ../shared/data beside the repository.
inline std::optional<std::string> published(std::string_view source_dir, std::string_view name) {
  const char* named = std::getenv("COMITY_STIX_DATA");
  std::filesystem::path folder = named
                                     ? std::filesystem::path(named)
                                     : std::filesystem::path(source_dir) / ".." / "shared" / "data";
  std::ifstream in(folder / name, std::ios::binary);
  if (!in) return std::nullopt;
  return std::string{std::istreambuf_iterator<char>(in), {}};
}

}  // namespace comity::stix::testing

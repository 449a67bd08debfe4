#include "sweep/sighting.h"

#include <algorithm>

#include "base/ids.h"
#include "json/value.h"
#include "stix/bundle.h"

namespace comity::sweep {
namespace {

constexpr std::uint64_t count_max = 999'999'999;  // STIX 2.1, 5.2.1

// RFC 9562, 5.4: STIX wants version 4 for what is made (2.1, section 2.9).
std::string id_of(std::string_view type, Random& random) {
  std::array<std::uint8_t, 16> bytes{};
  random.fill(bytes);
  bytes[6] = static_cast<std::uint8_t>((bytes[6] & 0x0f) | 0x40);
  bytes[8] = static_cast<std::uint8_t>((bytes[8] & 0x3f) | 0x80);
  return std::string(type) + "--" + uuid_text(bytes);
}

}  // namespace

void Sightings::add(std::uint32_t indicator) {
  if (!indicators_.at(indicator).decisive) return;
  std::string id = indicators_.origin(indicator).id;
  if (id.starts_with("indicator--")) ++counts_[std::move(id)];
}

std::string Sightings::bundle(Instant now, Random& random) const {
  std::vector<std::string> texts;
  for (const auto& [id, count] : counts_)
    texts.push_back(json::write(json::Object{{"type", "sighting"},
                                             {"spec_version", "2.1"},
                                             {"id", id_of("sighting", random)},
                                             {"created", comity::to_text(now)},
                                             {"modified", comity::to_text(now)},
                                             {"count", std::min(count, count_max)},
                                             {"sighting_of_ref", id}}));
  std::vector<std::string_view> views(texts.begin(), texts.end());
  return stix::write_bundle(id_of("bundle", random), views);
}

}  // namespace comity::sweep

#pragma once
// What is shared back: that an indicator was seen, and how often. Not where, nor what.
#include <map>
#include <string>

#include "base/random.h"
#include "sweep/indicators.h"

namespace comity::sweep {

// Counts hits by indicator.
class Sightings {
 public:
  explicit Sightings(const Indicators& indicators) : indicators_(indicators) {}  // outlives this
  void add(std::uint32_t indicator);
  // How many sightings bundle() has: of indicators with a STIX id, hit by a value that is decisive.
  [[nodiscard]] std::size_t size() const { return counts_.size(); }
  // A bundle of STIX 2.1 with one sighting (section 5.2) an indicator, ordered by its id. `now` is
  // when they were made; nothing says when the logs' events were.
  [[nodiscard]] std::string bundle(Instant now, Random& random) const;

 private:
  const Indicators& indicators_;
  std::map<std::string, std::uint64_t> counts_;
};

}  // namespace comity::sweep

#pragma once
// What is shared back: that an indicator was seen, and how often. Not where, nor what.
#include <map>
#include <string>
#include <vector>

#include "base/time.h"
#include "sweep/indicators.h"

namespace comity::sweep {

// Whose sightings they are.
struct Sighter {
  // Who swept what, in words of its own: one sighting of an indicator a day has one id.
  std::string key;
  std::string identity_id{};  // created_by_ref; empty: none
  std::string identity{};     // that object's bytes
  Instant began{}, ended{};   // of the run: first_seen, last_seen; nothing says when logs were
};

// A STIX bundle that holds what Sightings::bundle() writes, and no other objects.
[[nodiscard]] bool is_bundle_of_sightings(std::string_view text);

// Counts hits by indicator.
class Sightings {
 public:
  explicit Sightings(const Indicators& indicators) : indicators_(indicators) {}  // outlives this
  void add(std::uint32_t indicator);
  // How many sightings there are: of indicators with a STIX id, hit by a value that is decisive.
  [[nodiscard]] std::size_t size() const { return seen_.size(); }
  // STIX 2.1: for each indicator one sighting (section 5.2) with the indicator's own markings, in
  // the order of their ids; before them the identity, and the definitions of these markings as far
  // as they came along.
  //   alert  of indicators from there alone; empty: of all
  [[nodiscard]] std::vector<std::string> objects(const Sighter& by,
                                                 std::string_view alert = {}) const;
  [[nodiscard]] std::string bundle(const Sighter& by) const;

 private:
  struct Seen {
    std::uint64_t count = 0;
    std::uint32_t indicator = 0;
  };
  [[nodiscard]] json::Object sighting(const Sighter& by, const std::string& id,
                                      const Seen& seen) const;
  const Indicators& indicators_;
  std::map<std::string, Seen> seen_;  // by the indicator's id
};

}  // namespace comity::sweep

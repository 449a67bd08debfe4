#pragma once
// The picture of an outbreak, from what one node holds: who saw it first, how it grows, who told
// whom, whom it has not reached. Pure: node/outbreak.h gathers what goes in.
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/time.h"
#include "json/value.h"
#include "stix/tlp.h"

namespace comity::alert {

// STIX 2.1, 5.2: `count` times between `first` and `last`, at each of the places.
struct Sighted {
  std::string id;
  Instant first, last;  // one time of them at `first`, the others by `last`
  std::uint64_t count = 1;
  std::vector<std::string> places;  // names, for people; at least one
};

struct Telling {
  std::string from, to;        // names
  std::optional<Instant> at;   // none: before it came to us, we do not know when
  std::string what, standing;  // "alert" or "sighting"; of ours: queued, delivered, ...
};

struct Unreached {
  std::string member, why;
};

struct OutbreakFacts {
  std::string id, name;
  stix::Tlp tlp = stix::Tlp::clear;     // the strictest of all that this is drawn from
  Instant asked;                        // sightings of a later time are left out, and counted
  std::vector<std::string> indicators;  // ids of what indicates it: sightings of these count too
  std::vector<Sighted> sightings;
  std::vector<Telling> told;
  std::vector<Unreached> unreached;
};

// Sums up to and including `at`.
struct CurvePoint {
  Instant at;
  std::uint64_t sightings = 0, places = 0;
  friend bool operator==(const CurvePoint&, const CurvePoint&) = default;
};

struct Place {
  std::string name;
  Instant first;
  std::uint64_t sightings = 0;
};

struct Outbreak {
  std::vector<CurvePoint> curve;  // one a distinct instant, in order
  std::vector<Place> places;      // in the order in which they saw it
  std::uint64_t in_the_future = 0;
  // How long the sum of sightings, or of places, took to become twice as large: by least squares of
  // its logarithm over the whole curve. None: fewer than three instants, or it has not doubled.
  std::optional<Millis> doubling, doubling_of_places;
  // From half of today's sum of sightings to all of it.
  std::optional<Millis> last_doubling;
};
[[nodiscard]] Outbreak outbreak_of(const OutbreakFacts& facts);

// {"id","name","tlp","asked_at","indicators":[...],"sightings":N,"in_the_future":N,
//  "counted_again":N,   by which the places together exceed "sightings": one that names several
//                       places counts at each
//  "doubling_seconds":{"sightings","places","last"},   each a number or null
//  "places":[{"name","first","sightings"}],"places_total":N,
//  "curve":[{"at","sightings","places"}],
//  "told":[{"from","to","at","what","standing"}],"unreached":[{"member","why"}]}
// Of long curves the sums at limits::outbreak_points_max times, of many places the first.
[[nodiscard]] json::Value to_json(const OutbreakFacts& facts, const Outbreak& outbreak);

// A plot of both sums over time (UTC), in a file of its own, with no reference to anything outside.
[[nodiscard]] std::string to_svg(const OutbreakFacts& facts, const Outbreak& outbreak);

// The sums at the end of at most `points` equal slices of the time, and at both ends.
[[nodiscard]] std::vector<CurvePoint> thinned(const std::vector<CurvePoint>& curve,
                                              std::size_t points);

}  // namespace comity::alert

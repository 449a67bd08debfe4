#pragma once
// The words in which the tables are written. In a namespace of their own, since they are short.
#include <algorithm>
#include <array>

#include "stix/spec.h"

namespace comity::stix::tables {

constexpr Form form(Kind kind) {
  return {.kind = kind};
}
inline constexpr Form text = form(Kind::text), boolean = form(Kind::boolean),
                      timestamp = form(Kind::timestamp), millis = form(Kind::millis),
                      binary = form(Kind::binary), hex = form(Kind::hex),
                      hashes = form(Kind::hashes), dictionary = form(Kind::dictionary),
                      language = form(Kind::language), integer = form(Kind::integer),
                      real = form(Kind::real);
constexpr Form integers(double min, double max = std::numeric_limits<double>::infinity()) {
  return {.kind = Kind::integer, .min = min, .max = max};
}
constexpr Form reals(double min, double max = std::numeric_limits<double>::infinity()) {
  return {.kind = Kind::real, .min = min, .max = max};
}
constexpr Form ref(std::string_view types) {
  return {.kind = Kind::reference, .words = types};
}
constexpr Form open(std::string_view words) {
  return {.kind = Kind::open, .words = words};
}
constexpr Form closed(std::string_view words) {
  return {.kind = Kind::closed, .words = words};
}
constexpr Form a(const Shape& shape) {
  return {.kind = Kind::shape, .of = &shape};
}
constexpr Form list(Form of) {
  of.list = true;
  return of;
}
constexpr Property must(std::string_view name, Form form) {
  return {name, form, Need::required};
}
constexpr Property may(std::string_view name, Form form) {
  return {name, form, Need::optional};
}
constexpr Property deprecated(std::string_view name, Form form) {
  return {name, form, Need::deprecated};
}

template <std::size_t N>
consteval std::array<Property, N> properties(const Property (&given)[N]) {
  std::array<Property, N> all;
  std::copy(given, given + N, all.begin());
  std::ranges::sort(all, {}, &Property::name);
  return all;
}
// The properties that many types share, and a type's own.
template <std::size_t N, std::size_t M>
consteval std::array<Property, N + M> with(const std::array<Property, N>& shared,
                                           const Property (&own)[M]) {
  std::array<Property, N + M> all;
  std::ranges::copy(shared, all.begin());
  std::copy(own, own + M, all.begin() + N);
  std::ranges::sort(all, {}, &Property::name);
  return all;
}
template <std::size_t N, std::size_t M>
consteval std::array<Property, N + M> with(const std::array<Property, N>& shared,
                                           const std::array<Property, M>& own) {
  std::array<Property, N + M> all;
  std::ranges::copy(shared, all.begin());
  std::ranges::copy(own, all.begin() + N);
  std::ranges::sort(all, {}, &Property::name);
  return all;
}

}  // namespace comity::stix::tables

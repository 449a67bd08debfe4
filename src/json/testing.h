#pragma once
// For tests: JSON documents changed in one place, named by its pointer (RFC 6901,
// without escapes).
#include <string>
#include <string_view>

#include "json/value.h"

namespace comity::json::testing {

// The object that holds the last name of `pointer`, and that name. Steps through objects, and
// through arrays by their first element, "0".
struct Place {
  Object* holder = nullptr;
  std::string name;
};

inline Place find_place(Value& root, std::string_view pointer) {
  Value* at = &root;
  for (;;) {
    pointer.remove_prefix(1);
    std::size_t end = pointer.find('/');
    std::string name(pointer.substr(0, end));
    if (at->as_array()) {
      at = &at->as_array()->at(0);
    } else if (end == std::string_view::npos) {
      return {at->as_object(), name};
    } else {
      at = &at->as_object()->find(name)->second;
    }
    pointer.remove_prefix(end);
  }
}

inline Value with(Value root, std::string_view pointer, Value value) {
  Place place = find_place(root, pointer);
  (*place.holder)[place.name] = std::move(value);
  return root;
}

inline Value without(Value root, std::string_view pointer) {
  Place place = find_place(root, pointer);
  place.holder->erase(place.name);
  return root;
}

}  // namespace comity::json::testing

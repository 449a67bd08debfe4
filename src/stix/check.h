#pragma once
// Checks one object against the tables of spec.h. Used by object.cc and by the rules.
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "json/value.h"
#include "stix/finding.h"
#include "stix/moment.h"
#include "stix/spec.h"

namespace comity::stix {

class Checker {
 public:
  // `findings` gets what is found, and outlives the checker.
  Checker(Spec spec, Findings& findings) : spec_(spec), findings_(findings) {}

  // The whole of an object whose type is known to be `type`.
  void check(const json::Object& object, std::string_view type_name, const Shape& shape);

  // ---- For rules: the object that is checked now, and where it stands.
  [[nodiscard]] Spec spec() const { return spec_; }
  [[nodiscard]] const json::Object& object() const { return *object_; }
  [[nodiscard]] const json::Object& root() const { return *root_; }
  [[nodiscard]] bool has(std::string_view name) const { return object_->contains(name); }
  [[nodiscard]] const json::Value* find(std::string_view name) const;
  [[nodiscard]] const std::string* text(std::string_view name) const;  // null: not a string
  [[nodiscard]] std::optional<Moment> time(std::string_view name) const;
  // True when one of the object's own properties, those not shared by all observables, is there.
  [[nodiscard]] bool has_own_property() const;

  void error(Fault fault, std::string_view name, std::string what, std::string_view mend = {},
             std::string_view clause = {});
  void warn(Fault fault, std::string_view name, std::string what, std::string_view mend = {},
            std::string_view clause = {});
  // `later` must not lie before `earlier`; with Strictly::yes it must lie after it.
  enum class Strictly { no, yes };
  void ordered(std::string_view earlier, std::string_view later, Strictly strictly);

 private:
  friend class Step;
  struct Place {
    std::string_view name;  // of a member; without data for an element
    std::size_t index = 0;
  };

  void members(const json::Object& object, const Shape& shape);
  void property(const Property& property, const json::Value& value);
  void unknown(std::string_view name);
  void value(const Form& form, const json::Value& value);
  void one(const Form& form, const json::Value& value);
  void string(const Form& form, const std::string& text);
  void number(const Form& form, const json::Value& value);
  void timestamp(const std::string& text, Kind kind);
  void own_id(const std::string& text);
  void reference(std::string_view types, const std::string& text);
  void local_reference(std::string_view types, const std::string& text);
  void binary(const std::string& text);
  void word(const Form& form, const std::string& text);
  void dictionary(Kind kind, const json::Object& object);
  void hashes(const json::Object& object);
  void extensions(const json::Object& object);
  void extension(std::string_view key, const json::Value& value);
  void shape(const Shape& shape, const json::Object& object);
  void contents(const json::Object& object);
  void observables(const json::Object& object);
  void observable(const json::Value& value);
  void definition(const json::Object& object);
  void key(std::string_view name, std::size_t least, std::string_view clause);
  void report(Severity severity, Fault fault, std::string_view name, std::string what,
              std::string_view mend, std::string_view clause);
  [[nodiscard]] std::string pointer(std::string_view name) const;

  Spec spec_;
  Findings& findings_;
  std::string_view type_;  // of the object at the root
  const json::Object* root_ = nullptr;
  const json::Object* object_ = nullptr;
  const Shape* shape_ = nullptr;
  const json::Object* observables_ = nullptr;  // among which an embedded observable refers
  std::vector<Place> path_;
  std::size_t unknown_ = 0;
  std::string_view first_unknown_;
  bool embedded_ = false;            // within observed-data's `objects`
  bool top_level_extended_ = false;  // an extension says that it adds properties at the top
};

// A value from outside as a finding shows it: in quotes, cut when it is long.
[[nodiscard]] std::string told(std::string_view text);

}  // namespace comity::stix

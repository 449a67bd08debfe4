#pragma once
// What the readers of intel/read.h share: ids, patterns, checks, and what is told.
#include <set>
#include <string>
#include <string_view>
#include <unordered_set>

#include "intel/read.h"
#include "json/value.h"

namespace comity::intel {

// "type--UUIDv5" (RFC 9562, 5.5) of `name` in a namespace of ours. The name begins with the format
// it is of, and is never changed: whoever imports again must get the same id.
[[nodiscard]] std::string derived_id(std::string_view type, std::string_view name);

// An organisation that a file names. When it was founded nobody says: 1970.
[[nodiscard]] json::Object identity(std::string_view name, std::string id);

// "[path = 'value']" without the brackets.
[[nodiscard]] std::string equals(std::string_view path, std::string_view value);

// The strictest that the tags name: "tlp:amber".  None: no tag is a TLP label.
[[nodiscard]] std::optional<stix::Tlp> tlp_of_tags(const std::set<std::string>& tags);
[[nodiscard]] std::optional<stix::Tlp> strictest(std::optional<stix::Tlp> a,
                                                 std::optional<stix::Tlp> b);

// The member if it is a text of at most `bytes_max`; else empty.
[[nodiscard]] std::string text_at(const json::Value& object, std::string_view name,
                                  std::size_t bytes_max);

class Maker {
 public:
  Maker(const Options& options, const Sink& sink) : options_(options), sink_(sink) {}

  // Marks, checks and hands on an object; an id that was given before is passed over. False when it
  // is none that STIX takes (told, with the clause), or when the sink failed.
  bool give(json::Object object, std::optional<stix::Tlp> tlp, const std::string& where);
  // An observable, with the id that its properties give it; empty when it is none.
  std::string observe(json::Object object, std::optional<stix::Tlp> tlp, const std::string& where);
  [[nodiscard]] bool held(std::string_view id) const { return options_.held && options_.held(id); }

  void leave(std::string where, std::string why) {
    report.left.add(std::move(where), std::move(why));
  }
  void note(std::string where, std::string what) {
    report.noted.add(std::move(where), std::move(what));
  }
  [[nodiscard]] const Options& options() const { return options_; }
  [[nodiscard]] bool ok() const { return bool(failed_); }
  [[nodiscard]] Result<Report> finish();

  Report report;

 private:
  const Options& options_;
  const Sink& sink_;
  Result<void> failed_;
  std::unordered_set<std::string> given_;
};

}  // namespace comity::intel

#pragma once
// From indicators to lists that firewalls, name servers and sensors block by. Only what a simple
// pattern says of one value becomes a line: equality, IN and ISSUBSET, alone or joined by OR.
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/result.h"
#include "intel/said.h"
#include "intel/warning_list.h"
#include "stix/object.h"
#include "sweep/item.h"

namespace comity::intel {

struct Blocked {
  std::string indicator, name;  // of the most confident that says so
  std::optional<std::int64_t> confidence{};
  std::string valid_from{}, valid_until{};
  std::string spared{};  // of a domain: the warning list that has a name below it
};

// What is to be blocked at one moment, each value once, ordered.
class Blocklist {
 public:
  struct Choice {
    stix::Moment at;                           // valid_from <= at < valid_until
    std::optional<std::int64_t> confidence{};  // at least; what says none has none
    const WarningLists* warnings = nullptr;    // outlives this
    bool loose = false;  // of values that must come together, the one that tells most, alone
  };
  explicit Blocklist(Choice choice) : choice_(choice) {}

  // An object that is held, the last version of it. What is no indicator is passed over.
  void add(std::string_view object);
  // The values of an indicator whatever the time, its confidence and whether it was revoked.
  void add_always(const stix::Object& indicator) { take(indicator, {}); }

  struct Value {
    sweep::Kind kind;
    sweep::Form form;
    std::string text;
    auto operator<=>(const Value&) const = default;
  };
  [[nodiscard]] const std::map<Value, Blocked>& values() const { return values_; }

  struct Counts {
    std::uint64_t indicators = 0, taken = 0, revoked = 0, expired = 0, not_yet = 0, unsure = 0;
    std::uint64_t joined = 0;  // patterns of values that must come together
  };
  [[nodiscard]] const Counts& counts() const { return counts_; }
  // By the indicator's id: patterns that say more than a line can, and values that a warning list
  // has.
  [[nodiscard]] const Told& left() const { return left_; }
  [[nodiscard]] const Told& warned() const { return warned_; }

 private:
  [[nodiscard]] bool counts_now(const stix::Object& object);
  void take(const stix::Object& object, const std::string& name);

  Choice choice_;
  std::map<Value, Blocked> values_;
  Counts counts_;
  Told left_, warned_;
};

// A file of an export. What its format cannot say is told in `left`, by value.
struct File {
  std::string name, text;
};
struct About {
  std::string title{};                 // of the collection, for the head of the file
  Instant at{};                        // when it was made
  std::string origin = "rpz.invalid";  // of the DNS zone
};

// RFC 4180 with a head line. Every field is quoted, no field begins a formula.
[[nodiscard]] File write_csv(const Blocklist& list);
// Zeek's intelligence framework: tabs, "\x" for what would break out.
[[nodiscard]] File write_zeek(const Blocklist& list, const About& about, Told& left);
// A response policy zone: NXDOMAIN for names and all below them (for the name alone where a warning
// list has one of those below), and for answers with addresses.
//   Errors  bad_value: the origin is no domain name.
[[nodiscard]] Result<File> write_rpz(const Blocklist& list, const About& about, Told& left);
// Suricata 6: rules, and the data sets and reputation lists that they load; always all the files.
[[nodiscard]] std::vector<File> write_suricata(const Blocklist& list, const About& about,
                                               Told& left);

}  // namespace comity::intel

#pragma once
// What is looked for: values with where they come from. Made by a Loader from bundles and lists;
// whoever has alerts in another form gives them to add().
#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "stix/object.h"
#include "sweep/item.h"

namespace comity::sweep {

// An indicator as its maker wrote it; several values may come from one.
struct Origin {
  std::string alert;   // the id of the bundle or collection, or the name of the list
  std::string id;      // "indicator--UUID"; of a list "line N"
  std::string name{};  // may be empty
  std::optional<stix::Moment> valid_from{}, valid_until{};
  std::optional<std::int64_t> confidence{};
  std::uint32_t marked = 0;  // of Indicators::markings(); 0: no marking
};

struct Indicator {
  Kind kind = Kind::domain;
  Form form = Form::domain;
  // The indicator holds for whatever has this value. Else its pattern says more: a hit is a hint.
  bool decisive = true;
  std::string_view value;  // canonical
};

// What became of what was given.
struct Tally {
  std::uint64_t given = 0;                 // indicators and lines
  std::uint64_t taken = 0;                 // of these
  std::uint64_t values = 0;                // to look for
  std::uint64_t revoked = 0;               //
  std::uint64_t expired = 0;               // valid_until has passed
  std::uint64_t not_yet = 0;               // valid_from is to come
  std::uint64_t superseded = 0;            // an older version of one that was given too
  std::uint64_t unusable = 0;              // a pattern without a value that a text could hold
  std::uint64_t refused = 0;               // malformed
  std::uint64_t warned = 0;                // values that leave_out() names a list for
  std::vector<std::string> told;           // the first of those refused, "where: why"
  std::vector<std::string> warned_told{};  // of those warned of, "where: value is on LIST"
};

class Indicators {
 public:
  [[nodiscard]] std::size_t size() const { return rows_.size(); }
  [[nodiscard]] Indicator at(std::size_t index) const;
  [[nodiscard]] Origin origin(std::size_t index) const;
  // Which of the origins: values with the same number come from one indicator.
  [[nodiscard]] std::uint64_t origin_number(std::size_t index) const;
  [[nodiscard]] const Tally& tally() const { return tally_; }
  // The object_marking_refs that an Origin has: few, and shared by many.
  [[nodiscard]] const std::vector<std::string>& markings(std::uint32_t marked) const {
    return markings_[marked];
  }
  // The bytes of a marking definition that came along; empty: none did.
  [[nodiscard]] std::string_view definition(std::string_view id) const;

 private:
  friend class Loader;
  struct Row {  // small: there may be millions
    std::uint64_t value_at;
    std::uint32_t source;  // into lists_ when it is a list's, else `number` is into origins_
    std::uint32_t number;
    std::uint16_t value_size;
    Kind kind;
    Form form;
    bool decisive;
  };
  static constexpr std::uint32_t no_list = UINT32_MAX;

  std::string values_;
  std::vector<Row> rows_;
  std::vector<std::string> lists_;
  std::vector<Origin> origins_;
  std::vector<std::vector<std::string>> markings_{{}};
  std::map<std::string, std::string, std::less<>> definitions_;
  Tally tally_;
};

// Decides what is valid at one moment. Of several versions of an indicator the newest counts,
// whichever source has it.
class Loader {
 public:
  explicit Loader(stix::Moment now) : now_(now) {}

  // Values that are not looked for, since a list of well-known ones has them: the list's name;
  // empty: it is looked for. To be said before anything is added.
  using LeaveOut = std::function<std::string_view(const Item&)>;
  void leave_out(LeaveOut leave_out) { leave_out_ = std::move(leave_out); }

  // One value a line; "#" at its beginning or after a space begins a comment. A line that cannot be
  // read is counted and told.
  //   Errors  too_large
  [[nodiscard]] Result<void> add_list(std::string_view name, std::string_view text);
  // STIX 2.1 or 2.0. Objects that are not indicators are passed over.
  //   Errors  those of stix::read_bundle; too_large
  [[nodiscard]] Result<void> add_bundle(std::string_view name, std::string_view text);
  // One object of what the source of this name holds; what is no indicator is passed over.
  //   Errors  too_large
  [[nodiscard]] Result<void> add_object(std::string_view name, std::string_view bytes);
  // A value of the caller's own.  Errors: too_large
  [[nodiscard]] Result<void> add(Origin origin, const std::vector<Item>& items, bool decisive);

  [[nodiscard]] Result<Indicators> finish();  // once

 private:
  struct Value {
    Item item;
    bool decisive;
  };
  struct Version {
    stix::Moment modified;
    bool revoked = false;
    std::size_t alert = 0;  // into alerts_
    Origin origin;
    std::vector<Value> values;
  };
  void look(std::size_t alert, const stix::Reading& reading);
  void take(std::size_t alert, const stix::Reading& reading);
  [[nodiscard]] std::uint32_t marked_with(const std::vector<std::string>& refs);
  [[nodiscard]] Result<void> check_size() const;
  void refuse(std::string where, std::string_view why);
  [[nodiscard]] bool is_valid(const Version& version);
  [[nodiscard]] Result<void> keep(const Item& item, std::uint32_t source, std::uint32_t number,
                                  bool decisive);

  stix::Moment now_;
  LeaveOut leave_out_;
  std::vector<std::string> alerts_;
  std::map<std::string, Version, std::less<>> versions_;
  std::map<std::vector<std::string>, std::uint32_t> marked_;
  Indicators made_;
};

}  // namespace comity::sweep

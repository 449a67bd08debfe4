#pragma once
// Warning lists: values that are well known and benign, so that nobody shares, looks for or blocks
// them by mistake. The format is that of MISP's warning lists.
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "stix/object.h"
#include "sweep/item.h"

namespace comity::intel {

// Read once, asked often: a million entries cost some 60 MB, and a question some comparisons.
class WarningLists {
 public:
  WarningLists();
  ~WarningLists();
  WarningLists(WarningLists&&) noexcept;
  WarningLists& operator=(WarningLists&&) noexcept;

  // One file: {"name","type":"cidr|hostname|string|substring|regex","list":[…]
  // [,"matching_attributes":[…]]}; other members are passed over.
  //   `file`  names it where it has no name of its own.
  //   Errors  of json::parse, with limits::warning_list_bytes_max; missing_field, bad_value: with
  //           the place of the entry; too_large: more than limits::warning_lists_max or
  //           warning_entries_max in all.
  [[nodiscard]] Result<void> add(std::string_view file, std::string_view text);

  // Once, after the last of them and before the first question.
  void finish();

  // The list that warns of this value; empty when none does.
  //   cidr       an address or range that has anything in common with an entry's
  //   hostname   the domain, or the host of a URL or of a mail address, at or below an entry
  //   string     the same, small letters and addresses in one form
  //   substring  an entry occurs in it, in small letters
  //   regex      an entry is found in it; "/…/i" as MISP writes them
  [[nodiscard]] std::string_view warned(const sweep::Item& item) const;
  // The list that has a name below this domain, whole names of its hostname and string entries
  // alone: what would block all below the domain would block that too. Empty: none has.
  [[nodiscard]] std::string_view warned_below(std::string_view domain) const;
  // The list that warns of any value of an indicator's pattern: then it is not to be shared.
  [[nodiscard]] std::string_view warned(const stix::Object& indicator) const;

  [[nodiscard]] std::size_t lists() const;
  [[nodiscard]] std::size_t entries() const;

 private:
  struct Tables;
  std::unique_ptr<Tables> tables_;
};

}  // namespace comity::intel

#pragma once
// What one reader may see of objects by what they are marked with.
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <tuple>
#include <vector>

#include "alert/audience.h"
#include "node/objects.h"

namespace comity::node {

// The markings of an object, where they are to be looked at anew at each reading, since some of its
// fields have markings of their own or one was not here when it came: ids with commas between,
// those of fields with a dot before them. "?": its bytes tell, since there are too many. Empty:
// what its kind says is all.
struct MarkingNames {
  std::vector<std::string_view> of_all, of_fields;
};
[[nodiscard]] std::string markings_text(const MarkingNames& names);
// None: its bytes tell.
[[nodiscard]] std::optional<MarkingNames> markings_from_text(std::string_view text);

// What is asked of alert/audience.h about an object of that kind.
[[nodiscard]] alert::Marked marked_of(const Collection& collection, const ObjectBlock::Kind& kind);

// The object as a reader may see it: its own bytes where nothing is hidden.
struct Redacted {
  alert::Verdict verdict = alert::Verdict::shown;
  std::string bytes;  // empty: nothing is shown
};

// Looks up each marking once.
class MarkingsSeen {
 public:
  MarkingsSeen(Overlay& rows, const Collection& collection, const alert::Reader& reader)
      : rows_(rows), collection_(collection), reader_(reader) {}

  struct Named {
    alert::Verdict verdict = alert::Verdict::shown;
    bool look = false;  // some of it may be hidden: redacted() says what is left
  };
  // By the names that its block's index has (markings_text()), without its bytes.
  [[nodiscard]] Result<Named> by_names(std::string_view markings, const ObjectBlock::Kind& kind);
  // By the markings that stand in it, which are judged again, since a definition may have come
  // after it.
  [[nodiscard]] Result<Redacted> redacted(std::string_view bytes, const ObjectBlock::Kind& kind);

 private:
  [[nodiscard]] Result<alert::Verdict> verdict(std::string_view marking,
                                               const ObjectBlock::Kind& kind);

  Overlay& rows_;
  const Collection& collection_;
  const alert::Reader& reader_;
  // By the marking, and who brought the object that has it.
  std::map<std::tuple<std::string, std::optional<MemberId>, std::string>, MarkingLabel> labels_;
};

}  // namespace comity::node

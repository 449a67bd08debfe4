// Any text as the body of an act of kind law: it is refused with a reason, or it is an edition that
// reads back as it was written, has a hash or a reason for none, and differs from itself in
// nothing.
#include "law/edition.h"

#include "base/check.h"

using namespace comity;
using namespace comity::law;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  auto body = json::parse(as_text({data, size}));
  if (!body) return 0;
  auto edition = edition_from_json(*body);
  if (!edition) {
    check(!edition.error().what.empty(), "a refusal says why");
    return 0;
  }
  auto again = edition_from_json(law::to_json(*edition));
  check(again.has_value(), "what was read can be written and read");
  check(again->file == edition->file && again->version == edition->version &&
            again->from == edition->from && again->text == edition->text,
        "reading what was written changes nothing");
  auto hash = hash_of_facts(*edition);
  if (!hash) {
    check(!hash.error().what.empty(), "a file without a hash says why");
    return 0;
  }
  SourceFile same{edition->file, edition->text};
  auto differences = diff(&same, *edition);
  check(differences && differences->empty(), "a file differs from itself in nothing");
  auto whole = diff(nullptr, *edition);
  check(whole.has_value(), "a file differs from nothing in all that it says");
  check(in_one_line(*whole, 200).size() <= 200, "one line of bounded length");
  return 0;
}

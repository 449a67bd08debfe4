// Whatever comes is read without harm, and answers for any value. The first line is the value that
// is asked, the rest the list.
#include "base/check.h"
#include "intel/warning_list.h"

using namespace comity;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  std::string_view text = as_text({data, size});
  std::size_t end = std::min(text.find('\n'), text.size());
  std::string_view value = text.substr(0, end);
  intel::WarningLists lists;
  auto added = lists.add("file", text.substr(std::min(end + 1, text.size())));
  lists.finish();
  if (!added) check(is_utf8(added.error().what), "told as text");
  if (auto items = sweep::items_from_text(value))
    for (const sweep::Item& item : *items) {
      std::string_view found = lists.warned(item);
      check(found.empty() || lists.entries() > 0, "without entries nothing is warned of");
    }
  return 0;
}

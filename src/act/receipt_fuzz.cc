// Any receipt that is read is written and read again the same.
#include <cstdlib>

#include "act/receipt.h"

using namespace comity;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  auto receipt = act::parse_receipt(as_text({data, size}));
  if (!receipt) return 0;
  std::string text = json::write(act::to_json(*receipt));
  auto again = act::parse_receipt(text);
  if (!again || json::write(act::to_json(*again)) != text) std::abort();
  if ((again->outcome == "rejection") == again->code.empty()) std::abort();
  return 0;
}

// Any act that is read is written and read again the same, and an approval of it stays an approval
// of it.
#include <cstdlib>

#include "act/act.h"

using namespace comity;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  auto act = act::parse_act(as_text({data, size}));
  if (!act) return 0;
  std::string text = json::write(act::to_json(*act));
  if (text.size() > limits::act_bytes_max) return 0;  // "1e15" grows to 16 digits
  auto again = act::parse_act(text);
  if (!again || json::write(act::to_json(*again)) != text) std::abort();
  if (act::approval_subject(*again) != act::approval_subject(*act)) std::abort();
  if (act::conversation_of(*again) != act::conversation_of(*act)) std::abort();
  if (again->seq == 0 || !again->body.as_object()) std::abort();
  return 0;
}

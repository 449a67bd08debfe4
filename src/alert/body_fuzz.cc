// Any body that is read is written and read again the same.
#include <cstdlib>

#include "alert/body.h"
#include "base/bytes.h"

using namespace comity;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  auto value = json::parse(as_text({data, size}));
  if (!value) return 0;
  auto body = alert::body_from_json(*value);
  if (!body) return 0;
  auto again = alert::body_from_json(alert::to_json(*body));
  if (!again || *again != *body) std::abort();
  return 0;
}

// Whatever bytes come as the body of a request: they are refused, or what is written of them reads
// back the same.
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "base/check.h"
#include "request/body.h"
#include "request/form.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace comity;
  auto value = json::parse({reinterpret_cast<const char*>(data), size});
  if (!value) return 0;
  auto body = request::body_from_json(*value);
  if (!body) {
    check(!body.error().what.empty(), "a refusal says why");
    return 0;
  }
  json::Value written = request::to_json(*body);
  auto again = request::body_from_json(written);
  check(again.has_value() && *again == *body, "what was written reads back the same");
  check(json::write(request::to_json(*again)) == json::write(written), "and is written the same");
  if (const auto* ask = std::get_if<request::Ask>(&*body))
    check(!request::render(*ask, {"A", "B", "p", "c"}).empty(), "and has a form");
  return 0;
}

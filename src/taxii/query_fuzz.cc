// Any request target: a route and its filters, or an error; what is read goes on from page to page.
#include "base/check.h"
#include "taxii/query.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace comity;
  std::string_view text(reinterpret_cast<const char*>(data), size);
  auto target = net::parse_target(text);
  if (!target) return 0;
  auto route = taxii::route_of(*target);
  if (!route) return 0;
  auto query = taxii::read_query(*route, *target);
  if (!query) return 0;
  std::erase_if(target->query, [](const auto& each) { return each.first == "next"; });
  target->query.emplace_back("next", taxii::next_of(*query, 77));
  auto next = taxii::read_query(*route, *target);
  check(next && next->filter.after == 77, "a page leads to the next");
  return 0;
}

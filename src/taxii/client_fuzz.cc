// Whatever a server sends, following it goes on or ends, and what is asked next is a request line.
// The first line is the date header, the rest the body.
#include <algorithm>

#include "base/check.h"
#include "taxii/client.h"
#include "taxii/media.h"

using namespace comity;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  std::string_view text = as_text({data, size});
  std::size_t end = std::min(text.find('\n'), text.size());
  std::string date(text.substr(0, end));
  std::string body(text.substr(std::min(end + 1, text.size())));
  net::Response response{.status = 200,
                         .headers = {{"content-type", std::string(taxii::taxii_media)},
                                     {"x-taxii-date-added-last", date}},
                         .body = body};
  taxii::Follower follower(taxii::Place{});
  int pages = 0;
  while (!follower.done() && follower.take(response)) {
    check(++pages < 4, "the same page again and again is a loop");
    std::string query = follower.query();
    check(std::ranges::all_of(query, [](char c) { return c > 0x20 && c < 0x7f; }), "a query");
    check(taxii::place_from_json(taxii::to_json(follower.place())).has_value(), "is kept");
  }
  (void)taxii::collections_of(body);
  (void)taxii::posted_of(body);
  if (auto base = taxii::url_from_text("https://a.example/taxii2/")) {
    auto url = taxii::resolve(*base, body);
    check(!url || url->endpoint == base->endpoint, "the same server");
    if (url) check(taxii::url_from_text(to_text(*url)).has_value(), "a URL");
  }
  return 0;
}

#include "taxii/refusal.h"

#include "taxii/media.h"
#include "taxii/resources.h"

namespace comity::taxii {

net::Response refusal(int http_status, const Error& error) {
  // A method that HTTP does not know (RFC 9110, 15.6.2) is one that TAXII does not allow.
  bool unknown_method = http_status == 501 && error.where == "request line";
  if (unknown_method) http_status = 405;
  // What our own disk says is nobody's business outside.
  std::string what = http_status == 500    ? "the server failed; its operator can see why"
                     : error.where.empty() ? error.what
                                           : error.where + ": " + error.what;
  net::Response response{
      .status = http_status,
      .headers = {{"content-type", std::string(taxii_media)}, {"cache-control", "no-store"}},
      .body = write(Problem{.http_status = http_status,
                            .title = std::string(net::reason_phrase(http_status)),
                            .description = std::move(what),
                            .error_code = std::string(code_name(error.code))})};
  if (http_status == 405) response.headers.emplace_back("allow", "GET, POST, DELETE");
  return response;
}

}  // namespace comity::taxii

#pragma once
// What the HTTP server under TAXII answers by itself, in TAXII's own form: a body that is too
// large, a header that is, a method that nobody knows.
#include "base/result.h"
#include "net/http.h"

namespace comity::taxii {

// TAXII 2.1, 3.6.1: an error message resource, with what the specification says of statuses (1.6.8,
// and of each endpoint): an unknown method is one that is not allowed, 405.
[[nodiscard]] net::Response refusal(int http_status, const Error& error);

}  // namespace comity::taxii

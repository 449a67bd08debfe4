#include "base/check.h"

#include <cstdio>
#include <cstdlib>

namespace comity {

void check_failed(std::string_view why, std::source_location at) {
  std::fprintf(stderr, "comity: bug at %s:%u: %.*s\n", at.file_name(), at.line(),
               static_cast<int>(why.size()), why.data());
  std::abort();
}

}  // namespace comity

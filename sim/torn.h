#pragma once
// Reads that end anywhere: bytes go to a parser of net/ in pieces of random size.
#include <string_view>

#include "base/result.h"
#include "stage.h"

namespace comity::sim {

//   Errors  the parser's; Code::unreachable when the bytes end before the message does.
template <typename Parser>
[[nodiscard]] auto parse_torn(Parser& parser, std::string_view bytes, Dice& dice)
    -> Result<decltype(parser.take())> {
  std::size_t largest = dice.percent(20) ? 7 : 4096;
  while (!bytes.empty()) {
    std::string_view piece = bytes.substr(0, 1 + dice.below(largest));
    bytes.remove_prefix(piece.size());
    TRY(auto state, parser.feed(piece));
    if (state == std::remove_cvref_t<decltype(state)>::done) return parser.take();
  }
  return fail(Code::unreachable, "the connection ended early");
}

}  // namespace comity::sim

// Member cards: the envelope as it comes, and the payload as if it were signed.
// Properties: what is read writes the same card; a card read from an envelope names the hash of
// what it holds.
#include <cstdint>

#include "base/check.h"
#include "member/card.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace comity;
  std::string_view text = as_text({data, size});
  if (auto card = member::parse_card(text)) {
    auto again = member::parse_card(json::write(member::to_json(*card)));
    check(again.has_value() && *again == *card, "a card writes and reads as itself");
  }
  if (auto card = member::read_card(text)) {
    check(card->card.number != 1 || card->card.member == member::member_id(card->root),
          "a first card is its root's");
    check(member::check_lineage({}, *card).has_value() ==
              (card->card.member == member::member_id(card->root)),
          "an empty lineage is enough for a first root alone");
    check(!member::check_succession(*card, *card), "no card follows itself");
  }
  (void)member::check_endpoint(text);
  return 0;
}

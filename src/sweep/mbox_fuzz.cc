// A mailbox of any bytes is cut into messages that have all its bytes but its "From " lines, and
// however it comes, it is cut at the same places.
#include "base/check.h"
#include "sweep/input.h"
#include "sweep/mbox.h"
#include "sweep/testing.h"

using namespace comity;

namespace {

std::vector<std::string> messages_of(std::string_view text, std::size_t piece) {
  std::vector<std::string> messages{""};  // the first: what stands before any "From "
  sweep::Mailbox mailbox({.begin = [&] { messages.emplace_back(); },
                          .bytes = [&](std::string_view bytes) { messages.back() += bytes; }});
  for (; !text.empty(); text.remove_prefix(std::min(piece, text.size())))
    mailbox.feed(text.substr(0, piece));
  mailbox.finish();
  return messages;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static const sweep::Indicators indicators = sweep::testing::indicators_of("ab.ac\na@ab.ac\n");
  static const sweep::Index index(indicators, 1);
  std::string_view text = as_text({data, size});
  auto whole = messages_of(text, size + 1);
  check(messages_of(text, 1 + size / 5) == whole, "however cut, the same messages");
  std::size_t kept = 0;
  for (const std::string& message : whole) {
    check(message.empty() || text.contains(message), "a message stands in the mailbox");
    kept += message.size();
  }
  check(kept + 5 * (whole.size() - 1) <= size, "each line that begins a message is left out");
  (void)sweep::looks_like_mbox(text);

  // As a mailbox whatever it begins with.
  std::string mailbox = "From a@ab.ac Sun Nov 22 06:25:01 2026\nFrom: a@ab.ac\nTo: b@ab.ac\n\n";
  std::size_t hits = 0;
  sweep::Input input(index, sweep::Format::detect, [&](const sweep::Hit& hit) {
    check(hit.part.starts_with("m"), "a hit in a mailbox says its message");
    ++hits;
  });
  bool good = input.feed(mailbox).has_value() && input.feed(text).has_value();
  if (good) (void)input.finish();
  check(hits >= 3, "what stands in the first message is found whatever follows");
  return 0;
}

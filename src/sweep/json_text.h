#pragma once
// Undoes the escapes of JSON strings in a stream, so that "http:\/\/" and "\u0040" are what they
// mean: RFC 8259, section 7. Everything else passes as it is, JSON or not.
#include <functional>
#include <string>
#include <string_view>

namespace comity::sweep {

class JsonText {
 public:
  // `text` gets the bytes; `skipped` how many of the input have no byte for them, as it happens.
  // Control characters become spaces: the lines stay those of the input.
  JsonText(std::function<void(std::string_view)> text, std::function<void(std::uint64_t)> skipped)
      : text_(std::move(text)), skipped_(std::move(skipped)) {}
  void feed(std::string_view bytes);
  void finish();  // hands on an escape that was cut

 private:
  void put(std::string_view bytes, std::size_t instead_of);
  void put_rune(unsigned rune, std::size_t instead_of);
  [[nodiscard]] bool undo();  // what escape_ holds is whole

  std::function<void(std::string_view)> text_;
  std::function<void(std::uint64_t)> skipped_;
  std::string escape_;  // begins with '\'; at most twelve bytes
};

}  // namespace comity::sweep

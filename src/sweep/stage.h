#pragma once
// Bytes on their way from a file to the scanner: each stage undoes one wrapping and hands on.
#include <cstdint>
#include <memory>
#include <string_view>

#include "base/result.h"

namespace comity::sweep {

// A stage that fails has handed on what it could read, and has finished what comes behind it: what
// was read of a damaged file counts.
class Stage {
 public:
  virtual ~Stage() = default;
  [[nodiscard]] virtual Result<void> feed(std::string_view bytes) = 0;
  [[nodiscard]] virtual Result<void> finish() = 0;  // once, last, unless feed() failed
};

// What one input may grow to, over all that is packed in it.
struct Expansion {
  std::uint64_t read = 0;  // of the input itself
  std::uint64_t made = 0;  // by unpacking
  // Errors  too_large: more than limits::sweep_expansion_max times what was read, or
  // sweep_expanded_bytes_max.
  [[nodiscard]] Result<void> add(std::uint64_t bytes);
};

// `next` is owned, `expansion` outlives the stage.
//   Errors  corrupt: not what such a file has, or cut short; too_large.
[[nodiscard]] std::unique_ptr<Stage> make_gunzip(std::unique_ptr<Stage> next, Expansion& expansion);
[[nodiscard]] std::unique_ptr<Stage> make_unzstd(std::unique_ptr<Stage> next, Expansion& expansion);

}  // namespace comity::sweep

#pragma once
// One file or stream from its first byte to its hits: what it is packed in is undone on the way.
#include <functional>
#include <memory>
#include <string>

#include "sweep/scanner.h"
#include "sweep/stage.h"

namespace comity::sweep {

enum class Format { detect, text, json, mail };

struct Hit {
  // Of a message's part: its name (mail.h), and what follows counts within it, decoded.
  std::string_view part;
  // What was packed counts as it is unpacked; of JSON the offset is that of the file.
  Found found;
};

class Input {
 public:
  // Packing (gzip, zstd) is detected whatever the format. All outlive the input.
  Input(const Index& index, Format format, std::function<void(const Hit&)> see);

  // Errors  corrupt, too_large, bad_value (in a form that is not read): what could be read has been
  //         swept; nothing more may be fed.
  [[nodiscard]] Result<void> feed(std::string_view bytes);
  [[nodiscard]] Result<void> finish();  // once, last
  [[nodiscard]] std::uint64_t bytes_read() const { return expansion_.read; }
  [[nodiscard]] std::uint64_t bytes_made() const { return expansion_.made; }

 private:
  Expansion expansion_;
  std::unique_ptr<Stage> first_;
};

}  // namespace comity::sweep

#pragma once
// Secret bytes: wiped when they go, never printed, never copied by accident.
#include "base/bytes.h"

namespace comity::crypto {

class Secret {
 public:
  Secret() = default;
  explicit Secret(Bytes bytes) : bytes_(std::move(bytes)) {}
  static Secret copy_of(BytesView bytes) { return Secret(to_bytes(bytes)); }
  Secret(Secret&& other) noexcept : bytes_(std::move(other.bytes_)) { other.bytes_.clear(); }
  Secret& operator=(Secret&& other) noexcept;
  Secret(const Secret&) = delete;
  Secret& operator=(const Secret&) = delete;
  ~Secret();

  [[nodiscard]] BytesView view() const { return bytes_; }
  [[nodiscard]] bool empty() const { return bytes_.empty(); }
  [[nodiscard]] Secret clone() const { return copy_of(bytes_); }

 private:
  Bytes bytes_;
};

}  // namespace comity::crypto

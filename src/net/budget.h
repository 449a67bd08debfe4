#pragma once
// How many bytes of bodies all connections of a server may hold or wait for together: each body is
// bounded, and a thousand of them would still be too much.
#include <atomic>
#include <cstddef>
#include <utility>

namespace comity::net {

class Budget {
 public:
  explicit Budget(std::size_t bytes_max) : left_(bytes_max) {}
  Budget(const Budget&) = delete;
  Budget& operator=(const Budget&) = delete;

  // What was taken of it, until it goes away. Not beyond the budget's life.
  class Share {
   public:
    Share() = default;
    Share(Share&& other) noexcept
        : budget_(std::exchange(other.budget_, nullptr)), bytes_(other.bytes_) {}
    Share& operator=(Share&& other) noexcept {
      std::swap(budget_, other.budget_);
      std::swap(bytes_, other.bytes_);
      return *this;
    }
    ~Share() {
      if (budget_ != nullptr) budget_->left_ += bytes_;
    }
    [[nodiscard]] explicit operator bool() const { return budget_ != nullptr; }

   private:
    friend class Budget;
    Share(Budget& budget, std::size_t bytes) : budget_(&budget), bytes_(bytes) {}
    Budget* budget_ = nullptr;
    std::size_t bytes_ = 0;
  };

  // False: there is not so much left.
  [[nodiscard]] Share take(std::size_t bytes) {
    std::size_t left = left_.load();
    while (left >= bytes)
      if (left_.compare_exchange_weak(left, left - bytes)) return {*this, bytes};
    return {};
  }
  [[nodiscard]] std::size_t left() const { return left_.load(); }

 private:
  std::atomic<std::size_t> left_;
};

}  // namespace comity::net

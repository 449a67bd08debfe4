#pragma once
// A view that is opened when somebody reads from it: what is answered from memory opens none.
#include <functional>
#include <memory>
#include <utility>

#include "node/ports.h"

namespace comity::node {

class LateView final : public View {
 public:
  using Open = std::function<Result<std::unique_ptr<View>>()>;
  // `open` outlives the view.
  explicit LateView(const Open& open) : open_(open) {}

  Result<std::optional<Row>> get(Space space, std::string_view key) override {
    TRY(View * view, opened());
    return view->get(space, key);
  }
  Result<std::vector<KeyedRow>> scan(Space space, std::string_view prefix, std::string_view after,
                                     std::size_t count) override {
    TRY(View * view, opened());
    return view->scan(space, prefix, after, count);
  }
  Result<std::optional<KeyedRow>> last_until(Space space, std::string_view prefix,
                                             std::string_view key) override {
    TRY(View * view, opened());
    return view->last_until(space, prefix, key);
  }
  Result<std::optional<StoredEntry>> entry(std::uint64_t position) override {
    TRY(View * view, opened());
    return view->entry(position);
  }
  Result<std::vector<std::uint64_t>> filed_under(std::string_view conversation) override {
    TRY(View * view, opened());
    return view->filed_under(conversation);
  }
  Result<std::uint64_t> next_position() override {
    TRY(View * view, opened());
    return view->next_position();
  }
  Result<std::optional<Hash>> commitment_key(std::uint64_t position) override {
    TRY(View * view, opened());
    return view->commitment_key(position);
  }
  Result<Head> head() override {
    TRY(View * view, opened());
    return view->head();
  }
  Result<std::optional<Head>> head_at(std::uint64_t size) override {
    TRY(View * view, opened());
    return view->head_at(size);
  }
  Result<std::optional<Bytes>> tile(unsigned level, std::uint64_t index) override {
    TRY(View * view, opened());
    return view->tile(level, index);
  }

 private:
  Result<View*> opened() {
    if (!view_) {
      TRY(view_, open_());
    }
    return view_.get();
  }

  const Open& open_;
  std::unique_ptr<View> view_;
};

}  // namespace comity::node

#pragma once
// Strict reading of a JSON object into a struct: every member is asked for by name, none may
// remain.
//
//   json::Reader in(value);                       // or in.object("handling")
//   auto id = in.text("id");                      // required, UTF-8 text within
//   limits::text_bytes_max auto note = in.text_or("note", "");           // optional
//   TRY_VOID(in.finish());                        // first error met, or unknown_field for members
//   never asked for
//
// A getter that fails returns an empty value and remembers the first error; finish() reports it
// with its JSON pointer.
#include <cstdint>
#include <functional>
#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>

#include "base/ids.h"
#include "base/time.h"
#include "json/value.h"

namespace comity::json {

class Reader {
 public:
  explicit Reader(const Value& value, std::string pointer = "");  // outlives the reader
  // Owns the value, and any() gives its members away instead of copying them.
  explicit Reader(Value&& value, std::string pointer = "");
  Reader(const Reader&) = delete;
  Reader& operator=(const Reader&) = delete;

  [[nodiscard]] bool has(std::string_view name) const;  // present and not null
  [[nodiscard]] std::string text(std::string_view name,
                                 std::size_t bytes_max = limits::text_bytes_max);
  [[nodiscard]] std::string text_or(std::string_view name, std::string fallback,
                                    std::size_t bytes_max = limits::text_bytes_max);
  [[nodiscard]] std::string one_of(std::string_view name,
                                   std::initializer_list<std::string_view> words);
  [[nodiscard]] std::int64_t integer(std::string_view name, std::int64_t min, std::int64_t max);
  [[nodiscard]] std::int64_t integer_or(std::string_view name, std::int64_t fallback,
                                        std::int64_t min, std::int64_t max);
  [[nodiscard]] bool boolean_or(std::string_view name, bool fallback);
  [[nodiscard]] Instant instant(std::string_view name);
  [[nodiscard]] std::optional<Instant> instant_if(std::string_view name);
  [[nodiscard]] Hash hash(std::string_view name);  // 64 hex digits
  [[nodiscard]] Bytes base64(std::string_view name, std::size_t bytes_max);
  template <typename Id>
  [[nodiscard]] Id id(std::string_view name) {
    auto bytes = uuid(name);
    return Id{bytes};
  }
  template <typename Tag>
  [[nodiscard]] Fixed32<Tag> fixed(std::string_view name) {
    return Fixed32<Tag>{hash(name).bytes};
  }
  [[nodiscard]] std::vector<std::string> texts(
      std::string_view name, std::size_t count_max,
      std::size_t bytes_max = limits::text_bytes_max);  // required
  [[nodiscard]] std::vector<std::string> texts_or_none(
      std::string_view name, std::size_t count_max, std::size_t bytes_max = limits::text_bytes_max);
  // Each element of a required array, through its own Reader; `each` reads and need not call
  // finish().
  void objects(std::string_view name, std::size_t count_max,
               const std::function<void(Reader&)>& each);
  void objects_or_none(std::string_view name, std::size_t count_max,
                       const std::function<void(Reader&)>& each);
  // A required (optional) member object, read by `read`.
  void object(std::string_view name, const std::function<void(Reader&)>& read);
  bool object_if(std::string_view name, const std::function<void(Reader&)>& read);
  // The member as it is (an empty object when absent), for bodies that another room reads. Once,
  // when the reader owns the value.
  [[nodiscard]] Value any(std::string_view name);

  // Remembers an error of the caller's own at this member, unless one came before it.
  void refuse(std::string_view name, Code code, std::string what);
  [[nodiscard]] bool ok() const { return !error_; }
  [[nodiscard]] Result<void> finish();

 private:
  Reader(const Value& value, const Reader& parent, std::string_view name, std::size_t index);

  const Value* take(std::string_view name);           // optional: null when absent
  const Value* take_required(std::string_view name);  // remembers missing_field
  std::array<std::uint8_t, 16> uuid(std::string_view name);
  void each_of(const Value* list, std::string_view name, std::size_t count_max,
               const std::function<void(Reader&)>& each);
  void close();  // notes unknown members
  [[nodiscard]] std::string pointer() const;

  // The pointer is put together when an error needs it: of the parent, then name, then index.
  static constexpr std::size_t no_index = SIZE_MAX;
  const Reader* parent_ = nullptr;
  std::string_view name_;
  std::size_t index_ = no_index;
  std::string pointer_;

  Value own_;
  const Object* object_ = nullptr;
  std::vector<bool> asked_;  // by the member's place
  std::optional<Error> error_;
};

}  // namespace comity::json

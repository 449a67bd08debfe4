#pragma once
// The tables of a TOML text: TOML 1.0, "Keys", "Table", "Inline Table", "Array of Tables". Private.
#include <cstdint>
#include <deque>
#include <map>
#include <memory>
#include <vector>

#include "json/value.h"
#include "toml/cursor.h"

namespace comity::toml {

// A table, an array or a value. Those that one holds are named by their place among all.
struct Item {
  enum class Kind : std::uint8_t { value, array, table };
  Kind kind = Kind::value;
  bool closed = false;   // written whole: {…}, […] or a value; nothing is added from outside
  bool defined = false;  // a table whose own header, or whose dotted key, has been read
  bool dotted = false;   // a table made by dotted keys
  int line = 1;
  std::uint32_t depth = 0, pointer_bytes = 0;
  std::string_view key;  // of a table's member
  json::Value value;
  std::vector<std::uint32_t> held;
  // Of a large table: its members by key. Small ones are looked through.
  std::unique_ptr<std::map<std::string_view, std::uint32_t>> index;
};

class Reader {
 public:
  // Both outlive the reader; keys are views of the text or of what the reader keeps.
  Reader(std::string_view text, const std::string& name) : in_(text, name) {}

  // items()[0] is the root afterwards.
  [[nodiscard]] Result<void> run();
  [[nodiscard]] std::vector<Item>& items() { return items_; }

 private:
  using At = std::uint32_t;
  using Key = std::vector<std::string_view>;

  [[nodiscard]] Result<void> header();
  [[nodiscard]] Result<void> member(At table);
  [[nodiscard]] Result<At> value(At holder, std::string_view key, int nested);
  [[nodiscard]] Result<void> array(At at, int nested);
  [[nodiscard]] Result<void> inline_table(At at, int nested);
  [[nodiscard]] Result<void> key(Key& out);
  [[nodiscard]] Result<std::string_view> key_part();
  [[nodiscard]] Result<void> comment();
  [[nodiscard]] Result<void> line_end();
  [[nodiscard]] Result<void> gaps();  // blanks, comments and line breaks

  [[nodiscard]] Result<At> step_of_header(At from, std::string_view part);
  [[nodiscard]] Result<At> step_of_key(At from, std::string_view part);
  [[nodiscard]] Result<At> add(At holder, std::string_view key, Item::Kind kind);
  [[nodiscard]] At find(At table, std::string_view key) const;

  static constexpr At none = 0xffffffff;

  Cursor in_;
  std::vector<Item> items_;
  std::deque<std::string> quoted_;  // keys that are no views of the text
  At table_ = 0;                    // of the last header
  int nested_ = 0;
};

}  // namespace comity::toml

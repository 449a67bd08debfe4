#include "node/object_block.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <iterator>

#include "base/limits_alert.h"
#include "node/work.h"

namespace comity::node {
namespace {

enum Flag : unsigned { revoked = 1, first = 2, last = 4, newest_spec = 8, old = 32, csirts = 64 };
constexpr unsigned personal_shift = 7;  // above the flags: a set of stix::Personal

std::unexpected<Error> corrupt(std::string_view what) {
  return fail(Code::corrupt, "a block of objects cannot be read: " + std::string(what) +
                                 "; run: comity store rebuild");
}

// Fields apart by blanks, entries by semicolons.
class Cursor {
 public:
  explicit Cursor(std::string_view text) : text_(text) {}
  [[nodiscard]] bool at_end() const { return text_.empty(); }
  [[nodiscard]] bool failed() const { return failed_; }
  std::string_view word(char end) {
    std::size_t size = text_.find(end);
    if (size == std::string_view::npos) return failed_ = true, std::string_view();
    std::string_view out = text_.substr(0, size);
    text_.remove_prefix(size + 1);
    return out;
  }
  template <typename Number>
  Number number(int base) {
    std::string_view text = word(' ');
    Number out = 0;
    auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), out, base);
    failed_ |= error != std::errc() || end != text.data() + text.size();
    return out;
  }
  std::optional<stix::Tlp> label() {
    std::string_view text = word(' ');
    if (text == "-") return std::nullopt;
    failed_ |= text.size() != 1 || text[0] < '0' || text[0] > '4';
    return failed_ ? std::nullopt : std::optional(static_cast<stix::Tlp>(text[0] - '0'));
  }
  // "-": ours; "+": ours and bound; "*": from elsewhere; "*NAME": a client's; a member's id, "/"
  // and its origin's.
  void source(ObjectBlock::Kind& kind) {
    std::string_view text = word(' ');
    if (text == "-") return;
    if (text == "+") return static_cast<void>(kind.bound = true);
    if (text.starts_with('*')) {
      kind.client = text.substr(1);
      kind.elsewhere = kind.client.empty();
      return;
    }
    std::size_t slash = text.find('/');
    kind.from = member(text.substr(0, slash));
    if (slash != std::string_view::npos) kind.origin = member(text.substr(slash + 1));
  }

 private:
  std::optional<MemberId> member(std::string_view text) {
    auto id = member_id_from_text(text);
    failed_ |= !id;
    return id ? std::optional(*id) : std::nullopt;
  }

  std::string_view text_;
  bool failed_ = false;
};

std::string text_of(const std::optional<stix::Tlp>& label) {
  return label ? std::to_string(static_cast<int>(*label)) : "-";
}

std::string source_of(const ObjectBlock::Kind& kind) {
  if (kind.elsewhere || !kind.client.empty()) return "*" + kind.client;
  if (!kind.from) return kind.bound ? "+" : "-";
  return to_hex(*kind.from) + (kind.origin ? "/" + to_hex(*kind.origin) : "");
}

}  // namespace

std::string object_key(std::string_view collection, Added added) {
  return fmt::format("{}/{:016x}", collection, added);
}

Result<Added> added_of_key(std::string_view key) {
  Added added = 0;
  std::string_view digits = key.substr(key.rfind('/') + 1);
  auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), added, 16);
  if (error != std::errc()) return fail(Code::corrupt, "an object's key has no time");
  return added;
}

std::size_t ObjectBlock::kind_of(const Kind& kind) {
  auto at = std::ranges::find(kinds, kind);
  if (at == kinds.end()) at = kinds.insert(at, kind);
  return static_cast<std::size_t>(at - kinds.begin());
}

std::size_t ObjectBlock::bytes_size() const {
  return entries.empty() ? 0 : entries.back().begin + entries.back().size;
}

bool ObjectBlock::is_full() const {
  return entries.size() >= limits::object_block_objects_max ||
         bytes_size() >= limits::object_block_bytes_full;
}

ObjectEntry* ObjectBlock::find(Added added) {
  auto at = std::ranges::lower_bound(entries, added, {}, &ObjectEntry::added);
  return at == entries.end() || at->added != added ? nullptr : &*at;
}

bool ObjectBlock::has_type(std::string_view type) const {
  return std::ranges::any_of(entries, [&](const ObjectEntry& each) { return each.type() == type; });
}

void ObjectBlock::count() {
  std::size_t begin = 0;
  for (ObjectEntry& each : entries) {
    each.begin = begin;
    begin += each.size + 1;
  }
}

std::string ObjectBlock::write() const {
  std::string out = "\"";
  Added before = first_;
  for (const ObjectEntry& each : entries) {
    const Kind& kind = kinds[each.kind];
    unsigned flags = (each.revoked ? Flag::revoked : 0u) | (each.first ? Flag::first : 0u) |
                     (each.last ? Flag::last : 0u) | (each.newest_spec ? Flag::newest_spec : 0u) |
                     (each.spec == "2.0" ? Flag::old : 0u) | (kind.csirts ? Flag::csirts : 0u) |
                     unsigned{kind.personal} << personal_shift;
    fmt::format_to(std::back_inserter(out), "{:x} {} {} {} {} {:x} {} {:x} {:x} {:x} {};",
                   each.added - before, text_of(kind.tlp), source_of(kind), text_of(each.defines),
                   each.version, flags, each.markings.empty() ? "-" : each.markings, each.position,
                   each.at, each.size, each.id);
    before = each.added;
  }
  return out += '"';
}

Result<ObjectBlockPtr> ObjectBlock::read(Added first_added, std::string text) {
  auto block = std::make_shared<ObjectBlock>(first_added);
  std::string_view kept = block->keep(std::move(text));
  if (kept.size() < 2 || kept.front() != '"' || kept.back() != '"') return corrupt("its quotes");
  block->entries.reserve(limits::object_block_objects_max);
  Added before = first_added;
  for (Cursor in(kept.substr(1, kept.size() - 2)); !in.at_end();) {
    ObjectEntry& each = block->entries.emplace_back();
    each.added = before += in.number<Added>(16);
    Kind kind{.tlp = in.label()};
    in.source(kind);
    each.defines = in.label();
    each.version = in.word(' ');
    auto flags = in.number<unsigned>(16);
    each.markings = in.word(' ');
    if (each.markings == "-") each.markings = {};
    each.position = in.number<std::uint64_t>(16);
    each.at = in.number<std::size_t>(16);
    each.size = in.number<std::size_t>(16);
    each.id = in.word(';');
    each.revoked = flags & Flag::revoked;
    each.first = flags & Flag::first;
    each.last = flags & Flag::last;
    each.newest_spec = flags & Flag::newest_spec;
    kind.csirts = flags & Flag::csirts;
    kind.personal = static_cast<stix::Personal>(flags >> personal_shift & stix::personal_any);
    each.kind = block->kind_of(kind);
    each.spec = flags & Flag::old ? "2.0" : "2.1";
    if (in.failed()) return corrupt("entry " + std::to_string(block->entries.size()));
  }
  block->count();
  return block;
}

namespace {

Result<std::string> bytes_of_journal(View& view, const ObjectBlock& block) {
  std::string out, record;
  std::optional<std::uint64_t> held;
  for (const ObjectEntry& each : block.entries) {
    if (held != each.position) {
      TRY(record, load_bytes(view, each.position));
      held = each.position;
    }
    if (each.at > record.size() || each.size > record.size() - each.at)
      return fail(Code::corrupt, "an object lies outside its record", std::string(each.id));
    if (!out.empty()) out += ',';
    out.append(record, each.at, each.size);
  }
  return out;
}

}  // namespace

Result<std::string> block_bytes(Overlay& rows, const std::string& key, const ObjectBlock& block) {
  TRY(auto row, rows.text(Space::object_bytes, key));
  if (row && row->value.size() == block.bytes_size()) return std::move(row->value);
  return bytes_of_journal(rows.below(), block);
}

Result<void> restore_bytes(Group& group, Instant now) {
  constexpr std::size_t at_once = 64;
  for (std::string after;;) {
    TRY(auto rows, group.scan(Space::object, "", after, at_once));
    for (KeyedRow& row : rows) {
      after = row.key;
      TRY(Added first_added, added_of_key(row.key));
      TRY(ObjectBlockPtr block, ObjectBlock::read(first_added, std::move(row.row.value)));
      TRY(std::string bytes, bytes_of_journal(group, *block));
      Plan plan;
      plan.rows.push_back({Space::object_bytes, std::move(row.key), std::move(bytes)});
      TRY_VOID(group.apply(plan, now));
    }
    if (rows.size() < at_once) break;
  }
  for (std::string after;;) {
    TRY(auto rows, group.scan(Space::object_bytes, "", after, at_once));
    for (KeyedRow& row : rows) {
      after = row.key;
      TRY(auto block, group.get(Space::object, row.key));
      if (block) continue;
      Plan plan;
      plan.rows.push_back({Space::object_bytes, std::move(row.key), std::nullopt});
      TRY_VOID(group.apply(plan, now));
    }
    if (rows.size() < at_once) return {};
  }
}

}  // namespace comity::node

#include "node/objects.h"

#include <fmt/format.h>

#include <charconv>
#include <iterator>
#include <utility>

#include "crypto/hash.h"

namespace comity::node {
namespace {

// The next word and the blank before it; empty: there is none.
std::string_view next_word(std::string_view& text) {
  if (text.empty() || text.front() != ' ') return {};
  text.remove_prefix(1);
  std::string_view word = text.substr(0, text.find(' '));
  text.remove_prefix(word.size());
  return word;
}

Result<ObjectVersion> version_from_text(std::string_view text) {
  ObjectVersion version;
  auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), version.added, 16);
  text.remove_prefix(static_cast<std::size_t>(end - text.data()));
  version.version = next_word(text);
  version.spec = next_word(text);
  bool sound = error == std::errc() && !version.version.empty() &&
               (version.spec == "2.0" || version.spec == "2.1");
  if (text.starts_with(" revoked")) {
    version.revoked = true;
    next_word(text);
  }
  if (text.starts_with(" dropped")) {
    next_word(text);
    auto sha256 = hash_from_hex(next_word(text));
    std::string_view digits = next_word(text);
    std::uint64_t position = 0;
    auto [behind, wrong] =
        std::from_chars(digits.data(), digits.data() + digits.size(), position, 16);
    std::string created_by(next_word(text));
    sound &= sha256.has_value() && wrong == std::errc() && !created_by.empty();
    if (created_by == "-") created_by.clear();
    if (sound) version.dropped = {*sha256, position, std::move(created_by)};
  }
  if (!sound || !text.empty())
    return fail(Code::corrupt, "an object's versions cannot be read; run: comity store rebuild");
  return version;
}

HeldObject held_of(const ObjectBlock& block, const ObjectEntry& entry) {
  return {.id = std::string(entry.id),
          .version = std::string(entry.version),
          .kind = block.kinds[entry.kind],
          .revoked = entry.revoked,
          .markings = std::string(entry.markings),
          .position = entry.position,
          .at = entry.at,
          .size = entry.size};
}

// As it lies in its block; none: it is in none.
Result<std::optional<HeldObject>> held_at(Overlay& rows, std::string_view collection, Added added) {
  TRY(auto found, block_at(rows, collection, added));
  const ObjectEntry* entry = found ? found->block->find(added) : nullptr;
  if (!entry) return std::nullopt;
  return held_of(*found->block, *entry);
}

}  // namespace

std::string object_id_key(std::string_view collection, std::string_view id) {
  return fmt::format("{}/{}", collection, id);
}

std::string object_type_prefix(std::string_view collection, std::string_view type) {
  return fmt::format("{}/{}/", collection, type);
}

std::string write(const std::vector<ObjectVersion>& versions) {
  std::string out = "\"";
  for (const ObjectVersion& each : versions) {
    fmt::format_to(std::back_inserter(out), "{:x} {} {}{}", each.added, each.version, each.spec,
                   each.revoked ? " revoked" : "");
    if (const auto& dropped = each.dropped)
      fmt::format_to(std::back_inserter(out), " dropped {} {:x} {}", to_hex(dropped->sha256),
                     dropped->position, dropped->created_by.empty() ? "-" : dropped->created_by);
    out += ';';
  }
  return out += '"';
}

Result<std::vector<ObjectVersion>> object_versions_from_text(std::string_view text) {
  if (text.size() < 2 || text.front() != '"' || text.back() != '"')
    return fail(Code::corrupt, "an object's versions are no text; run: comity store rebuild");
  std::vector<ObjectVersion> versions;
  for (text = text.substr(1, text.size() - 2); !text.empty();) {
    std::size_t end = text.find(';');
    if (end == std::string_view::npos)
      return fail(Code::corrupt, "an object's versions end early; run: comity store rebuild");
    TRY(ObjectVersion version, version_from_text(text.substr(0, end)));
    versions.push_back(std::move(version));
    text.remove_prefix(end + 1);
  }
  return versions;
}

Result<std::vector<ObjectVersion>> object_versions(Overlay& rows, std::string_view collection,
                                                   std::string_view id) {
  if (id.empty()) return std::vector<ObjectVersion>{};
  TRY(auto row, rows.text(Space::object_id, object_id_key(collection, id)));
  if (!row) return std::vector<ObjectVersion>{};
  return object_versions_from_text(row->value);
}

Result<std::optional<FoundBlock>> block_at(Overlay& rows, std::string_view collection,
                                           Added added) {
  std::string prefix = std::string(collection) + "/";
  TRY(auto row, rows.last_until(Space::object, prefix, object_key(collection, added)));
  if (!row) return std::nullopt;
  TRY(Added first, added_of_key(row->key));
  TRY(ObjectBlockPtr block, ObjectBlock::read(first, std::move(row->row.value)));
  return FoundBlock{std::move(row->key), std::move(block)};
}

Result<std::vector<HeldObject>> held_versions(Overlay& rows, std::string_view collection,
                                              std::string_view id) {
  std::vector<HeldObject> held;
  TRY(auto versions, object_versions(rows, collection, id));
  for (const ObjectVersion& each : versions) {
    if (each.dropped) continue;
    TRY(auto object, held_at(rows, collection, each.added));
    if (!object)
      return fail(Code::corrupt, "an object is in no block: run comity store rebuild",
                  each.version);
    held.push_back(*std::move(object));
  }
  return held;
}

Result<std::optional<HeldObject>> last_version(Overlay& rows, std::string_view collection,
                                               std::string_view id) {
  TRY(auto held, held_versions(rows, collection, id));
  if (held.empty()) return std::nullopt;
  return std::move(held.back());
}

Result<std::string> bytes_of_object(Work& work, const HeldObject& object) {
  TRY(const Record* made, work.made(object.position));
  std::string entry;
  if (!made) {
    TRY(entry, load_bytes(work, object.position));
  }
  const std::string& bytes = made ? made->bytes : entry;
  if (object.at > bytes.size() || object.size > bytes.size() - object.at)
    return fail(Code::corrupt, "an object lies outside its record", object.id);
  return bytes.substr(object.at, object.size);
}

Result<MarkingLabel> label_of_marking(Overlay& rows, const std::string& collection,
                                      const std::string& id, const ObjectBlock::Kind& of) {
  if (auto tlp = stix::tlp_of_id(id)) return MarkingLabel{.here = true, .tlp = tlp};
  TRY(auto versions, object_versions(rows, collection, id));
  if (versions.empty() || versions.back().dropped) return MarkingLabel{};
  TRY(auto found, block_at(rows, collection, versions.back().added));
  const ObjectEntry* entry = found ? found->block->find(versions.back().added) : nullptr;
  if (!entry || !found->block->kinds[entry->kind].speaks_for(of)) return MarkingLabel{};
  return MarkingLabel{.here = true, .tlp = entry->defines};
}

json::Array to_json(const std::vector<Taken::Entry>& list) {
  json::Array out;
  for (const Taken::Entry& entry : list)
    out.push_back(
        json::Object{{"id", entry.id}, {"version", entry.version}, {"message", entry.message}});
  return out;
}

}  // namespace comity::node

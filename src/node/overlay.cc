#include "node/overlay.h"

namespace comity::node {
namespace {

constexpr std::size_t page_rows = 256;

Result<json::Value> parse_row(Space space, std::string_view key, std::string_view text) {
  auto value = json::parse(text, {.bytes_max = limits::alert_act_bytes_max});
  if (!value)
    return fail(Code::corrupt, "a stored row cannot be read: " + value.error().what,
                std::string(space_name(space)) + "/" + std::string(key));
  return *std::move(value);
}

}  // namespace

Result<std::optional<Row>> Overlay::text(Space space, std::string_view key) {
  Key at{space, std::string(key)};
  if (auto own = changed_.find(at); own != changed_.end()) {
    if (!own->second.value) return std::nullopt;
    return Row{*own->second.value, 0};
  }
  TRY(std::optional<Row> row, below_.get(space, key));
  read_.emplace(std::move(at), row ? row->version : 0);
  return row;
}

Result<std::optional<json::Value>> Overlay::get(Space space, std::string_view key) {
  TRY(std::optional<Row> row, text(space, key));
  if (!row) return std::nullopt;
  TRY(json::Value value, parse_row(space, key, row->value));
  return value;
}

void Overlay::put(Space space, std::string key, const json::Value& value) {
  changed_[{space, std::move(key)}] = {json::write(value), part_};
}

void Overlay::put_text(Space space, std::string key, std::string text) {
  changed_[{space, std::move(key)}] = {std::move(text), part_};
}

Result<std::optional<KeyedRow>> Overlay::last_until(Space space, std::string_view prefix,
                                                    std::string_view key) {
  std::optional<KeyedRow> mine;
  for (auto at = changed_.upper_bound({space, std::string(key)});
       at != changed_.begin() && !mine;) {
    --at;
    if (at->first.first != space || !at->first.second.starts_with(prefix)) break;
    if (at->second.value) mine = {at->first.second, {*at->second.value, 0}};
  }
  for (std::string until(key);;) {
    TRY(auto below, below_.last_until(space, prefix, until));
    if (!below || (mine && below->key <= mine->key)) return mine;
    if (!changed_.contains({space, below->key})) {
      read_.emplace(Key{space, below->key}, below->row.version);
      return below;
    }
    // Deleted here, or it were found above. Keys are text: none has a byte 0xff, so that all below
    // this one are below what follows.
    until = std::move(below->key);
    if (until.back() == 0)
      until.pop_back();
    else
      until.back() = static_cast<char>(until.back() - 1), until += '\xff';
    if (!until.starts_with(prefix)) return mine;
  }
}

void Overlay::erase(Space space, std::string key) {
  changed_[{space, std::move(key)}] = {std::nullopt, part_};
}

Result<void> Overlay::scan(
    Space space, std::string_view prefix,
    const std::function<Result<Walk>(const std::string& key, const json::Value&)>& each) {
  std::map<std::string, std::optional<std::string>> own;
  for (const auto& [at, change] : changed_)
    if (at.first == space && at.second.starts_with(prefix)) own.emplace(at.second, change.value);

  auto visit = [&](const std::string& key, const std::string& text) -> Result<Walk> {
    TRY(json::Value value, parse_row(space, key, text));
    return each(key, value);
  };
  auto mine = own.begin();
  // Visits our own rows up to (not including) `limit`; an empty limit means all that are left.
  auto visit_own_before = [&](const std::string* limit) -> Result<Walk> {
    for (; mine != own.end() && (!limit || mine->first < *limit); ++mine) {
      if (!mine->second) continue;
      TRY(Walk go, visit(mine->first, *mine->second));
      if (go == Walk::stop) return Walk::stop;
    }
    return Walk::on;
  };

  std::string after;
  for (bool more = true; more;) {
    TRY(auto rows, below_.scan(space, prefix, after, page_rows));
    more = rows.size() == page_rows;
    for (const KeyedRow& row : rows) {
      after = row.key;
      TRY(Walk go, visit_own_before(&row.key));
      if (go == Walk::stop) return {};
      if (mine != own.end() && mine->first == row.key) continue;  // ours replaces it; visited next
      TRY(Walk next, visit(row.key, row.row.value));
      if (next == Walk::stop) return {};
    }
  }
  TRY_VOID(visit_own_before(nullptr));
  return {};
}

std::vector<Expect> Overlay::expects() const {
  std::vector<Expect> out;
  out.reserve(read_.size());
  for (const auto& [at, version] : read_) out.push_back({at.first, at.second, version});
  return out;
}

}  // namespace comity::node

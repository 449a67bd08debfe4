#include "sweep/indicators.h"

#include <algorithm>

#include "base/limits_sweep.h"
#include "stix/bundle.h"
#include "sweep/international.h"
#include "sweep/stix_values.h"

namespace comity::sweep {

Indicator Indicators::at(std::size_t index) const {
  const Row& row = rows_[index];
  return {row.kind, row.form, row.decisive,
          std::string_view(values_).substr(row.value_at, row.value_size)};
}

Origin Indicators::origin(std::size_t index) const {
  const Row& row = rows_[index];
  if (row.source == no_list) return origins_[row.number];
  Origin origin;
  origin.alert = lists_[row.source];
  origin.id = "line " + std::to_string(row.number);
  return origin;
}

std::string_view Indicators::definition(std::string_view id) const {
  auto at = definitions_.find(id);
  return at == definitions_.end() ? std::string_view() : at->second;
}

std::uint64_t Indicators::origin_number(std::size_t index) const {
  return std::uint64_t{rows_[index].source} << 32 | rows_[index].number;
}

Result<void> Loader::keep(const Item& item, std::uint32_t source, std::uint32_t number,
                          bool decisive) {
  if (std::string_view list = leave_out_ ? leave_out_(item) : ""; !list.empty()) {
    Tally& tally = made_.tally_;
    ++tally.warned;
    if (tally.warned_told.size() < limits::sweep_told_max)
      tally.warned_told.push_back(
          (source == Indicators::no_list ? made_.origins_[number].id
                                         : made_.lists_[source] + ":" + std::to_string(number)) +
          ": " + item.value + " is on the warning list " + std::string(list));
    return {};
  }
  if (made_.rows_.size() >= limits::sweep_indicators_max)
    return fail(Code::too_large, "more than 16,000,000 values to look for: sweep in parts");
  made_.rows_.push_back({made_.values_.size(), source, number,
                         static_cast<std::uint16_t>(item.value.size()), item.kind, item.form,
                         decisive});
  made_.values_ += item.value;
  ++made_.tally_.values;
  return {};
}

void Loader::refuse(std::string where, std::string_view why) {
  Tally& tally = made_.tally_;
  ++tally.refused;
  if (tally.told.size() < limits::sweep_told_max)
    tally.told.push_back(std::move(where.append(": ").append(why)));
}

Result<void> Loader::add_list(std::string_view name, std::string_view text) {
  if (text.size() > limits::sweep_list_bytes_max)
    return fail(Code::too_large, "a list of indicators has at most 1 GiB", std::string(name));
  if (text.starts_with("\xef\xbb\xbf")) text.remove_prefix(3);
  auto source = static_cast<std::uint32_t>(made_.lists_.size());
  made_.lists_.emplace_back(name);
  for (std::uint32_t number = 1; !text.empty(); ++number) {
    std::size_t end = std::min(text.find('\n'), text.size());
    auto line = value_of_line(text.substr(0, end));
    text.remove_prefix(std::min(end + 1, text.size()));
    if (line.empty()) continue;
    ++made_.tally_.given;
    auto where = [&] { return std::string(name) + ":" + std::to_string(number); };
    if (line.size() > limits::sweep_list_line_bytes_max) {
      refuse(where(), "a line has at most 4096 bytes");
      continue;
    }
    auto items = items_from_text(line);
    if (!items) {
      refuse(where(), items.error().what);
      continue;
    }
    ++made_.tally_.taken;
    for (const Item& item : in_both_forms(*std::move(items)))
      TRY_VOID(keep(item, source, number, true));
  }
  return {};
}

Result<void> Loader::add_bundle(std::string_view name, std::string_view text) {
  auto number = alerts_.size();
  alerts_.emplace_back(name);
  TRY(stix::Bundle bundle,
      stix::read_bundle(text, [&](const stix::Reading& reading) { look(number, reading); }));
  if (!bundle.id.empty()) alerts_[number] = bundle.id;  // known only now
  return check_size();
}

Result<void> Loader::add_object(std::string_view name, std::string_view bytes) {
  if (alerts_.empty() || alerts_.back() != name) alerts_.emplace_back(name);
  look(alerts_.size() - 1, stix::read_object(bytes));
  return check_size();
}

Result<void> Loader::check_size() const {
  if (versions_.size() <= limits::sweep_indicators_max) return {};
  return fail(Code::too_large, "more than 16,000,000 indicators: sweep in parts");
}

void Loader::look(std::size_t alert, const stix::Reading& reading) {
  bool refused = !reading.object && reading.id.starts_with("indicator--");
  if (refused || (reading.object && reading.object->type == "indicator"))
    return take(alert, reading);
  if (reading.object && reading.object->type == "marking-definition")
    made_.definitions_.try_emplace(reading.object->id, reading.object->bytes);
}

std::uint32_t Loader::marked_with(const std::vector<std::string>& refs) {
  if (refs.empty()) return 0;
  auto [at, fresh] = marked_.try_emplace(refs, static_cast<std::uint32_t>(made_.markings_.size()));
  if (fresh) made_.markings_.push_back(refs);
  return at->second;
}

void Loader::take(std::size_t alert, const stix::Reading& reading) {
  ++made_.tally_.given;
  if (!reading.object) {
    refuse(reading.id, reading.findings.list.empty() ? "is not a STIX indicator"
                                                     : stix::to_text(reading.findings.list[0]));
    return;
  }
  const stix::Object& object = *reading.object;
  Version version;
  version.modified = object.modified ? object.modified->at : stix::Moment{};
  version.revoked = object.revoked;
  const json::Value* name = reading.value.find("name");
  version.alert = alert;
  version.origin = {"",
                    object.id,
                    name && name->as_string() ? *name->as_string() : "",
                    object.valid_from,
                    object.valid_until,
                    object.confidence,
                    marked_with(object.object_marking_refs)};
  auto [held, fresh] = versions_.try_emplace(object.id);
  if (!fresh) ++made_.tally_.superseded;
  if (!fresh && version.modified < held->second.modified) return;
  if (!version.revoked)
    for (StixValue& value : values_of(object))
      version.values.push_back({std::move(value.item), value.decisive});
  held->second = std::move(version);
}

bool Loader::is_valid(const Version& version) {
  Tally& tally = made_.tally_;
  if (version.revoked) return ++tally.revoked, false;
  if (version.origin.valid_until && *version.origin.valid_until <= now_)
    return ++tally.expired, false;
  if (version.origin.valid_from && now_ < *version.origin.valid_from) return ++tally.not_yet, false;
  if (version.values.empty()) return ++tally.unusable, false;
  return true;
}

Result<void> Loader::add(Origin origin, const std::vector<Item>& items, bool decisive) {
  ++made_.tally_.given;
  Version version;
  for (const Item& item : items) version.values.push_back({item, decisive});
  version.origin = std::move(origin);
  if (!is_valid(version)) return {};
  ++made_.tally_.taken;
  auto number = static_cast<std::uint32_t>(made_.origins_.size());
  made_.origins_.push_back(std::move(version.origin));
  for (const Item& item : items) TRY_VOID(keep(item, Indicators::no_list, number, decisive));
  return {};
}

Result<Indicators> Loader::finish() {
  for (auto& [id, version] : versions_) {
    if (!is_valid(version)) continue;
    ++made_.tally_.taken;
    auto number = static_cast<std::uint32_t>(made_.origins_.size());
    version.origin.alert = alerts_[version.alert];
    made_.origins_.push_back(std::move(version.origin));
    for (const Value& value : version.values)
      TRY_VOID(keep(value.item, Indicators::no_list, number, value.decisive));
  }
  versions_.clear();
  return std::move(made_);
}

}  // namespace comity::sweep

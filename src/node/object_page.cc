#include "node/object_page.h"

#include <algorithm>

#include "base/limits_alert.h"
#include "node/overlay.h"
#include "stix/marking.h"

namespace comity::node {
namespace {

constexpr std::size_t rows_at_once = 256;

template <typename Values, typename Value>
bool is_any(const Values& wanted, const Value& value) {
  return wanted.empty() || std::ranges::find(wanted, value) != wanted.end();
}

bool is_wanted_version(const ObjectFilter::Versions& wanted, const ObjectRow& row) {
  if (wanted.all || (wanted.first && row.first) || (wanted.last && row.last)) return true;
  if (!wanted.exact.empty()) {
    auto moment = stix::moment_from_text(row.version);
    return moment && std::ranges::find(wanted.exact, *moment) != wanted.exact.end();
  }
  return !wanted.first && !wanted.last && row.last;
}

bool is_wanted(const ObjectFilter& filter, const ObjectRow& row) {
  bool spec = filter.specs.empty() ? row.newest_spec : is_any(filter.specs, row.spec);
  return spec && is_any(filter.ids, row.id) && is_any(filter.types, row.type) &&
         is_wanted_version(filter.versions, row);
}

// Reads a page's bytes; objects that were posted together share a record.
class Records {
 public:
  explicit Records(View& view) : view_(view) {}
  Result<std::string> bytes_of(const ObjectRow& row) {
    if (!held_ || position_ != row.position) {
      TRY(held_, load_bytes(view_, row.position));
      position_ = row.position;
    }
    if (row.at > held_->size() || row.size > held_->size() - row.at)
      return fail(Code::corrupt, "an object lies outside its record", row.id);
    return held_->substr(row.at, row.size);
  }

 private:
  View& view_;
  std::uint64_t position_ = 0;
  std::optional<std::string> held_;
};

class Looking {
 public:
  Looking(View& view, const Collection& collection, const alert::Reader& reader,
          const ObjectFilter& filter, std::size_t count, With with)
      : view_(view),
        records_(view),
        collection_(collection),
        reader_(reader),
        filter_(filter),
        count_(count),
        with_(with) {}

  // True when the page is full.
  Result<bool> see(Added added, ObjectRow row);
  Result<void> all();
  Result<void> by_id();
  ObjectPage& page() { return page_; }

 private:
  View& view_;
  Records records_;
  const Collection& collection_;
  const alert::Reader& reader_;
  const ObjectFilter& filter_;
  std::size_t count_;
  With with_;
  std::size_t bytes_ = 0;
  ObjectPage page_;
};

Result<bool> Looking::see(Added added, ObjectRow row) {
  if (!is_wanted(filter_, row)) return false;
  alert::Marked marked = marked_of(collection_, row);
  alert::Verdict verdict = may_see(reader_, marked, collection_.circle);
  SeenObject seen{.added = added, .row = std::move(row), .bytes = {}};
  if (verdict == alert::Verdict::shown && seen.row.granular) {
    TRY(std::string bytes, records_.bytes_of(seen.row));
    Overlay rows(view_);
    TRY(auto left, redacted_for(rows, collection_, reader_, marked, bytes));
    if (!left) verdict = alert::Verdict::field_withheld;
    if (left) seen.bytes = *std::move(left);
  } else if (verdict == alert::Verdict::shown && with_ == With::bytes) {
    TRY(seen.bytes, records_.bytes_of(seen.row));
  }
  page_.tally.add(verdict);
  if (verdict != alert::Verdict::shown) return false;
  bytes_ += seen.row.size;
  page_.objects.push_back(std::move(seen));
  return page_.objects.size() == count_ || bytes_ >= limits::taxii_page_bytes_max;
}

Result<void> Looking::all() {
  std::string prefix = collection_.id + "/";
  std::string after = object_key(collection_.id, filter_.after);
  for (std::size_t looked = 0;;) {
    TRY(auto rows, view_.scan(Space::object, prefix, after, rows_at_once));
    for (const KeyedRow& keyed : rows) {
      TRY(json::Value value, json::parse(keyed.row.value));
      TRY(ObjectRow row, object_row_from_json(value));
      TRY(Added added, added_of_key(keyed.key));
      TRY(bool full, see(added, std::move(row)));
      if (!full && ++looked < limits::taxii_scan_max) continue;
      TRY(auto more, view_.scan(Space::object, prefix, keyed.key, 1));
      if (!more.empty()) page_.next = added;
      return {};
    }
    if (rows.size() < rows_at_once) return {};
    after = rows.back().key;
  }
}

// The versions of a few objects, in the order in which they were added.
Result<void> Looking::by_id() {
  Overlay rows(view_);
  std::vector<Added> all;
  for (const std::string& id : filter_.ids) {
    TRY(auto row, rows.get(Space::object_id, object_id_key(collection_.id, id)));
    if (!row || id.empty()) continue;
    TRY(auto versions, object_versions_from_json(*row));
    for (const ObjectVersion& each : versions)
      if (each.added > filter_.after) all.push_back(each.added);
  }
  std::ranges::sort(all);
  auto repeated = std::ranges::unique(all);  // an id may be asked for twice
  all.erase(repeated.begin(), repeated.end());
  for (auto at = all.begin(); at != all.end(); ++at) {
    TRY(auto held, rows.get(Space::object, object_key(collection_.id, *at)));
    if (!held) continue;
    TRY(ObjectRow row, object_row_from_json(*held));
    TRY(bool full, see(*at, std::move(row)));
    if (!full) continue;
    if (at + 1 != all.end()) page_.next = *at;
    return {};
  }
  return {};
}

// The labels of its granular markings.
Result<std::map<std::string, stix::Tlp>> labels_of(Overlay& rows, const std::string& collection,
                                                   const stix::Object& object) {
  std::map<std::string, stix::Tlp> labels;
  for (const stix::GranularMarking& each : object.granular_markings) {
    if (each.marking_ref.empty()) continue;
    TRY(auto label, label_of_marking(rows, collection, each.marking_ref));
    if (label) labels[each.marking_ref] = *label;
  }
  return labels;
}

}  // namespace

alert::Marked marked_of(const Collection& collection, const ObjectRow& row) {
  return {.tlp = row.tlp.value_or(collection.unmarked),
          .ours = !row.from,
          .from = row.from.value_or(MemberId{})};
}

Result<std::optional<std::string>> redacted_for(Overlay& rows, const Collection& collection,
                                                const alert::Reader& reader,
                                                const alert::Marked& marked,
                                                std::string_view bytes) {
  stix::Reading reading = stix::read_object(bytes);
  if (!reading.object) return fail(Code::corrupt, "an object that was taken is none", reading.id);
  TRY(auto labels, labels_of(rows, collection.id, *reading.object));
  bool any = false;
  auto hidden = [&](std::string_view marking) {
    auto label = labels.find(std::string(marking));
    if (label == labels.end()) return false;
    alert::Marked field = marked;
    field.tlp = label->second;
    bool hide = may_see(reader, field, collection.circle) != alert::Verdict::shown;
    any |= hide;
    return hide;
  };
  auto left = stix::redact(*reading.value.as_object(), hidden);
  return any ? left : std::optional(std::string(bytes));
}

Result<ObjectPage> read_page(View& view, const Collection& collection, const alert::Reader& reader,
                             const ObjectFilter& filter, std::size_t count, With with) {
  Looking looking(view, collection, reader, filter, count, with);
  TRY_VOID(filter.ids.empty() ? looking.all() : looking.by_id());
  return std::move(looking.page());
}

Result<bool> has_object(View& view, const Collection& collection, const alert::Reader& reader,
                        const std::string& id) {
  ObjectFilter filter;
  filter.ids = {id};
  filter.specs = {"2.0", "2.1"};
  filter.versions.all = true;
  TRY(ObjectPage page, read_page(view, collection, reader, filter, 1, With::rows));
  return !page.objects.empty();
}

}  // namespace comity::node

// MISP's JSON: events with attributes and objects. Format: github.com/MISP/misp-rfc, "MISP core
// format"; the types of attributes there.
#include <algorithm>

#include "base/limits_intel.h"
#include "intel/maker.h"
#include "intel/misp_fields.h"
#include "intel/misp_value.h"

namespace comity::intel {
namespace {

using json::pointer_to;

// 0 your organisation only; 1 this community, 2 connected ones, 3 all; 4 a sharing group, which we
// cannot know; 5 what the event says. A label that is wider than that is not what was meant.
std::optional<stix::Tlp> tlp_of_distribution(const json::Value& object) {
  auto distribution = number_at(object, "distribution");
  if (distribution == 0 || distribution == 4) return stix::Tlp::amber_strict;
  if (distribution == 1) return stix::Tlp::amber;
  return std::nullopt;
}

class Event {
 public:
  Event(Maker& maker, const json::Value& event, std::string at)
      : maker_(maker), event_(event), at_(std::move(at)) {}
  void read();

 private:
  struct Attribute {
    const json::Value& value;
    std::string at, uuid, type, text;
    Instant modified;
    std::optional<stix::Tlp> tlp;
    json::Array labels;
  };
  bool head();
  void creator();
  void attribute(const json::Value& attribute, const std::string& at,
                 std::optional<stix::Tlp> around);
  void object(const json::Value& object, const std::string& at);
  // `around` is the label of the object or event that it is in.
  std::optional<Attribute> open(const json::Value& attribute, const std::string& at,
                                std::optional<stix::Tlp> around);
  [[nodiscard]] stix::Tlp counted(std::optional<stix::Tlp> tlp) const;
  [[nodiscard]] std::optional<stix::Tlp> of_both(std::optional<stix::Tlp> a,
                                                 std::optional<stix::Tlp> b) const;
  json::Object base(const Attribute& from, std::string_view type) const;
  void say(const Attribute& from, const std::vector<Fact>& facts, std::string pattern,
           const std::vector<json::Object>& observables);
  bool indicator(const Attribute& from, std::string pattern, std::string_view language);
  void observed(const Attribute& from, const std::vector<json::Object>& observables);
  void retire(const Attribute& from, const std::string& pattern);
  bool other(const Attribute& from);
  void unsaid();
  void report();

  Maker& maker_;
  const json::Value& event_;
  std::string at_, uuid_, name_, creator_;
  Instant created_{}, modified_{};
  std::optional<stix::Tlp> tlp_;
  std::set<std::string> tags_;
  std::vector<std::string> refs_;
  json::Array links_;
};

bool Event::head() {
  uuid_ = uuid_at(event_);
  auto date = date_from_text(text_at(event_, "date", 10));
  if (uuid_.empty() || !date) {
    maker_.leave(at_, "an event needs its uuid and its date");
    return false;
  }
  name_ = text_at(event_, "info", limits::intel_text_bytes_max);
  if (name_.empty()) name_ = "MISP event " + uuid_;
  // Attributes say when they were changed, not when they were made: the event's day never changes.
  created_ = Instant(*date);
  modified_ = std::max(created_, epoch_at(event_, "timestamp").value_or(created_));
  tags_ = tags_of(event_);
  auto narrowed = tlp_of_distribution(event_);
  tlp_ = strictest(tlp_of_tags(tags_), narrowed);
  if (narrowed && tlp_ == narrowed && tlp_of_tags(tags_) != narrowed)
    maker_.note(pointer_to(at_, "distribution"),
                "its distribution makes it " + std::string(stix::tlp_name(*narrowed)));
  return true;
}

// The id holds the name too: an organisation that was renamed is another version of nothing.
void Event::creator() {
  const json::Value* org = event_.find("Orgc");
  std::string name = org ? text_at(*org, "name", 255) : "";
  if (name.empty()) return;
  std::string id = derived_id("identity", "misp|org|" + uuid_at(*org) + "|" + name);
  if (maker_.give(identity(name, id), std::nullopt, pointer_to(at_, "Orgc"))) creator_ = id;
}

// What an object without a label counts as.
stix::Tlp Event::counted(std::optional<stix::Tlp> tlp) const {
  return tlp.value_or(maker_.options().tlp.value_or(maker_.options().unmarked));
}

// Of one object that says what two attributes said.
std::optional<stix::Tlp> Event::of_both(std::optional<stix::Tlp> a,
                                        std::optional<stix::Tlp> b) const {
  return a == b ? a : std::optional(std::max(counted(a), counted(b)));
}

std::optional<Event::Attribute> Event::open(const json::Value& value, const std::string& at,
                                            std::optional<stix::Tlp> around) {
  ++maker_.report.given;
  Attribute made{value,
                 at,
                 uuid_at(value),
                 text_at(value, "type", 64),
                 text_at(value, "value", limits::intel_value_bytes_max),
                 created_,
                 {},
                 {}};
  if (made.uuid.empty() || made.type.empty() || made.text.empty()) {
    maker_.leave(at, "an attribute needs uuid, type, and a value of at most 4096 bytes");
    return std::nullopt;
  }
  made.modified = std::max(created_, epoch_at(value, "timestamp").value_or(created_));
  std::set<std::string> tags = tags_of(value);
  made.tlp = strictest(strictest(around, tlp_of_tags(tags)), tlp_of_distribution(value));
  for (const std::string& tag : tags)
    if (!tag.starts_with("tlp:")) made.labels.emplace_back(tag);
  made.labels.emplace_back("misp:type=\"" + made.type + "\"");
  std::string category = text_at(value, "category", 64);
  if (!category.empty()) made.labels.emplace_back("misp:category=\"" + category + "\"");
  return made;
}

json::Object Event::base(const Attribute& from, std::string_view type) const {
  json::Object out{{"type", type},
                   {"spec_version", "2.1"},
                   {"id", derived_id(type, "misp|" + from.uuid)},
                   {"created", to_text(created_)},
                   {"modified", to_text(from.modified)},
                   {"labels", from.labels}};
  if (!creator_.empty()) out["created_by_ref"] = creator_;
  return out;
}

bool Event::indicator(const Attribute& from, std::string pattern, std::string_view language) {
  json::Object made = base(from, "indicator");
  std::string comment = text_at(from.value, "comment", limits::intel_text_bytes_max);
  if (!comment.empty()) made["description"] = comment;
  made["name"] = language == "stix" ? from.text : from.type;
  made["pattern"] = std::move(pattern);
  made["pattern_type"] = language;
  made["valid_from"] = to_text(seen_at(from.value, "first_seen").value_or(created_));
  if (truthy(from.value, "deleted")) made["revoked"] = true;
  std::string id = *made["id"].as_string();
  if (!maker_.give(std::move(made), from.tlp, from.at)) return false;
  ++maker_.report.taken;
  refs_.push_back(id);
  return true;
}

// What is not for detection any more: the indicator that it was is taken back.
void Event::retire(const Attribute& from, const std::string& pattern) {
  json::Object made = base(from, "indicator");
  if (!maker_.held(*made["id"].as_string())) return;
  made["name"] = from.text;
  made["pattern"] = pattern;
  made["pattern_type"] = "stix";
  made["valid_from"] = to_text(seen_at(from.value, "first_seen").value_or(created_));
  made["revoked"] = true;
  if (maker_.give(std::move(made), from.tlp, from.at))
    maker_.note(from.at, "is no longer for detection: its indicator is revoked");
}

void Event::observed(const Attribute& from, const std::vector<json::Object>& observables) {
  std::vector<std::string> ids;
  for (json::Object each : observables) {
    for (auto& [name, value] : each) {
      if (value == json::Value("#0")) value = ids.front();
      if (name == "resolves_to_refs") value = json::Array{ids.front()};
    }
    std::string id = maker_.observe(std::move(each), from.tlp, from.at);
    if (id.empty()) return;
    ids.push_back(std::move(id));
  }
  Instant first = seen_at(from.value, "first_seen").value_or(from.modified);
  Instant last = seen_at(from.value, "last_seen").value_or(first);
  json::Object made = base(from, "observed-data");
  made["first_observed"] = to_text(std::min(first, last));
  made["last_observed"] = to_text(std::max(first, last));
  made["number_observed"] = 1;
  made["object_refs"] = json::Array(ids.begin(), ids.end());
  if (truthy(from.value, "deleted")) made["revoked"] = true;
  std::string id = *made["id"].as_string();
  if (!maker_.give(std::move(made), from.tlp, from.at)) return;
  ++maker_.report.taken;
  refs_.push_back(id);
}

void Event::say(const Attribute& from, const std::vector<Fact>& facts, std::string pattern,
                const std::vector<json::Object>& observables) {
  if (truthy(from.value, "to_ids")) {
    (void)indicator(from, std::move(pattern), "stix");
    return;
  }
  retire(from, pattern);
  if (observables.empty())
    return maker_.leave(from.at, "not for detection, and no observable says " + from.type);
  if (facts.size() == 2 && observables.size() == 1 && facts[1].what == Fact::What::port)
    maker_.note(from.at, "without its port");
  observed(from, observables);
}

// Rules, texts and links are no values.
bool Event::other(const Attribute& from) {
  if (from.type == "yara" || from.type == "sigma" || from.type == "snort")
    return indicator(from, from.text, from.type);
  if (from.type == "link") {
    if (counted(from.tlp) > counted(tlp_)) {
      maker_.leave(from.at,
                   "its label is stricter than the event's, among whose links it would be");
      return true;
    }
    links_.emplace_back(json::Object{{"source_name", "MISP"}, {"url", from.text}});
    ++maker_.report.taken;
    return true;
  }
  if (from.type != "text" && from.type != "comment" && from.type != "other") return false;
  if (creator_.empty()) return false;
  json::Object note = base(from, "note");
  note["content"] = from.text;
  note["object_refs"] = json::Array{creator_};
  std::string id = *note["id"].as_string();
  if (!maker_.give(std::move(note), from.tlp, from.at)) return true;
  ++maker_.report.taken;
  refs_.push_back(id);
  return true;
}

void Event::attribute(const json::Value& value, const std::string& at,
                      std::optional<stix::Tlp> around) {
  auto from = open(value, at, around);
  if (!from || other(*from)) return;
  auto facts = facts_of(from->type, from->text);
  if (!facts) return maker_.leave(at, facts.error().what);
  if (value.find("data") && from->type == "malware-sample")
    maker_.note(pointer_to(at, "data"), "the sample itself is not taken");
  say(*from, *facts, all_of(*facts), observables_of(*facts));
}

// The hashes of a file object are of one file: any of them says it. Of other objects each attribute
// stands for itself.
void Event::object(const json::Value& object, const std::string& at) {
  const json::Array& attributes = list_at(object, "Attribute");
  bool file = text_at(object, "name", 255) == "file";
  // Its attributes mostly say 5, "as the object": they are no wider than it.
  std::optional<stix::Tlp> around = strictest(tlp_, tlp_of_distribution(object));
  std::optional<Attribute> first;
  std::vector<Fact> facts, hashes;
  for (std::size_t i = 0; i < attributes.size(); ++i) {
    std::string place = pointer_to(pointer_to(at, "Attribute"), i);
    const json::Value& each = attributes[i];
    std::string type = text_at(each, "type", 64);
    bool whole =
        file && !stix_hash_name(type).empty() && truthy(each, "to_ids") && !truthy(each, "deleted");
    auto read = whole ? facts_of(type, text_at(each, "value", limits::intel_value_bytes_max))
                      : Result<std::vector<Fact>>(fail(Code::invalid, ""));
    if (!read) {
      attribute(each, place, around);
      continue;
    }
    auto opened = open(each, place, around);
    if (!opened) continue;
    hashes.push_back(read->front());
    if (first) ++maker_.report.taken;
    if (!first) {
      first.emplace(*std::move(opened));
      continue;
    }
    first->modified = std::max(first->modified, opened->modified);
    first->tlp = of_both(first->tlp, opened->tlp);
  }
  if (first) {
    if (std::string uuid = uuid_at(object); !uuid.empty()) first->uuid = uuid;
    first->modified = std::max(first->modified, epoch_at(object, "timestamp").value_or(created_));
    (void)indicator(*first, any_of(hashes), "stix");
  }
  if (!list_at(object, "ObjectReference").empty())
    maker_.leave(pointer_to(at, "ObjectReference"),
                 "relations of MISP objects have no counterpart");
}

void Event::unsaid() {
  for (const char* name : {"Galaxy", "RelatedEvent", "ShadowAttribute", "EventReport"})
    if (!list_at(event_, name).empty())
      maker_.leave(pointer_to(at_, name),
                   "is not read: its tags, if any, are labels of the report");
}

void Event::report() {
  if (refs_.empty()) return;
  bool published = truthy(event_, "published");
  json::Array labels;
  for (const std::string& tag : tags_)
    if (!tag.starts_with("tlp:")) labels.emplace_back(tag);
  for (std::size_t part = 0, at = 0; at < refs_.size(); ++part) {
    std::size_t end = std::min(at + limits::intel_refs_max, refs_.size());
    std::string key = "misp|" + uuid_ + (part > 0 ? "|" + std::to_string(part) : "");
    json::Object made{{"type", published ? "report" : "grouping"},
                      {"spec_version", "2.1"},
                      {"id", derived_id(published ? "report" : "grouping", key)},
                      {"created", to_text(created_)},
                      {"modified", to_text(modified_)},
                      {"name", name_},
                      {"object_refs", json::Array(refs_.begin() + static_cast<long>(at),
                                                  refs_.begin() + static_cast<long>(end))}};
    if (published)
      made["published"] = to_text(epoch_at(event_, "publish_timestamp").value_or(modified_));
    else
      made["context"] = "unspecified";
    if (!labels.empty()) made["labels"] = labels;
    if (!creator_.empty()) made["created_by_ref"] = creator_;
    if (!links_.empty()) made["external_references"] = links_;
    (void)maker_.give(std::move(made), tlp_, at_);
    at = end;
  }
}

void Event::read() {
  if (!event_.as_object()) return maker_.leave(at_, "an event is an object");
  if (!head()) return;
  creator();
  const json::Array& attributes = list_at(event_, "Attribute");
  for (std::size_t i = 0; i < attributes.size() && maker_.ok(); ++i)
    attribute(attributes[i], pointer_to(pointer_to(at_, "Attribute"), i), tlp_);
  const json::Array& objects = list_at(event_, "Object");
  for (std::size_t i = 0; i < objects.size() && maker_.ok(); ++i)
    object(objects[i], pointer_to(pointer_to(at_, "Object"), i));
  unsaid();
  if (maker_.ok()) report();
}

// True when there was an event, or several.
bool read_events(Maker& maker, const json::Value& value, const std::string& at) {
  if (const json::Value* event = value.find("Event")) {
    Event(maker, *event, pointer_to(at, "Event")).read();
    return true;
  }
  if (const json::Value* response = value.find("response"))
    return read_events(maker, *response, pointer_to(at, "response"));
  if (!value.as_array()) return false;
  const json::Array& list = *value.as_array();
  bool any = false;
  for (std::size_t i = 0; i < list.size() && maker.ok(); ++i) {
    bool event = list[i].find("Event") != nullptr;
    if (!event) maker.leave(pointer_to(at, i), "not an event");
    any |= event && read_events(maker, list[i], pointer_to(at, i));
  }
  return any;
}

}  // namespace

Result<Report> read_misp(std::string_view text, const Options& options, const Sink& sink) {
  TRY(json::Value value, json::parse(text, {.bytes_max = limits::intel_file_bytes_max,
                                            .values_max = limits::intel_json_values_max}));
  Maker maker(options, sink);
  if (!read_events(maker, value, ""))
    return fail(Code::bad_value, "no MISP event: export events, not attributes alone");
  return maker.finish();
}

}  // namespace comity::intel

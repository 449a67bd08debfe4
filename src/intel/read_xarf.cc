// X-ARF v4: abuse reports. Schemas: xarf.org/schemas/v4 (xarf-core.json and one a type).
#include <algorithm>
#include <array>
#include <cmath>

#include "base/ids.h"
#include "base/limits_intel.h"
#include "intel/maker.h"
#include "intel/misp_value.h"
#include "stix/identifier.h"
#include "sweep/item.h"

namespace comity::intel {
namespace {

using json::pointer_to;

// In which categories the source is an attacker whom others may want to stop. Elsewhere it hosts,
// was infected or is vulnerable: a victim, or shared with others.
bool is_attacker(std::string_view category) {
  return category == "connection" || category == "messaging" || category == "reputation";
}

bool is_category(std::string_view category) {
  constexpr std::array<std::string_view, 7> all{"messaging",  "content",       "copyright",
                                                "connection", "vulnerability", "infrastructure",
                                                "reputation"};
  return std::ranges::find(all, category) != all.end();
}

class Abuse {
 public:
  Abuse(Maker& maker, const json::Value& report, std::string at)
      : maker_(maker), report_(report), at_(std::move(at)) {}
  void read();

 private:
  bool head();
  void creator();
  void source();
  void traffic(const std::string& source_id, const std::string& address);
  void values();
  void vulnerability();
  void unsaid();
  void report();
  std::string text(std::string_view name) const {
    return text_at(report_, name, limits::intel_value_bytes_max);
  }
  // What has this id of those that we make of one report.
  json::Object base(std::string_view type, std::string_view part) const;
  void indicator(const std::vector<Fact>& facts, std::string_view member);
  void observed(std::vector<std::string> ids);

  Maker& maker_;
  const json::Value& report_;
  std::string at_, uuid_, category_, type_, creator_;
  Instant created_{}, first_{}, last_{};
  std::optional<stix::Tlp> tlp_;
  json::Array labels_, refs_;
};

bool Abuse::head() {
  if (!report_.as_object() || !text("xarf_version").starts_with("4."))
    return maker_.leave(at_, "not a report of X-ARF version 4"), false;
  auto uuid = stix::identifier_from_text("xarf--" + text("report_id"));
  auto at = instant_from_text(text("timestamp"));
  category_ = text("category");
  type_ = text("type");
  if (!uuid || !at || type_.empty() || !is_category(category_))
    return maker_.leave(at_, "a report needs report_id (a UUID), timestamp, category and type"),
           false;
  // What a police force is told of by a request is not for collections and feeds.
  if (type_ == "csam" || type_ == "csem")
    return maker_.leave(at_, "reports of child abuse are not for collections: send a request"),
           false;
  uuid_ = uuid_text(uuid->uuid);
  created_ = *at;
  auto first = instant_from_text(text("first_seen")), last = instant_from_text(text("last_seen"));
  first_ = std::min(first.value_or(created_), created_);
  last_ = std::max(last.value_or(created_), first_);
  std::set<std::string> tags;
  if (const json::Value* list = report_.find("tags"); list && list->as_array())
    for (const json::Value& each : *list->as_array())
      if (each.as_string() && each.as_string()->size() <= 255 &&
          tags.size() < limits::intel_tags_max)
        tags.insert(*each.as_string());
  tlp_ = tlp_of_tags(tags);
  for (const std::string& tag : tags)
    if (!tag.starts_with("tlp:")) labels_.emplace_back(tag);
  labels_.emplace_back("xarf:" + category_ + "/" + type_);
  return true;
}

void Abuse::creator() {
  const json::Value* reporter = report_.find("reporter");
  if (!reporter) return;
  std::string org = text_at(*reporter, "org", 200), domain = text_at(*reporter, "domain", 255);
  if (org.empty()) return;
  // The contact's mail address stays out: it changes, and it may be a person's.
  std::string id = derived_id("identity", "xarf|org|" + domain + "|" + org);
  // Once: it bears the label of the report that came first, and no later one makes it wider.
  if (maker_.held(id)) {
    creator_ = id;
    ++maker_.report.present;
  } else if (maker_.give(identity(org, id), std::nullopt, pointer_to(at_, "reporter"))) {
    creator_ = id;
  }
}

json::Object Abuse::base(std::string_view type, std::string_view part) const {
  json::Object out{
      {"type", type},
      {"spec_version", "2.1"},
      {"id", derived_id(type, "xarf|" + uuid_ + (part.empty() ? "" : "|" + std::string(part)))},
      {"created", to_text(created_)},
      {"modified", to_text(created_)},
      {"labels", labels_}};
  if (!creator_.empty()) out["created_by_ref"] = creator_;
  return out;
}

void Abuse::indicator(const std::vector<Fact>& facts, std::string_view member) {
  json::Object made = base("indicator", member);
  made["name"] = facts.front().value;
  made["pattern"] = all_of(facts);
  made["pattern_type"] = "stix";
  made["valid_from"] = to_text(first_);
  if (const json::Value* given = report_.find("confidence")) {
    const double* part = given->as_double();
    const auto* whole = given->as_int();
    double confidence = part ? *part : whole ? static_cast<double>(*whole) : -1;
    if (confidence >= 0 && confidence <= 1)
      made["confidence"] = static_cast<std::int64_t>(std::lround(confidence * 100));
  }
  std::string id = *made["id"].as_string();
  if (maker_.give(std::move(made), tlp_, pointer_to(at_, member))) refs_.emplace_back(id);
}

void Abuse::observed(std::vector<std::string> ids) {
  json::Object made = base("observed-data", "");
  made["first_observed"] = to_text(first_);
  made["last_observed"] = to_text(last_);
  made["number_observed"] = 1;
  made["object_refs"] = json::Array(ids.begin(), ids.end());
  std::string id = *made["id"].as_string();
  if (maker_.give(std::move(made), tlp_, at_)) refs_.emplace_back(id);
}

// What kind of value a text is: an address, a domain, a URL or a mail address.
Result<std::vector<Fact>> facts_from_text(const std::string& text) {
  auto items = sweep::items_from_text(text);
  if (!items || items->size() != 1) return fail(Code::bad_value, "neither an address nor a name");
  switch (items->front().kind) {
    case sweep::Kind::address:
      return facts_of("ip", items->front().value);
    case sweep::Kind::domain:
      return facts_of("domain", items->front().value);
    case sweep::Kind::url:
      return facts_of("url", items->front().value);
    case sweep::Kind::mail:
      return facts_of("email", items->front().value);
    default:
      return fail(Code::bad_value, "neither an address nor a name");
  }
}

void Abuse::source() {
  std::string given = text("source_identifier");
  auto facts = facts_from_text(given);
  if (!facts) return maker_.leave(pointer_to(at_, "source_identifier"), facts.error().what);
  std::string id =
      maker_.observe(observables_of(*facts).front(), tlp_, pointer_to(at_, "source_identifier"));
  if (id.empty()) return;
  if (is_attacker(category_)) indicator(*facts, "source_identifier");
  if (facts->front().what == Fact::What::address) return traffic(id, facts->front().value);
  observed({id});
}

// From where to where, as far as the report says.
void Abuse::traffic(const std::string& source_id, const std::string& address) {
  std::string protocol = text("protocol");
  json::Object flow{{"type", "network-traffic"},
                    {"src_ref", source_id},
                    {"protocols", json::Array{address.contains(':') ? "ipv6" : "ipv4"}}};
  if (protocol == "tcp" || protocol == "udp" || protocol == "icmp")
    flow["protocols"].as_array()->emplace_back(protocol);
  std::vector<std::string> ids{source_id};
  auto target = facts_of("ip", text("destination_ip"));
  if (target) {
    std::string at = pointer_to(at_, "destination_ip");
    std::string id = maker_.observe(observables_of(*target).front(), tlp_, at);
    if (!id.empty()) flow["dst_ref"] = id, ids.push_back(id);
  }
  for (auto [from, to] : {std::pair{"source_port", "src_port"}, {"destination_port", "dst_port"}})
    if (const json::Value* port = report_.find(from); port && port->as_int()) flow[to] = *port;
  if (flow.contains("dst_ref") || flow.contains("src_port") || flow.contains("dst_port")) {
    std::string id = maker_.observe(std::move(flow), tlp_, at_);
    if (!id.empty()) ids.push_back(id);
  }
  observed(std::move(ids));
}

// What the types of report add, and whoever reads may want to stop.
void Abuse::values() {
  if (std::string url = text("url"); category_ == "content" && !url.empty()) {
    auto facts = facts_of("url", url);
    if (facts)
      indicator(*facts, "url");
    else
      maker_.leave(pointer_to(at_, "url"), facts.error().what);
  }
  if (std::string hash = text("file_hash"); !hash.empty()) {
    std::size_t colon = hash.find(':');
    auto facts =
        facts_of(hash.substr(0, colon),
                 colon == std::string::npos ? "" : std::string_view(hash).substr(colon + 1));
    if (facts && facts->front().what == Fact::What::file_hash)
      indicator(*facts, "file_hash");
    else
      maker_.leave(pointer_to(at_, "file_hash"), "not like sha256:…");
  }
  if (std::string server = text("c2_server"); !server.empty()) {
    auto facts = facts_from_text(server);
    if (facts)
      indicator(*facts, "c2_server");
    else
      maker_.leave(pointer_to(at_, "c2_server"), facts.error().what);
  }
}

void Abuse::vulnerability() {
  std::string cve = text("cve_id");
  if (!cve.starts_with("CVE-")) return;
  json::Object made = base("vulnerability", "cve_id");
  made["name"] = cve;
  made["external_references"] =
      json::Array{json::Object{{"source_name", "cve"}, {"external_id", cve}}};
  std::string id = *made["id"].as_string();
  if (maker_.give(std::move(made), tlp_, pointer_to(at_, "cve_id"))) refs_.emplace_back(id);
}

void Abuse::unsaid() {
  if (const json::Value* evidence = report_.find("evidence");
      evidence && evidence->as_array() && !evidence->as_array()->empty())
    maker_.leave(pointer_to(at_, "evidence"),
                 "evidence is not for collections: it may hold what belongs to victims");
  if (report_.find("_internal"))
    maker_.leave(pointer_to(at_, "_internal"), "is the sender's own and should not have been sent");
}

void Abuse::report() {
  if (refs_.empty()) return maker_.leave(at_, "says nothing that could be taken");
  json::Object made = base("report", "");
  made["name"] = "X-ARF " + category_ + "/" + type_ + ": " + text("source_identifier");
  made["published"] = to_text(created_);
  std::string description = text("description");
  if (!description.empty()) made["description"] = description;
  made["object_refs"] = refs_;
  if (maker_.give(std::move(made), tlp_, at_)) ++maker_.report.taken;
}

void Abuse::read() {
  ++maker_.report.given;
  if (!head()) return;
  creator();
  source();
  values();
  vulnerability();
  unsaid();
  report();
}

}  // namespace

Result<Report> read_xarf(std::string_view text, const Options& options, const Sink& sink) {
  TRY(json::Value value, json::parse(text, {.bytes_max = limits::intel_file_bytes_max,
                                            .values_max = limits::intel_json_values_max}));
  Maker maker(options, sink);
  if (!value.as_array()) {
    Abuse(maker, value, "").read();
    return maker.finish();
  }
  for (std::size_t i = 0; i < value.as_array()->size() && maker.ok(); ++i)
    Abuse(maker, (*value.as_array())[i], pointer_to("", i)).read();
  return maker.finish();
}

}  // namespace comity::intel

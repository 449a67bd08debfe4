#include "app/asking.h"

#include <filesystem>
#include <utility>

#include "app/folder.h"
#include "crypto/hash.h"
#include "toml/parse.h"

namespace comity::app {

namespace {

// What both forms have in common.
constexpr const char* blank_callback =
    R"([callback]                         # whom to telephone to make sure that this is real
name = ""
telephone = ""
languages = ["en"]

)";
constexpr const char* blank_targets = R"([[targets]]
id = "t1"
identifier_type = "email_address"  # account_id, user_name, telephone_number, ip_address, domain_name, ...
identifier = ""
service = ""
categories = ["subscriber", "traffic"]
period = { from = 2026-01-01T00:00:00Z, to = 2026-01-02T00:00:00Z }   # the past only
)";

}  // namespace

std::string blank_ask() {
  return std::string(
             R"(# A preservation request. Fill in the boxes; leave out a line that does not apply. Then:
#   comity request new PARTNER --provision ets185-29 --file ask.toml
reference = ""                     # yours
requested_authority = ""           # whom you ask
offence = { code = "data_interference", statute = "", penalty = "" }
facts_summary = ""                 # what happened, in a few sentences
relationship_to_offence = ""       # what the data have to do with it
necessity = ""                     # why they must be preserved now
intent_to_request_mla = true       # Art. 29(2)(f): a formal request will follow
domestic_legal_basis = ""          # the power under which you ask
urgency = { level = "normal", why = "" }            # normal, urgent or emergency
confidentiality = { requested = false, why = "" }
language = "en"

[requesting_authority]
name = ""
country = ""                       # two letters
kind = "poc_24_7"
office_hours = "24/7"
time_zone = ""                     # America/New_York
contact = ""

)") + blank_callback +
         R"([custodian]                        # who holds the data, if known
name = ""
location = ""
country = ""

)" + blank_targets;
}

std::string blank_order() {
  return std::string(
             R"(# A domestic preservation order. Fill in the boxes; leave out a line that does not apply. Then:
#   comity request order PARTNER --file order.toml --paper order.pdf [--serves CONVERSATION]
reference = ""                     # yours
power = ""                         # the law that lets you order it, with its section
legal_entity = ""                  # who is served, by the name in its register
preserve_until = ""                # until when: 2027-01-31T00:00:00Z, without the quotes
# secrecy = { basis = "", until = 2027-01-31T00:00:00Z }   # the law that binds the provider to secrecy
# user_notice_on = 2027-02-01T00:00:00Z                    # when the user may be told
language = "en"

[issuing_authority]
name = ""
country = ""                       # two letters
kind = "poc_24_7"
office_hours = "24/7"
time_zone = ""                     # Asia/Manila
contact = ""

)") + blank_callback +
         blank_targets;
}

Result<json::Value> instrument_of(const std::string& path) {
  static constexpr std::pair<std::string_view, std::string_view> types[] = {
      {".pdf", "application/pdf"}, {".txt", "text/plain"},
      {".xml", "application/xml"}, {".p7m", "application/pkcs7-mime"},
      {".png", "image/png"},       {".jpg", "image/jpeg"},
      {".jpeg", "image/jpeg"},     {".tif", "image/tiff"},
      {".tiff", "image/tiff"}};
  TRY(std::string bytes, read_file(path, limits::instrument_bytes_max));
  if (bytes.empty()) return fail(Code::bad_value, "the paper is an empty file", path);
  std::filesystem::path file(path);
  std::string_view type = "application/octet-stream";
  for (const auto& [ending, known] : types)
    if (file.extension() == ending) type = known;
  return json::Object{{"name", file.filename().string()},
                      {"media_type", type},
                      {"sha256", to_hex(crypto::sha256(as_bytes(bytes)))},
                      {"bytes", to_base64(as_bytes(bytes))}};
}

Result<json::Object> read_body_file(const std::string& path) {
  TRY(std::string text, read_file(path, limits::act_bytes_max));
  json::Value value;
  if (path.ends_with(".json")) {
    TRY(value, json::parse(text));
  } else {
    TRY(toml::Document document, toml::parse(text, path));
    value = std::move(document.root);
  }
  if (!value.as_object()) return fail(Code::bad_value, "the file holds no object", path);
  return *std::move(value.as_object());
}

Result<void> set_member(json::Object& body, const std::string& assignment) {
  std::size_t equals = assignment.find('=');
  if (equals == std::string::npos || equals == 0)
    return fail(Code::bad_value, "write --set NAME=VALUE", assignment);
  std::string text = assignment.substr(equals + 1);
  auto value = json::parse(text);
  body[assignment.substr(0, equals)] = value ? *std::move(value) : json::Value(text);
  return {};
}

Result<json::Value> target_answer(const std::string& text, const json::Value& asked, Instant now) {
  std::size_t equals = text.find('=');
  if (equals == std::string::npos)
    return fail(Code::bad_value, "write --target ID=STATUS or ID=preserved:UNTIL", text);
  std::string id = text.substr(0, equals), status = text.substr(equals + 1), until;
  if (std::size_t colon = status.find(':'); colon != std::string::npos) {
    until = status.substr(colon + 1);
    status.resize(colon);
  }
  json::Object answer{{"target", id}, {"status", status}};
  if (status != "preserved") return answer;
  TRY(Instant end, instant_from_text(until));
  answer["preserved_at"] = to_text(now);
  answer["preserved_until"] = to_text(end);
  if (asked.as_array())
    for (const json::Value& target : *asked.as_array())
      if (target.find("id") && *target.find("id") == json::Value(id))
        answer["categories"] = *target.find("categories");
  if (!answer.contains("categories"))
    return fail(Code::not_found, "the request names no such target", id);
  return answer;
}

}  // namespace comity::app

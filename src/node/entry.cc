#include "node/entry.h"

#include "json/reader.h"

namespace comity::node {

std::string write_record(const Record& record) {
  json::Object header{{"about", record.about},
                      {"at", to_text(record.recorded_at)},
                      {"type", static_cast<int>(record.type)}};
  std::string text = json::write(header);
  text += '\n';
  text += record.bytes;
  return text;
}

Result<Record> read_record(std::string_view text) {
  auto corrupt = [](const Error& error) {
    return fail(Code::corrupt, "a journal record cannot be read: " + error.what, error.where);
  };
  std::size_t end = text.find('\n');
  if (end == std::string_view::npos) return fail(Code::corrupt, "a journal record has no header line");
  auto header = json::parse(text.substr(0, end), {.bytes_max = limits::alert_act_bytes_max});
  if (!header) return corrupt(header.error());
  json::Reader in(*header);
  Record record;
  record.recorded_at = in.instant("at");
  record.type = static_cast<EntryType>(in.integer("type", 1, 63));
  json::Value about = in.any("about");
  if (auto done = in.finish(); !done) return corrupt(done.error());
  if (!about.as_object()) return fail(Code::corrupt, "a journal record's header has no \"about\"");
  record.about = std::move(*about.as_object());
  record.bytes = text.substr(end + 1);
  return record;
}

Entry make_entry(const Record& record, BytesView actor, std::string conversation) {
  return {.record = write_record(record),
          .type = static_cast<std::uint8_t>(record.type),
          .recorded_at = record.recorded_at,
          .actor = to_bytes(actor),
          .conversation = std::move(conversation)};
}

}  // namespace comity::node

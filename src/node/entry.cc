#include "node/entry.h"

#include "json/reader.h"
#include "json/text.h"

namespace comity::node {

namespace {

// [[space, key, value or null], ...]
void append_rows(std::string& out, const std::vector<RowChange>& rows) {
  out += '[';
  for (const RowChange& row : rows) {
    if (&row != rows.data()) out += ',';
    out += '[';
    json::append(out, static_cast<std::int64_t>(row.space));
    out += ',';
    json::append_text(out, row.key);
    out += ',';
    if (row.value)
      json::append_text(out, *row.value);
    else
      out += "null";
    out += ']';
  }
  out += ']';
}

Result<std::vector<RowChange>> rows_from_json(json::Value value) {
  std::vector<RowChange> rows;
  json::Array* list = value.as_array();
  if (!list) return fail(Code::corrupt, "a journal record's rows are no list");
  for (json::Value& each : *list) {
    json::Array* row = each.as_array();
    if (!row || row->size() != 3) return fail(Code::corrupt, "a journal record's row is no triple");
    const std::int64_t* space = (*row)[0].as_int();
    const std::string* key = (*row)[1].as_string();
    const std::string* text = (*row)[2].as_string();
    if (!space || *space < 0 || *space >= space_count || !key || (!text && !(*row)[2].is_null()))
      return fail(Code::corrupt, "a journal record's row has the wrong shape");
    rows.push_back({static_cast<Space>(*space), *key, text ? std::optional(*text) : std::nullopt});
  }
  return rows;
}

}  // namespace

std::string write_record(const Record& record) {
  json::ObjectText header;
  header.object("about", record.about);
  header.text("at", to_text(record.recorded_at));
  append_rows(header.open("rows"), record.rows);
  header.number("type", static_cast<std::uint64_t>(record.type));
  std::string text = header.finish();
  text += '\n';
  text += record.bytes;
  return text;
}

Result<Record> read_record(std::string_view text) {
  auto corrupt = [](const Error& error) {
    return fail(Code::corrupt, "a journal record cannot be read: " + error.what, error.where);
  };
  std::size_t end = text.find('\n');
  if (end == std::string_view::npos)
    return fail(Code::corrupt, "a journal record has no header line");
  auto header = json::parse(text.substr(0, end), {.bytes_max = limits::alert_act_bytes_max});
  if (!header) return corrupt(header.error());
  json::Reader in(*std::move(header));
  Record record;
  record.recorded_at = in.instant("at");
  record.type = static_cast<EntryType>(in.integer("type", 1, 63));
  json::Value about = in.any("about");
  json::Value rows = in.any("rows");
  if (auto done = in.finish(); !done) return corrupt(done.error());
  if (!about.as_object()) return fail(Code::corrupt, "a journal record's header has no \"about\"");
  record.about = std::move(*about.as_object());
  TRY(record.rows, rows_from_json(std::move(rows)));
  record.bytes = text.substr(end + 1);
  return record;
}

Result<Entry> make_entry(const Record& record, BytesView actor, std::string conversation) {
  std::string text = write_record(record);
  if (text.size() - record.bytes.size() > limits::alert_act_bytes_max)
    return fail(
        Code::too_large,
        "this changes more than one entry of the journal can tell: give it in smaller parts");
  return Entry{.record = std::move(text),
               .type = static_cast<std::uint8_t>(record.type),
               .recorded_at = record.recorded_at,
               .actor = to_bytes(actor),
               .conversation = std::move(conversation)};
}

}  // namespace comity::node

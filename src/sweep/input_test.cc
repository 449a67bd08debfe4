#include "sweep/input.h"

#include <gmock/gmock.h>
#include <zlib.h>
#include <zstd.h>

#include <random>

#include "base/limits_sweep.h"
#include "stix/bundle.h"
#include "sweep/json_text.h"
#include "sweep/mail.h"
#include "sweep/sighting.h"
#include "sweep/testing.h"

namespace comity::sweep {
namespace {

using ::testing::ElementsAre;

std::string gzip(std::string_view text) {
  z_stream stream{};
  deflateInit2(&stream, 9, Z_DEFLATED, 16 + MAX_WBITS, 9, Z_DEFAULT_STRATEGY);
  std::string out(deflateBound(&stream, text.size()) + 64, 0);
  stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(text.data()));
  stream.avail_in = static_cast<uInt>(text.size());
  stream.next_out = reinterpret_cast<Bytef*>(out.data());
  stream.avail_out = static_cast<uInt>(out.size());
  deflate(&stream, Z_FINISH);
  out.resize(stream.total_out);
  deflateEnd(&stream);
  return out;
}

std::string zstd(std::string_view text) {
  std::string out(ZSTD_compressBound(text.size()), 0);
  out.resize(ZSTD_compress(out.data(), out.size(), text.data(), text.size(), 3));
  return out;
}

// "part:line:column:offset text" of each hit; then the error, if any.
std::vector<std::string> found_of(std::string_view list, std::string_view bytes,
                                  std::size_t piece = SIZE_MAX, Format format = Format::detect) {
  Indicators indicators = testing::indicators_of(list);
  Index index(indicators, 1);
  std::vector<std::string> out;
  Input input(index, format, [&](const Hit& hit) {
    out.push_back(std::string(hit.part) + ":" + std::to_string(hit.found.line) + ":" +
                  std::to_string(hit.found.column) + ":" + std::to_string(hit.found.offset) + " " +
                  std::string(hit.found.text));
  });
  Result<void> fed;
  while (fed && !bytes.empty()) {
    fed = input.feed(bytes.substr(0, piece));
    bytes.remove_prefix(std::min(piece, bytes.size()));
  }
  if (fed) fed = input.finish();
  if (!fed) out.emplace_back(code_name(fed.error().code));
  return out;
}

std::vector<std::string> swept(std::string_view bytes, std::size_t piece = SIZE_MAX,
                               Format format = Format::detect) {
  return found_of("evil.example\nhttp://evil.example/a", bytes, piece, format);
}

constexpr const char* both_list =
    "evil.example\nbad.example\nhttp://bad.example/x\nfile:nasty.exe\n"
    "HKLM\\Software\\nasty\\bad";

TEST(Input, reads_text_gzip_and_zstd_alike) {
  std::string text = "one\ntwo www.evil.example\n";
  auto wanted = ElementsAre(":2:5:8 www.evil.example");
  std::string packed = gzip(text), both = zstd(gzip(text));
  for (std::size_t piece : {std::size_t{1}, std::size_t{7}, SIZE_MAX}) {
    EXPECT_THAT(swept(text, piece), wanted);
    EXPECT_THAT(swept(packed, piece), wanted);
    EXPECT_THAT(swept(zstd(text), piece), wanted);
    EXPECT_THAT(swept(both, piece), wanted);
  }
  EXPECT_THAT(swept(gzip("ev") + gzip("il.example")), ElementsAre(":1:1:0 evil.example"));
  EXPECT_THAT(swept(zstd("ev") + zstd("il.example")), ElementsAre(":1:1:0 evil.example"));
  EXPECT_THAT(swept(""), ElementsAre());
}

TEST(Input, says_what_is_damaged_after_what_it_found) {
  std::string packed = gzip("evil.example " + std::string(5000, 'x'));
  EXPECT_THAT(swept(packed.substr(0, packed.size() - 4)), ::testing::Contains("corrupt"));
  EXPECT_THAT(swept(packed + "tail"), ::testing::Contains("corrupt"));
  EXPECT_THAT(swept(packed + std::string(8, '\0')), ElementsAre(":1:1:0 evil.example"));
  std::string other = zstd("evil.example " + std::string(5000, 'x'));
  EXPECT_THAT(swept(other.substr(0, other.size() - 1)), ElementsAre("corrupt"));
  other[6] = '\xff';
  EXPECT_THAT(swept(other + "tail"), ElementsAre("corrupt"));
}

TEST(Input, stops_at_bombs) {
  std::string zeros(100u << 20, '\0');
  EXPECT_THAT(swept(zstd(zeros)), ElementsAre("too_large"));
  std::string once = gzip(std::string(8u << 20, '\0'));
  EXPECT_THAT(swept(once), ElementsAre());  // eight times nothing is no bomb
  std::string packed = "evil.example";
  for (std::size_t i = 0; i < limits::sweep_depth_max; ++i) packed = gzip(packed);
  EXPECT_THAT(swept(packed), ElementsAre(":1:1:0 evil.example"));
  EXPECT_THAT(swept(gzip(packed)), ElementsAre("too_large"));
}

TEST(Input, undoes_escapes_of_json_lines_and_keeps_the_places) {
  std::string text =
      "{\"u\":\"http:\\/\\/evil.example\\/a\"}\n{\"d\":\"\\u0065vil.ex\\u0061mple\"}\n";
  auto wanted =
      ElementsAre(":1:7:6 http://evil.example/a", ":1:16:15 evil.example", ":2:7:39 evil.example");
  for (std::size_t piece : {std::size_t{1}, std::size_t{5}, SIZE_MAX})
    EXPECT_THAT(swept(text, piece), wanted);
  EXPECT_THAT(swept("{\"a\":\"x\\nevil.example\\n\"}"), ElementsAre(":1:10:9 evil.example"));
  EXPECT_THAT(swept("{\"a\":\"x\\nevil.example\\n\"}", SIZE_MAX, Format::text), ElementsAre());
}

// A line of JSON anywhere in a file, behind whatever; and what only looks like it.
TEST(Input, decides_line_by_line_whether_escapes_are_meant) {
  std::string text =
      "[Sun Nov 22 06:25:01 2026] \"C:\\nasty.exe\" HKLM\\Software\\nasty\\bad\n"
      "HKLM\\Software\\nasty\\bad\n"
      "Nov 22 host app: {\"u\":\"http:\\/\\/bad.example\\/x\",\"h\":\"\\u0065vil.example\"}\n"
      "{\"p\":\"C:\\\\nasty.exe\"}\n";
  auto wanted =
      ElementsAre(":1:32:31 nasty.exe", ":1:43:42 HKLM\\Software\\nasty\\bad",
                  ":2:1:66 HKLM\\Software\\nasty\\bad", ":3:24:113 http://bad.example/x",
                  ":3:33:122 bad.example", ":3:54:143 evil.example", ":4:11:173 nasty.exe");
  for (std::size_t piece : {std::size_t{1}, std::size_t{7}, SIZE_MAX})
    EXPECT_THAT(found_of(both_list, text, piece), wanted);
  EXPECT_THAT(found_of(both_list, gzip(text)), wanted);
}

TEST(Input, sees_once_what_both_readings_have) {
  EXPECT_THAT(swept("{\"a\":\"x\\nwww.evil.example\",\"b\":\"evil.example\"}"),
              ElementsAre(":1:10:9 www.evil.example", ":1:33:32 evil.example"));
  EXPECT_THAT(swept("{\"a\":\"\\/evil.example\\n\"} evil.example"),
              ElementsAre(":1:9:8 evil.example", ":1:26:25 evil.example"));
}

// Limit: sweep_line_held_bytes_max.
TEST(Input, reads_lines_that_are_too_long_to_be_held_in_parts) {
  std::string line = "[";
  for (int i = 0; line.size() < 3 * limits::sweep_line_held_bytes_max; ++i)
    line += "{\"n\":" + std::to_string(i) + ",\"h\":\"\\u0065vil.example\"},";
  std::size_t count = 0;
  for (std::size_t at = line.find("\\u"); at != line.npos; at = line.find("\\u", at + 1)) ++count;
  auto hits = swept(line + "\nevil.example", 100'000);
  ASSERT_EQ(hits.size(), count + 1);
  for (std::size_t i = 0, at = line.find("\\u"); i < count; ++i, at = line.find("\\u", at + 1))
    ASSERT_EQ(hits[i], ":1:" + std::to_string(at + 1) + ":" + std::to_string(at) + " evil.example");
  EXPECT_EQ(hits[count], ":2:1:" + std::to_string(line.size() + 1) + " evil.example");
  // Without escapes it is one text, wherever it is cut.
  std::string blob(limits::sweep_line_held_bytes_max - 5, 'x');
  EXPECT_THAT(swept(blob + ".evil.example"), ElementsAre());
  EXPECT_THAT(swept(std::string(blob.size() - 1, 'x') + " evil.example").size(), 1u);
}

TEST(JsonText, undoes_what_is_an_escape_and_nothing_else) {
  struct Case {
    const char *in, *out;
  };
  for (const Case& one : std::initializer_list<Case>{{R"(a\/b\\c\"d)", R"(a/b\c"d)"},
                                                     {R"(\u0041\u00e9\u20ac)", "Aé€"},
                                                     {R"(\ud83d\ude00)", "😀"},
                                                     {R"(\ud83d\u0041)",
                                                      "\xef\xbf\xbd"
                                                      "A"},
                                                     {R"(\ud83dx)", "\xef\xbf\xbdx"},
                                                     {R"(\ud83d\n)", "\xef\xbf\xbd "},
                                                     {R"(\ude00)", "\xef\xbf\xbd"},
                                                     {R"(a\nb\tc\u000ad)", "a b c d"},
                                                     {R"(\x41\u12g4)", R"(\x41\u12g4)"},
                                                     {R"(\u12)", R"(\u12)"},
                                                     {"\\", "\\"}}) {
    std::string out;
    std::uint64_t skipped = 0;
    JsonText json([&](std::string_view text) { out += text; },
                  [&](std::uint64_t bytes) { skipped += bytes; });
    for (const char* c = one.in; *c != 0; ++c) json.feed({c, 1});
    json.finish();
    EXPECT_EQ(out, one.out) << one.in;
    if (out.size() <= std::string_view(one.in).size()) {
      EXPECT_EQ(out.size() + skipped, std::string_view(one.in).size()) << one.in;
    }
  }
}

constexpr const char* message =
    "From: a@example.org\r\nTo: b@example.org\r\nSubject: =?utf-8?B?ZXZpbC5leGFtcGxl?=\r\n"
    "MIME-Version: 1.0\r\nContent-Type: multipart/mixed;\r\n boundary=\"b1\"\r\n\r\nbefore\r\n"
    "--b1\r\nContent-Type: text/plain\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n"
    "see www.evil.exam=\r\nple=2E\r\n"
    "--b1\r\nContent-Type: application/octet-stream\r\nContent-Transfer-Encoding: base64\r\n\r\n"
    "eCBldmls\r\nLmV4YW1wbGUgeQ==\r\n"
    "--b1\r\nContent-Type: message/rfc822\r\n\r\nSubject: inner evil.example\r\n\r\nbody\r\n"
    "--b1--\r\nafter evil.example\r\n";

TEST(Input, takes_messages_apart) {
  auto wanted = ElementsAre("headers:3:10:47 evil.example", "1:1:5:4 www.evil.example",
                            "2:1:3:2 evil.example", "3.1/headers:1:16:15 evil.example",
                            "around:1:7:6 evil.example");
  EXPECT_THAT(swept(message), wanted);
  EXPECT_THAT(swept(message, 11), wanted);
  EXPECT_THAT(swept(gzip(message)), wanted);
  EXPECT_THAT(swept(message, SIZE_MAX, Format::text),
              ElementsAre(":24:16:427 evil.example", ":28:7:463 evil.example"));
}

TEST(Input, sweeps_what_it_could_read_of_a_damaged_file) {
  std::string noise;
  std::mt19937 random(7);
  while (noise.size() < 400'000) noise += std::to_string(random()) + "\n";
  std::string text = "evil.example\n" + noise;
  std::string whole = gzip(text);
  EXPECT_THAT(swept(whole.substr(0, whole.size() / 2)),
              ElementsAre(":1:1:0 evil.example", "corrupt"));
  EXPECT_THAT(swept(whole.substr(0, whole.size() - 4)),
              ElementsAre(":1:1:0 evil.example", "corrupt"));
  std::string crc = gzip("evil.example");
  crc[crc.size() - 6] ^= 1;
  EXPECT_THAT(swept(crc), ElementsAre(":1:1:0 evil.example", "corrupt"));
  EXPECT_THAT(swept(gzip("evil.example") + "rubbish behind it"),
              ElementsAre(":1:1:0 evil.example", "corrupt"));
  std::string frame = zstd(text);
  EXPECT_THAT(swept(frame.substr(0, frame.size() - 3), 1000),
              ElementsAre(":1:1:0 evil.example", "corrupt"));
  EXPECT_THAT(swept(zstd("evil.example") + "rubbish behind it", 1000),
              ElementsAre(":1:1:0 evil.example", "corrupt"));
  EXPECT_THAT(swept(gzip(gzip("evil.example")).substr(0, 40)),
              ElementsAre(":1:1:0 evil.example", "corrupt"));
  EXPECT_THAT(swept("evil.example\n" + std::string("\x50\x2a\x4d\x18")),
              ElementsAre(":1:1:0 evil.example"));
}

TEST(Input, reads_zstd_behind_a_frame_to_be_skipped) {
  std::string skipped("\x5a\x2a\x4d\x18\3\0\0\0abc", 11);
  EXPECT_THAT(swept(skipped + zstd("evil.example")), ElementsAre(":1:1:0 evil.example"));
}

// Never clean: what hides its text fails, and is swept all the same as it stands.
TEST(Input, says_that_it_does_not_read_what_is_packed_in_a_foreign_way) {
  using std::string_literals::operator""s;
  for (const std::string& magic :
       {"BZh91AY&SY"s, "BZh9\x17\x72\x45\x38\x50\x90"s, "\xfd\x37zXZ\0"s, "7z\xbc\xaf\x27\x1c"s,
        "PK\3\4"s, "PK\5\6"s, "PK\7\10"s, "Rar!\x1a\7"s, "\x04\x22\x4d\x18"s, "LZIP\1"s,
        "\x89LZO\0\r\n\x1a\n"s, "\x1f\x9d"s, "MSCF\0\0\0\0"s, "\xff\6\0\0sNaPpY"s, "LPKSHHRH"s,
        "ElfFile\0"s, "\xff\xfe"s, "\xfe\xff"s,
        "\x5d\0\0\x80\0\xff\xff\xff\xff\xff\xff\xff\xff"s}) {
    auto found = swept(magic + " evil.example");
    ASSERT_EQ(found.size(), 2u) << magic;
    EXPECT_EQ(found[1], "bad_value") << magic;
    EXPECT_EQ(swept(magic + " evil.example", SIZE_MAX, Format::text).size(), 1u) << magic;
  }
  for (const char* text :
       {"BZh is a word evil.example", "BZh9 evil.example", "PK evil.example", "]\xff evil.example"})
    EXPECT_EQ(swept(text).size(), 1u) << text;
}

TEST(Input, sweeps_the_other_parts_of_a_message_that_one_part_fails_in) {
  std::string packed = gzip("evil.example");
  std::string text =
      "From: a@example.org\nDate: x\nContent-Type: multipart/mixed; boundary=b\n\n--b\n\n" +
      packed.substr(0, packed.size() - 4) + "\n--b\n\nwww.evil.example\n--b--\n";
  EXPECT_THAT(swept(text),
              ElementsAre("1:1:1:0 evil.example", "2:1:1:0 www.evil.example", "corrupt"));
}

// Limit: sweep_mail_message_bytes_max.
TEST(Input, sweeps_the_beginning_of_a_message_that_is_too_large) {
  std::string text = "From: a@example.org\nDate: x\nSubject: evil.example\n\n" +
                     std::string(limits::sweep_mail_message_bytes_max, ' ');
  EXPECT_THAT(swept(text, 1u << 20), ElementsAre("headers:3:10:37 evil.example", "too_large"));
}

constexpr const char* mailbox =
    "From a@example.org Sun Nov 22 06:25:01 2026\nFrom: a@example.org\nDate: x\n"
    "Content-Transfer-Encoding: base64\n\nZXZpbC5leGFtcGxl\n\n"
    "From b@example.org Sun Nov 22 06:25:01 2026\nFrom: b@example.org\nTo: x\n\n"
    ">From here\nFrom here on evil.example\n"
    "From c@example.org Sun Nov 22 06:25:01 +0000 2026\nTo: x\n"
    "Content-Transfer-Encoding: quoted-printable\n\nevil=2Eexample\n";

TEST(Input, takes_mailboxes_apart) {
  auto wanted = ElementsAre("m1.1:1:1:0 evil.example", "m2.1:2:14:24 evil.example",
                            "m3.1:1:1:0 evil.example");
  for (std::size_t piece : {std::size_t{1}, std::size_t{100}, SIZE_MAX}) {
    EXPECT_THAT(swept(mailbox, piece), wanted);
    EXPECT_THAT(swept(mailbox, piece, Format::mail), wanted);
  }
  EXPECT_THAT(swept(gzip(mailbox)), wanted);
  EXPECT_THAT(swept("From now on: evil.example\nTo be: or not"),
              ElementsAre(":1:14:13 evil.example"));
  // Lines may be of any length.
  std::string text(mailbox);
  text.insert(text.find("Content"), "X: " + std::string(9000, 'a') + "\n");
  for (std::size_t piece : {std::size_t{77}, SIZE_MAX}) EXPECT_THAT(swept(text, piece), wanted);
}

TEST(Mail, joins_encoded_words_and_parameters_that_were_cut) {
  auto headers = [](const std::string& line) {
    std::string seen;
    (void)for_each_part(line + "\n\n", [&](const std::string& name, std::string_view bytes) {
      if (name == "headers") seen = bytes;
      return Result<void>();
    });
    return seen;
  };
  EXPECT_EQ(headers("S: =?utf-8?Q?evil=2E?=\r\n =?utf-8?Q?example?="), "S: evil.example\n");
  EXPECT_EQ(headers("S: =?utf-8?B?ZXZpbC4=?= \t =?utf-8?Q?example?= end"), "S: evil.example end\n");
  EXPECT_EQ(headers("S: =?utf-8?Q?a?= b =?utf-8?Q?c?="), "S: a b c\n");
  EXPECT_EQ(headers("S: =?utf-8?Q?a?= =?x =?utf-8?Q?c?="), "S: a =?x c\n");
  auto last = [&](const std::string& line) {
    std::string all = headers(line);
    return all.substr(all.find('\n') + 1);
  };
  EXPECT_EQ(last("C: attachment; filename*0=\"nas\"; filename*1=\"ty.exe\""),
            "filename: nasty.exe\n");
  EXPECT_EQ(last("C: attachment;\n filename*1=ty.exe ;\n FILENAME*0=nas"), "filename: nasty.exe\n");
  EXPECT_EQ(last("C: a; filename*0*=utf-8'en'n%61s; filename*1=\"t%79\"; filename*2*=%2eexe"),
            "filename: nast%79.exe\n");
  EXPECT_EQ(last("C: a; filename*=utf-8''n%61sty.exe; x=\"a;b*c=d\""), "filename: nasty.exe\n");
  EXPECT_EQ(last("C: a; filename=\"x*0.exe\"; *=; =; ;*0=a;"), "");
  EXPECT_THAT(
      swept("From: a\nDate: x\nContent-Type: multipart/mixed; boundary*0=a; boundary*1=b\n\n"
            "--ab\nContent-Transfer-Encoding: base64\n\nZXZpbC5leGFtcGxl\n--ab--\n"),
      ElementsAre("1:1:1:0 evil.example"));
}

TEST(Mail, is_seen_by_its_fields_and_not_by_one_line) {
  EXPECT_TRUE(looks_like_mail("Received: from x\r\n by y\r\nFrom: a@example.org\r\n\r\nbody"));
  EXPECT_FALSE(looks_like_mail("From: a@example.org\r\n\r\nTo: b"));
  EXPECT_FALSE(looks_like_mail("2026-11-22 from: to: date:\nfrom: x\nto: y"));
  EXPECT_FALSE(looks_like_mail("plain text\nFrom: x\nTo: y"));
  EXPECT_FALSE(looks_like_mail(""));
}

TEST(Mail, parts_are_bounded) {
  std::string many = "Content-Type: multipart/mixed; boundary=b\n\n";
  for (int i = 0; i < 600; ++i) many += "--b\n\nx\n";
  auto nothing = [](const std::string&, std::string_view) { return Result<void>(); };
  EXPECT_EQ(for_each_part(many, nothing).error().code, Code::too_large);
  std::string deep;
  for (int i = 0; i < 18; ++i) deep += "Content-Type: message/rfc822\n\n";
  EXPECT_EQ(for_each_part(deep, nothing).error().code, Code::too_large);
  EXPECT_TRUE(for_each_part("Content-Type: multipart/mixed; boundary=b\n\n--b\n\nx", nothing));
}

Sighter sighter(const char* began, const char* ended) {
  return {.key = "us", .began = *instant_from_text(began), .ended = *instant_from_text(ended)};
}

std::vector<json::Value> values_of(const std::vector<std::string>& texts) {
  std::vector<json::Value> out;
  for (const std::string& each : texts) {
    stix::Reading reading = stix::read_object(each);
    EXPECT_TRUE(reading.object) << each << stix::to_text(reading.findings.list.at(0));
    out.push_back(std::move(reading.value));
  }
  return out;
}

std::string text(const json::Value& object, std::string_view name) {
  const json::Value* found = object.find(name);
  return !found ? "" : found->as_string() ? *found->as_string() : json::write(*found);
}

TEST(Sightings, are_of_decisive_hits_of_stix_indicators) {
  Loader loader(testing::noon());
  Item item{Kind::domain, Form::domain, "evil.example"};
  const std::string id = "indicator--00000000-0000-4000-8000-000000000001";
  ASSERT_TRUE(loader.add({.alert = "a", .id = id, .name = ""}, {item}, true));
  ASSERT_TRUE(loader.add({.alert = "a", .id = id, .name = ""}, {item}, false));
  ASSERT_TRUE(loader.add({.alert = "a", .id = "line 1", .name = ""}, {item}, true));
  auto indicators = loader.finish();
  ASSERT_TRUE(indicators);
  Sightings sightings(*indicators);
  for (std::uint32_t i : {0u, 0u, 1u, 2u}) sightings.add(i);
  EXPECT_EQ(sightings.size(), 1u);
  Sighter by = sighter("2026-11-22T12:00:00Z", "2026-11-22T12:00:09Z");
  std::vector<std::string> found;
  auto bundle = stix::read_bundle(sightings.bundle(by), [&](stix::Reading reading) {
    ASSERT_TRUE(reading.object) << stix::to_text(reading.findings.list.at(0));
    found.push_back(text(reading.value, "count") + " " + text(reading.value, "sighting_of_ref") +
                    " " + text(reading.value, "first_seen") + " " +
                    text(reading.value, "last_seen"));
  });
  ASSERT_TRUE(bundle);
  EXPECT_TRUE(bundle->findings.acceptable());
  EXPECT_THAT(found, ElementsAre("2 " + id + " 2026-11-22T12:00:00.000Z 2026-11-22T12:00:09.000Z"));
}

TEST(Sightings, tell_their_own_bundles_from_other_files) {
  const std::string head =
      R"({"type":"bundle","id":"bundle--00000000-0000-4000-8000-0000000000cc")";
  const std::string seen =
      R"({"type":"sighting","spec_version":"2.1","id":"sighting--00000000-0000-4000-8000-000000000001",)"
      R"("created":"2026-01-01T00:00:00.000Z","modified":"2026-01-01T00:00:00.000Z",)"
      R"("sighting_of_ref":"indicator--00000000-0000-4000-8000-000000000001"})";
  const std::string other =
      R"({"type":"domain-name","spec_version":"2.1","id":"domain-name--00000000-0000-4000-8000-000000000001","value":"evil.example"})";
  EXPECT_TRUE(is_bundle_of_sightings(head + "}"));
  EXPECT_TRUE(is_bundle_of_sightings(head + R"(,"objects":[)" + seen + "]}"));
  EXPECT_FALSE(is_bundle_of_sightings(head + R"(,"objects":[)" + seen + "," + other + "]}"));
  for (const char* text : {"", "a line of a log\n", "{}", "[]", R"({"objects":[]})"})
    EXPECT_FALSE(is_bundle_of_sightings(text)) << text;
}

// An indicator for few must not be told to many by a sighting of it.
TEST(Sightings, have_the_labels_of_their_indicators_and_one_id_a_day) {
  const std::string statement = "marking-definition--00000000-0000-4000-8000-0000000000aa";
  const std::string amber = "marking-definition--55d920b0-5e8b-4f79-9ee9-91f868d9b421";
  auto indicator = [](int n, const std::string& refs) {
    return R"({"type":"indicator","spec_version":"2.1","id":"indicator--00000000-0000-4000-8000-00000000000)" +
           std::to_string(n) +
           R"(","created":"2026-01-01T00:00:00.000Z","modified":"2026-01-01T00:00:00.000Z",)" +
           R"("pattern_type":"stix","pattern":"[domain-name:value = 'e)" + std::to_string(n) +
           R"(.example']","valid_from":"2026-01-01T00:00:00Z")" + refs + "}";
  };
  Loader loader(testing::noon());
  for (const std::string& each :
       {R"({"type":"marking-definition","spec_version":"2.1","id":")" + statement +
            R"(","created":"2026-01-01T00:00:00.000Z","definition_type":"statement",)" +
            R"("definition":{"statement":"for us"}})",
        indicator(1, R"(,"object_marking_refs":[")" + amber + "\",\"" + statement + "\"]"),
        indicator(2, "")})
    ASSERT_TRUE(loader.add_object("one", each));
  ASSERT_TRUE(loader.add_object("two", indicator(3, "")));
  auto indicators = loader.finish();
  ASSERT_TRUE(indicators);
  Sightings sightings(*indicators);
  for (std::uint32_t i = 0; i < indicators->size(); ++i) sightings.add(i);
  Sighter by = sighter("2026-11-22T12:00:00Z", "2026-11-22T12:00:09Z");
  by.identity_id = "identity--00000000-0000-4000-8000-0000000000bb";
  by.identity =
      R"({"type":"identity","spec_version":"2.1","id":")" + by.identity_id +
      R"(","created":"1970-01-01T00:00:00.000Z","modified":"1970-01-01T00:00:00.000Z","name":"us"})";

  auto first = values_of(sightings.objects(by, "one"));
  ASSERT_EQ(first.size(), 4u) << "the identity, a definition, two sightings";
  EXPECT_EQ(text(first[0], "type"), "identity");
  EXPECT_EQ(text(first[1], "id"), statement);
  EXPECT_EQ(text(first[2], "object_marking_refs"), "[\"" + amber + "\",\"" + statement + "\"]");
  EXPECT_EQ(text(first[2], "created_by_ref"), by.identity_id);
  EXPECT_EQ(text(first[3], "object_marking_refs"), "");
  EXPECT_EQ(sightings.objects(by).size(), 5u);
  EXPECT_EQ(sightings.objects(by, "three").size(), 0u);

  // The same run: the same bytes. Later that day: the same id and `created`, a later version.
  EXPECT_EQ(sightings.objects(by), sightings.objects(by));
  by.ended = *instant_from_text("2026-11-22T13:00:00Z");
  auto later = values_of(sightings.objects(by, "one"));
  EXPECT_EQ(text(later[2], "id"), text(first[2], "id"));
  EXPECT_EQ(text(later[2], "created"), text(first[2], "created"));
  EXPECT_NE(text(later[2], "modified"), text(first[2], "modified"));
  by.began = by.ended = *instant_from_text("2026-11-23T00:00:00Z");
  EXPECT_NE(text(values_of(sightings.objects(by, "one"))[2], "id"), text(first[2], "id"));
  by.key = "them";
  EXPECT_NE(text(values_of(sightings.objects(by, "one"))[2], "id"), text(later[2], "id"));
}

}  // namespace
}  // namespace comity::sweep

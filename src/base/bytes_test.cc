#include "base/bytes.h"

#include <gtest/gtest.h>

namespace comity {
namespace {

Bytes bytes(std::string_view text) {
  return to_bytes(as_bytes(text));
}

Bytes every_byte() {
  Bytes all;
  for (int b = 0; b < 256; ++b) all.push_back(static_cast<std::uint8_t>(b));
  return all;
}

TEST(Hex, writes_lower_case_and_reads_both) {
  EXPECT_EQ(to_hex(BytesView{}), "");
  EXPECT_EQ(to_hex(bytes(std::string_view("\x00\x09\xaf\xff", 4))), "0009afff");
  EXPECT_EQ(from_hex("0009AFff").value(), bytes(std::string_view("\x00\x09\xaf\xff", 4)));
  EXPECT_EQ(from_hex("").value(), Bytes{});
  EXPECT_EQ(from_hex(to_hex(every_byte())).value(), every_byte());
}

TEST(Hex, refuses_what_is_not_hex) {
  for (std::string_view text : {"0", "abc", "0g", "g0", " 0", "0 ", "0x", "--", "\xc3\xa9"}) {
    auto read = from_hex(text);
    ASSERT_FALSE(read) << text;
    EXPECT_EQ(read.error().code, Code::malformed) << text;
  }
  EXPECT_EQ(from_hex("00zz").error().where, "byte 2");
}

// RFC 4648, section 10.
TEST(Base64, published_vectors) {
  struct {
    std::string_view plain, text;
  } cases[] = {{"", ""},
               {"f", "Zg=="},
               {"fo", "Zm8="},
               {"foo", "Zm9v"},
               {"foob", "Zm9vYg=="},
               {"fooba", "Zm9vYmE="},
               {"foobar", "Zm9vYmFy"}};
  for (const auto& [plain, text] : cases) {
    EXPECT_EQ(to_base64(as_bytes(plain)), text);
    EXPECT_EQ(from_base64(text).value(), bytes(plain));
  }
}

TEST(Base64, reads_back_every_length_and_byte) {
  Bytes all = every_byte();
  for (std::size_t size = 0; size <= all.size(); ++size) {
    BytesView part = BytesView(all).last(size);
    EXPECT_EQ(from_base64(to_base64(part)).value(), to_bytes(part));
  }
  EXPECT_EQ(to_base64(bytes("\xfb\xff\xbf")), "+/+/");
}

TEST(Base64, has_one_text_per_value) {
  for (std::string_view text :
       {"Z", "Zg", "Zg=", "Zm9", "Zh==", "Zm9=", "Zm8", "=", "====", "Z===", "Zg==Zg==", "Zg==\n",
        " Zg=", "Zm9v\n\n\n\n", "Zm-_", "Zg=a", "Z=g=", "Zm9v====", "\xc3\xa9yy"}) {
    auto read = from_base64(text);
    ASSERT_FALSE(read) << text;
    EXPECT_EQ(read.error().code, Code::malformed) << text;
  }
}

TEST(Fixed32, takes_32_bytes_only) {
  EXPECT_EQ(fixed32<HashTag>(Bytes(32, 7)).value().bytes[31], 7);
  for (std::size_t size : {0u, 31u, 33u})
    EXPECT_EQ(fixed32<HashTag>(Bytes(size)).error().code, Code::bad_value);
  std::string text(64, 'a');
  EXPECT_EQ(to_hex(hash_from_hex(text).value()), text);
  EXPECT_EQ(hash_from_hex(text.substr(2)).error().code, Code::bad_value);
  EXPECT_EQ(hash_from_hex(text + "a").error().code, Code::malformed);
}

TEST(Fixed32, is_ordered_by_its_bytes) {
  Hash low{}, high{};
  high.bytes[0] = 1;
  low.bytes[31] = 255;
  EXPECT_LT(low, high);
  EXPECT_EQ(low, low);
}

struct Text {
  std::string_view bytes;
  std::size_t good;  // bytes before the first bad one
};

// RFC 3629, sections 3, 4 and 10; lengths at both ends of each form.
TEST(Utf8, well_formed_texts_pass) {
  for (std::string_view text : {"", "plain", "\x7f", "\xc2\x80", "\xdf\xbf", "\xe0\xa0\x80",
                                "\xed\x9f\xbf", "\xee\x80\x80", "\xef\xbf\xbf", "\xf0\x90\x80\x80",
                                "\xf4\x8f\xbf\xbf", "caf\xc3\xa9 \xe2\x82\xac \xf0\x9f\x98\x80"}) {
    EXPECT_TRUE(is_utf8(text)) << text;
    EXPECT_EQ(utf8_prefix(text), text.size());
  }
  EXPECT_TRUE(is_utf8(std::string_view("\0", 1)));
}

TEST(Utf8, ill_formed_texts_do_not) {
  const Text cases[] = {
      {"\x80", 0},  // a continuation alone
      {"a\xbf", 1},
      {"\xc0\x80", 0},  // overlong
      {"\xc1\xbf", 0},
      {"\xe0\x9f\xbf", 0},
      {"\xf0\x8f\xbf\xbf", 0},
      {"\xed\xa0\x80", 0},  // surrogates
      {"\xed\xbf\xbf", 0},
      {"\xf4\x90\x80\x80", 0},  // beyond U+10FFFF
      {"\xf5\x80\x80\x80", 0},
      {"\xf8\x88\x80\x80\x80", 0},
      {"\xfe", 0},
      {"\xff", 0},
      {"ab\xc3", 2},  // cut short
      {"\xe2\x82", 0},
      {"x\xf0\x9f\x98", 1},
      {"\xc3(", 0},  // continued by something else
      {"\xe2(\x82", 0},
      {"\xe2\x82(", 0},
      {"\xf0\x9f(\x80", 0},
      {"\xf0\x9f\x98(", 0},
      {"\xc3\xa9\xc3\xc3\xa9", 2},
  };
  for (const Text& text : cases) {
    EXPECT_FALSE(is_utf8(text.bytes)) << to_hex(as_bytes(text.bytes));
    EXPECT_EQ(utf8_prefix(text.bytes), text.good) << to_hex(as_bytes(text.bytes));
  }
}

// Every code point once, made by hand, and every one of its beginnings refused.
TEST(Utf8, agrees_with_the_definition_for_every_code_point) {
  auto byte = [](std::uint32_t b) { return static_cast<char>(static_cast<unsigned char>(b)); };
  for (std::uint32_t c = 0x80; c <= 0x110000; ++c) {
    std::string text;
    if (c < 0x800)
      text = {byte(0xc0 | c >> 6), byte(0x80 | (c & 63))};
    else if (c < 0x10000)
      text = {byte(0xe0 | c >> 12), byte(0x80 | (c >> 6 & 63)), byte(0x80 | (c & 63))};
    else
      text = {byte(0xf0 | c >> 18), byte(0x80 | (c >> 12 & 63)), byte(0x80 | (c >> 6 & 63)),
              byte(0x80 | (c & 63))};
    bool scalar = c < 0x110000 && (c < 0xd800 || c > 0xdfff);
    ASSERT_EQ(is_utf8(text), scalar) << c;
    ASSERT_EQ(utf8_prefix(std::string_view(text).substr(0, text.size() - 1)), 0u) << c;
  }
}

}  // namespace
}  // namespace comity

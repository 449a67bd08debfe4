#include "sweep/foreign.h"

#include <algorithm>
#include <array>

namespace comity::sweep {
namespace {

using std::string_view_literals::operator""sv;

struct Form {
  std::string_view magic, told;
};

// As file(1) and the formats' own papers have them.
constexpr std::array<Form, 17> forms{{
    {"BZh"sv, "not read: packed as bzip2; unpack it first"},
    {"\xfd\x37zXZ\0"sv, "not read: packed as xz; unpack it first"},
    {"7z\xbc\xaf\x27\x1c"sv, "not read: packed as 7z; unpack it first"},
    {"PK\3\4"sv, "not read: packed as zip (docx, xlsx and jar are too); unpack it first"},
    {"PK\5\6"sv, "not read: packed as zip; unpack it first"},
    {"PK\7\10"sv, "not read: packed as zip in volumes; unpack it first"},
    {"Rar!\x1a\7"sv, "not read: packed as rar; unpack it first"},
    {"\x04\x22\x4d\x18"sv, "not read: packed as lz4; unpack it first"},
    {"LZIP\1"sv, "not read: packed as lzip; unpack it first"},
    {"\x89LZO\0\r\n\x1a\n"sv, "not read: packed as lzo; unpack it first"},
    {"\x1f\x9d"sv, "not read: packed by compress; unpack it first"},
    {"MSCF\0\0\0\0"sv, "not read: packed as a cabinet; unpack it first"},
    {"\xff\6\0\0sNaPpY"sv, "not read: packed as snappy; unpack it first"},
    {"LPKSHHRH"sv, "not read: a systemd journal; sweep what journalctl -o json gives of it"},
    {"ElfFile\0"sv, "not read: a Windows event log; export it as XML or JSON in UTF-8 first"},
    {"\xff\xfe"sv, "not read: UTF-16; convert it to UTF-8 first (iconv -f UTF-16 -t UTF-8)"},
    {"\xfe\xff"sv, "not read: UTF-16; convert it to UTF-8 first (iconv -f UTF-16 -t UTF-8)"},
}};

// The format without a magic of its own: properties, a dictionary of 2^n, a size that is not said.
bool is_lzma_alone(std::string_view text) {
  return text.starts_with("\x5d\0\0"sv) &&
         text.substr(5).starts_with("\xff\xff\xff\xff\xff\xff\xff\xff"sv);
}

// A text may begin with these letters: bzip2 goes on with a block or with its end.
bool is_bzip2(std::string_view text) {
  auto behind = text.substr(std::min<std::size_t>(4, text.size()));
  return behind.starts_with("1AY&SY") || behind.starts_with("\x17\x72\x45\x38\x50\x90"sv);
}

}  // namespace

std::string_view foreign_form(std::string_view text) {
  if (text.size() >= 13 && is_lzma_alone(text)) return "not read: packed as lzma; unpack it first";
  auto form =
      std::ranges::find_if(forms, [&](const Form& one) { return text.starts_with(one.magic); });
  if (form == forms.end() || (form == forms.begin() && !is_bzip2(text))) return "";
  return form->told;
}

}  // namespace comity::sweep

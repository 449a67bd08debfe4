// Zeek: base/frameworks/intel and the ASCII reader of the input framework.
#include "intel/blocklist.h"

namespace comity::intel {
namespace {

// The reader undoes "\x41", takes '#' at a line's beginning for a comment and "-" for nothing.
std::string field(std::string_view text) {
  constexpr std::string_view digits = "0123456789abcdef";
  std::string out;
  bool nothing = text == "-" || text == "(empty)";
  for (char c : text) {
    auto byte = static_cast<unsigned char>(c);
    bool plain = byte >= 0x20 && byte != 0x7f && c != '\\' && c != '#' && !(nothing && out.empty());
    if (plain) {
      out += c;
      continue;
    }
    out += "\\x";
    out += digits[byte >> 4];
    out += digits[byte & 15];
  }
  return out.empty() ? "-" : out;
}

std::string_view type_of(const Blocklist::Value& value) {
  switch (value.kind) {
    case sweep::Kind::address:
      return value.text.contains('/') ? "Intel::SUBNET" : "Intel::ADDR";
    case sweep::Kind::domain:
      return "Intel::DOMAIN";
    case sweep::Kind::url:
      return "Intel::URL";
    case sweep::Kind::mail:
      return "Intel::EMAIL";
    case sweep::Kind::hash:
      return "Intel::FILE_HASH";
    case sweep::Kind::file:
      return value.form == sweep::Form::dotted ? "Intel::FILE_NAME" : "";
    case sweep::Kind::registry:
      return "";
  }
  return "";
}

}  // namespace

File write_zeek(const Blocklist& list, const About& about, Told& left) {
  std::string out = "#fields\tindicator\tindicator_type\tmeta.source\tmeta.desc\n";
  for (const auto& [value, why] : list.values()) {
    std::string_view type = type_of(value), text = value.text;
    if (type.empty()) {
      left.add(value.text, "Zeek has no type for it");
      continue;
    }
    // Zeek's URLs have no scheme.
    if (value.kind == sweep::Kind::url) text.remove_prefix(text.find("://") + 3);
    out += field(text) + "\t" + std::string(type) + "\t" + field("comity: " + about.title) + "\t" +
           field(why.indicator + (why.name.empty() ? "" : " " + why.name)) + "\n";
  }
  return {"intel.dat", std::move(out)};
}

}  // namespace comity::intel

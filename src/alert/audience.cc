#include "alert/audience.h"

namespace comity::alert {
namespace {

using stix::Tlp;

// TLP binds who receives. Who makes a thing chooses its recipients: for what is ours the circle is
// that choice; what came from others goes on only as far as its label lets us.
Verdict by_label(const Reader& reader, const Marked& marked) {
  if (marked.tlp == Tlp::red) return Verdict::red;
  if (reader.standing == Standing::own) return Verdict::shown;
  if (reader.standing == Standing::client)
    return marked.tlp == Tlp::amber_strict ? Verdict::strict : Verdict::shown;
  bool back = !marked.ours && reader.member == marked.from;
  bool relayed = !marked.ours && !back;
  return relayed && marked.tlp >= Tlp::amber ? Verdict::not_ours_to_share : Verdict::shown;
}

bool is_in(const Circle& circle, const Reader& reader) {
  switch (reader.standing) {
    case Standing::own:
      return true;
    case Standing::client:
      return circle.clients;
    case Standing::member:
      return circle.members.contains(reader.member);
  }
  return false;
}

}  // namespace

std::string_view verdict_name(Verdict verdict) {
  constexpr std::string_view names[verdict_count] = {
      "shown",           "red",     "not_in_circle",  "not_ours_to_share", "strict",
      "law_enforcement", "no_road", "field_withheld", "unknown_marking"};
  return names[static_cast<std::size_t>(verdict)];
}

Verdict may_see(const Reader& reader, const Marked& marked, const Circle& circle) {
  Verdict label = by_label(reader, marked);
  if (label == Verdict::red) return label;
  if (!is_in(circle, reader)) return Verdict::not_in_circle;
  if (label != Verdict::shown || reader.standing == Standing::own) return label;
  bool csirts = circle.csirts || marked.csirts;
  if (csirts && reader.law_enforcement && !marked.to_law_enforcement)
    return Verdict::law_enforcement;
  if (marked.personal & reader.no_road) return Verdict::no_road;
  return Verdict::shown;
}

}  // namespace comity::alert

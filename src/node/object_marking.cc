#include "node/object_marking.h"

#include <algorithm>
#include <set>

#include "base/limits_alert.h"
#include "stix/marking.h"

namespace comity::node {

std::string markings_text(const MarkingNames& names) {
  std::string out;
  auto add = [&](const char* before, const std::vector<std::string_view>& ids) {
    for (std::string_view id : ids) {
      bool plain = !id.empty() && id.find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789-") ==
                                      std::string_view::npos;
      if (!plain) return false;
      out += (out.empty() ? "" : ",") + std::string(before) + std::string(id);
    }
    return true;
  };
  bool few = names.of_all.size() + names.of_fields.size() <= limits::object_markings_named_max;
  return few && add("", names.of_all) && add(".", names.of_fields) ? out : "?";
}

std::optional<MarkingNames> markings_from_text(std::string_view text) {
  if (text == "?") return std::nullopt;
  MarkingNames names;
  while (!text.empty()) {
    std::string_view word = text.substr(0, text.find(','));
    text.remove_prefix(std::min(text.size(), word.size() + 1));
    if (word.starts_with('.'))
      names.of_fields.push_back(word.substr(1));
    else
      names.of_all.push_back(word);
  }
  return names;
}

alert::Marked marked_of(const Collection& collection, const ObjectBlock::Kind& kind) {
  return {.tlp = kind.tlp.value_or(collection.unmarked),
          .ours = kind.ours() && !kind.bound,
          .from = kind.from.value_or(MemberId{}),
          .csirts = kind.csirts,
          .personal = kind.personal};
}

Result<alert::Verdict> MarkingsSeen::verdict(std::string_view marking,
                                             const ObjectBlock::Kind& kind) {
  auto [at, fresh] = labels_.try_emplace({std::string(marking), kind.from, kind.client});
  if (fresh) {
    TRY(at->second, label_of_marking(rows_, collection_.id, std::string(marking), kind));
  }
  const MarkingLabel& label = at->second;
  if (!label.here && reader_.standing != alert::Standing::own)
    return alert::Verdict::unknown_marking;
  alert::Marked marked = marked_of(collection_, kind);
  if (label.tlp) marked.tlp = *label.tlp;
  return may_see(reader_, marked, collection_.circle);
}

Result<MarkingsSeen::Named> MarkingsSeen::by_names(std::string_view markings,
                                                   const ObjectBlock::Kind& kind) {
  auto names = markings_from_text(markings);
  Named named{.look = !names};
  if (!names) return named;
  for (std::string_view id : names->of_all) {
    TRY(named.verdict, verdict(id, kind));
    if (named.verdict != alert::Verdict::shown) return named;
  }
  for (std::string_view id : names->of_fields) {
    TRY(alert::Verdict of_field, verdict(id, kind));
    named.look |= of_field != alert::Verdict::shown;
  }
  return named;
}

Result<Redacted> MarkingsSeen::redacted(std::string_view bytes, const ObjectBlock::Kind& kind) {
  stix::Reading reading = stix::read_object(bytes);
  if (!reading.object) return fail(Code::corrupt, "an object that was taken is none", reading.id);
  for (const std::string& ref : reading.object->object_marking_refs) {
    TRY(alert::Verdict of_all, verdict(ref, kind));
    if (of_all != alert::Verdict::shown) return Redacted{.verdict = of_all, .bytes = {}};
  }
  std::set<std::string> hidden;
  for (const stix::GranularMarking& each : reading.object->granular_markings) {
    if (each.marking_ref.empty()) continue;
    TRY(alert::Verdict of_field, verdict(each.marking_ref, kind));
    if (of_field != alert::Verdict::shown) hidden.insert(each.marking_ref);
  }
  if (hidden.empty()) return Redacted{.bytes = std::string(bytes)};
  auto left = stix::redact(*reading.value.as_object(), [&](std::string_view marking) {
    return hidden.contains(std::string(marking));
  });
  if (!left) return Redacted{.verdict = alert::Verdict::field_withheld, .bytes = {}};
  return Redacted{.bytes = *std::move(left)};
}

}  // namespace comity::node

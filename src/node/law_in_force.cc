#include "node/law_in_force.h"

#include <algorithm>
#include <map>

#include "base/check.h"
#include "node/rows.h"

namespace comity::node {
namespace {

Result<bool> counts(Overlay& rows, const Context& context, const LawVersion& version) {
  if (version.member == context.self) return true;
  if (version.jurisdiction == context.jurisdiction) return false;
  auto member = know_partner(rows, version.member);
  if (member) return (*member)->member.state == member::State::paired;
  if (member.error().code == Code::not_paired) return false;
  return std::unexpected(member.error());
}

json::Value name_of(const LawVersion& version) {
  return json::Object{{"jurisdiction", version.jurisdiction},
                      {"member", to_hex(version.member)},
                      {"version", version.version}};
}

json::Array names_of(const std::vector<LawVersion>& versions) {
  json::Array out;
  for (const LawVersion& version : versions) out.push_back(name_of(version));
  return out;
}

// Self row "law": what was chosen when the law in use was made, and what could not be used of it.
json::Value row_of(const LawInForce& in_force, const std::vector<LawVersion>& left_out) {
  return json::Object{
      {"chosen", names_of(in_force.chosen)},
      {"contested", json::Array(in_force.contested.begin(), in_force.contested.end())},
      {"left_out", names_of(left_out)}};
}

bool same(const json::Value& row, const json::Value& other, const char* member) {
  const json::Value *a = row.find(member), *b = other.find(member);
  return a && b && *a == *b;
}

Result<void> raise_alarms(Work& work, const LawInForce& in_force,
                          const std::vector<LawVersion>& left_out) {
  for (const std::string& jurisdiction : in_force.contested)
    TRY_VOID(
        work.raise({"law_contested", "alarm", jurisdiction,
                    "two partners publish different law for " + jurisdiction +
                        ", and the base answers instead; see: comity law versions " + jurisdiction,
                    true}));
  for (const LawVersion& version : left_out)
    TRY_VOID(work.raise(
        {"law_left_out:" + std::to_string(version.version), "alarm", to_hex(version.member),
         "version " + std::to_string(version.version) + " of the law of " + version.jurisdiction +
             " does not fit the law of this node any more and is not used; see: comity law diff",
         true}));
  return {};
}

// Everything that depends on which law is in force, but for the journal's entry.
Result<CorpusHash> use(Work& work, const BaseLaw& base, const LawInForce& in_force) {
  TRY(ComposedLaw law, compose_law([&](const LawVersion& each) { return load_edition(work, each); },
                                   base, in_force.chosen));
  work.rows.put(Space::self, std::string(self_law), row_of(in_force, law.left_out));
  work.rows.put(Space::self, std::string(self_corpus), json::Value(to_hex(law.corpus.hash())));
  TRY_VOID(raise_alarms(work, in_force, law.left_out));
  CorpusHash hash = law.corpus.hash();
  work.effects.law = std::move(law.corpus);
  return hash;
}

const BaseLaw& base_of(const Work& work) {
  check(work.context.base_law != nullptr, "a node has the files of its law");
  return *work.context.base_law;
}

// The operator's, and no mistake of anybody's act: told here and to nobody else.
Result<void> tell_unusable(Work& work, const std::string& trouble) {
  TRY_VOID(work.raise(
      {"law_unreadable", "alarm", "law",
       "the folder of law was changed and cannot be used, so the law before goes on; " + trouble,
       false}));
  TRY_VOID(work.record({EntryType::law, "", "", {{"unreadable", trouble}}, ""}));
  return {};
}

}  // namespace

Result<LawInForce> law_on(Overlay& rows, const Context& context, Date on) {
  TRY(auto versions, law_versions(rows));
  // Versions come in order, so the last that has begun is the newest.
  std::map<std::string, std::map<MemberId, LawVersion>> begun;
  for (const LawVersion& version : versions) {
    if (version.from > on) continue;
    TRY(bool counted, counts(rows, context, version));
    if (counted) begun[version.jurisdiction][version.member] = version;
  }
  LawInForce out;
  for (const auto& [jurisdiction, by_member] : begun) {
    const LawVersion* first = &by_member.begin()->second;
    bool agreed = true;
    for (const auto& [member, version] : by_member) {
      agreed = agreed && version.facts == first->facts;
      if (version.position < first->position) first = &version;
    }
    if (agreed)
      out.chosen.push_back(*first);
    else
      out.contested.push_back(jurisdiction);
  }
  return out;
}

Result<ComposedLaw> compose_law(const ReadEdition& read, const BaseLaw& base,
                                const std::vector<LawVersion>& chosen) {
  ComposedLaw out{.corpus = base.corpus, .left_out = {}};
  std::vector<law::Edition> editions;
  std::vector<LawVersion> held;
  for (const LawVersion& version : chosen) {
    auto edition = read(version);
    if (!edition && edition.error().code != Code::not_found)
      return std::unexpected(edition.error());
    if (!edition) {
      out.left_out.push_back(version);
      continue;
    }
    editions.push_back(*std::move(edition));
    held.push_back(version);
  }
  if (editions.empty()) return out;
  if (auto whole = law::Corpus::load(law::with_editions(base.files, editions))) {
    out.corpus = *std::move(whole);
    return out;
  }
  // One by one, so that one that does not fit takes no other with it. Whoever published first is
  // tried first.
  std::vector<std::size_t> order(held.size());
  for (std::size_t i = 0; i < order.size(); ++i) order[i] = i;
  std::ranges::sort(order, {}, [&](std::size_t i) { return held[i].position; });
  std::vector<law::Edition> kept;
  for (std::size_t i : order) {
    kept.push_back(editions[i]);
    if (auto with = law::Corpus::load(law::with_editions(base.files, kept))) {
      out.corpus = *std::move(with);
      continue;
    }
    kept.pop_back();
    out.left_out.push_back(held[i]);
  }
  return out;
}

Result<void> take_law_in_force(Work& work) {
  TRY(LawInForce in_force, law_on(work.rows, work.context, date_of(work.now)));
  json::Value wanted = row_of(in_force, {});
  TRY(auto row, work.rows.get(Space::self, self_law));
  json::Value held = row ? *row : row_of({}, {});
  TRY(auto corpus, work.rows.get(Space::self, self_corpus));
  bool known = corpus && *corpus == json::Value(to_hex(work.context.corpus.hash()));
  if (known && same(held, wanted, "chosen") && same(held, wanted, "contested")) return {};
  TRY(CorpusHash hash, use(work, base_of(work), in_force));
  TRY_VOID(work.record({EntryType::law,
                        "",
                        "",
                        {{"corpus", to_hex(hash)}, {"chosen", names_of(in_force.chosen)}},
                        ""}));
  return {};
}

Result<CorpusHash> law_at_start(Work& work) {
  TRY(LawInForce in_force, law_on(work.rows, work.context, date_of(work.now)));
  return use(work, base_of(work), in_force);
}

Result<void> take_base_law(Work& work, const LawRead& in) {
  if (!in.base) return tell_unusable(work, in.trouble);
  work.effects.base_law = in.base;
  if (in.base->corpus.hash() == base_of(work).corpus.hash()) return {};  // comments, layout
  TRY(LawInForce in_force, law_on(work.rows, work.context, date_of(work.now)));
  TRY(CorpusHash hash, use(work, *in.base, in_force));
  TRY_VOID(work.record({EntryType::law,
                        "",
                        "",
                        {{"corpus", to_hex(hash)},
                         {"base", to_hex(in.base->corpus.hash())},
                         {"chosen", names_of(in_force.chosen)}},
                        ""}));
  return {};
}

}  // namespace comity::node

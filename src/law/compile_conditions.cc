// `when`: a tree of conditions over facts and memberships.
#include "law/compile.h"

namespace comity::law {
namespace {

constexpr int when_depth_max = 8;

}  // namespace

Range Compiler::condition(Table& in, std::string_view name, const std::string& clause) {
  auto first = static_cast<std::uint32_t>(t_.nodes.size());
  in.in(name, [&](Table& when) { node(when, 0, clause); });
  return {first, static_cast<std::uint32_t>(t_.nodes.size()) - first};
}

void Compiler::node(Table& in, int depth, const std::string& clause) {
  bool all = in.has("all");
  if (!all && !in.has("any")) return atom(in, clause);
  if (depth == when_depth_max) {
    in.problem("", "`when` nests more than 8 deep", "say it more simply");
    return;
  }
  std::size_t at = t_.nodes.size();
  t_.nodes.emplace_back();
  t_.nodes[at].op = all ? Op::all : Op::any;
  std::string_view key = all ? "all" : "any";
  in.each(key, [&](Table& child) { node(child, depth + 1, clause); });
  if (t_.nodes.size() == at + 1)
    in.problem(key, "`" + std::string(key) + "` is empty", "list its conditions");
  t_.nodes[at].next = static_cast<std::uint32_t>(t_.nodes.size());
}

void Compiler::atom(Table& in, const std::string& clause) {
  Node node;
  if (in.has("fact")) {
    fact_atom(in, node);
    if (node.id < t_.words.facts.size())
      node.cite = cite(clause + ": " + t_.words.facts[node.id].en);
  } else if (in.has("member") || in.has("not_member")) {
    node.op = in.has("member") ? Op::member : Op::not_member;
    node.id = in.code(in.has("member") ? "member" : "not_member", t_.instrument_of);
    node.whom = in.one_of<Whom>(
        "side",
        {{"requesting", Whom::requesting}, {"requested", Whom::requested}, {"both", Whom::both}},
        Whom::both, true);
    if (node.id == 0xffff) return;
    bool member = node.op == Op::member;
    node.cite = cite(clause + (member ? ": bound by " : ": not bound by ") +
                     in.text(member ? "member" : "not_member"));
  } else {
    in.problem("", "a condition names neither a fact nor a membership",
               "write { fact = \"...\", is = \"...\" } or { member = \"...\", side = \"...\" }");
    return;
  }
  node.next = static_cast<std::uint32_t>(t_.nodes.size() + 1);
  t_.nodes.push_back(node);
}

void Compiler::fact_atom(Table& in, Node& node) {
  node.id = in.code("fact", t_.words.fact_of);
  if (node.id == 0xffff) {
    node.id = 0;  // a problem is noted; the shape goes on
    (void)in.text_or("is", "");
    return;
  }
  FactKind kind = t_.words.fact_words[node.id].kind;
  node.op = kind == FactKind::months ? Op::fact_at_least : Op::fact_is;
  if (kind == FactKind::months) {
    auto months = in.number("at_least", 0, 1200);
    if (!months)
      in.problem("fact", "a number of months is compared with `at_least`", "add at_least = 12");
    node.value = static_cast<std::int32_t>(months.value_or(0));
    return;
  }
  std::string is = in.text("is");
  if (kind == FactKind::yes_no) {
    if (is != "yes" && is != "no")
      in.problem("is", "this fact is yes or no", "write is = \"yes\" or is = \"no\"");
    node.value = is == "yes" ? 1 : 0;
  } else if (is == "requested" || is == "requesting") {
    node.whom = is == "requested" ? Whom::requested : Whom::requesting;
  } else if (auto who = country_from_text(is); who && t_.words.countries.contains(*who)) {
    node.value = country_value(*who);
  } else {
    in.problem("is", "this fact is a jurisdiction",
               "write requested, requesting, or a country code");
  }
}

}  // namespace comity::law

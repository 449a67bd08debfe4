// Recursive descent after the grammar of STIX 2.1, section 9 (its ANTLR form: STIXPattern.g4).
#include "base/limits_stix.h"
#include "stix/pattern_lex.h"

namespace comity::stix {
namespace {

class Parser {
 public:
  Parser(std::string_view text, Spec spec) : lexer_(text), spec_(spec) {}

  Result<Pattern> run() {
    TRY_VOID(advance());
    TRY(Observing root, followed());
    if (token_.kind != Token::Kind::end) return unexpected_token("the pattern has ended here");
    return Pattern{std::move(root)};
  }

 private:
  using Kind = Token::Kind;

  // One level of parentheses or brackets, for as long as it lives.
  class Level {
   public:
    explicit Level(std::size_t& depth) : depth_(++depth) {}
    ~Level() { --depth_; }
    Level(const Level&) = delete;
    Level& operator=(const Level&) = delete;

   private:
    std::size_t& depth_;
  };

  Result<void> advance() {
    TRY(token_, lexer_.next());
    return {};
  }
  std::unexpected<Error> unexpected_token(std::string what) {
    return fail_at(Code::malformed, token_.at, std::move(what));
  }
  Result<void> expect(std::string_view written) {
    if (!token_.is(written))
      return unexpected_token("'" + std::string(written) + "' must stand here");
    return advance();
  }
  Result<bool> taken(std::string_view written) {
    if (!token_.is(written)) return false;
    TRY_VOID(advance());
    return true;
  }
  Result<void> count() {
    if (++nodes_ > limits::pattern_nodes_max)
      return fail_at(Code::too_large, token_.at,
                     "more than " + std::to_string(limits::pattern_nodes_max) + " expressions");
    if (depth_ > limits::pattern_depth_max)
      return fail_at(Code::too_deep, token_.at,
                     "nested deeper than " + std::to_string(limits::pattern_depth_max) + " levels");
    return {};
  }

  // ---- 9.5.2: FOLLOWEDBY binds least, then OR, then AND.

  Result<Observing> followed() {
    TRY(Observing left, any_of());
    while (token_.is("FOLLOWEDBY")) {
      TRY_VOID(advance());
      TRY(Observing right, any_of());
      Observing both{
          .kind = Observing::Kind::followed, .condition = {}, .parts = {}, .qualifiers = {}};
      both.parts.push_back(std::move(left));
      both.parts.push_back(std::move(right));
      left = std::move(both);
      // A chain makes a tree as deep as it is long.
      if (++chained_ > limits::pattern_depth_max)
        return fail_at(Code::too_deep, token_.at, "too many FOLLOWEDBY");
    }
    return left;
  }

  Result<Observing> any_of() { return chain("OR", Observing::Kind::any, &Parser::all_of); }
  Result<Observing> all_of() { return chain("AND", Observing::Kind::all, &Parser::qualified); }

  Result<Observing> chain(std::string_view word, Observing::Kind kind,
                          Result<Observing> (Parser::*part)()) {
    TRY(Observing first, (this->*part)());
    if (!token_.is(word)) return first;
    Observing node{.kind = kind, .condition = {}, .parts = {}, .qualifiers = {}};
    join(node, std::move(first));
    while (token_.is(word)) {
      TRY_VOID(advance());
      TRY(Observing next, (this->*part)());
      join(node, std::move(next));
    }
    return node;
  }

  // AND and OR are associative: ([a] AND [b]) AND [c] is one node of three.
  static void join(Observing& node, Observing part) {
    if (part.kind != node.kind || !part.qualifiers.empty() || part.parts.size() < 2) {
      node.parts.push_back(std::move(part));
      return;
    }
    for (Observing& inner : part.parts) node.parts.push_back(std::move(inner));
  }

  Result<Observing> qualified() {
    TRY_VOID(count());
    Observing node;
    Level level(depth_);
    TRY(bool group, taken("("));
    if (group) {
      TRY(node, followed());
      TRY_VOID(expect(")"));
    } else {
      TRY_VOID(expect("["));
      TRY(node.condition, condition());
      TRY_VOID(expect("]"));
    }
    std::vector<Qualifier> qualifiers;
    while (token_.is("WITHIN") || token_.is("REPEATS") || token_.is("START")) {
      std::size_t at = token_.at;
      TRY(Qualifier one, qualifier());
      // 9.5.1: no two qualifiers of one kind on one expression.
      for (const Qualifier& before : qualifiers)
        if (before.index() == one.index())
          return fail_at(Code::malformed, at, "this qualifier is given twice; use parentheses");
      qualifiers.push_back(one);
    }
    if (qualifiers.empty()) return node;
    if (!node.qualifiers.empty()) {
      Observing outer{.kind = Observing::Kind::all, .condition = {}, .parts = {}, .qualifiers = {}};
      outer.parts.push_back(std::move(node));
      node = std::move(outer);
    }
    node.qualifiers = std::move(qualifiers);
    return node;
  }

  // ---- 9.5.1 Qualifiers.

  Result<Qualifier> qualifier() {
    TRY(bool within, taken("WITHIN"));
    if (within) return within_seconds();
    TRY(bool repeats, taken("REPEATS"));
    return repeats ? repeats_times() : start_stop();
  }

  Result<Qualifier> within_seconds() {
    const auto* whole = std::get_if<std::int64_t>(&token_.value);
    const auto* fraction = std::get_if<double>(&token_.value);
    if (token_.kind != Kind::whole && token_.kind != Kind::fraction)
      return unexpected_token("a number of seconds must stand here");
    double seconds = token_.kind == Kind::whole ? static_cast<double>(*whole) : *fraction;
    if (!(seconds > 0)) return fail_at(Code::bad_value, token_.at, "WITHIN needs more than 0");
    TRY_VOID(advance());
    TRY_VOID(expect("SECONDS"));
    return Qualifier(Within{seconds});
  }

  Result<Qualifier> repeats_times() {
    if (token_.kind != Kind::whole) return unexpected_token("a number of times must stand here");
    std::int64_t times = std::get<std::int64_t>(token_.value);
    if (times < 1) return fail_at(Code::bad_value, token_.at, "REPEATS needs 1 at least");
    if (static_cast<std::uint64_t>(times) > limits::pattern_repeats_max)
      return fail_at(Code::too_large, token_.at,
                     "REPEATS takes at most " + std::to_string(limits::pattern_repeats_max));
    TRY_VOID(advance());
    TRY_VOID(expect("TIMES"));
    return Qualifier(Repeats{static_cast<std::uint64_t>(times)});
  }

  Result<Qualifier> start_stop() {
    TRY_VOID(expect("START"));
    TRY(Moment start, moment());
    TRY_VOID(expect("STOP"));
    std::size_t at = token_.at;
    TRY(Moment stop, moment());
    if (stop <= start) return fail_at(Code::bad_value, at, "STOP must lie after START");
    return Qualifier(StartStop{start, stop});
  }

  Result<Moment> moment() {
    std::optional<Moment> at;
    if (token_.kind == Kind::time) at = std::get<TimeConstant>(token_.value).at;
    // 2.0's grammar has a plain string here.
    if (token_.kind == Kind::text && spec_ == Spec::v20)
      at = moment_from_text(std::get<std::string>(token_.value));
    if (!at) return unexpected_token("a timestamp t'' must stand here");
    TRY_VOID(advance());
    return *at;
  }

  // ---- 9.6 Comparison expressions: AND binds more than OR.

  Result<Condition> condition() {
    return conditions("OR", Condition::Kind::any, &Parser::conjunction);
  }
  Result<Condition> conjunction() {
    return conditions("AND", Condition::Kind::all, &Parser::proposition);
  }

  Result<Condition> conditions(std::string_view word, Condition::Kind kind,
                               Result<Condition> (Parser::*part)()) {
    TRY(Condition first, (this->*part)());
    if (!token_.is(word)) return first;
    Condition node{.kind = kind, .test = {}, .parts = {}};
    join(node, std::move(first));
    while (token_.is(word)) {
      TRY_VOID(advance());
      TRY(Condition next, (this->*part)());
      join(node, std::move(next));
    }
    return node;
  }

  static void join(Condition& node, Condition part) {
    if (part.kind != node.kind) {
      node.parts.push_back(std::move(part));
      return;
    }
    for (Condition& inner : part.parts) node.parts.push_back(std::move(inner));
  }

  Result<Condition> proposition() {
    TRY_VOID(count());
    TRY(bool group, taken("("));
    if (group) {
      Level level(depth_);
      TRY_VOID(count());
      TRY(Condition inner, condition());
      TRY_VOID(expect(")"));
      return inner;
    }
    Condition node;
    TRY(node.test, comparison());
    return node;
  }

  Result<Comparison> comparison() {
    Comparison test;
    TRY(bool exists, taken("EXISTS"));
    TRY(test.path, path());
    if (exists) {
      test.op = Comparator::exists;
      return test;
    }
    TRY(test.negated, taken("NOT"));
    TRY(test.op, comparator());
    if (test.op == Comparator::in) {
      TRY_VOID(set(test.values));
      return test;
    }
    TRY(Constant value, constant(test.op));
    test.values.push_back(std::move(value));
    return test;
  }

  Result<Comparator> comparator() {
    static constexpr std::pair<std::string_view, Comparator> words[] = {
        {"=", Comparator::equal},
        {"==", Comparator::equal},
        {"!=", Comparator::not_equal},
        {"<>", Comparator::not_equal},
        {"<", Comparator::less},
        {"<=", Comparator::less_equal},
        {">", Comparator::greater},
        {">=", Comparator::greater_equal},
        {"IN", Comparator::in},
        {"LIKE", Comparator::like},
        {"MATCHES", Comparator::matches},
        {"ISSUBSET", Comparator::subset},
        {"ISSUPERSET", Comparator::superset}};
    for (const auto& [word, op] : words) {
      if (!token_.is(word)) continue;
      TRY_VOID(advance());
      return op;
    }
    return unexpected_token("a comparison operator must stand here");
  }

  bool at_constant() const {
    return (token_.kind != Kind::end && token_.kind != Kind::word && token_.kind != Kind::symbol) ||
           token_.is("true") || token_.is("false");
  }

  Result<Constant> constant(Comparator op) {
    bool text_only = op == Comparator::like || op == Comparator::matches ||
                     op == Comparator::subset || op == Comparator::superset;
    if (text_only && token_.kind != Kind::text)
      return unexpected_token("this operator takes a string in single quotes");
    bool orders = op == Comparator::less || op == Comparator::less_equal ||
                  op == Comparator::greater || op == Comparator::greater_equal;
    if (!at_constant()) return unexpected_token("a constant must stand here");
    if (orders && token_.kind == Kind::word)
      return unexpected_token("true and false have no order");
    Constant value = std::move(token_.value);
    TRY_VOID(advance());
    return value;
  }

  Result<void> set(std::vector<Constant>& values) {
    TRY_VOID(expect("("));
    while (!token_.is(")")) {
      TRY_VOID(count());
      TRY(Constant value, constant(Comparator::equal));
      values.push_back(std::move(value));
      TRY(bool more, taken(","));
      if (!more) break;
      if (token_.is(")")) return unexpected_token("a constant must stand here");
    }
    return expect(")");
  }

  // ---- 9.7 Object paths.

  Result<ObjectPath> path() {
    ObjectPath path;
    if (token_.kind != Kind::word || is_keyword(token_.text))
      return unexpected_token("an object path, as in file:name, must stand here");
    path.type = token_.text;
    TRY_VOID(advance());
    TRY_VOID(expect(":"));
    TRY(PathStep first, name());
    path.steps.push_back(std::move(first));
    while (token_.is(".") || token_.is("[")) {
      TRY_VOID(count());
      TRY(bool dot, taken("."));
      if (dot) {
        TRY(PathStep step, name());
        path.steps.push_back(std::move(step));
        continue;
      }
      TRY_VOID(expect("["));
      if (token_.is("*")) {
        path.steps.emplace_back(AnyElement{});
      } else if (token_.kind == Kind::whole) {
        path.steps.emplace_back(std::get<std::int64_t>(token_.value));
      } else {
        return unexpected_token("an index or * must stand here");
      }
      TRY_VOID(advance());
      TRY_VOID(expect("]"));
    }
    return path;
  }

  Result<PathStep> name() {
    if (token_.kind == Kind::text) {
      PathStep step = std::get<std::string>(token_.value);
      TRY_VOID(advance());
      return step;
    }
    if (token_.kind != Kind::word || !is_bare_name(token_.text))
      return unexpected_token("a property's name must stand here; quote one with a hyphen");
    PathStep step = std::string(token_.text);
    TRY_VOID(advance());
    return step;
  }

  Lexer lexer_;
  Spec spec_;
  Token token_;
  std::size_t depth_ = 0, nodes_ = 0, chained_ = 0;
};

}  // namespace

Result<Pattern> parse_pattern(std::string_view text, Spec spec) {
  if (text.size() > limits::pattern_bytes_max)
    return fail(Code::too_large,
                "longer than " + std::to_string(limits::pattern_bytes_max) + " bytes");
  if (std::size_t good = utf8_prefix(text); good < text.size())
    return fail_at(Code::bad_utf8, good, "the pattern is not UTF-8");
  return Parser(text, spec).run();
}

}  // namespace comity::stix

#pragma once
// Formulas as questions to a solver, in SMT-LIB 2.6 with the logic QF_LIA, and its answers read
// back. Private to this room. Proofs are made by smt_test.cc with Debian's z3; nothing else runs a
// solver.
//   Source   C. Barrett, P. Fontaine, C. Tinelli, The SMT-LIB Standard, version 2.6.
#include <cstdint>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "law/formula.h"

namespace comity::law {

class SmtScript {
 public:
  // `seconds`: after which the solver answers "unknown" to one query. Both outlive the script.
  SmtScript(const Formulas& formulas, const Tables& tables, int seconds);

  enum class Model : std::uint8_t { left_out, wanted };
  // Can all of these hold at once? `name` comes back with the answer. A model may be wanted only
  // where one is expected: a solver that has none answers with an error.
  void can(std::string_view name, const std::vector<Term>& terms, Model model = Model::left_out);

  [[nodiscard]] const std::string& text() const { return text_; }

 private:
  void declare(Term term, std::vector<std::string>& symbols);
  [[nodiscard]] std::string written(Variable variable) const;
  [[nodiscard]] std::string written(const Formulas::Part& part) const;

  const Formulas& f_;
  const Tables& t_;
  std::string text_;
  std::set<std::string> declared_;
};

enum class Said : std::uint8_t { sat, unsat, unknown };

struct SmtAnswer {
  std::string name;
  Said said = Said::unknown;
  Point point;  // when a model was wanted; what the solver was not asked about is unknown or 0
};

// Reads what the solver printed, in the order of the queries.
//   Errors  Code::invalid with the line, when it is anything but answers.
[[nodiscard]] Result<std::vector<SmtAnswer>> read_answers(const Tables& tables,
                                                          std::string_view printed);

// The question that a point puts, without the facts that no formula of `told` needs to come to what
// it comes to at the point.
//   Errors  Code::invalid when more facts are needed than a question may hold, or a party is no
//           jurisdiction.
[[nodiscard]] Result<Question> question_of(const Formulas& formulas, Point point,
                                           const std::vector<Term>& told);

}  // namespace comity::law

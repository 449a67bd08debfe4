#pragma once
// Files whose bytes hide what they hold in a way that nothing here undoes.
#include <string_view>

namespace comity::sweep {

// From the first bytes: what it is and how to mend it; empty: nothing that is known to hide.
[[nodiscard]] std::string_view foreign_form(std::string_view beginning);

}  // namespace comity::sweep

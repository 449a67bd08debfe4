#pragma once
// The little HTML and SVG that the reports of this room need. Private to it.
#include <string>
#include <string_view>

#include "base/markup.h"

namespace comity::law {

// "<p class="c">escaped</p>"; without the attribute when `css` is empty.
[[nodiscard]] std::string element(std::string_view tag, std::string_view css,
                                  std::string_view text);

// A whole page. `root` leads from it to the site's root: "" or "../".
[[nodiscard]] std::string html_page(std::string_view title, std::string_view root,
                                    std::string_view body, std::string_view corpus_hash);

}  // namespace comity::law

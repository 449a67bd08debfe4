#include "law/html.h"

#include <fmt/format.h>

#include "law/wording.h"

namespace comity::law {
namespace {

constexpr std::string_view style =
    "body{font:16px/1.5 sans-serif;max-width:60em;margin:2em auto;padding:0 1em;color:#1b1b1b}"
    "h1{font-size:1.6em}h2{font-size:1.25em;margin-top:2em;border-bottom:1px solid #ccc}"
    "h3{font-size:1.05em;margin-bottom:.2em}table{border-collapse:collapse;margin:.4em 0}"
    "td,th{border:1px solid #ccc;padding:.2em .6em;text-align:left;vertical-align:top}"
    "th{background:#f3f3f3;font-weight:normal}"
    ".unconfirmed{background:#fff1c9;border-radius:3px;padding:0 .35em}"
    ".confirmed{background:#dcefe4;border-radius:3px;padding:0 .35em}"
    "code{background:#f3f3f3;padding:0 .25em}footer{margin-top:3em;color:#555;font-size:.85em}"
    "svg{max-width:100%;height:auto}";

}  // namespace

std::string element(std::string_view tag, std::string_view css, std::string_view text) {
  if (css.empty()) return fmt::format("<{0}>{1}</{0}>\n", tag, escaped(text));
  return fmt::format("<{0} class=\"{1}\">{2}</{0}>\n", tag, css, escaped(text));
}

std::string html_page(std::string_view title, std::string_view root, std::string_view body,
                      std::string_view corpus_hash) {
  return fmt::format(
      "<!doctype html>\n<html lang=\"en\"><head><meta charset=\"utf-8\"><meta name=\"viewport\" "
      "content=\"width=device-width\"><title>{0}</title><style>{1}</style></head><body>\n"
      "<p><a href=\"{2}index.html\">All of the law</a> · <a href=\"{2}vocabulary.html\">The words"
      "</a></p>\n<h1>{0}</h1>\n{3}<footer><p>{4}</p><p>Corpus <code>{5}</code></p></footer>\n"
      "</body></html>\n",
      escaped(title), style, root, body, escaped(disclaimer), corpus_hash);
}

}  // namespace comity::law

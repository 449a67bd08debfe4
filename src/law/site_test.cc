#include "law/site.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>

#include "law/html.h"
#include "law/test_law.h"

namespace comity::law {
namespace {

using testing::folder;
using ::testing::HasSubstr;
using ::testing::Not;

const std::vector<Page>& site() {
  static const std::vector<Page> pages = *make_site(folder(), *date_from_text("2026-11-22"));
  return pages;
}

const std::string& page(std::string_view path) {
  auto found = std::ranges::find(site(), path, &Page::path);
  check(found != site().end(), "the site has this page");
  return found->html;
}

TEST(Site, every_file_but_the_cases_has_a_page_and_the_index_leads_to_it) {
  for (const SourceFile& file : folder()) {
    if (file.name.starts_with("cases/")) continue;
    std::string path = file.name.substr(0, file.name.size() - 5) + ".html";
    EXPECT_THAT(page(path), HasSubstr("Not legal advice"));
    EXPECT_THAT(page("index.html"), HasSubstr("\"" + path + "\""));
  }
}

TEST(Site, a_page_tells_citation_confidence_source_and_cases) {
  const std::string& ph = page("jurisdictions/PH.html");
  EXPECT_THAT(ph, HasSubstr("RA 8792 s.33(a)"));
  EXPECT_THAT(ph, HasSubstr("<span class=\"unconfirmed\">unconfirmed</span>"));
  EXPECT_THAT(ph, HasSubstr("href=\"https://"));
  EXPECT_THAT(ph, HasSubstr("2000-06-19"));
  EXPECT_THAT(ph, HasSubstr("cases/love-bug.toml:"));
  EXPECT_THAT(page("instruments/ets185.html"), HasSubstr("Conservation rapide"));
}

TEST(Site, a_jurisdiction_has_its_memberships_and_reservations_whether_profiled_or_not) {
  EXPECT_THAT(page("jurisdictions/US.html"), HasSubstr("Convention on Cybercrime (Budapest)"));
  EXPECT_THAT(page("jurisdictions/US.html"), HasSubstr("us-ets185-4-2"));
  const std::string& switzerland = page("places/CH.html");
  EXPECT_THAT(switzerland, HasSubstr("Its own law has not been researched"));
  EXPECT_THAT(switzerland, HasSubstr("<td>2012-01-01</td>"));
  EXPECT_THAT(page("index.html"), HasSubstr("\"places/CH.html\""));
}

// What a file says is text and never markup.
TEST(Site, nothing_in_a_file_becomes_markup) {
  auto files = folder();
  testing::file_of(files, "jurisdictions/ZA.toml").text +=
      "\n[[absent]]\ncode = \"csam\"\nuntil = 1980-01-01\ncite = \"<script>alert(1)</script>\"\n"
      "confidence = \"unconfirmed\"\n";
  auto pages = make_site(files, *date_from_text("2026-11-22"));
  ASSERT_TRUE(pages);
  for (const Page& each : *pages) EXPECT_THAT(each.html, Not(HasSubstr("<script")));
  EXPECT_EQ(escaped("<a href=\"x\">&"), "&lt;a href=&quot;x&quot;&gt;&amp;");
}

TEST(Site, the_same_files_give_the_same_bytes_and_no_page_twice) {
  auto again = make_site(folder(), *date_from_text("2026-11-22"));
  ASSERT_TRUE(again);
  ASSERT_EQ(again->size(), site().size());
  std::set<std::string> paths;
  for (std::size_t i = 0; i < site().size(); ++i) {
    EXPECT_EQ((*again)[i].html, site()[i].html);
    EXPECT_TRUE(paths.insert(site()[i].path).second);
  }
}

TEST(Site, a_law_that_does_not_load_makes_no_site) {
  auto files = folder();
  files[0].text += "\nnonsense = 1\n";
  EXPECT_FALSE(make_site(files, *date_from_text("2026-11-22")));
}

}  // namespace
}  // namespace comity::law

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <memory>

#include "law/provision.h"
#include "law/show.h"
#include "law/test_law.h"

// On which side a declaration is heard: where its party asks, where it is asked, or on both.
namespace comity::law {
namespace {

using testing::corpus_of;
using testing::file_of;
using testing::folder;
using ::testing::HasSubstr;

std::vector<SourceFile> with_a_declaration(const std::string& side, const std::string& more) {
  std::vector<SourceFile> files = folder();
  std::string& text = file_of(files, "instruments/ets185.toml").text;
  text.insert(text.find("[sources]"),
              "[[reservation]]\nid = \"test-ca\"\nparty = \"CA\"\narticle = \"27\"\nprovisions = "
              "[\"ets185-27\"]\nside = \"" +
                  side + "\"\n" + more +
                  "text = \"through envoys\"\nconfidence = \"confirmed\"\nsource = "
                  "\"https://law.example\"\n\n");
  return files;
}

Route asked(const Corpus& law, std::string from, std::string to, std::string on = "2026-11-21") {
  auto question = ask(law, {.from = from,
                            .to = to,
                            .measure = "mla",
                            .offence = "computer_fraud",
                            .on = on,
                            .conduct = "",
                            .data = "",
                            .from_role = "",
                            .to_role = "",
                            .facts = {}});
  check(question.has_value(), question ? "" : to_text(question.error()));
  auto decision = std::make_unique<Decision>();
  decide(law, *question, *decision);
  const Route* route = decision->find(*law.provision("ets185-27"));
  check(route != nullptr, "Article 27 speaks of assistance");
  return *route;
}

std::string channel(const Corpus& law, std::string from, std::string to) {
  return law.word(asked(law, from, to).channel).code;
}

TEST(Sides, a_declaration_is_heard_on_the_side_that_it_names) {
  std::string way = "effect = \"designates\"\nasks = false\nchannel = \"diplomatic\"\n";
  Corpus asking = corpus_of(with_a_declaration("requesting", way));
  EXPECT_EQ(channel(asking, "CA", "AU"), "diplomatic");
  EXPECT_EQ(channel(asking, "AU", "CA"), "central_authority");
  EXPECT_EQ(*show_json(asking, {}, "test-ca")->find("side")->as_string(), "requesting");
  Corpus is_asked = corpus_of(with_a_declaration("requested", way));
  EXPECT_EQ(channel(is_asked, "CA", "AU"), "central_authority");
  EXPECT_EQ(channel(is_asked, "AU", "CA"), "diplomatic");
  Corpus both = corpus_of(with_a_declaration("both", way));
  EXPECT_EQ(channel(both, "CA", "AU"), "diplomatic");
  EXPECT_EQ(channel(both, "AU", "CA"), "diplomatic");
}

TEST(Sides, who_sends_is_a_sender_and_no_addressee) {
  Corpus law = corpus_of(with_a_declaration("requesting", "effect = \"designates\"\n"));
  bool told = false;
  for (const Note& note : asked(law, "CA", "AU").notes)
    told = told || law.cite(note.text).starts_with("sender: through envoys");
  EXPECT_TRUE(told);
}

// As everything else of which nobody wrote down since when it is the law.
TEST(Sides, a_declaration_without_a_day_is_recalled_before_the_review) {
  auto told = [](std::string day, std::string more) {
    Corpus law = corpus_of(with_a_declaration("requested", "effect = \"designates\"\n" + more));
    Route route = asked(law, "AU", "CA", day);
    for (const Note& note : route.notes)
      if (law.cite(note.text).starts_with("addressee: through envoys")) return note.confidence;
    ADD_FAILURE() << "it is not heard";
    return Confidence::unconfirmed;
  };
  EXPECT_EQ(told("2026-11-21", ""), Confidence::confirmed);
  EXPECT_EQ(told("2026-11-20", ""), Confidence::unconfirmed);
  EXPECT_EQ(told("2026-11-20", "from = 2020-01-01\n"), Confidence::confirmed);
}

TEST(Sides, who_receives_is_not_for_the_side_that_asks_to_say) {
  auto refused = Corpus::load(with_a_declaration(
      "requesting", "effect = \"designates\"\nto_roles = [\"central_authority\"]\n"));
  ASSERT_FALSE(refused);
  EXPECT_THAT(to_text(refused.error()), HasSubstr("who receives is for the Party that is asked"));
}

}  // namespace
}  // namespace comity::law

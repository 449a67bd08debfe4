// Goal: a node whose law is a folder of its own takes a changed folder over while it runs; a broken
// one is told with its line, and the law before goes on.
#include <fmt/format.h>

#include "kit.h"

namespace comity::e2e {
namespace {

namespace fs = std::filesystem;

TEST(LawFolder, is_taken_over_while_the_node_runs_and_a_broken_one_is_told) {
  Stage stage;
  fs::path folder = stage.path() / "law";
  fs::copy(fs::path(COMITY_SOURCE_DIR) / "law", folder, fs::copy_options::recursive);
  write(stage.path() / "key", std::string(32, 'k'));
  Shell node{.folder = stage.path() / "us", .unlock = {"--key-file", stage.file("key")}};
  auto port = app::free_port();
  ASSERT_TRUE(port);
  Ran made =
      node({"init", "--name", "Contact point (invented)", "--jurisdiction", "US", "--role", "poc",
            "--listen", fmt::format("127.0.0.1:{}", *port), "--law", folder.string()});
  ASSERT_EQ(made.exit, 0) << made;
  auto serving = std::make_unique<Serving>(node);
  auto corpus = [&] { return text(at(node({"status"}).value(), "corpus")); };
  auto asked = [&] {
    return node({"law", "--node", "routes", "--from", "US", "--to", "FR", "--measure",
                 "preservation", "--offence", "data_interference"});
  };
  std::string first = corpus();
  EXPECT_EQ(text(at(asked().value(), "corpus")), first);

  fs::path france = folder / "jurisdictions" / "FR.toml";
  const std::string before = read(france);
  std::string after = before;
  after.replace(after.find("max_months = 36"), 15, "max_months = 37");
  write(france, after);
  ASSERT_TRUE(eventually([&] { return corpus() != first; })) << read(node.folder / "serve.log");
  std::string second = corpus();
  EXPECT_EQ(text(at(asked().value(), "corpus")), second);
  EXPECT_FALSE(node({"alarm", "list"}).out.contains("law_unreadable"));

  write(france, after + "broken [\n");
  EXPECT_TRUE(eventually([&] { return node({"alarm", "list"}).out.contains("law_unreadable"); }));
  EXPECT_TRUE(node({"alarm", "list"}).out.contains("jurisdictions/FR.toml"));
  EXPECT_EQ(corpus(), second) << "the law before goes on";

  write(france, before);
  EXPECT_TRUE(eventually([&] { return corpus() == first; }));
  serving.reset();
  EXPECT_EQ(node({"store", "check"}).exit, 0);
}

}  // namespace
}  // namespace comity::e2e

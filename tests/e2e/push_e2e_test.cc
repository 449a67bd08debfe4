// Alerts between running nodes: posted over TAXII at one, read over TAXII at those in the circle
// within a second, and nowhere else; recalled; and not told to whoever left the circle.
#include <fmt/format.h>
#include <gmock/gmock.h>

#include <csignal>
#include <fstream>

#include "base/bytes.h"
#include "kit.h"
#include "net/client.h"

namespace comity::e2e {
namespace {

using namespace std::chrono_literals;

constexpr const char* green = "marking-definition--bab4a63c-aed9-4cf5-a766-dfca5abac2bb";

std::string id(int n) {
  return fmt::format("malware--{:08x}-17d4-4cbf-938f-98ee46b3cd3f", n);
}
std::string malware(int n) {
  return fmt::format(
      R"({{"type":"malware","spec_version":"2.1","id":"{}","created":"2026-11-01T00:00:00.000Z",)"
      R"("modified":"2026-11-01T00:00:00.000Z","is_family":false,"name":"w{}",)"
      R"("object_marking_refs":["{}"]}})",
      id(n), n, green);
}

std::string sighting_of_first(int n, const char* seen, int count) {
  return fmt::format(
      R"({{"type":"sighting","spec_version":"2.1","id":"sighting--{:08x}-17d4-4cbf-938f-98ee46b3cd3f",)"
      R"("created":"2026-11-03T00:00:00.000Z","modified":"2026-11-03T00:00:00.000Z",)"
      R"("sighting_of_ref":"{}","first_seen":"{}","count":{},"object_marking_refs":["{}"]}})",
      n, id(1), seen, count, green);
}

// A node that serves TAXII, with a collection and a user that reads and writes it.
class Site {
 public:
  Site(const Stage& stage, const std::string& name, const char* jurisdiction)
      : stage_(stage), player_(cast(stage, name, jurisdiction)), name_(name) {
    auto port = app::free_port();
    EXPECT_TRUE(port);
    endpoint_ = {.host = "127.0.0.1", .port = *port, .unix_path = {}};
    player_->stop(SIGTERM);
    std::ofstream(player_->folder().root() / "comity.toml", std::ios::app)
        << fmt::format("taxii = \"127.0.0.1:{}\"\n", *port);
    auto started = player_->start();
    EXPECT_TRUE(started) << to_text(started.error());
  }
  app::Player& player() { return *player_; }
  const std::string& name() const { return name_; }
  const std::string& collection() const { return collection_; }

  Ran run(std::vector<std::string> args) {
    args.insert(args.begin(), {"--as", "author"});
    return shell_of(*player_)(std::move(args));
  }
  void open(const std::vector<std::string>& members) {
    std::vector<std::string> args{"alert", "collection", "--title", "Worms", "--alias", "worms"};
    for (const std::string& each : members) args.insert(args.end(), {"--member", each});
    Ran made = run(args);
    ASSERT_EQ(made.exit, 0) << made;
    collection_ = text(at(made.value(), "id"));
    std::string secret = stage_.file(name_ + ".token");
    Ran user = run({"alert", "user", "tool", "--read", "worms", "--write", "worms", "--bearer",
                    "--secret-file", secret});
    ASSERT_EQ(user.exit, 0) << user;
    token_ = read(secret);
    token_.resize(token_.find('\n'));
  }
  net::Response taxii(const std::string& method, const std::string& path, std::string body = {}) {
    net::Request request{.method = method,
                         .target = "/taxii2/default/collections/" + collection_ + path,
                         .headers = {{"host", "127.0.0.1"},
                                     {"authorization", "Bearer " + token_},
                                     {"accept", "application/taxii+json;version=2.1"},
                                     {"content-type", "application/taxii+json;version=2.1"}},
                         .body = std::move(body)};
    auto response = net::call(endpoint_, request, patience);
    EXPECT_TRUE(response) << to_text(response.error());
    return response.value_or(net::Response{});
  }
  void post(const std::string& object) {
    net::Response taken = taxii("POST", "/objects/", R"({"objects":[)" + object + "]}");
    ASSERT_EQ(taken.status, 202) << taken.body;
  }
  bool shows(const std::string& text) {
    return taxii("GET", "/objects/?match%5Bversion%5D=all").body.contains(text);
  }

 private:
  const Stage& stage_;
  std::unique_ptr<app::Player> player_;
  std::string name_, collection_, token_;
  net::Endpoint endpoint_;
};

// Its journal and its files hold nothing that says so.
bool knows_nothing(Site& site) {
  Ran told = site.run({"alert", "subscriptions"});
  return told.exit == 0 && told.value() == json::Value(json::Array{});
}

TEST(Push, an_alert_is_with_its_circle_within_a_second_and_with_nobody_else) {
  Stage stage;
  Site a(stage, "us-csirt", "US"), b(stage, "ph-poc", "PH"), c(stage, "jp-poc", "JP"),
      d(stage, "fr-poc", "FR");
  for (Site* other : {&b, &c, &d})
    MUST_VOID([&]() -> Result<void> {
      TRY(std::string words, app::pair(a.player(), other->player()));
      return {};
    }());
  a.open({b.name(), c.name()});
  for (Site* other : {&b, &c, &d}) other->open({});
  for (Site* other : {&b, &c}) {
    Ran bound = other->run({"alert", "subscribe", a.name(), a.collection(), "--into", "worms"});
    ASSERT_EQ(bound.exit, 0) << bound;
  }

  auto posted = std::chrono::steady_clock::now();
  a.post(malware(1));
  for (Site* other : {&b, &c}) {
    ASSERT_TRUE(eventually([&] { return other->shows(id(1)); }));
    EXPECT_LT(std::chrono::steady_clock::now() - posted, 1s) << other->name();
  }
  EXPECT_FALSE(d.shows(id(1)));
  EXPECT_TRUE(knows_nothing(d));

  // Who leaves the circle is told nothing from then on.
  ASSERT_EQ(a.run({"alert", "change", "worms", "--title", "Worms", "--alias", "worms", "--member",
                   b.name()})
                .exit,
            0);
  a.post(malware(2));
  ASSERT_TRUE(eventually([&] { return b.shows(id(2)); }));
  EXPECT_FALSE(c.shows(id(2)));

  // A recall: revoked at first sight, dropped by all who were told, each with a receipt.
  Ran back = a.run({"alert", "recall", id(1), "--why", "our own honeypot"});
  ASSERT_EQ(back.exit, 0) << back;
  for (Site* other : {&b, &c}) {
    ASSERT_TRUE(eventually([&] { return other->shows("\"revoked\":true"); })) << other->name();
    ASSERT_TRUE(eventually([&] { return !other->shows(malware(1)); })) << other->name();
  }
  ASSERT_TRUE(eventually([&] {
    Ran told = a.run({"alert", "told", id(1)});
    const json::Value value = told.value();
    const json::Value& recalls = at(value, "recalls");
    if (!recalls.as_array() || recalls.as_array()->size() < 2) return false;
    for (const json::Value& each : *recalls.as_array())
      if (text(at(each, "standing")) != "delivered") return false;
    return true;
  }));
  EXPECT_FALSE(c.shows(id(2)));
}

TEST(Push, an_outbreak_is_drawn_from_what_partners_saw) {
  Stage stage;
  Site a(stage, "us-csirt", "US"), b(stage, "ph-poc", "PH");
  MUST(std::string words, app::pair(a.player(), b.player()));
  a.open({b.name()});
  b.open({});
  ASSERT_EQ(b.run({"alert", "subscribe", a.name(), a.collection(), "--into", "worms"}).exit, 0);
  a.post(malware(1));
  ASSERT_TRUE(eventually([&] { return b.shows(id(1)); }));
  b.post(sighting_of_first(1, "2026-11-02T09:00:00Z", 3));
  b.post(sighting_of_first(2, "2026-11-02T10:00:00Z", 6));
  ASSERT_TRUE(eventually([&] { return a.shows("10:00:00Z"); }));

  Ran drawn = a.run({"alert", "outbreak", id(1), "--svg", stage.file("curve.svg")});
  ASSERT_EQ(drawn.exit, 0) << drawn;
  const json::Value picture = drawn.value();
  EXPECT_EQ(text(at(picture, "name")), "w1");
  EXPECT_EQ(at(picture, "sightings"), json::Value(9));
  EXPECT_EQ(text(at(at(at(picture, "places"), std::size_t{0}), "name")), b.name());
  EXPECT_EQ(at(picture, "unreached").as_array()->size(), 0u) << drawn;
  EXPECT_FALSE(picture.find("svg")) << "that is in the file";
  EXPECT_TRUE(read(stage.file("curve.svg")).starts_with("<svg "));
  EXPECT_EQ(a.run({"alert", "outbreak", id(2)}).exit, 3) << "nobody has heard of it";
  EXPECT_EQ(a.run({"alert", "outbreak", "no id"}).exit, 3);
}

TEST(Push, a_file_that_is_larger_than_a_command_is_imported_and_watched) {
  Stage stage;
  Site a(stage, "us-csirt", "US"), b(stage, "ph-poc", "PH");
  MUST(std::string words, app::pair(a.player(), b.player()));
  a.open({b.name()});
  std::string large = malware(7);
  large.insert(1, "\"description\":\"" + std::string(2u << 20, 'x') + "\",");
  std::string too_large = malware(8);
  too_large.insert(1, "\"description\":\"" + std::string(5u << 20, 'x') + "\",");
  write(stage.file("bundle.json"),
        R"({"objects":[)" + large + "," + too_large + "," + malware(9) + "]}");
  Ran done = a.run({"alert", "import", "worms", stage.file("bundle.json")});
  EXPECT_EQ(done.exit, 1) << done;
  const json::Value file = at(at(done.value(), "files"), std::size_t{0});
  EXPECT_EQ(at(file, "added"), json::Value(2)) << done;
  EXPECT_EQ(at(file, "refused").as_array()->size(), 1u) << done;
  EXPECT_TRUE(text(at(at(at(file, "refused"), std::size_t{0}), "message")).contains("at most"));
  ASSERT_TRUE(eventually([&] {
    Ran told = b.run({"alert", "subscriptions"});
    return told.exit == 0 && told.value() != json::Value(json::Array{});
  }));
  Ran share = a.run({"alert", "share", id(9), "--collection", "worms"});
  EXPECT_EQ(share.exit, 0) << share;
  EXPECT_EQ(at(share.value(), "known"), json::Value(1)) << "nobody is told twice";
}

}  // namespace
}  // namespace comity::e2e

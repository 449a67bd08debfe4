// Alerts between running nodes: posted over TAXII at one, read over TAXII at those in the circle
// within a second, and nowhere else; recalled; and not told to whoever left the circle.
#include <fmt/format.h>
#include <gmock/gmock.h>

#include <csignal>
#include <fstream>

#include "base/bytes.h"
#include "base/limits_alert.h"
#include "kit.h"
#include "net/client.h"
#include "net/testing.h"

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
  const net::Endpoint& endpoint() const { return endpoint_; }
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
  // Of its worms, by its TAXII server, into the worms of another.
  Ran push_to(Site& other) {
    return run({"alert", "push",
                "http://" + net::to_text(other.endpoint_) + "/taxii2/default/collections/" +
                    other.collection_ + "/",
                "--from", "worms", "--for", other.name(), "--token-file",
                stage_.file(other.name() + ".token")});
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
  ASSERT_EQ(a.run({"alert", "change", "worms", "--remove-member", c.name()}).exit, 0);
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

// Names of persons and addresses stay in the country until counsel speaks and the law has a road.
TEST(Push, personal_data_cross_a_border_only_on_a_road) {
  Stage stage;
  Site a(stage, "us-poc", "US"), b(stage, "ph-poc", "PH");
  Ran hired = a.run({"user", "add", "lea", "--roles", "counsel", "--gives", "supervisor"});
  ASSERT_EQ(hired.exit, 0) << hired;
  ASSERT_EQ(a.run({"user", "add", "max", "--roles", "counsel"}).exit, 0);
  MUST(std::string words, app::pair(a.player(), b.player()));
  a.open({b.name()});
  b.open({});
  ASSERT_EQ(b.run({"alert", "subscribe", a.name(), a.collection(), "--into", "worms"}).exit, 0);
  auto person = [](int n) {
    return fmt::format(
        R"({{"type":"identity","spec_version":"2.1","id":"identity--{:08x}-17d4-4cbf-938f-98ee46b3cd3f",)"
        R"("created":"2026-11-01T00:00:00.000Z","modified":"2026-11-01T00:00:00.000Z","name":"p{}",)"
        R"("identity_class":"individual","object_marking_refs":["{}"]}})",
        n, n, green);
  };
  a.post(person(1));
  a.post(malware(1));
  ASSERT_TRUE(eventually([&] { return b.shows(id(1)); }));
  EXPECT_FALSE(b.shows("identity--00000001"));
  Ran roads = a.run({"alert", "roads", "worms"});
  ASSERT_EQ(roads.exit, 0) << roads;
  EXPECT_EQ(text(at(at(roads.value(), std::size_t{0}), "road")), "unsaid") << roads;

  Ran given = a.push_to(b);
  EXPECT_EQ(at(at(given.value(), "withheld"), "no_road"), json::Value(1)) << given;
  Ran nothing = a.push_to(b);
  EXPECT_EQ(at(nothing.value(), "given"), json::Value(0)) << nothing;

  auto say = [&](const char* officer) {
    return shell_of(a.player())({"--as", officer, "alert", "basis", "worms", "--member", b.name(),
                                 "--offence", "data_interference", "--reason", "an outbreak"});
  };
  EXPECT_NE(say("author").exit, 0) << "counsel's word alone counts";
  Ran closed = say("max");
  EXPECT_EQ(closed.exit, 1) << "an approval is missing, so it stays closed: " << closed;
  EXPECT_EQ(text(at(at(closed.value(), std::size_t{0}), "road")), "needs") << closed;
  Ran said = say("lea");
  ASSERT_EQ(said.exit, 0) << said;
  EXPECT_EQ(text(at(at(said.value(), std::size_t{0}), "provision")), "ets185-26") << said;
  ASSERT_EQ(text(at(at(said.value(), std::size_t{0}), "road")), "open") << said;
  a.post(person(2));
  ASSERT_TRUE(eventually([&] { return b.shows("identity--00000002"); }));
  EXPECT_FALSE(b.shows("identity--00000001")) << "nobody asked that it be told again";
  Ran opened = a.push_to(b);
  EXPECT_FALSE(at(opened.value(), "withheld").find("no_road")) << opened;
  EXPECT_TRUE(b.shows("identity--00000001")) << "what waited for the road is given";
  EXPECT_EQ(at(a.push_to(b).value(), "given"), json::Value(0));
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

// TAXII 2.1, 1.6.8 and 3.6.1: also what is refused before TAXII has seen it.
TEST(Push, what_the_http_server_refuses_is_said_as_taxii_says_it) {
  Stage stage;
  Site a(stage, "us-csirt", "US");
  a.open({});
  std::string large(limits::taxii_stranger_bytes_max + 1, ' ');
  net::Request stranger{.method = "POST",
                        .target = "/taxii2/default/collections/" + a.collection() + "/objects/",
                        .headers = {{"host", "127.0.0.1"},
                                    {"accept", "application/taxii+json;version=2.1"},
                                    {"content-type", "application/taxii+json;version=2.1"}},
                        .body = large};
  MUST(net::Response answer, net::call(a.endpoint(), stranger, patience));
  EXPECT_EQ(answer.status, 401) << answer.body;
  EXPECT_TRUE(net::find_header(answer.headers, "www-authenticate"));
  net::Response known =
      a.taxii("POST", "/objects/", std::string(limits::taxii_envelope_bytes_max + 1, ' '));
  EXPECT_EQ(known.status, 413);
  EXPECT_EQ(*net::find_header(known.headers, "content-type"), "application/taxii+json;version=2.1");
  EXPECT_TRUE(known.body.contains(R"("http_status":"413")")) << known.body;

  net::testing::RawSocket raw(a.endpoint());
  raw.send("BREW /taxii2/ HTTP/1.1\r\nHost: a\r\n\r\n");
  std::string reply = raw.receive();
  EXPECT_TRUE(reply.starts_with("HTTP/1.1 405 ")) << reply;
  EXPECT_TRUE(reply.contains("application/taxii+json;version=2.1")) << reply;
}

// The other members of a JSON object, without the one that says what became wider.
json::Value without_wider(const Ran& ran) {
  EXPECT_EQ(ran.exit, 0) << ran;
  json::Value value = ran.value();
  if (value.as_object()) value.as_object()->erase("wider");
  return value;
}

TEST(Push, a_change_changes_what_it_says_and_who_comes_late_can_be_told_all) {
  Stage stage;
  Site a(stage, "us-csirt", "US"), b(stage, "ph-poc", "PH"), c(stage, "jp-poc", "JP");
  for (Site* other : {&b, &c}) {
    MUST(std::string words, app::pair(a.player(), other->player()));
  }
  Ran made = a.run({"alert", "collection", "--member", b.name(), "--title", "Worms", "--alias",
                    "worms", "--unmarked", "TLP:GREEN", "--csirts", "--no-relay", "--no-push"});
  json::Value before = made.value();
  EXPECT_EQ(text(at(at(at(before, "circle"), "nicknames"), std::size_t{0})), b.name()) << made;
  std::string bundle;
  for (int i = 0; i < 1'100; ++i) bundle += (i ? "," : "") + malware(i);
  write(stage.file("bundle"), R"({"objects":[)" + bundle + "]}");
  ASSERT_EQ(a.run({"alert", "import", "worms", stage.file("bundle")}).exit, 0);

  // Nothing but the title; nothing is wider.
  Ran changed = a.run({"alert", "change", "worms", "--title", "Old worms"});
  EXPECT_EQ(at(changed.value(), "wider"), json::Value(json::Array{}));
  (*before.as_object())["title"] = "Old worms";
  EXPECT_EQ(without_wider(changed), before);

  changed = a.run({"alert", "change", "worms", "--add-member", c.name()});
  ASSERT_EQ(at(changed.value(), "wider").as_array()->size(), 1u) << changed;
  EXPECT_TRUE(text(at(at(changed.value(), "wider"), std::size_t{0})).contains(c.name()));
  EXPECT_EQ(at(without_wider(changed), "relay"), json::Value(false));
  EXPECT_EQ(at(at(without_wider(changed), "circle"), "csirts"), json::Value(true));
  EXPECT_EQ(at(a.run({"alert", "change", "worms", "--unmarked", "TLP:AMBER"}).value(), "wider"),
            json::Value(json::Array{}))
      << "stricter is not wider";
  EXPECT_EQ(at(a.run({"alert", "change", "worms", "--unmarked", "TLP:CLEAR", "--no-csirts",
                      "--clients", "--relay"})
                   .value(),
               "wider")
                .as_array()
                ->size(),
            4u);
  EXPECT_EQ(a.run({"alert", "change", "worms", "--remove-member", "nobody"}).exit, 3);

  // In pages; who has it already is told nothing.
  Ran all = a.run({"alert", "share", "--all", "--collection", "worms", "--to", c.name()});
  EXPECT_EQ(all.exit, 0) << all;
  EXPECT_EQ(at(all.value(), "objects"), json::Value(1'100)) << all;
  EXPECT_EQ(at(all.value(), "known"), json::Value(0)) << all;
  all = a.run({"alert", "share", "--all", "--collection", "worms"});
  EXPECT_EQ(at(all.value(), "known"), json::Value(1'100)) << all;
  all = a.run({"alert", "share", "--all", "--collection", "worms"});
  EXPECT_EQ(at(all.value(), "known"), json::Value(2'200)) << all;
  EXPECT_EQ(at(all.value(), "acts"), json::Value(0)) << all;
  EXPECT_EQ(a.run({"alert", "share", "--all", id(1), "--collection", "worms"}).exit, 2);
  EXPECT_EQ(a.run({"alert", "share", "--collection", "worms"}).exit, 2);
  ASSERT_TRUE(eventually([&] {
    Ran told = c.run({"alert", "subscriptions"});
    return told.exit == 0 && told.value() != json::Value(json::Array{});
  }));
  std::string theirs = text(at(before, "id"));
  c.open({});
  ASSERT_EQ(c.run({"alert", "subscribe", a.name(), theirs, "--into", "worms"}).exit, 0);
  json::Value rows = c.run({"alert", "subscriptions"}).value();
  EXPECT_EQ(text(at(at(rows, std::size_t{0}), "nickname")), a.name());
  EXPECT_EQ(text(at(at(rows, std::size_t{0}), "into")), "Worms");
}

std::string indicator(int n, const char* domain) {
  return fmt::format(
      R"({{"type":"indicator","spec_version":"2.1","id":"indicator--{:08x}-17d4-4cbf-938f-98ee46b3cd3f",)"
      R"("created":"2026-11-01T00:00:00.000Z","modified":"2026-11-01T00:00:00.000Z",)"
      R"("valid_from":"2026-11-01T00:00:00.000Z","pattern_type":"stix",)"
      R"("pattern":"[domain-name:value = '{}']","object_marking_refs":["{}"]}})",
      n, domain, green);
}

TEST(Push, what_a_warning_list_names_stays_here_also_when_the_list_is_changed_while_it_runs) {
  Stage stage;
  std::filesystem::create_directories(stage.file("lists"));
  auto use = [&](const char* entry) {
    write(stage.file("new"),
          fmt::format(R"({{"name":"Big mail","type":"hostname","list":["{}"]}})", entry));
    std::filesystem::rename(stage.file("new"), stage.file("lists/list.json"));
  };
  use("mail.example");
  Site a(stage, "us-csirt", "US"), b(stage, "ph-poc", "PH");
  a.player().stop(SIGTERM);
  std::ofstream(a.player().folder().root() / "comity.toml", std::ios::app)
      << "warning_lists = \"" << stage.file("lists") << "\"\n";
  MUST_VOID(a.player().start());
  MUST(std::string words, app::pair(a.player(), b.player()));
  a.open({b.name()});
  b.open({});
  ASSERT_EQ(b.run({"alert", "subscribe", a.name(), a.collection(), "--into", "worms"}).exit, 0);
  a.post(indicator(1, "mail.example"));
  a.post(indicator(2, "worm.example"));
  ASSERT_TRUE(eventually([&] { return b.shows("worm.example"); }));
  EXPECT_FALSE(b.shows("mail.example"));
  Ran warned = a.run({"alert", "warned", "worms"});
  ASSERT_EQ(at(warned.value(), "warned_count"), json::Value(1)) << warned;
  std::string held = text(at(at(at(warned.value(), "warned"), std::size_t{0}), "id"));
  EXPECT_EQ(text(at(at(at(warned.value(), "warned"), std::size_t{0}), "list")), "Big mail");
  EXPECT_TRUE(a.run({"alarm", "list"}).out.contains("alert_warned"));
  EXPECT_EQ(a.run({"alert", "share", held, "--collection", "worms"}).exit, 1);
  Ran share = a.run({"alert", "share", held, "--collection", "worms", "--despite-warnings"});
  EXPECT_EQ(share.exit, 0) << share;
  ASSERT_TRUE(eventually([&] { return b.shows("mail.example"); }));

  use("other.example");
  ASSERT_TRUE(eventually([&] {
    return read(a.player().folder().root() / "serve.log").contains("warning_lists_in_use");
  }));
  write(stage.file("bundle.json"), R"({"objects":[)" + indicator(3, "other.example") + "," +
                                       indicator(4, "mx.mail.example") + "]}");
  Ran done = a.run({"alert", "import", "worms", stage.file("bundle.json")});
  const json::Value file = at(at(done.value(), "files"), std::size_t{0});
  EXPECT_EQ(at(file, "warned_count"), json::Value(1)) << done;
  ASSERT_TRUE(eventually([&] { return b.shows("mx.mail.example"); }));
  EXPECT_FALSE(b.shows("other.example"));
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
  Ran share = a.run({"alert", "share", "--to", b.name(), id(9), "--collection", "worms"});
  EXPECT_EQ(share.exit, 0) << share;
  EXPECT_EQ(at(share.value(), "known"), json::Value(1)) << "nobody is told twice";

  // A contact point of law enforcement is in a circle of CSIRTs, and is told nothing.
  ASSERT_EQ(a.run({"alert", "change", "worms", "--csirts"}).exit, 0);
  write(stage.file("inside"), "inside.example\n");
  done = a.run({"alert", "import", "worms", stage.file("inside"), "--tlp", "green"});
  const json::Value inside = at(at(done.value(), "files"), std::size_t{0});
  EXPECT_EQ(at(inside, "acts"), json::Value(0)) << done;
  EXPECT_TRUE(at(inside, "withheld").find("law_enforcement")) << "nobody got it: " << done;
  EXPECT_EQ(at(inside, "failed"), json::Value(json::Array{}));
}

}  // namespace
}  // namespace comity::e2e

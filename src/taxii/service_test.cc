// The server as a client meets it, over a node in memory.
#include "taxii/service.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "base/limits_alert.h"
#include "json/value.h"
#include "node/testing.h"
#include "store/memory.h"
#include "taxii/media.h"

namespace comity::taxii {
namespace {

using namespace node::testing;

std::string tool(int n) {
  return fmt::format(
      R"({{"type":"tool","spec_version":"2.1","id":"tool--{:08x}-17d4-4cbf-938f-98ee46b3cd3f",)"
      R"("created":"2026-11-01T00:00:00.000Z","modified":"2026-11-01T00:00:00.000Z","name":"t"}})",
      n);
}
std::string envelope(int from, int count) {
  std::string text;
  for (int n = from; n < from + count; ++n) text += (text.empty() ? "" : ",") + tool(n);
  return R"({"objects":[)" + text + "]}";
}

class Serving : public ::testing::Test {
 protected:
  Serving()
      : us(us_casting, whole_law(COMITY_SOURCE_DIR), store::open_memory),
        ph(ph_casting, whole_law(COMITY_SOURCE_DIR), store::open_memory),
        service(ports()) {
    pair(us, ph);
    us.staff("alert.collection", {{"title", "Worms"}, {"alias", "worms"}});
    us.staff("alert.collection", {{"title", "Others"}, {"alias", "others"}, {"root", "police"}});
    for (const auto& row : us.rows(node::Space::collection))
      (row.row.value.contains("Worms") ? worms : others) = row.key;
    add("feed", {worms}, {worms});
    add("siem", {worms}, {});
  }
  Service::Ports ports() {
    return {.submit =
                [this](std::vector<node::Input> inputs, const Service::Done& done) {
                  std::vector<node::Reply> replies;
                  for (const node::Input& input : inputs) replies.push_back(us.give(input));
                  done(std::move(replies));
                },
            .snapshot = [this]() -> Result<std::unique_ptr<node::View>> { return us.view(); },
            .generation = [this] { return us.store().generation(); },
            .title = "A node (invented)",
            .context = [this] { return std::make_shared<const node::Context>(us.context()); },
            .tally = {},
            .refused = [this](std::string_view how) { logins.emplace_back(how); },
            .now = [this] { return us.now; }};
  }
  void add(const std::string& name, json::Array read, json::Array write) {
    us.staff("alert.user", {{"name", name},
                            {"key", node::basic_key(name, "secret of " + name)},
                            {"standing", "own"},
                            {"read", std::move(read)},
                            {"write", std::move(write)}});
  }
  static std::string basic(const std::string& name, const std::string& password) {
    return "Basic " + to_base64(as_bytes(name + ":" + password));
  }
  net::Response send(net::Request request, const Service::Pin& pin = {}) {
    net::Response response;
    int answers = 0;
    service.handle(
        request,
        [&](net::Response given) {
          response = std::move(given);
          ++answers;
        },
        pin);
    EXPECT_EQ(answers, 1);
    response.body = net::body_of(response);
    response.shared = nullptr;
    return response;
  }
  net::Response get(const std::string& target, const std::string& name = "siem") {
    return send({.method = "GET",
                 .target = "/taxii2/" + target,
                 .headers = {{"accept", std::string(taxii_media)},
                             {"authorization", basic(name, "secret of " + name)}},
                 .body = {}});
  }
  net::Response post(const std::string& target, std::string body, const std::string& name) {
    return send({.method = "POST",
                 .target = "/taxii2/" + target,
                 .headers = {{"accept", std::string(taxii_media)},
                             {"content-type", std::string(taxii_media)},
                             {"authorization", basic(name, "secret of " + name)}},
                 .body = std::move(body)});
  }
  static json::Value value(const net::Response& response) {
    const std::string* type = net::find_header(response.headers, "content-type");
    EXPECT_TRUE(type && *type == taxii_media);
    return must(json::parse(response.body));
  }
  static std::size_t count(const json::Value& page) {
    const json::Value* objects = page.find("objects");
    return objects ? objects->as_array()->size() : 0;
  }

  node::testing::TestNode us, ph;
  Service service;
  std::string worms, others;
  std::vector<std::string> logins;  // that were refused
  const std::string objects = "default/collections/worms/objects/";
};

TEST_F(Serving, nobody_sees_anything_without_a_credential_that_is_known) {
  for (std::string header :
       {std::string(), basic("siem", "wrong"), basic("nobody", "secret of siem"),
        std::string("Basic ???"), std::string("Basic"), std::string("Digest x"),
        "Bearer " + node::basic_key("siem", "secret of siem")}) {
    net::Request request{.method = "GET",
                         .target = "/taxii2/",
                         .headers = {{"accept", std::string(taxii_media)}},
                         .body = {}};
    if (!header.empty()) request.headers.emplace_back("authorization", header);
    net::Response refused = send(request);
    EXPECT_EQ(refused.status, 401) << header;
    EXPECT_TRUE(net::find_header(refused.headers, "www-authenticate")) << header;
    EXPECT_EQ(text_at(value(refused), "http_status"), "401");
  }
  us.staff("alert.user_remove", {{"name", "siem"}});
  EXPECT_EQ(get("").status, 401) << "from the next request on";
}

TEST_F(Serving, refused_logins_are_told_without_what_was_shown) {
  auto with = [&](std::string_view authorization, const Service::Pin& pin = {}) {
    net::Request request{.method = "GET",
                         .target = "/taxii2/",
                         .headers = {{"accept", std::string(taxii_media)}},
                         .body = {}};
    if (!authorization.empty()) request.headers.emplace_back("authorization", authorization);
    return send(request, pin).status;
  };
  EXPECT_EQ(with(basic("siem", "secret of siem")), 200);
  EXPECT_EQ(with(""), 401) << "asks what to show";
  EXPECT_TRUE(logins.empty());
  EXPECT_EQ(with(basic("siem", "wrong")), 401);
  EXPECT_EQ(with("bEARER abc"), 401);
  EXPECT_EQ(with("Digest x"), 401);
  EXPECT_EQ(with("", crypto::TlsPin{}), 401);
  EXPECT_EQ(logins, (std::vector<std::string>{"basic", "bearer", "other", "certificate"}));
}

TEST_F(Serving, several_accept_lines_are_one_list) {
  net::Request request{.method = "GET",
                       .target = "/taxii2/",
                       .headers = {{"authorization", basic("siem", "secret of siem")},
                                   {"accept", "text/html"},
                                   {"accept", std::string(taxii_media)}},
                       .body = {}};
  EXPECT_EQ(send(request).status, 200);
  request.headers.pop_back();
  EXPECT_EQ(send(request).status, 406);
}

TEST_F(Serving, a_certificate_is_a_credential_where_no_other_is_given) {
  crypto::TlsPin pin = crypto::make_tls_identity().pin, other = crypto::make_tls_identity().pin;
  us.staff("alert.user", {{"name", "sensor"},
                          {"key", node::certificate_key(pin)},
                          {"standing", "own"},
                          {"read", json::Array{worms}}});
  net::Request request{.method = "GET",
                       .target = "/taxii2/" + objects,
                       .headers = {{"accept", std::string(taxii_media)}},
                       .body = {}};
  EXPECT_EQ(send(request, pin).status, 200);
  EXPECT_EQ(send(request, other).status, 401);
  EXPECT_EQ(send(request).status, 401);
  request.headers.emplace_back("authorization", basic("siem", "wrong"));
  EXPECT_EQ(send(request, pin).status, 401) << "what is said counts, not what is shown";
  node::Reply twice = us.command("alert.user", {{"name", "other"},
                                                {"key", node::certificate_key(pin)},
                                                {"standing", "own"},
                                                {"read", json::Array{worms}}});
  ASSERT_TRUE(twice.error);
  EXPECT_EQ(twice.error->code, Code::exists) << "a certificate is one user's";
  us.staff("alert.user_remove", {{"name", "sensor"}});
  request.headers.pop_back();
  EXPECT_EQ(send(request, pin).status, 401) << "from the next request on";
}

TEST_F(Serving, a_user_meets_the_roots_and_collections_it_has_to_do_with_and_no_others) {
  EXPECT_EQ(at(value(get("")), "api_roots"), json::Value(json::Array{"/taxii2/default/"}));
  EXPECT_EQ(get("default/").status, 200);
  EXPECT_EQ(get("police/").status, 404);
  EXPECT_EQ(get("police/collections/others/").status, 404);
  json::Value listed = value(get("default/collections/"));
  ASSERT_EQ(at(listed, "collections").as_array()->size(), 1u);
  json::Value one = value(get("default/collections/" + worms + "/"));
  EXPECT_EQ(at(one, "can_read"), json::Value(true));
  EXPECT_EQ(at(one, "can_write"), json::Value(false));
  EXPECT_EQ(value(get("default/collections/worms/")), one) << "by its alias";
}

TEST_F(Serving, what_is_asked_wrongly_is_answered_with_its_status) {
  net::Request request{.method = "GET",
                       .target = "/taxii2/",
                       .headers = {{"accept", "application/json"},
                                   {"authorization", basic("siem", "secret of siem")}},
                       .body = {}};
  EXPECT_EQ(send(request).status, 406);
  EXPECT_EQ(get("none/what/").status, 404);
  EXPECT_EQ(get(objects + "?limit=0").status, 400);
  EXPECT_EQ(get(objects + "tool--none/").status, 404);
  net::Response other = post("", "{}", "feed");
  EXPECT_EQ(other.status, 405);
  EXPECT_EQ(text_at(value(other), "description"), "here: GET, HEAD");
  net::Request packed{.method = "POST",
                      .target = "/taxii2/" + objects,
                      .headers = {{"accept", std::string(taxii_media)},
                                  {"content-type", std::string(taxii_media)},
                                  {"content-encoding", "gzip"},
                                  {"authorization", basic("feed", "secret of feed")}},
                      .body = "\x1f\x8b"};
  net::Response refused = send(packed);
  EXPECT_EQ(refused.status, 415);
  EXPECT_TRUE(text_at(value(refused), "description").contains("without Content-Encoding"));
  ASSERT_TRUE(net::find_header(refused.headers, "accept-encoding"));
  packed.headers[2].second = "Identity";
  packed.body = "{";
  EXPECT_EQ(send(packed).status, 400) << "it is read";
  EXPECT_EQ(post(objects, envelope(1, 1), "siem").status, 403) << "it may read, not write";
  EXPECT_EQ(post(objects, "{", "feed").status, 400);
}

TEST_F(Serving, a_large_body_is_let_in_only_for_who_may_write) {
  auto limit = [&](const char* method, const std::string& authorization) {
    return must(service.body_limit({.method = method,
                                    .target = "/taxii2/" + objects,
                                    .headers = {{"authorization", authorization}},
                                    .body = {}}));
  };
  EXPECT_EQ(limit("POST", basic("feed", "secret of feed")), limits::taxii_envelope_bytes_max);
  EXPECT_EQ(limit("POST", basic("siem", "secret of siem")), limits::taxii_stranger_bytes_max);
  EXPECT_EQ(limit("POST", basic("feed", "wrong")), limits::taxii_stranger_bytes_max);
  EXPECT_EQ(limit("GET", basic("feed", "secret of feed")), 0u);
}

TEST_F(Serving, an_object_is_deleted_by_whoever_reads_and_writes_and_is_gone_at_once) {
  ASSERT_EQ(post(objects, envelope(0, 3), "feed").status, 202);
  std::string one = objects + "tool--00000001-17d4-4cbf-938f-98ee46b3cd3f/";
  auto remove = [&](const std::string& target, const std::string& name) {
    return send({.method = "DELETE",
                 .target = "/taxii2/" + target,
                 .headers = {{"accept", std::string(taxii_media)},
                             {"authorization", basic(name, "secret of " + name)}},
                 .body = {}});
  };
  EXPECT_EQ(remove(one, "siem").status, 403) << "it may read, not write";
  EXPECT_EQ(remove(objects + "tool--none/", "feed").status, 404);
  EXPECT_EQ(remove(one + "?match[version]=2020-01-01T00:00:00Z", "feed").status, 404);
  EXPECT_EQ(remove(one + "?match[version]=newest", "feed").status, 400);
  EXPECT_EQ(remove(one + "?limit=1", "feed").status, 400);
  EXPECT_EQ(remove(objects, "feed").status, 405);
  EXPECT_EQ(count(value(get(objects))), 3u) << "nothing went so far";
  EXPECT_EQ(remove(one + "?match[version]=last&match[spec_version]=2.1", "feed").status, 200);
  EXPECT_EQ(get(one).status, 404);
  EXPECT_EQ(get(objects).body, R"({"objects":[)" + tool(0) + "," + tool(2) + "]}");
  EXPECT_EQ(remove(one, "feed").status, 404) << "it is gone";
}

TEST_F(Serving, a_page_that_was_given_is_given_again_only_while_nothing_has_changed) {
  ASSERT_EQ(post(objects, envelope(0, 3), "feed").status, 202);
  net::Response first = get(objects);
  EXPECT_EQ(get(objects), first);
  ASSERT_EQ(post(objects, envelope(3, 1), "feed").status, 202);
  EXPECT_EQ(count(value(get(objects))), 4u);
  add("other", {others}, {});
  EXPECT_EQ(get(objects).status, 200);
  EXPECT_EQ(get(objects, "other").status, 404) << "a page of a collection that it may not read";
  us.staff("alert.user_remove", {{"name", "siem"}});
  EXPECT_EQ(get(objects).status, 401) << "from the next request on";
}

TEST_F(Serving, what_is_posted_is_answered_object_by_object_and_its_status_is_for_its_poster) {
  std::string bad = tool(3);
  bad.replace(bad.find("\"name\""), 6, "\"nome\"");
  net::Response posted =
      post(objects, R"({"objects":[)" + tool(1) + "," + bad + "," + tool(2) + "]}", "feed");
  ASSERT_EQ(posted.status, 202);
  json::Value status = value(posted);
  EXPECT_EQ(at(status, "success_count"), json::Value(2));
  EXPECT_EQ(at(status, "failure_count"), json::Value(1));
  std::string where = "default/status/" + text_at(status, "id") + "/";
  EXPECT_EQ(value(get(where, "feed")), status);
  EXPECT_EQ(get(where, "siem").status, 404);
  EXPECT_EQ(get(objects).body, R"({"objects":[)" + tool(1) + "," + tool(2) + "]}");
}

TEST_F(Serving, objects_manifest_and_versions_page_by_next_and_by_date_alike) {
  ASSERT_EQ(post(objects, envelope(0, 7), "feed").status, 202);
  for (std::string list : {objects, std::string("default/collections/worms/manifest/")}) {
    std::size_t seen = 0, pages = 0;
    for (std::string next; ++pages < 9;) {
      json::Value page = value(get(list + "?limit=3" + next));
      seen += count(page);
      if (!page.find("more")) break;
      next = "&next=" + text_at(page, "next");
    }
    EXPECT_EQ(seen, 7u) << list;
    EXPECT_EQ(pages, 3u) << list;
    std::string date;
    for (seen = 0;;) {
      net::Response page = get(list + "?limit=2" + (date.empty() ? "" : "&added_after=" + date));
      if (count(value(page)) == 0) break;
      seen += count(value(page));
      date = *net::find_header(page.headers, "x-taxii-date-added-last");
    }
    EXPECT_EQ(seen, 7u) << list;
  }
  json::Value versions =
      value(get(objects + "tool--00000001-17d4-4cbf-938f-98ee46b3cd3f/versions/"));
  EXPECT_EQ(at(versions, "versions"), json::Value(json::Array{"2026-11-01T00:00:00.000Z"}));
  EXPECT_EQ(get(objects + "?match[type]=malware").body, "{}");
}

}  // namespace
}  // namespace comity::taxii

#include "taxii/route.h"

#include <gtest/gtest.h>

namespace comity::taxii {
namespace {

Result<Route> route(const std::string& path) {
  auto target = net::parse_target(path);
  EXPECT_TRUE(target) << path;
  return route_of(*target);
}

TEST(Route, every_endpoint_is_found_with_its_slash_and_without) {
  struct Case {
    const char* path;
    Endpoint endpoint;
  };
  for (Case each : {Case{"/taxii2/", Endpoint::discovery}, Case{"/taxii2/r/", Endpoint::root},
                    Case{"/taxii2/r/status/s/", Endpoint::status},
                    Case{"/taxii2/r/collections/", Endpoint::collections},
                    Case{"/taxii2/r/collections/c/", Endpoint::collection},
                    Case{"/taxii2/r/collections/c/manifest/", Endpoint::manifest},
                    Case{"/taxii2/r/collections/c/objects/", Endpoint::objects},
                    Case{"/taxii2/r/collections/c/objects/o/", Endpoint::object},
                    Case{"/taxii2/r/collections/c/objects/o/versions/", Endpoint::versions}}) {
    std::string path = each.path;
    for (const std::string& written : {path, path.substr(0, path.size() - 1)}) {
      auto found = route(written);
      ASSERT_TRUE(found) << written;
      EXPECT_EQ(found->endpoint, each.endpoint) << written;
    }
  }
}

TEST(Route, a_path_names_its_root_collection_object_and_status) {
  auto versions = route("/taxii2/csirts/collections/91a7b528/objects/malware--1/versions/");
  EXPECT_EQ(versions->root, "csirts");
  EXPECT_EQ(versions->collection, "91a7b528");
  EXPECT_EQ(versions->object, "malware--1");
  EXPECT_EQ(route("/taxii2/csirts/status/77/")->status, "77");
}

TEST(Route, no_other_path_is) {
  for (const char* path :
       {"/", "/taxii/", "/taxii", "/acts", "/taxii2/r/status/", "/taxii2/r/status/s/x/",
        "/taxii2/r/channels/", "/taxii2/r/collections/c/object/", "/taxii2/r/collections/c/x/",
        "/taxii2/r/collections/c/manifest/x/", "/taxii2/r/collections/c/objects/o/version/",
        "/taxii2/r/collections/c/objects/o/versions/x/"}) {
    auto found = route(path);
    ASSERT_FALSE(found) << path;
    EXPECT_EQ(found.error().code, Code::not_found) << path;
  }
}

TEST(Route, objects_alone_are_posted_and_one_alone_is_deleted) {
  EXPECT_EQ(methods_of(Endpoint::objects), "GET, HEAD, POST");
  EXPECT_EQ(methods_of(Endpoint::object), "GET, HEAD, DELETE");
  EXPECT_EQ(methods_of(Endpoint::manifest), "GET, HEAD");
}

}  // namespace
}  // namespace comity::taxii

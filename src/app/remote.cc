#include "app/remote.h"

#include <algorithm>
#include <cstdlib>

#include "app/folder.h"
#include "base/bytes.h"
#include "base/limits_taxii_client.h"
#include "net/https.h"
#include "taxii/media.h"

namespace comity::app {
namespace {

constexpr Millis answer_within{120'000};

std::string from_environment(const char* name) {
  const char* value = std::getenv(name);
  return value ? value : "";
}

Result<std::string> secret_of(const std::string& file, const char* variable) {
  if (file.empty()) return from_environment(variable);
  TRY(std::string text, read_private_file(file));
  while (text.ends_with('\n') || text.ends_with('\r')) text.pop_back();
  return text;
}

bool is_here(const net::Endpoint& endpoint) {
  return endpoint.host == "localhost" || endpoint.host.starts_with("127.") ||
         endpoint.host == "::1";
}

bool fits(const taxii::RemoteCollection& one, const std::string& wanted, Remote::Need need) {
  bool may = need == Remote::Need::read ? one.can_read : one.can_write;
  if (wanted.empty()) return may;
  return one.id == wanted || one.alias == wanted || one.title == wanted;
}

}  // namespace

Result<Remote> Remote::open(const RemoteArgs& args) {
  TRY(taxii::Url url, taxii::url_from_text(args.url));
  Remote remote(args, std::move(url));
  TRY(std::string token, secret_of(args.token_file, "COMITY_TAXII_TOKEN"));
  TRY(std::string password, secret_of(args.password_file, "COMITY_TAXII_PASSWORD"));
  std::string user = args.user.empty() ? from_environment("COMITY_TAXII_USER") : args.user;
  bool basic = !args.password_file.empty() || (args.token_file.empty() && token.empty());
  if (!basic) remote.authorization_ = "Bearer " + token;
  if (basic && !user.empty())
    remote.authorization_ = "Basic " + to_base64(as_bytes(user + ":" + password));
  if (!remote.authorization_.empty() && !remote.url_.tls && !is_here(remote.url_.endpoint))
    return fail(Code::not_allowed,
                "a credential does not go over plain HTTP to another machine: use https", args.url);
  return remote;
}

Result<net::Response> Remote::send(const taxii::Url& url, net::Request request,
                                   std::size_t bytes_max) {
  request.target = url.target;
  request.headers.emplace_back(
      "accept", plain_accept_ ? "application/taxii+json" : std::string(taxii::taxii_media));
  if (!authorization_.empty()) request.headers.emplace_back("authorization", authorization_);
  if (!url.tls) return net::call(url.endpoint, std::move(request), answer_within, bytes_max);
  return net::call_https(
      url.endpoint, std::move(request),
      {.ca_file = args_.ca, .within = answer_within, .body_bytes_max = bytes_max});
}

Result<net::Response> Remote::get(const taxii::Url& url, std::size_t bytes_max) {
  net::Request request{.method = "GET", .target = {}, .headers = {}, .body = {}};
  TRY(net::Response response, send(url, request, bytes_max));
  if (response.status != 406) return response;
  plain_accept_ = !plain_accept_;
  return send(url, std::move(request), bytes_max);
}

Result<net::Response> Remote::post(const taxii::Url& url, std::string envelope) {
  net::Request request{.method = "POST",
                       .target = {},
                       .headers = {{"content-type", std::string(taxii::taxii_media)}},
                       .body = std::move(envelope)};
  TRY(net::Response response, send(url, request, limits::taxii_resource_bytes_max));
  if (response.status != 406) return response;
  plain_accept_ = !plain_accept_;
  return send(url, std::move(request), limits::taxii_resource_bytes_max);
}

Result<std::size_t> Remote::envelope_max(const taxii::Url& collection) {
  taxii::Url root = collection;
  root.target.erase(root.target.rfind("collections/"));
  TRY(net::Response answer, get(root, limits::taxii_resource_bytes_max));
  if (!taxii::check_answer(answer, 200)) return limits::taxii_push_bytes;  // not for us to see
  return taxii::content_max_of(answer.body);
}

Result<taxii::Url> Remote::find_collection(Need need) {
  if (!url_.target.ends_with('/')) url_.target += '/';
  if (url_.target.contains("/collections/") && !url_.target.ends_with("/collections/")) return url_;
  TRY(net::Response first, get(url_, limits::taxii_resource_bytes_max));
  TRY_VOID(taxii::check_answer(first, 200));
  TRY(std::vector<std::string> roots, taxii::roots_of(first.body));
  if (roots.empty()) roots.push_back(url_.target);  // it is an API root itself
  std::vector<std::pair<taxii::Url, taxii::RemoteCollection>> found;
  for (const std::string& each : roots) {
    TRY(taxii::Url root, taxii::resolve(url_, each));
    if (!root.target.ends_with('/')) root.target += '/';
    TRY(taxii::Url list, taxii::resolve(root, "collections/"));
    TRY(net::Response answer, get(list, limits::taxii_resource_bytes_max));
    if (!taxii::check_answer(answer, 200)) continue;  // a root that is not for us
    TRY(auto all, taxii::collections_of(answer.body));
    for (const taxii::RemoteCollection& one : all) {
      if (!fits(one, args_.collection, need)) continue;
      TRY(taxii::Url place, taxii::resolve(root, "collections/" + one.id + "/"));
      found.emplace_back(std::move(place), one);
    }
  }
  if (found.empty())
    return fail(Code::not_found, "the server has no such collection for this user", args_.url);
  if (found.size() == 1) return found.front().first;
  std::string names;
  for (std::size_t i = 0; i < std::min<std::size_t>(found.size(), 20); ++i)
    names += (names.empty() ? "" : ", ") + found[i].second.title + " (" + found[i].second.id + ")";
  return fail(Code::bad_value, "several collections fit; name one with --remote: " + names,
              args_.url);
}

}  // namespace comity::app

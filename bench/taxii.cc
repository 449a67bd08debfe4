// TAXII as a reader and a poster meet it: the program beside nginx, which serves the very same
// bytes as static files. The server has one core, the client another; both processor time and wall
// time are taken, since the machine may have other work.
#include <fcntl.h>
#include <fmt/format.h>
#include <signal.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <netinet/in.h>
#include <algorithm>
#include <fstream>
#include <random>
#include <set>
#include <thread>

#include "app/folder.h"
#include "base/check.h"
#include "figures.h"
#include "json/value.h"
#include "load.h"
#include "stix/object.h"
#include "stix/split.h"
#include "taxii/added.h"

namespace comity::bench {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t page = 100, thousand = 1'000, pages_asked_for = 400;
constexpr int connections = 8, posters = 4;
constexpr double each_seconds = 3;

template <typename T>
T value_of(Result<T> result) {
  check(result.has_value(), result ? "" : to_text(result.error()));
  return *std::move(result);
}

int free_port() {
  int fd = ::socket(AF_INET, SOCK_STREAM, 0);
  sockaddr_in at{};
  at.sin_family = AF_INET;
  at.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof at;
  check(::bind(fd, reinterpret_cast<sockaddr*>(&at), size) == 0 &&
            ::getsockname(fd, reinterpret_cast<sockaddr*>(&at), &size) == 0,
        "a free port");
  ::close(fd);
  return ntohs(at.sin_port);
}

pid_t start(const std::vector<std::string>& command, const fs::path& out, int core) {
  pid_t process = ::fork();
  if (process != 0) return process;
  if (core >= 0) stay_on(core);
  int file = ::open(out.c_str(), O_WRONLY | O_CREAT | O_TRUNC, 0600);
  ::dup2(file, STDOUT_FILENO);
  ::dup2(file, STDERR_FILENO);
  std::vector<char*> args;
  for (const std::string& each : command) args.push_back(const_cast<char*>(each.c_str()));
  args.push_back(nullptr);
  ::execvp(args[0], args.data());
  ::_exit(127);
}
int finish(pid_t process) {
  int status = 0;
  ::waitpid(process, &status, 0);
  return WIFEXITED(status) ? WEXITSTATUS(status) : 128;
}
bool runs(const std::vector<std::string>& command, const fs::path& out) {
  return finish(start(command, out, -1)) == 0;
}

void await(int port) {
  for (Stopwatch watch;;) {
    int fd = ::socket(AF_INET, SOCK_STREAM, 0);
    sockaddr_in to{};
    to.sin_family = AF_INET;
    to.sin_port = htons(static_cast<std::uint16_t>(port));
    to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    bool there = ::connect(fd, reinterpret_cast<sockaddr*>(&to), sizeof to) == 0;
    ::close(fd);
    if (there) return;
    check(watch.seconds() < 30, "the server starts");
    std::this_thread::sleep_for(std::chrono::milliseconds(5));
  }
}

// ---- What is served
// ------------------------------------------------------------------------------

// Sound objects of the published bundles, of each id one; spread evenly over all of them.
std::vector<std::string> real_objects() {
  std::vector<std::string> all;
  std::set<std::string> ids;
  for (const char* name :
       {"ics-attack-18.1.json", "pegasus.stix2", "predator.stix2", "stix-atlas.json"}) {
    auto text = app::read_file(fs::path(COMITY_SOURCE_DIR) / "../shared/data" / name, 64u << 20);
    if (!text) continue;
    for (std::string_view each : value_of(stix::split_objects(*text)).objects) {
      stix::Reading reading = stix::read_object(each);
      if (reading.object && ids.insert(reading.object->id).second) all.emplace_back(each);
    }
  }
  std::vector<std::string> spread;
  for (std::size_t i = 0; i < thousand && !all.empty(); ++i)
    spread.push_back(all[i * all.size() / thousand]);
  // Large ones stand together in the bundles: mixed, every page is like every other.
  std::ranges::shuffle(spread, std::mt19937_64(3));
  return spread;
}

// Without the bundles: as large as those are on average.
std::vector<std::string> invented_objects() {
  std::fputs("SKIPPED: the published bundles are not there; measured with invented objects\n",
             stderr);
  std::vector<std::string> all;
  for (std::size_t i = 0; i < thousand; ++i)
    all.push_back(fmt::format(
        R"({{"type":"indicator","spec_version":"2.1","id":"indicator--{:08x}-17d4-4cbf-938f-98ee46b3cd3f",)"
        R"("created":"2026-11-01T00:00:00.000Z","modified":"2026-11-01T00:00:00.000Z","name":"w{}",)"
        R"("description":"{}","pattern":"[domain-name:value = 'w{}.example']","pattern_type":"stix",)"
        R"("valid_from":"2026-11-01T00:00:00Z"}})",
        i, i, std::string(100 + i * 13 % 900, 'x'), i));
  return all;
}

// An object that may be made again and again under other ids: all of its UUIDs end anew, those of
// markings apart.
class Mould {
 public:
  explicit Mould(std::string object) : object_(std::move(object)) {
    for (std::size_t at = 0; (at = object_.find("--", at)) != std::string::npos; at += 2) {
      std::string_view id = std::string_view(object_).substr(at + 2, 36);
      bool uuid =
          id.size() == 36 && id[8] == '-' && id[13] == '-' && id[18] == '-' && id[23] == '-';
      bool marking =
          at >= 18 && std::string_view(object_).substr(at - 18, 18) == "marking-definition";
      if (uuid && !marking) ends_.push_back(at + 2 + 28);
    }
  }
  [[nodiscard]] std::string make(std::size_t copy) const {
    std::string out = object_;
    std::string end = fmt::format("{:08x}", copy);
    for (std::size_t at : ends_) out.replace(at, 8, end);
    return out;
  }

 private:
  std::string object_;
  std::vector<std::size_t> ends_;
};

// ---- The servers
// ---------------------------------------------------------------------------------

class Served {
 public:
  Served(const char* comity, fs::path folder) : comity_(comity), folder_(std::move(folder)) {
    check(app::write_file(folder_ / "secret", std::string(32, 'n'), app::Existing::replace)
              .has_value(),
          "a key file");
    run({"init", "--name", "bench", "--jurisdiction", "EE", "--role", "csirt", "--listen",
         fmt::format("127.0.0.1:{}", free_port()), "--callback", "+1 555 0100", "--language",
         "en"});
    configure(fmt::format("taxii = \"127.0.0.1:{}\"\n", port_));
    run({"user", "add", "ann", "--roles", "admin,author"});
  }
  ~Served() { stop(); }
  json::Value run(std::vector<std::string> args) {
    std::vector<std::string> command{comity_,      "--json",
                                     "--dir",      (folder_ / "node").string(),
                                     "--key-file", (folder_ / "secret").string(),
                                     "--as",       "ann"};
    command.insert(command.end(), args.begin(), args.end());
    fs::path out = folder_ / "out";
    bool done = runs(command, out);
    std::string text = value_of(app::read_file(out, 64u << 20));
    check(done, text);
    return value_of(json::parse(text));
  }
  std::string make_collection(const std::string& title) {
    json::Value made = run({"alert", "collection", "--title", title});
    return *made.find("id")->as_string();
  }
  void make_user(const std::vector<std::string>& rights) {
    std::vector<std::string> args{"alert",    "user",          "reader",
                                  "--bearer", "--secret-file", (folder_ / "token").string()};
    args.insert(args.end(), rights.begin(), rights.end());
    run(args);
    token_ = value_of(app::read_file(folder_ / "token", 1'000));
    token_.erase(token_.find_last_not_of('\n') + 1);
  }
  void configure(const std::string& lines) {
    std::ofstream(folder_ / "node" / "comity.toml", std::ios::app) << lines;
  }
  void serve() {
    process_ = start({comity_, "--dir", (folder_ / "node").string(), "--key-file",
                      (folder_ / "secret").string(), "serve"},
                     folder_ / "log", 0);
    await(port_);
  }
  void stop() {
    if (process_ == 0) return;
    ::kill(process_, SIGTERM);
    finish(process_);
    process_ = 0;
  }
  [[nodiscard]] std::string request(const std::string& method, const std::string& path,
                                    const std::string& body = "") const {
    std::string out = fmt::format(
        "{} /taxii2/default/collections/{} HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer "
        "{}\r\n"
        "Accept: application/taxii+json;version=2.1\r\n",
        method, path, token_);
    if (!body.empty())
      out +=
          fmt::format("Content-Type: application/taxii+json;version=2.1\r\nContent-Length: {}\r\n",
                      body.size());
    return out + "\r\n" + body;
  }
  [[nodiscard]] int port() const { return port_; }
  [[nodiscard]] pid_t process() const { return process_; }
  // The most that it held at any time.
  [[nodiscard]] double resident_mib() const {
    std::ifstream status(fmt::format("/proc/{}/status", process_));
    for (std::string line; std::getline(status, line);)
      if (line.starts_with("VmHWM:")) return std::stod(line.substr(6)) / 1024;
    return 0;
  }

 private:
  std::string comity_;
  fs::path folder_;
  int port_ = free_port();
  pid_t process_ = 0;
  std::string token_;
};

// nginx over a folder of files: with sendfile, without, and over TLS.
class Nginx {
 public:
  explicit Nginx(fs::path folder) : folder_(std::move(folder)) {
    fs::create_directories(folder_ / "files");
    std::string of_tls = fmt::format(
        "ssl_certificate {0}/cert.pem; ssl_certificate_key {0}/key.pem; ssl_protocols TLSv1.3;"
        "ssl_conf_command Ciphersuites TLS_AES_256_GCM_SHA384;",
        folder_.parent_path().string());
    std::string config = fmt::format(
        "{0} worker_processes 1; daemon off; pid {1}/pid; error_log {1}/error;\n"
        "events {{ worker_connections 512; }}\n"
        "http {{ access_log off; tcp_nopush on; keepalive_requests 1000000000; open_file_cache "
        "max=2000;\n"
        "client_body_temp_path {1}/b; proxy_temp_path {1}/p; fastcgi_temp_path {1}/f;\n"
        "uwsgi_temp_path {1}/u; scgi_temp_path {1}/s; root {1}/files;\n",
        ::geteuid() == 0 ? "user root;" : "", folder_.string());
    for (bool sendfile : {true, false})
      for (bool tls : {false, true})
        config += fmt::format(
            "server {{ listen 127.0.0.1:{}{}; sendfile {}; output_buffers 2 256k; {} }}\n",
            port(sendfile, tls ? Wire::tls : Wire::plain), tls ? " ssl" : "",
            sendfile ? "on" : "off", tls ? of_tls : "");
    std::ofstream(folder_ / "conf") << config << "}\n";
  }
  ~Nginx() {
    if (master_ == 0) return;
    ::kill(master_, SIGTERM);
    finish(master_);
  }
  // What to ask for.
  std::string put(const std::string& body) {
    std::string name = std::to_string(files_++);
    std::ofstream(folder_ / "files" / name) << body;
    return name;
  }
  // The worker; 0: it does not start.
  pid_t serve() {
    master_ = start({"nginx", "-c", (folder_ / "conf").string(), "-p", folder_.string()},
                    folder_ / "log", 0);
    std::string children = fmt::format("/proc/{0}/task/{0}/children", master_);
    for (Stopwatch watch; watch.seconds() < 5;) {
      pid_t worker = 0;
      if (std::ifstream(children) >> worker) return await(port(true, Wire::plain)), worker;
      std::this_thread::sleep_for(std::chrono::milliseconds(20));
    }
    return 0;
  }
  [[nodiscard]] int port(bool sendfile, Wire wire) const {
    return ports_[(sendfile ? 0 : 1) + (wire == Wire::tls ? 2 : 0)];
  }

 private:
  fs::path folder_;
  std::vector<int> ports_{free_port(), free_port(), free_port(), free_port()};
  pid_t master_ = 0;
  std::size_t files_ = 0;
};

// ---- What is measured
// ----------------------------------------------------------------------------

std::string dated(const Fetched& answer, std::string_view name) {
  std::string at = fmt::format("x-taxii-date-added-{}: ", name);
  std::size_t from = answer.header.find(at);
  check(from != std::string::npos, "a page has dates");
  std::string text = answer.header.substr(from + at.size(), 27);
  for (char& c : text) c = c == 't' ? 'T' : c == 'z' ? 'Z' : c;
  return text;
}

struct Pages {
  std::vector<Target> targets;
  std::vector<std::string> bodies;
  [[nodiscard]] double kib() const {
    double sum = 0;
    for (const std::string& body : bodies) sum += static_cast<double>(body.size());
    return sum / 1024 / static_cast<double>(bodies.size());
  }
};

void ask(Pages& pages, const Served& served, Wire wire, const std::string& path) {
  std::string request = served.request("GET", path);
  Fetched answer = fetch(served.port(), wire, request);
  check(answer.status == 200, answer.body);
  pages.targets.push_back({request, answer.header.size() + answer.body.size()});
  pages.bodies.push_back(std::move(answer.body));
}

struct Filled {
  std::string collection;
  taxii::Added until = 0;  // nothing was added later
};

taxii::Added now() {
  return std::chrono::duration_cast<std::chrono::microseconds>(
             std::chrono::system_clock::now().time_since_epoch())
      .count();
}

// Pages that begin anywhere in the collection: at the times of its objects, not only where an
// envelope began.
Pages pages_at_random(const Served& served, const Filled& filled, Wire wire,
                      const std::string& filter) {
  std::string path = filled.collection + "/objects/?limit=100" + filter;
  auto first_after = [&](taxii::Added after) -> std::optional<taxii::Added> {
    Fetched one = fetch(served.port(), wire,
                        served.request("GET", filled.collection + "/objects/?limit=1&added_after=" +
                                                  taxii::added_text(after)));
    if (one.body == "{}") return std::nullopt;
    return taxii::added_from_text(dated(one, "first"));
  };
  taxii::Added begin = *first_after(0);
  Pages pages;
  std::mt19937_64 dice(9);
  while (pages.targets.size() < pages_asked_for) {
    auto span = static_cast<std::uint64_t>(filled.until - begin);
    auto near = first_after(begin + static_cast<taxii::Added>(dice() % span));
    if (!near) continue;  // behind the last
    *near += static_cast<taxii::Added>(dice() % page);
    ask(pages, served, wire, path + "&added_after=" + taxii::added_text(*near));
    if (pages.bodies.back().contains("\"more\":true")) continue;
    pages.targets.pop_back();  // the end of the collection: fewer than a hundred
    pages.bodies.pop_back();
  }
  return pages;
}

Pages newest_page(const Served& served, const Filled& filled, Wire wire) {
  Pages pages;
  Fetched all = fetch(served.port(), wire,
                      served.request("GET", filled.collection + "/manifest/?limit=1000"));
  std::string last = dated(all, "last");
  taxii::Added from = *taxii::added_from_text(last) - static_cast<taxii::Added>(page);
  ask(pages, served, wire,
      filled.collection + "/objects/?limit=100&added_after=" + taxii::added_text(from));
  return pages;
}

// The better of nginx's two ways, by what its requests cost.
Load nginx_over(Nginx& nginx, pid_t worker, Wire wire, const Pages& pages) {
  std::vector<Target> targets;
  for (std::size_t i = 0; i < pages.bodies.size(); ++i) {
    targets.push_back(
        {fmt::format("GET /{} HTTP/1.1\r\nHost: localhost\r\n\r\n", nginx.put(pages.bodies[i])),
         0});
    Fetched answer = fetch(nginx.port(true, wire), wire, targets.back().request);
    check(answer.status == 200 && answer.body == pages.bodies[i], "nginx serves the same bytes");
    targets.back().plain_bytes = answer.header.size() + answer.body.size();
  }
  Load best;
  for (bool sendfile : {true, false}) {
    Load one = load(nginx.port(sendfile, wire), wire, targets, connections, each_seconds, worker);
    if (best.requests == 0 || one.processor_us() < best.processor_us()) best = one;
  }
  return best;
}

Load comity_over(const Served& served, Wire wire, const Pages& pages) {
  return load(served.port(), wire, pages.targets, connections, each_seconds, served.process());
}

void beside_nginx(const Served& served, Nginx& nginx, pid_t worker, Wire wire,
                  const std::string& name, const Pages& pages, double wanted) {
  Load other = nginx_over(nginx, worker, wire, pages), ours = comity_over(served, wire, pages);
  std::string tail = name + (wire == Wire::tls ? "_tls" : "_plain");
  std::string beside = fmt::format("nginx, the same {:.0f} KiB as a static file", pages.kib());
  print({"taxii_" + tail, ours.per_second(), "pages/s", other.per_second(), beside, wanted, false});
  print({"taxii_" + tail + "_processor", ours.processor_us(), "us", other.processor_us(), beside,
         1 / wanted, true});
}

// A thousand objects and many, each way of asking for versions: what one page costs in both.
void size_matters_not(const Served& served, const Filled& small, const Filled& large) {
  for (const char* versions : {"last", "first", "all"}) {
    std::string filter = std::string("&match[version]=") + versions;
    Load few =
        comity_over(served, Wire::plain, pages_at_random(served, small, Wire::plain, filter));
    Load many =
        comity_over(served, Wire::plain, pages_at_random(served, large, Wire::plain, filter));
    print({std::string("taxii_page_of_many_") + versions, many.processor_us(), "us",
           few.processor_us(), "a page of a collection of 1,000", 1.2, true});
  }
}

Filled fill(Served& served, const std::string& collection, const std::vector<Mould>& moulds,
            std::size_t count, const char* name) {
  std::size_t made = 0;
  auto make = [&]() -> std::optional<std::string> {
    if (made >= count) return std::nullopt;
    std::string body = R"({"objects":[)";
    for (std::size_t i = 0; i < page && made < count; ++i, ++made)
      body += (i == 0 ? "" : ",") + moulds[made % moulds.size()].make(made / moulds.size());
    return served.request("POST", collection + "/objects/", body + "]}");
  };
  Posted posted = post(served.port(), posters, served.process(), make);
  check(posted.taken == count && posted.refused == 0, "every object is taken");
  std::fprintf(stderr, "%s: %zu objects in %.1f s\n", name, posted.taken, posted.seconds);
  if (name == std::string_view("many"))
    print({"taxii_post", static_cast<double>(posted.taken) / posted.server_seconds,
           "objects per second of processor", 30'000,
           fmt::format("target of the project; {:.0f}/s by the clock",
                       static_cast<double>(posted.taken) / posted.seconds),
           1, false});
  return {collection, now()};
}

void import_ics(Served& served, const std::string& collection) {
  fs::path file = fs::path(COMITY_SOURCE_DIR) / "../shared/data/ics-attack-18.1.json";
  if (!fs::exists(file)) return;
  Stopwatch watch;
  served.run({"alert", "import", collection, file.string()});
  print({"taxii_import_ics_attack", 1e3 * watch.seconds(), "ms", 100,
         "target of the project: the whole command", 1, true});
}

bool is_there(const std::string& program) {
  return runs({"sh", "-c", "command -v " + program}, "/dev/null");
}

}  // namespace

void taxii(const char* comity) {
  Scratch scratch;
  const char* asked = std::getenv("COMITY_BENCH_OBJECTS");
  std::size_t many = asked ? std::stoul(asked) : 1'000'000;
  std::vector<std::string> objects = real_objects();
  if (objects.empty()) objects = invented_objects();
  std::vector<Mould> moulds;
  for (std::string& each : objects) moulds.emplace_back(std::move(each));

  Served served(comity, scratch.path());
  std::string small_id = served.make_collection("small"),
              large_id = served.make_collection("large"), ics = served.make_collection("ics");
  served.make_user(
      {"--read", small_id, "--read", large_id, "--write", small_id, "--write", large_id});
  bool with_nginx = is_there("nginx") && is_there("openssl");
  if (!with_nginx)
    std::fputs("SKIPPED: nginx or openssl is not there (Debian: nginx-light)\n", stderr);
  if (with_nginx)
    check(runs({"openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256",
                "-nodes", "-days", "2", "-subj", "/CN=localhost", "-keyout",
                (scratch.path() / "key.pem").string(), "-out",
                (scratch.path() / "cert.pem").string()},
               scratch.path() / "out"),
          "a certificate");
  Nginx nginx(scratch.path() / "nginx");
  pid_t worker = with_nginx ? nginx.serve() : 0;

  stay_on(1);
  served.serve();
  import_ics(served, ics);
  Filled small = fill(served, small_id, moulds, thousand, "small");
  Filled large = fill(served, large_id, moulds, many, "many");
  if (worker != 0) {
    beside_nginx(served, nginx, worker, Wire::plain, "page",
                 pages_at_random(served, small, Wire::plain, ""), 0.4);
    beside_nginx(served, nginx, worker, Wire::plain, "newest",
                 newest_page(served, small, Wire::plain), 0.7);
    beside_nginx(served, nginx, worker, Wire::plain, "page_of_many",
                 pages_at_random(served, large, Wire::plain, ""), 0.4);
  }
  size_matters_not(served, small, large);
  print({"taxii_resident", served.resident_mib(), "MiB", 256, "target of the project, at most ever",
         1, true});
  served.stop();
  if (worker == 0) return;
  served.configure(
      fmt::format("taxii_certificate = \"{0}/cert.pem\"\ntaxii_key = \"{0}/key.pem\"\n",
                  scratch.path().string()));
  served.serve();
  beside_nginx(served, nginx, worker, Wire::tls, "page",
               pages_at_random(served, small, Wire::tls, ""), 0.6);
  beside_nginx(served, nginx, worker, Wire::tls, "newest", newest_page(served, small, Wire::tls),
               0.7);
  beside_nginx(served, nginx, worker, Wire::tls, "page_of_many",
               pages_at_random(served, large, Wire::tls, ""), 0.6);
}

}  // namespace comity::bench

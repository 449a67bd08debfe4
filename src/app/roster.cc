#include "app/roster.h"

#include <algorithm>
#include <charconv>

#include "net/http.h"

namespace comity::app {
namespace {

constexpr const char* how_after = "write a wait as a number and s, m or h: \"0m\", \"10m\", \"2h\"";
constexpr const char* how_webhook =
    "write \"https://host/path\" with a pin, or \"http://127.0.0.1:port/path\" for this machine";

std::optional<Millis> wait_from(std::string_view text) {
  if (text.size() < 2 || text.size() > 6) return std::nullopt;
  unsigned count = 0;
  const char* end = text.data() + text.size() - 1;
  auto [rest, error] = std::from_chars(text.data(), end, count);
  if (error != std::errc{} || rest != end) return std::nullopt;
  if (*end == 's') return std::chrono::seconds(count);
  if (*end == 'm') return std::chrono::minutes(count);
  if (*end == 'h') return std::chrono::hours(count);
  return std::nullopt;
}

bool is_this_machine(const std::string& host) {
  return host == "::1" || (host.starts_with("127.") && std::ranges::all_of(host, [](char c) {
                             return c == '.' || (c >= '0' && c <= '9');
                           }));
}

// RFC 3986 in the one shape that is needed: no user, no query's fragment, no relative parts.
Result<Webhook> webhook_from(std::string_view text) {
  bool tls = text.starts_with("https://");
  if (!tls && !text.starts_with("http://")) return fail(Code::bad_value, how_webhook);
  text.remove_prefix(tls ? 8 : 7);
  std::size_t slash = text.find('/');
  if (slash == std::string_view::npos) return fail(Code::bad_value, how_webhook);
  std::string host(text.substr(0, slash));
  Webhook hook{.at = {}, .target = std::string(text.substr(slash)), .pin = {}};
  bool bracket_last = host.ends_with(']');
  bool has_port = !bracket_last && host.find(':') != std::string::npos;
  if (host.contains('@') || host.starts_with("unix:") || hook.target.contains('#'))
    return fail(Code::bad_value, how_webhook);
  auto at = net::endpoint_from_text(has_port ? host : host + (tls ? ":443" : ":80"));
  if (!at || at->port == 0 || !net::parse_target(hook.target))
    return fail(Code::bad_value, how_webhook);
  hook.at = *std::move(at);
  if (!tls && !is_this_machine(hook.at.host))
    return fail(Code::bad_value,
                "plain http goes to this machine alone (127.0.0.1 or [::1]); use https with a pin, "
                "or a command");
  return hook;
}

void read_command(json::Reader& in, Hook& hook) {
  hook.command =
      in.texts_or_none("command", limits::hook_arguments_max, limits::hook_argument_bytes_max);
  if (hook.command.empty() || !hook.command[0].starts_with('/'))
    in.refuse("command", Code::bad_value,
              "write [\"/absolute/path\", \"argument\", ...]: no shell is asked, so nothing is "
              "looked up");
  for (const std::string& part : hook.command)
    if (part.contains('\0')) in.refuse("command", Code::bad_value, "an argument holds a NUL");
  if (in.has("pin")) in.refuse("pin", Code::bad_value, "a pin is of an https webhook alone");
}

void read_webhook(json::Reader& in, Hook& hook) {
  std::string text = in.text("webhook", limits::hook_argument_bytes_max);
  bool has_pin = in.has("pin");
  auto webhook = webhook_from(text);
  if (!webhook) return in.refuse("webhook", webhook.error().code, webhook.error().what);
  hook.webhook = *std::move(webhook);
  bool tls = text.starts_with("https://");
  if (tls && !has_pin)
    in.refuse("webhook", Code::missing_field,
              "https needs pin = \"...\", the SHA-256 of the server's public key in hex: this "
              "program asks no CA. docs/operations.md says how to get it");
  if (!tls && has_pin) in.refuse("pin", Code::bad_value, "a pin is of an https webhook alone");
  if (tls && has_pin) hook.webhook.pin = in.fixed<crypto::TlsPinTag>("pin");
}

}  // namespace

Roster read_roster(json::Reader& in) {
  Roster roster;
  in.objects_or_none("alarm", limits::roster_steps_max, [&](json::Reader& each) {
    Hook hook;
    auto after = wait_from(each.text("after"));
    if (!after || *after > Millis(limits::roster_after_max))
      each.refuse("after", Code::bad_value, std::string(how_after) + ", at most 24h");
    else if (!roster.empty() && *after < roster.back().step.after)
      each.refuse("after", Code::bad_value,
                  "the steps stand in order: this one is before the last");
    hook.step.after = after.value_or(Millis{});
    hook.step.severity =
        each.has("severity") && each.one_of("severity", {"alarm", "warn"}) == "warn"
            ? node::Least::warn
            : node::Least::alarm;
    if (each.has("command") == each.has("webhook")) {
      each.refuse(each.has("command") ? "command" : "after", Code::missing_field,
                  "a step has one of command and webhook");
      std::ignore = each.texts_or_none("command", limits::hook_arguments_max);
      std::ignore = each.text_or("webhook", "");
      std::ignore = each.text_or("pin", "");
    } else if (each.has("command")) {
      read_command(each, hook);
    } else {
      read_webhook(each, hook);
    }
    roster.push_back(std::move(hook));
  });
  return roster;
}

std::vector<node::RosterStep> steps_of(const Roster& roster) {
  std::vector<node::RosterStep> steps;
  for (const Hook& hook : roster) steps.push_back(hook.step);
  return steps;
}

}  // namespace comity::app

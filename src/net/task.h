#pragma once
// Task<T>: the one alias of Asio's coroutine type. Only edges and app/ use it; a task has an owner
// that cancels and joins it. Never capture in a lambda that is itself a coroutine: pass values as
// parameters.
#include <boost/asio/awaitable.hpp>

#include "base/result.h"

namespace comity::net {

template <typename T>
using Task = boost::asio::awaitable<T>;

}  // namespace comity::net

// CO_TRY(auto x, co_await f());  and  CO_TRY_VOID(co_await f());  as TRY and TRY_VOID, inside a
// coroutine.
#define COMITY_CO_TRY(tmp, decl, ...)                  \
  auto tmp = (__VA_ARGS__);                            \
  if (!tmp) [[unlikely]]                               \
    co_return std::unexpected(std::move(tmp).error()); \
  decl = *std::move(tmp)
#define CO_TRY(decl, ...) COMITY_CO_TRY(COMITY_CAT(try_, __COUNTER__), decl, __VA_ARGS__)
#define COMITY_CO_TRY_VOID(tmp, ...)               \
  if (auto tmp = (__VA_ARGS__); !tmp) [[unlikely]] \
  co_return std::unexpected(std::move(tmp).error())
#define CO_TRY_VOID(...) COMITY_CO_TRY_VOID(COMITY_CAT(try_, __COUNTER__), __VA_ARGS__)

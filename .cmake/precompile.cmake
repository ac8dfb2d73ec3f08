# Two thirds of a unit's time was parsing the same library headers. They are parsed once per room instead; our own
# headers are not among them, so that a change rebuilds only what includes it, and every unit still names what it needs.
option(MODELWATCH_PCH "Precompile the library headers that nearly every unit includes" ON)

set(MODELWATCH_PCH_HEADERS
  <algorithm> <array> <chrono> <cstdint> <functional> <map> <memory> <optional> <set> <span> <sstream> <string>
  <string_view> <utility> <variant> <vector> <boost/json.hpp> <fmt/format.h>)

set(MODELWATCH_PCH_ASIO
  <boost/asio/as_tuple.hpp> <boost/asio/awaitable.hpp> <boost/asio/co_spawn.hpp> <boost/asio/detached.hpp>
  <boost/asio/error.hpp> <boost/asio/io_context.hpp> <boost/asio/ip/tcp.hpp> <boost/asio/steady_timer.hpp>
  <boost/asio/use_awaitable.hpp> <boost/beast/core.hpp> <boost/beast/http.hpp>)

# modelwatch_precompile(<target> [<header>...]): with further headers for rooms that include heavier ones everywhere.
function(modelwatch_precompile target)
  if(NOT MODELWATCH_PCH)
    return()
  endif()
  set(headers ${MODELWATCH_PCH_HEADERS} ${ARGN})
  target_precompile_headers(${target} PRIVATE ${headers})
  if(NOT CMAKE_CXX_COMPILER_ID MATCHES "Clang")
    return()
  endif()
  target_compile_options(${target} PRIVATE "SHELL:-Xclang -fno-pch-timestamp")
  # What ccache takes for the precompiled header: all that decides about its content.
  get_target_property(folder ${target} BINARY_DIR)
  string(SHA256 sum
    "${headers} ${CMAKE_CXX_COMPILER_ID} ${CMAKE_CXX_COMPILER_VERSION} ${CMAKE_CXX_FLAGS} ${CMAKE_BUILD_TYPE} \
${MODELWATCH_SANITIZE} ${MODELWATCH_FAILPOINTS} ${Boost_VERSION} ${fmt_VERSION}")
  file(WRITE "${folder}/CMakeFiles/${target}.dir/cmake_pch.hxx.pch.sum" "${sum}")
endfunction()

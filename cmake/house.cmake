# The house's rules as CMake: one folder, one library, and only the rooms it names are in sight.
#
#   comity_room(<name> [DEPS <room>...] [LIBS <external target>...])
#
# A room's headers are reached as "<room>/<file>.h" through an include root that holds that one room, so an
# include of a room that is not linked does not compile. Beside the library it makes, from the files' names:
#   *_test.cc   <name>_test, run by ctest          *_bench.cc   <name>_bench
#   *_fuzz.cc   <name>_<file>_fuzz: libFuzzer under COMITY_FUZZ, else a replay of tests/corpus/<file>
#   *_nocompile.cc   must fail to compile, each for the reason given in its first line
option(COMITY_FUZZ "build libFuzzer targets" OFF)
option(COMITY_TESTS "build tests and benches" ON)
set(COMITY_SANITIZE "" CACHE STRING "sanitizers for every target, as -fsanitize= takes them")

set(CMAKE_CXX_STANDARD 23)
set(CMAKE_CXX_STANDARD_REQUIRED ON)
set(CMAKE_CXX_EXTENSIONS OFF)
set(CMAKE_EXPORT_COMPILE_COMMANDS ON)
set(CMAKE_RUNTIME_OUTPUT_DIRECTORY "${CMAKE_BINARY_DIR}")

find_program(CCACHE ccache)
if(CCACHE)
  set(CMAKE_CXX_COMPILER_LAUNCHER "${CMAKE_COMMAND};-E;env;CCACHE_BASEDIR=${CMAKE_SOURCE_DIR};CCACHE_NOHASHDIR=1;${CCACHE}")
endif()

add_library(comity_flags INTERFACE)
target_compile_options(comity_flags INTERFACE
  -Wall -Wextra -Wconversion -Wshadow -Wnon-virtual-dtor -Werror -fno-omit-frame-pointer
  "-ffile-prefix-map=${CMAKE_SOURCE_DIR}/=")
target_link_options(comity_flags INTERFACE -fuse-ld=lld-19)
if(COMITY_SANITIZE)
  target_compile_options(comity_flags INTERFACE -fsanitize=${COMITY_SANITIZE} -fno-sanitize-recover=all)
  target_link_options(comity_flags INTERFACE -fsanitize=${COMITY_SANITIZE})
  target_compile_definitions(comity_flags INTERFACE _GLIBCXX_ASSERTIONS)
endif()
if(COMITY_FUZZ)
  target_compile_options(comity_flags INTERFACE -fsanitize=fuzzer-no-link)
endif()

find_package(PkgConfig REQUIRED)
find_package(Threads REQUIRED)
if(COMITY_TESTS)
  find_package(GTest REQUIRED)
  find_package(benchmark REQUIRED)
  include(GoogleTest)
endif()

# An include root that shows one room: <build>/rooms/<room>/<room> -> src/<room>.
function(comity_include_root room dir)
  set(root "${CMAKE_BINARY_DIR}/rooms/${room}")
  file(MAKE_DIRECTORY "${root}")
  file(CREATE_LINK "${dir}" "${root}/${room}" SYMBOLIC)
  target_include_directories(${room} PUBLIC "${root}")
endfunction()

# Tests, fuzzers and benches that stand beside the code of `room`.
function(comity_beside room dir)
  file(GLOB tests CONFIGURE_DEPENDS "${dir}/*_test.cc")
  if(tests)
    add_executable(${room}_test ${tests})
    # A test that reads an empty optional would pass or fail by chance.
    target_compile_definitions(${room}_test PRIVATE _GLIBCXX_ASSERTIONS)
    target_link_libraries(${room}_test PRIVATE ${room} comity_flags GTest::gmock GTest::gtest_main)
    target_compile_definitions(${room}_test PRIVATE COMITY_SOURCE_DIR="${CMAKE_SOURCE_DIR}")
    gtest_discover_tests(${room}_test DISCOVERY_TIMEOUT 60 PROPERTIES LABELS unit TIMEOUT 600)
  endif()

  file(GLOB fuzzers CONFIGURE_DEPENDS "${dir}/*_fuzz.cc")
  foreach(source ${fuzzers})
    get_filename_component(stem "${source}" NAME_WE)
    string(REGEX REPLACE "_fuzz$" "" what "${stem}")
    set(target "${room}_${what}_fuzz")
    set(corpus "${CMAKE_SOURCE_DIR}/tests/corpus/${room}_${what}")
    if(COMITY_FUZZ)
      add_executable(${target} "${source}")
      target_link_options(${target} PRIVATE -fsanitize=fuzzer)
    else()
      add_executable(${target} "${source}" "${CMAKE_SOURCE_DIR}/tests/replay.cc")
      add_test(NAME ${target} COMMAND ${target} "${corpus}")
      set_tests_properties(${target} PROPERTIES LABELS corpus)
    endif()
    target_link_libraries(${target} PRIVATE ${room} comity_flags)
  endforeach()

  file(GLOB benches CONFIGURE_DEPENDS "${dir}/*_bench.cc")
  if(benches)
    add_executable(${room}_bench ${benches})
    target_link_libraries(${room}_bench PRIVATE ${room} comity_flags benchmark::benchmark_main)
    target_compile_definitions(${room}_bench PRIVATE COMITY_SOURCE_DIR="${CMAKE_SOURCE_DIR}")
  endif()

  file(GLOB refused CONFIGURE_DEPENDS "${dir}/*_nocompile.cc")
  foreach(source ${refused})
    get_filename_component(stem "${source}" NAME_WE)
    add_executable(${room}_${stem} EXCLUDE_FROM_ALL "${source}")
    target_link_libraries(${room}_${stem} PRIVATE ${room} comity_flags)
    file(STRINGS "${source}" reason LIMIT_COUNT 1)
    string(REGEX REPLACE "^// *" "" reason "${reason}")
    add_test(NAME ${room}_${stem} COMMAND ${CMAKE_COMMAND} --build "${CMAKE_BINARY_DIR}" --target ${room}_${stem})
    set_tests_properties(${room}_${stem} PROPERTIES LABELS unit PASS_REGULAR_EXPRESSION "${reason}" RESOURCE_LOCK build_tree)
  endforeach()
endfunction()

# Every file of `folder` that ends in `ending` as one table that `function` of the room returns, as its header
# declares it: comity_embed(app FOLDER law ENDING toml HEADER law_built_in.h FUNCTION law_built_in).
function(comity_embed room)
  cmake_parse_arguments(ARG "" "FOLDER;ENDING;HEADER;FUNCTION" "" ${ARGN})
  file(GLOB_RECURSE files CONFIGURE_DEPENDS "${ARG_FOLDER}/*.${ARG_ENDING}")
  set(out "${CMAKE_CURRENT_BINARY_DIR}/${ARG_FUNCTION}.cc")
  add_custom_command(
    OUTPUT "${out}"
    COMMAND ${CMAKE_COMMAND} -DFOLDER=${ARG_FOLDER} -DENDING=${ARG_ENDING} -DOUT=${out} -DHEADER=${room}/${ARG_HEADER}
            -DNAMESPACE=comity::${room} -DFUNCTION=${ARG_FUNCTION} -P "${CMAKE_SOURCE_DIR}/cmake/embed.cmake"
    DEPENDS ${files} "${CMAKE_SOURCE_DIR}/cmake/embed.cmake")
  target_sources(${room} PRIVATE "${out}")
endfunction()

function(comity_room room)
  cmake_parse_arguments(ARG "" "" "DEPS;LIBS" ${ARGN})
  set(dir "${CMAKE_CURRENT_SOURCE_DIR}")
  file(GLOB sources CONFIGURE_DEPENDS "${dir}/*.cc")
  list(FILTER sources EXCLUDE REGEX "_(test|fuzz|bench|nocompile|main)\\.cc$")
  if(NOT sources)
    file(WRITE "${CMAKE_BINARY_DIR}/empty.cc" "")
    set(sources "${CMAKE_BINARY_DIR}/empty.cc")
  endif()
  add_library(${room} STATIC ${sources})
  set_target_properties(${room} PROPERTIES OUTPUT_NAME comity_${room})  # libcrypto.a is OpenSSL's name
  comity_include_root(${room} "${dir}")
  target_link_libraries(${room} PUBLIC ${ARG_DEPS} PRIVATE comity_flags ${ARG_LIBS})

  # Every header compiles alone: it includes what it uses.
  file(GLOB headers RELATIVE "${dir}" CONFIGURE_DEPENDS "${dir}/*.h")
  set(alone "${CMAKE_BINARY_DIR}/alone/${room}")
  set(alone_sources "")
  foreach(header ${headers})
    set(source "${alone}/${header}.cc")
    set(text "#include \"${room}/${header}\"\n#include \"${room}/${header}\"\n")
    if(NOT EXISTS "${source}")
      file(WRITE "${source}" "${text}")
    endif()
    list(APPEND alone_sources "${source}")
  endforeach()
  if(alone_sources)
    add_library(${room}_headers OBJECT EXCLUDE_FROM_ALL ${alone_sources})
    target_link_libraries(${room}_headers PRIVATE ${room} comity_flags ${ARG_LIBS})
    target_compile_definitions(${room}_headers PRIVATE COMITY_SOURCE_DIR="${CMAKE_SOURCE_DIR}")
  endif()

  if(COMITY_TESTS)
    comity_beside(${room} "${dir}")
  endif()
endfunction()

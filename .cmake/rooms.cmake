# A room is a folder, a static library and a namespace. The links below are the arrows of ARCHITECTURE.md;
# scripts/check compares them with the includes.
add_library(modelwatch_options INTERFACE)
target_compile_features(modelwatch_options INTERFACE cxx_std_20)
target_include_directories(modelwatch_options INTERFACE "${CMAKE_SOURCE_DIR}" "${CMAKE_BINARY_DIR}/generated")
target_compile_options(modelwatch_options INTERFACE
  -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wnon-virtual-dtor -Woverloaded-virtual
  -Wold-style-cast -Wformat=2 -Wimplicit-fallthrough
  $<$<BOOL:${MODELWATCH_WERROR}>:-Werror>
  $<$<CXX_COMPILER_ID:GNU>:-Wduplicated-cond -Wlogical-op -Wno-mismatched-new-delete>)
if(MODELWATCH_FAILPOINTS)
  target_compile_definitions(modelwatch_options INTERFACE MODELWATCH_FAILPOINTS=1)
endif()

# Sanitizers cover everything that is compiled here, vendor files included.
if(MODELWATCH_SANITIZE)
  add_compile_options("-fsanitize=${MODELWATCH_SANITIZE}" -fno-omit-frame-pointer -fno-sanitize-recover=all)
  add_link_options("-fsanitize=${MODELWATCH_SANITIZE}")
endif()

find_program(MODELWATCH_LLD NAMES ld.lld-19 ld.lld)
if(MODELWATCH_LLD AND CMAKE_CXX_COMPILER_ID MATCHES "Clang")
  add_link_options("--ld-path=${MODELWATCH_LLD}")
endif()

# modelwatch_room(<name> [LINK <targets>...] [PRECOMPILE <headers>...]): every .cpp of the current folder makes one static library.
function(modelwatch_room name)
  cmake_parse_arguments(ROOM "" "" "LINK;PRECOMPILE" ${ARGN})
  file(GLOB sources CONFIGURE_DEPENDS "${CMAKE_CURRENT_SOURCE_DIR}/*.cpp")
  if(NOT sources)
    return()
  endif()
  add_library(modelwatch_${name} STATIC ${sources})
  target_link_libraries(modelwatch_${name} PRIVATE modelwatch_options PUBLIC ${ROOM_LINK})
  modelwatch_precompile(modelwatch_${name} ${ROOM_PRECOMPILE})
endfunction()

# modelwatch_embed(<room> <name> <file> <header>): compiles a file of conf/ into a room, as the function <name>() that
# the header declares and that returns its text in pieces.
set(MODELWATCH_EMBED "${CMAKE_CURRENT_LIST_DIR}/embed.cmake")
function(modelwatch_embed room name file header)
  set(out "${CMAKE_CURRENT_BINARY_DIR}/${name}.cpp")
  add_custom_command(
    OUTPUT "${out}"
    COMMAND "${CMAKE_COMMAND}" "-DIN=${file}" "-DOUT=${out}" "-DNAME=${name}" "-DROOM=${room}" "-DHEADER=${header}"
            -P "${MODELWATCH_EMBED}"
    DEPENDS "${file}" "${MODELWATCH_EMBED}"
    COMMENT "Embedding ${name}"
    VERBATIM)
  target_sources(modelwatch_${room} PRIVATE "${out}")
endfunction()

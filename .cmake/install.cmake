# What `cmake --install` puts where. The unit and the configuration depend on the prefix, which is only known then
# (`cmake --install build/release --prefix /opt/modelwatch`), so install_places.cmake writes them at that time.
include(GNUInstallDirs)

install(TARGETS modelwatch RUNTIME DESTINATION "${CMAKE_INSTALL_BINDIR}")
install(FILES
  "${CMAKE_SOURCE_DIR}/conf/prometheus-rules.yml" "${CMAKE_SOURCE_DIR}/conf/grafana-dashboard.json"
  "${CMAKE_SOURCE_DIR}/conf/openapi.json" "${CMAKE_SOURCE_DIR}/conf/publishers.toml"
  "${CMAKE_SOURCE_DIR}/conf/licenses.toml"
  DESTINATION "${CMAKE_INSTALL_DATADIR}/modelwatch")

configure_file("${CMAKE_CURRENT_LIST_DIR}/install_places.cmake.in" "${CMAKE_BINARY_DIR}/install_places.cmake" @ONLY)
install(SCRIPT "${CMAKE_BINARY_DIR}/install_places.cmake")

# What the program says of itself: completion scripts and the keys of modelwatch.toml(5). A program for another
# machine cannot be asked.
if(CMAKE_CROSSCOMPILING)
  return()
endif()
set(said "${CMAKE_BINARY_DIR}/said")
foreach(shell bash zsh fish)
  add_custom_command(
    OUTPUT "${said}/modelwatch.${shell}"
    COMMAND "${CMAKE_COMMAND}" -E make_directory "${said}"
    COMMAND modelwatch completion ${shell} > "${said}/modelwatch.${shell}"
    DEPENDS modelwatch
    COMMENT "Writing the completion script for ${shell}"
    VERBATIM)
  list(APPEND said_files "${said}/modelwatch.${shell}")
endforeach()
find_program(MODELWATCH_PYTHON NAMES python3 REQUIRED)
add_custom_command(
  OUTPUT "${said}/modelwatch.toml.5"
  COMMAND "${CMAKE_COMMAND}" -E make_directory "${said}"
  COMMAND modelwatch config keys --json > "${said}/keys.json"
  COMMAND "${MODELWATCH_PYTHON}" -B "${CMAKE_CURRENT_LIST_DIR}/manual_keys.py"
          "${CMAKE_SOURCE_DIR}/conf/man/modelwatch.toml.5" "${said}/keys.json" > "${said}/modelwatch.toml.5"
  DEPENDS modelwatch "${CMAKE_SOURCE_DIR}/conf/man/modelwatch.toml.5" "${CMAKE_CURRENT_LIST_DIR}/manual_keys.py"
  COMMENT "Writing modelwatch.toml(5)"
  VERBATIM)
add_custom_target(said ALL DEPENDS ${said_files} "${said}/modelwatch.toml.5")

install(FILES "${said}/modelwatch.bash" RENAME modelwatch
  DESTINATION "${CMAKE_INSTALL_DATADIR}/bash-completion/completions")
install(FILES "${said}/modelwatch.zsh" RENAME _modelwatch DESTINATION "${CMAKE_INSTALL_DATADIR}/zsh/vendor-completions")
install(FILES "${said}/modelwatch.fish" DESTINATION "${CMAKE_INSTALL_DATADIR}/fish/vendor_completions.d")
install(FILES "${CMAKE_SOURCE_DIR}/conf/man/modelwatch.1" DESTINATION "${CMAKE_INSTALL_MANDIR}/man1")
install(FILES "${said}/modelwatch.toml.5" DESTINATION "${CMAKE_INSTALL_MANDIR}/man5")
install(FILES "${CMAKE_SOURCE_DIR}/conf/man/modelwatchd.8" DESTINATION "${CMAKE_INSTALL_MANDIR}/man8")

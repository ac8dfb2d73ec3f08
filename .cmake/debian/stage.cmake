# Run by CPack between staging and packing: what only the Debian package has, and times that do not depend on when it
# was built. SOURCE_DATE_EPOCH comes from scripts/package.
set(root "${CPACK_TEMPORARY_INSTALL_DIRECTORY}")
set(epoch "$ENV{SOURCE_DATE_EPOCH}")
if(NOT epoch)
  message(FATAL_ERROR "SOURCE_DATE_EPOCH is not set: build the package with scripts/package")
endif()

function(do)
  execute_process(COMMAND ${ARGV} COMMAND_ERROR_IS_FATAL ANY)
endfunction()

set(doc "${root}/usr/share/doc/modelwatch")
configure_file("${CPACK_MODELWATCH_DEBIAN}/copyright" "${doc}/copyright" COPYONLY)
execute_process(COMMAND date -u -R -d "@${epoch}" OUTPUT_VARIABLE when OUTPUT_STRIP_TRAILING_WHITESPACE
  COMMAND_ERROR_IS_FATAL ANY)
file(WRITE "${doc}/changelog.Debian"
  "modelwatch (${CPACK_PACKAGE_VERSION}-${CPACK_DEBIAN_PACKAGE_RELEASE}) unstable; urgency=medium\n\n"
  "  * Built from the sources of modelwatch ${CPACK_PACKAGE_VERSION}.\n\n"
  " -- ${CPACK_PACKAGE_CONTACT}  ${when}\n")
configure_file("${CPACK_MODELWATCH_DEBIAN}/lintian-overrides" "${root}/usr/share/lintian/overrides/modelwatch" COPYONLY)

file(GLOB pages "${root}/usr/share/man/man?/*")
do(gzip -9nf "${doc}/changelog.Debian" ${pages})
do(chmod -R "u+rwX,go+rX,go-w" "${root}")
do(find "${root}" -exec touch -h -d "@${epoch}" {} +)

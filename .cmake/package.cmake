# The Debian package, made by scripts/package from a release build. The version stands in project() alone; one that
# was given on CPack's command line (-D CPACK_PACKAGE_VERSION=…) goes before it, for tests of upgrades.
set(CPACK_GENERATOR DEB)
set(CPACK_PACKAGE_NAME modelwatch)
set(CPACK_PACKAGE_VERSION "${PROJECT_VERSION}")
set(CPACK_PACKAGE_CONTACT "modelwatch maintainers <modelwatch@packages.invalid>")
set(CPACK_PACKAGE_VENDOR "modelwatch")
set(CPACK_PACKAGE_DESCRIPTION_SUMMARY "patch management for AI models")
set(CPACK_DEBIAN_PACKAGE_DESCRIPTION
"Watches model repositories on the Hugging Face Hub, or on a server with the
same API, and compares commits, file hashes, licenses, access and ownership
with a baseline that the operator trusts.
.
People are told, with proof and whatever crashes, when weights were replaced, a
license changed, a history was rewritten, a name was taken over, or a model in
production has fallen behind: by mail, Slack, Teams, PagerDuty, signed
webhooks or a program.")
set(CPACK_PACKAGE_DIRECTORY "${CMAKE_BINARY_DIR}/package")
set(CPACK_STRIP_FILES ON)
set(CPACK_VERBATIM_VARIABLES ON)

# Staged below DESTDIR, because /etc is outside of the prefix.
set(CPACK_SET_DESTDIR ON)
set(CPACK_INSTALL_PREFIX /usr)
set(CPACK_INSTALL_DEFAULT_DIRECTORY_PERMISSIONS
  OWNER_READ OWNER_WRITE OWNER_EXECUTE GROUP_READ GROUP_EXECUTE WORLD_READ WORLD_EXECUTE)

set(CPACK_DEBIAN_FILE_NAME DEB-DEFAULT)
set(CPACK_DEBIAN_PACKAGE_RELEASE 1)
set(CPACK_DEBIAN_PACKAGE_SECTION admin)
set(CPACK_DEBIAN_PACKAGE_PRIORITY optional)
set(CPACK_DEBIAN_PACKAGE_SHLIBDEPS ON)
set(CPACK_DEBIAN_PACKAGE_DEPENDS "ca-certificates, tzdata")
set(CPACK_DEBIAN_COMPRESSION_TYPE xz)
set(debian "${CMAKE_CURRENT_LIST_DIR}/debian")
set(CPACK_DEBIAN_PACKAGE_CONTROL_EXTRA
  "${debian}/conffiles;${debian}/postinst;${debian}/prerm;${debian}/postrm")
set(CPACK_DEBIAN_PACKAGE_CONTROL_STRICT_PERMISSION ON)
set(CPACK_PRE_BUILD_SCRIPTS "${debian}/stage.cmake")
set(CPACK_MODELWATCH_DEBIAN "${debian}")
include(CPack)

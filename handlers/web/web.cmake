# tillbridge_web(TARGET): builds the browser sources beside this file and compiles them into TARGET;
# with TILLBRIDGE_WEB off, an empty list. Build folders may share TILLBRIDGE_WEB_DIR: the script
# goes by the content of its sources and does nothing where nothing changed.

set(TILLBRIDGE_WEB_DIR ${CMAKE_BINARY_DIR}/web CACHE PATH "Where the browser assets are built")
set(TILLBRIDGE_WEB_SOURCE ${CMAKE_CURRENT_LIST_DIR})

function(tillbridge_web target)
  set(output ${TILLBRIDGE_WEB_DIR}/assets.cpp)
  if(TILLBRIDGE_WEB)
    file(GLOB_RECURSE sources CONFIGURE_DEPENDS ${TILLBRIDGE_WEB_SOURCE}/src/*)
    file(GLOB settings CONFIGURE_DEPENDS ${TILLBRIDGE_WEB_SOURCE}/*.json ${TILLBRIDGE_WEB_SOURCE}/*.ts)
    add_custom_command(OUTPUT ${output}
      COMMAND ${TILLBRIDGE_WEB_SOURCE}/build ${TILLBRIDGE_WEB_DIR}
      DEPENDS ${sources} ${settings} ${TILLBRIDGE_WEB_SOURCE}/build ${TILLBRIDGE_WEB_SOURCE}/embed.mjs
      COMMENT "Building the browser assets" VERBATIM)
  else()
    set(output ${CMAKE_BINARY_DIR}/web-none/assets.cpp)
    configure_file(${TILLBRIDGE_WEB_SOURCE}/assets_none.cpp.in ${output} COPYONLY)
  endif()
  set_source_files_properties(${output} PROPERTIES
    SKIP_PRECOMPILE_HEADERS ON SKIP_UNITY_BUILD_INCLUSION ON)
  target_sources(${target} PRIVATE ${output})
endfunction()

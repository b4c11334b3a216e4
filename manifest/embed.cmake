# Compiles text files into a room, so that the program is one file:
#   tillbridge_embed(TARGET NAMESPACE [FUNCTION FILE]...)
# adds to TARGET a generated source with `std::string_view NAMESPACE::FUNCTION()` for each FILE.
# Run as a script (cmake -P), this file is the generator itself.

if(CMAKE_SCRIPT_MODE_FILE)
  set(body "#include <string_view>\n\nnamespace ${NAMESPACE} {\n")
  string(REPLACE "|" ";" entries "${ENTRIES}")
  while(entries)
    list(POP_FRONT entries function file)
    file(READ "${file}" content)
    string(FIND "${content}" ")~~\"" clash)
    if(NOT clash EQUAL -1)
      message(FATAL_ERROR "${file} holds the mark that ends a raw string: )~~\"")
    endif()
    string(APPEND body
      "\nstd::string_view ${function}() {\n    return R\"~~(${content})~~\";\n}\n")
  endwhile()
  string(APPEND body "\n}  // namespace ${NAMESPACE}\n")
  file(WRITE "${OUTPUT}" "${body}")
  return()
endif()

set(TILLBRIDGE_EMBED_SCRIPT ${CMAKE_CURRENT_LIST_FILE})

function(tillbridge_embed target namespace)
  set(output ${CMAKE_BINARY_DIR}/embedded/${target}.cpp)
  set(files)
  set(entries)
  set(pairs ${ARGN})
  while(pairs)
    list(POP_FRONT pairs function file)
    list(APPEND files ${CMAKE_SOURCE_DIR}/${file})
    list(APPEND entries ${function} ${CMAKE_SOURCE_DIR}/${file})
  endwhile()
  list(JOIN entries "|" entries)
  add_custom_command(OUTPUT ${output}
    COMMAND ${CMAKE_COMMAND} -DNAMESPACE=${namespace} -DENTRIES=${entries} -DOUTPUT=${output}
            -P ${TILLBRIDGE_EMBED_SCRIPT}
    DEPENDS ${files} ${TILLBRIDGE_EMBED_SCRIPT}
    COMMENT "Embedding files into ${target}" VERBATIM)
  # Declared here and nowhere else, so the generated functions need no header of their own.
  set_source_files_properties(${output} PROPERTIES
    SKIP_PRECOMPILE_HEADERS ON SKIP_UNITY_BUILD_INCLUSION ON)
  target_sources(${target} PRIVATE ${output})
endfunction()

# With CMAKE_UNITY_BUILD a target's files are compiled eight at a time, so that Boost, the JSON library and GoogleTest are
# read once for eight: half the time from scratch. What is measured and deployed (release) and what clang-tidy reads
# are compiled file by file, so every file still has to include what it uses.
set(CMAKE_UNITY_BUILD_BATCH_SIZE 8)
if(CMAKE_UNITY_BUILD AND CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
  # It takes a type in a .cpp's unnamed namespace for one in a header's.
  add_compile_options(-Wno-subobject-linkage)
endif()

# Files with a local name that a neighbour uses for something else ("redefinition", "ambiguous"): compiled alone.
set(SALLYPORT_ALONE
  src/admin/field_rules src/admin/openapi_service src/admin/query_endpoints src/admin/query_input_table src/admin/query_operations
  src/admin/session_endpoints
  src/http/response_head src/http/url_host
  src/request/answer_fields src/request/static_parts src/request/url_template
  src/request/auth/api_key src/request/auth/basic src/request/auth/bearer src/request/auth/none src/request/auth/oauth2
  src/request/expand/template_url src/request/expand/value src/request/query/target
  tests/support/bad_answers tests/support/browser tests/support/fake_repository_tokens tests/support/target_servers
  tests/support/upload_target
  tests/unit/admin/oauth_api_test
  tests/unit/crypto/aead_corpus_test tests/unit/crypto/pem_test
  tests/unit/http/content_coding_test
  tests/unit/oauth/token_owner_test tests/unit/oauth/token_request_test tests/unit/oauth/token_state_test
  tests/unit/pipeline/envelope_body_test tests/unit/pipeline/relay_buffer_test
  tests/unit/request/names_test tests/unit/request/query/target_test
  tests/integration/hostile_target_test tests/integration/oauth_crash_test tests/integration/oidc_sign_in_test
  tests/integration/streaming_test)

# sallyport_unity(file...): call it in the folder whose target compiles them.
function(sallyport_unity)
  foreach(file IN LISTS ARGN)
    string(REGEX REPLACE "^${PROJECT_SOURCE_DIR}/(.*)\\.cpp$" "\\1" name ${file})
    if(name IN_LIST SALLYPORT_ALONE)
      set_source_files_properties(${file} PROPERTIES SKIP_UNITY_BUILD_INCLUSION ON)
    endif()
  endforeach()
endfunction()

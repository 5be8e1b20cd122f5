find_package(Threads REQUIRED)
find_package(Boost 1.81 REQUIRED)
find_package(OpenSSL 3.0 REQUIRED)
find_package(nlohmann_json 3.11 REQUIRED)
find_package(spdlog REQUIRED)
find_package(SQLite3 3.40 REQUIRED)
find_package(yaml-cpp REQUIRED)
find_package(CLI11 REQUIRED)
find_package(ZLIB REQUIRED)
# Brotli brings no CMake package.
find_library(BROTLIDEC_LIBRARY brotlidec REQUIRED)
find_path(BROTLI_INCLUDE_DIR brotli/decode.h REQUIRED)
add_library(sallyport_brotli INTERFACE)
target_link_libraries(sallyport_brotli INTERFACE ${BROTLIDEC_LIBRARY})
target_include_directories(sallyport_brotli SYSTEM INTERFACE ${BROTLI_INCLUDE_DIR})
# It replaces malloc where it is linked; nothing of its interface is used.
find_library(MIMALLOC_LIBRARY mimalloc REQUIRED)
if(SALLYPORT_TESTS)
  find_package(GTest REQUIRED)
  include(GoogleTest)
endif()

# Asio and Beast are compiled once (src/async/asio.cpp, src/net/beast.cpp), not in every file that includes them.
add_library(sallyport_boost INTERFACE)
target_link_libraries(sallyport_boost INTERFACE Boost::headers Threads::Threads)
target_compile_definitions(sallyport_boost INTERFACE
  BOOST_ASIO_SEPARATE_COMPILATION BOOST_BEAST_SEPARATE_COMPILATION BOOST_ASIO_NO_DEPRECATED
  BOOST_ERROR_CODE_HEADER_ONLY
  # A call is a dozen coroutines deep: with Asio's two spare frames a thread most are allocated anew.
  BOOST_ASIO_RECYCLING_ALLOCATOR_CACHE_SIZE=16)

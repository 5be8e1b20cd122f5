add_library(sallyport_warnings INTERFACE)
target_compile_options(sallyport_warnings INTERFACE
  -Wall -Wextra -Wpedantic -Wshadow -Wnon-virtual-dtor -Woverloaded-virtual -Wcast-align -Wunused -Werror)
# GCC 12 reports std::string and std::variant internals of its own library at -O2.
if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
  target_compile_options(sallyport_warnings INTERFACE -Wno-maybe-uninitialized -Wno-restrict)
endif()
# GCC says at each use of Asio's fences that the thread sanitizer does not model them.
if(SALLYPORT_SANITIZE MATCHES "thread" AND CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
  target_compile_options(sallyport_warnings INTERFACE -Wno-tsan)
endif()

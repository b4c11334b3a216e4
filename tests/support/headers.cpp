// Nothing but what is precompiled for the suites (tests/CMakeLists.txt).

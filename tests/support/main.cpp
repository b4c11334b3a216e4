// The entry point of every Boost.Test program: one file, so that the suites stay plain lists of
// cases.
#define BOOST_TEST_MODULE tillbridge
#include <boost/test/unit_test.hpp>

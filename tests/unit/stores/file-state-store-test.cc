#include "stores/file-state-store.h"
#include <boost/test/unit_test.hpp>
#include <filesystem>
#include <fstream>
#include <sys/stat.h>
#include <thread>

using namespace eas;
namespace fs = std::filesystem;

namespace {

struct Directory {
    Directory()
    {
        std::string pattern = (fs::temp_directory_path() / "eas-state-XXXXXX").string();
        BOOST_REQUIRE(mkdtemp(pattern.data()));
        path = pattern;
    }
    ~Directory() { fs::remove_all(path); }
    fs::path path;
};

struct Fixture {
    Directory directory;
    FileStateStore store{directory.path / "below" / "state", true};
};

} // namespace

BOOST_FIXTURE_TEST_SUITE(file_state_store, Fixture)

BOOST_AUTO_TEST_CASE(a_value_is_read_back_as_it_was_set)
{
    BOOST_TEST(!*store.get("device/PHONE/info"));
    std::string value("line\n\0binary\xff", 13);
    BOOST_REQUIRE(store.set("device/PHONE/info", value));
    BOOST_TEST(**store.get("device/PHONE/info") == value);
    BOOST_REQUIRE(store.set("device/PHONE/info", ""));
    BOOST_TEST(**store.get("device/PHONE/info") == "");
    FileStateStore another(directory.path / "below" / "state", false);
    BOOST_TEST(**another.get("device/PHONE/info") == "");
}

BOOST_AUTO_TEST_CASE(nobody_else_can_read_it)
{
    BOOST_REQUIRE(store.set("device/PHONE/info", "secret"));
    struct stat status;
    BOOST_REQUIRE(stat((directory.path / "below/state/device/PHONE/info").c_str(), &status) == 0);
    BOOST_TEST((status.st_mode & 0777) == 0600u);
    BOOST_REQUIRE(stat((directory.path / "below/state").c_str(), &status) == 0);
    BOOST_TEST((status.st_mode & 0777) == 0700u);
}

BOOST_AUTO_TEST_CASE(what_a_killed_process_left_does_not_stay)
{
    BOOST_REQUIRE(store.set("device/PHONE/info", "1"));
    auto left = directory.path / "below/state/device/PHONE/info.tmp";
    std::ofstream(left) << "a longer value, half wri";
    BOOST_REQUIRE(store.set("device/PHONE/info", "2"));
    BOOST_TEST(**store.get("device/PHONE/info") == "2");
    BOOST_TEST(!fs::exists(left));
}

BOOST_AUTO_TEST_CASE(no_temporary_file_is_left)
{
    BOOST_REQUIRE(store.set("device/PHONE/info", "1"));
    BOOST_REQUIRE(store.set("device/PHONE/info", "2"));
    size_t files = 0;
    for ([[maybe_unused]] auto &entry : fs::directory_iterator(directory.path / "below/state/device/PHONE"))
        ++files;
    BOOST_TEST(files == 1u);
}

BOOST_AUTO_TEST_CASE(removing_takes_what_is_below_too)
{
    BOOST_REQUIRE(store.set("device/PHONE/info", "1"));
    BOOST_REQUIRE(store.set("device/OTHER/info", "2"));
    BOOST_REQUIRE(store.remove("device/PHONE"));
    BOOST_REQUIRE(store.remove("device/PHONE"));
    BOOST_TEST(!*store.get("device/PHONE/info"));
    BOOST_TEST(**store.get("device/OTHER/info") == "2");
}

BOOST_AUTO_TEST_CASE(what_is_below_a_key_is_listed)
{
    BOOST_TEST(store.list("device")->empty());
    BOOST_REQUIRE(store.set("device/PHONE/info", "1"));
    BOOST_REQUIRE(store.set("device/PHONE/collection/x", "1"));
    BOOST_REQUIRE(store.set("device/OTHER/info", "2"));
    std::ofstream(directory.path / "below/state/device/PHONE/info.tmp") << "half wri";
    auto const lock = store.lock("device/PHONE");
    BOOST_TEST(*store.list("device") == (std::vector<std::string>{"OTHER", "PHONE"}));
    BOOST_TEST(*store.list("device/PHONE") == (std::vector<std::string>{"collection", "info"}));
    BOOST_TEST(!store.list("../device"));
}

BOOST_AUTO_TEST_CASE(who_waited_for_a_device_that_was_removed_still_keeps_others_out)
{
    auto first = store.lock("device/PHONE");
    std::thread admin([&] {
        std::this_thread::sleep_for(std::chrono::milliseconds(50));
        (void)store.remove("device/PHONE");
        first->reset();
    });
    auto second = store.lock("device/PHONE");
    admin.join();
    BOOST_REQUIRE(second);
    BOOST_TEST(fs::exists(directory.path / "below/state/device/PHONE/lock"));
    bool released = false;
    std::thread other([&] {
        std::this_thread::sleep_for(std::chrono::milliseconds(50));
        released = true;
        second->reset();
    });
    auto third = store.lock("device/PHONE");
    BOOST_TEST(released);
    other.join();
}

BOOST_AUTO_TEST_CASE(keys_that_lead_elsewhere_are_refused)
{
    for (auto key : {"", "/etc/passwd", "../x", "device/../../x", "device//x", "device/", ".hidden", "a/.b",
                     "a b", "a\nb"}) {
        BOOST_TEST(!store.get(key), key);
        BOOST_TEST(!store.set(key, "x"), key);
        BOOST_TEST(!store.remove(key), key);
        BOOST_TEST(!store.lock(key), key);
    }
    BOOST_TEST(!store.set(std::string(201, 'a'), "x"));
}

BOOST_AUTO_TEST_CASE(a_second_request_of_a_device_waits_for_the_first)
{
    auto first = store.lock("device/PHONE");
    BOOST_REQUIRE(first);
    BOOST_TEST(!!store.lock("device/OTHER"));
    bool released = false;
    std::thread other([&] {
        std::this_thread::sleep_for(std::chrono::milliseconds(50));
        released = true;
        first->reset();
    });
    auto second = store.lock("device/PHONE");
    BOOST_TEST(!!second);
    BOOST_TEST(released);
    other.join();
}

BOOST_AUTO_TEST_SUITE_END()

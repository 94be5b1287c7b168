#include "fakes/memory-state-store.h"
#include "stores/mail-annotations.h"
#include <boost/test/unit_test.hpp>

using namespace eas;
using namespace eas::test;

BOOST_AUTO_TEST_SUITE(mail_annotations)

BOOST_AUTO_TEST_CASE(a_text_is_found_by_guid_until_it_is_removed)
{
    MemoryStateStore store;
    MailAnnotations annotations(store);
    BOOST_TEST(*annotations.empty());
    BOOST_REQUIRE(annotations.set("1234.M5 6.host", "due 100%\nat noon"));
    BOOST_REQUIRE(annotations.set("other", "x"));
    MailAnnotations others(store);
    BOOST_TEST(*others.find("1234.M5 6.host") == "due 100%\nat noon");
    BOOST_TEST(*others.find("unknown") == "");
    BOOST_REQUIRE(others.set("1234.M5 6.host", ""));
    BOOST_REQUIRE(others.set("other", ""));
    BOOST_TEST(*others.empty());
}

BOOST_AUTO_TEST_CASE(what_another_process_wrote_is_kept_and_seen_after_a_refresh)
{
    MemoryStateStore store;
    MailAnnotations one(store), two(store);
    BOOST_TEST(*one.empty());
    BOOST_REQUIRE(two.set("a", "1"));
    BOOST_TEST(*one.find("a") == "");
    BOOST_REQUIRE(one.set("b", "2"));
    BOOST_TEST(*one.find("a") == "1");
    two.refresh();
    BOOST_TEST(*two.find("b") == "2");
}

BOOST_AUTO_TEST_CASE(what_is_there_already_is_not_written)
{
    MemoryStateStore store;
    MailAnnotations annotations(store);
    BOOST_REQUIRE(annotations.set("a", "1"));
    BOOST_REQUIRE(annotations.set("a", "1"));
    BOOST_REQUIRE(annotations.set("b", ""));
    BOOST_TEST(store.writes == 1u);
}

BOOST_AUTO_TEST_CASE(the_oldest_make_room)
{
    MemoryStateStore store;
    MailAnnotations annotations(store);
    for (size_t n = 0; n <= MailAnnotations::most; ++n)
        BOOST_REQUIRE(annotations.set("guid" + std::to_string(n), "text"));
    BOOST_TEST(*annotations.find("guid0") == "");
    BOOST_TEST(*annotations.find("guid1") == "text");
}

BOOST_AUTO_TEST_CASE(those_of_a_reply_alone_go_first)
{
    MemoryStateStore store;
    MailAnnotations annotations(store);
    BOOST_REQUIRE(annotations.set("flag", "type x\nverb 1\n"));
    for (size_t n = 0; n < MailAnnotations::most; ++n)
        BOOST_REQUIRE(annotations.set("guid" + std::to_string(n), "verb 1\n"));
    BOOST_TEST(*annotations.find("flag") != "");
    BOOST_TEST(*annotations.find("guid0") == "");
}

BOOST_AUTO_TEST_CASE(too_long_a_text_and_a_full_disk_are_errors)
{
    MemoryStateStore store;
    MailAnnotations annotations(store);
    auto refused = annotations.set("a", std::string(MailAnnotations::longest_text + 1, 'x'));
    BOOST_REQUIRE(!refused);
    BOOST_CHECK(refused.error().kind == ErrorKind::too_large);
    store.failing = true;
    BOOST_CHECK(!annotations.set("a", "x"));
}

BOOST_AUTO_TEST_CASE(a_damaged_value_has_none)
{
    MemoryStateStore store;
    store.values["mail/annotations"] = "nonsense\nmessage a b\n";
    MailAnnotations annotations(store);
    BOOST_TEST(*annotations.find("a") == "");
    BOOST_REQUIRE(annotations.set("a", "1"));
    BOOST_TEST(*annotations.find("a") == "1");
}

BOOST_AUTO_TEST_SUITE_END()

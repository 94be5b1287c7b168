#include "fakes/command-fixture.h"
#include "services/item-stores.h"
#include "services/recipient-items.h"
#include <boost/test/unit_test.hpp>

using namespace eas;
using namespace eas::test;

BOOST_FIXTURE_TEST_SUITE(recipient_items, CommandFixture)

BOOST_AUTO_TEST_CASE(without_a_sent_folder_there_is_none)
{
    mail.add_folder("inbox", "INBOX", SpecialUse::inbox);
    Session session = session_of(v14_0);
    auto const store = open_item_store(session, ItemClass::recipients);
    BOOST_REQUIRE(store);
    BOOST_TEST((*store)->folders()->folders.empty());
    auto const opened = (*store)->open({ItemClass::recipients, "", ""});
    BOOST_TEST((!opened && opened.error().kind == ErrorKind::not_found));
    mail.add_folder("sent", "Sent", SpecialUse::sent);
    BOOST_TEST((*store)->folders()->folders.size() == 1U);
}

BOOST_AUTO_TEST_CASE(the_version_or_the_admin_may_do_without_it)
{
    mail.add_folder("sent", "Sent", SpecialUse::sent);
    Session old = session_of(v12_1), session = session_of(v14_0);
    BOOST_TEST(!open_item_store(old, ItemClass::recipients));
    BOOST_TEST(static_cast<bool>(open_item_store(session, ItemClass::recipients)));
    settings.recipient_cache_messages = 0;
    BOOST_TEST(!open_item_store(session, ItemClass::recipients));
}

BOOST_AUTO_TEST_CASE(only_the_latest_messages_count)
{
    auto &sent = mail.add_folder("sent", "Sent", SpecialUse::sent);
    for (auto const *to : {"old@example.org", "bert@example.org", "carl@example.org"}) {
        StoredMessage message;
        message.headers.to = to;
        sent.add(message);
    }
    settings.recipient_cache_messages = 2;
    Session session = session_of(v14_0);
    auto const opened = open_items(session, {ItemClass::recipients, "", ""});
    BOOST_REQUIRE(opened);
    auto const before = opened->folder->items();
    BOOST_REQUIRE(before);
    BOOST_REQUIRE(before->items.size() == 2U);
    auto const first = opened->folder->read(std::string(before->items.begin()->id), {});
    BOOST_REQUIRE(first);
    BOOST_TEST(std::get<Contact>(first->data).email1_address.value_or("") == "carl@example.org");
    BOOST_TEST(*opened->folder->version() == before->version);
    StoredMessage more;
    more.headers.to = "dora@example.org";
    sent.add(more);
    BOOST_TEST(*opened->folder->version() != before->version);
}

BOOST_AUTO_TEST_SUITE_END()

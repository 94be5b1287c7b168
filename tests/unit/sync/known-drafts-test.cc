#include "fakes/memory-mail-store.h"
#include "sync/known-drafts.h"
#include <boost/test/unit_test.hpp>

using namespace eas;
using namespace eas::test;

namespace {

/// UIDs 1 to 4; the client has changed what it knows as 2, which is 4 now.
struct KnownFolderFixture {
    MemoryMailStore store;
    StoredFolder &stored = store.add_folder("drafts", "Drafts", SpecialUse::drafts);
    std::unique_ptr<MailFolderHandle> folder;
    KnownDrafts drafts{{2, 4, {}}};
    KnownFolder known;

    KnownFolderFixture() : folder(filled()), known(*folder, drafts) {}
    std::unique_ptr<MailFolderHandle> filled()
    {
        for (int i = 0; i < 4; ++i)
            stored.add({});
        stored.expunge(2);
        return *store.open("drafts");
    }
};

} // namespace

BOOST_AUTO_TEST_SUITE(known_drafts)

BOOST_AUTO_TEST_CASE(a_draft_survives_being_stored)
{
    KnownDraft const draft{5, 12, {{"2", "1.2", ""}, {"0.12.1", "3", "client id %"}}};
    BOOST_TEST((parse_known_draft(serialize(draft)) == draft));
    BOOST_TEST((parse_known_draft(serialize({5, 5, {}})) == KnownDraft{5, 5, {}}));
    for (auto const *const broken : {"", "5", "x 5", "5 12 2", "5 12 2 3"})
        BOOST_TEST(!parse_known_draft(broken));
}

BOOST_AUTO_TEST_CASE(attachments_are_found_by_name_and_by_part)
{
    KnownDraft const draft{5, 12, {{"2", "1", ""}, {"0.12.1", "2", "c"}}};
    BOOST_TEST(draft.attachment("2")->part == "1");
    BOOST_TEST(!draft.attachment("1"));
    BOOST_TEST(draft.name_of("2") == "0.12.1");
    BOOST_TEST(draft.name_of("7") == "7");
}

BOOST_FIXTURE_TEST_CASE(the_client_sees_its_own_uids, KnownFolderFixture)
{
    BOOST_TEST(known.uids({})->to_string() == "1:3");
    auto const flags = *known.flags({1, 2, 3, 4});
    BOOST_TEST(flags.size() == 3u);
    BOOST_TEST(flags[1].uid == 2u);
    BOOST_TEST(bool(known.message(2)));
}

BOOST_FIXTURE_TEST_CASE(changes_are_of_the_messages_that_the_client_knows, KnownFolderFixture)
{
    ChangePoint const nothing_yet{stored.index_id, 0, 0};
    auto changes = known.changes_since(nothing_yet, {1, 2, 3});
    BOOST_TEST(changes->changed.to_string() == "1:3");
    BOOST_TEST(changes->expunged.to_string() == ""); // of UID 2 itself nothing is told
    BOOST_TEST(bool(known.expunge({2})));
    changes = known.changes_since(nothing_yet, {1, 2, 3});
    BOOST_TEST(changes->changed.to_string() == "1,3");
    BOOST_TEST(changes->expunged.to_string() == "2");
    BOOST_TEST(!stored.messages.contains(4));
}

BOOST_FIXTURE_TEST_CASE(operations_are_done_to_the_message_in_the_mailbox, KnownFolderFixture)
{
    FlagChange seen;
    seen.seen = true;
    BOOST_TEST(bool(known.set_flags(2, seen)));
    BOOST_TEST(stored.messages.at(4).flags.seen);
    auto &trash = store.add_folder("trash", "Trash", SpecialUse::trash);
    BOOST_TEST(bool(known.move(2, "trash")));
    BOOST_TEST(trash.messages.size() == 1u);
}

BOOST_AUTO_TEST_SUITE_END()

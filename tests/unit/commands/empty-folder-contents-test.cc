#include "commands/item-operations.h"
#include "fakes/command-fixture.h"
#include <boost/test/unit_test.hpp>

using namespace eas;
using namespace eas::test;

namespace {

struct EmptyFolderFixture : CommandFixture {
    StoredFolder &inbox = mail.add_folder("inbox", "INBOX", SpecialUse::inbox);
    StoredFolder &trash = mail.add_folder("trash", "Trash", SpecialUse::trash);

    EmptyFolderFixture()
    {
        mail.add_folder("old", "Old", SpecialUse::none, "trash");
        mail.add_folder("older", "Older", SpecialUse::none, "old");
        for (int i = 0; i < 3; ++i)
            trash.add({});
        inbox.add({});
    }
    std::string ask(std::string folder, bool with_subfolders)
    {
        std::vector<Node> content{{Tag::AirSync_CollectionId, std::move(folder)}};
        if (with_subfolders)
            content.push_back({Tag::ItemOperations_Options, {Node{Tag::ItemOperations_DeleteSubFolders}}});
        return run(run_item_operations,
                   {Tag::ItemOperations_ItemOperations,
                    {Node{Tag::ItemOperations_EmptyFolderContents, std::move(content)}}});
    }
};

std::string answered(int status, std::string const &folder)
{
    return "<ItemOperations><Status>1</Status><Response><EmptyFolderContents><Status>" +
           std::to_string(status) + "</Status><CollectionId>" + folder +
           "</CollectionId></EmptyFolderContents></Response></ItemOperations>";
}

} // namespace

BOOST_FIXTURE_TEST_SUITE(empty_folder_contents, EmptyFolderFixture)

BOOST_AUTO_TEST_CASE(all_messages_go_and_subfolders_stay)
{
    BOOST_TEST(ask("trash", false) == answered(1, "trash"));
    BOOST_TEST(trash.messages.empty());
    BOOST_TEST(inbox.messages.size() == 1u);
    BOOST_TEST(mail.find("older"));
    BOOST_TEST(log_note == "deleted=3");
}

BOOST_AUTO_TEST_CASE(an_empty_folder_can_be_emptied)
{
    trash.messages.clear();
    BOOST_TEST(ask("trash", false) == answered(1, "trash"));
}

BOOST_AUTO_TEST_CASE(subfolders_go_on_demand)
{
    BOOST_TEST(ask("trash", true) == answered(1, "trash"));
    BOOST_TEST(!mail.find("old"));
    BOOST_TEST(!mail.find("older"));
    BOOST_TEST(mail.find("inbox"));
}

BOOST_AUTO_TEST_CASE(special_folders_below_stay)
{
    mail.add_folder("sent", "Sent", SpecialUse::sent, "inbox");
    mail.add_folder("work", "Work", SpecialUse::none, "inbox");
    BOOST_TEST(ask("inbox", true) == answered(17, "inbox"));
    BOOST_TEST(inbox.messages.empty());
    BOOST_TEST(mail.find("sent"));
    BOOST_TEST(!mail.find("work"));
}

BOOST_AUTO_TEST_CASE(what_cannot_be_done_has_its_status)
{
    BOOST_TEST(ask("unknown", true) == answered(6, "unknown"));
    mail.folder_refusal = Error{ErrorKind::temporary, "disk"};
    BOOST_TEST(ask("trash", true) == answered(17, "trash"));
    BOOST_TEST(ask("trash", true) == answered(3, "trash")); // nothing is left that could be done
    mail.open_refusal = Error{ErrorKind::denied, "no"};
    BOOST_TEST(ask("trash", false) == answered(16, "trash"));
}

BOOST_AUTO_TEST_SUITE_END()

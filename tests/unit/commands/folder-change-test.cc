// FolderCreate, FolderDelete and FolderUpdate.
#include "commands/folder-create.h"
#include "commands/folder-delete.h"
#include "commands/folder-sync.h"
#include "commands/folder-update.h"
#include "fakes/command-fixture.h"
#include <boost/test/unit_test.hpp>

using namespace eas;
using namespace eas::test;

namespace {

std::string value_in(std::string const &xml, std::string const &name)
{
    auto start = xml.find("<" + name + ">");
    if (start == xml.npos)
        return "";
    start += name.size() + 2;
    return xml.substr(start, xml.find("</", start) - start);
}

Node server_id(std::string id)
{
    return {Tag::FolderHierarchy_ServerId, std::move(id)};
}
Node parent_id(std::string id)
{
    return {Tag::FolderHierarchy_ParentId, std::move(id)};
}
Node display_name(std::string name)
{
    return {Tag::FolderHierarchy_DisplayName, std::move(name)};
}
Node type(std::string number)
{
    return {Tag::FolderHierarchy_Type, std::move(number)};
}

struct FolderFixture : CommandFixture {
    std::string key; ///< the device's

    FolderFixture()
    {
        mail.add_folder("inbox", "INBOX", SpecialUse::inbox);
        mail.add_folder("trash", "Trash", SpecialUse::trash);
        mail.add_folder("junk", "Junk", SpecialUse::junk);
        mail.add_folder("a", "A");
        mail.add_folder("b", "B", SpecialUse::none, "a");
        mail.add_folder("c", "C", SpecialUse::none, "b");
        sync("0");
    }
    std::string sync(std::string with)
    {
        auto answer = run(run_folder_sync, {Tag::FolderHierarchy_FolderSync,
                                            {Node{Tag::FolderHierarchy_SyncKey, std::move(with)}}});
        key = value_in(answer, "SyncKey");
        return answer;
    }
    /// A request with the device's key in front; the answer's key is not taken over.
    std::string ask(CommandFunction command, Tag root, std::vector<Node> content)
    {
        content.insert(content.begin(), Node{Tag::FolderHierarchy_SyncKey, key});
        return run(command, {root, std::move(content)});
    }
    std::string create(std::vector<Node> content)
    {
        return ask(run_folder_create, Tag::FolderHierarchy_FolderCreate, std::move(content));
    }
    std::string create(std::string parent, std::string name)
    {
        return create({parent_id(std::move(parent)), display_name(std::move(name)), type("12")});
    }
    std::string remove(std::string id)
    {
        return ask(run_folder_delete, Tag::FolderHierarchy_FolderDelete, {server_id(std::move(id))});
    }
    std::string update(std::string id, std::string parent, std::string name)
    {
        return ask(run_folder_update, Tag::FolderHierarchy_FolderUpdate,
                   {server_id(std::move(id)), parent_id(std::move(parent)), display_name(std::move(name))});
    }
    /// What a FolderSync with the key of `answer` tells.
    std::string changes_after(std::string const &answer)
    {
        auto told = sync(value_in(answer, "SyncKey"));
        auto changes = told.substr(told.find("<Changes>"));
        return changes.substr(0, changes.find("</FolderSync>"));
    }
};

std::string const nothing = "<Changes><Count>0</Count></Changes>";

std::string refused(std::string const &command, int status)
{
    return "<" + command + "><Status>" + std::to_string(status) + "</Status></" + command + ">";
}

} // namespace

BOOST_FIXTURE_TEST_SUITE(folder_create, FolderFixture)

BOOST_AUTO_TEST_CASE(a_new_folder_is_answered_with_its_id_and_not_told_again)
{
    auto answer = create("a", "New");
    auto id = value_in(answer, "ServerId");
    BOOST_TEST(answer == "<FolderCreate><Status>1</Status><SyncKey>" + value_in(answer, "SyncKey") +
                             "</SyncKey><ServerId>" + id + "</ServerId></FolderCreate>");
    BOOST_TEST_REQUIRE(mail.find(id));
    BOOST_TEST(mail.find(id)->folder.parent_id == "a");
    BOOST_TEST(mail.find(id)->folder.name == "New");
    BOOST_TEST(value_in(answer, "SyncKey") != key);
    BOOST_TEST(changes_after(answer) == nothing);
}

BOOST_AUTO_TEST_CASE(zero_is_the_root)
{
    auto answer = create("0", "Top");
    BOOST_TEST(mail.find(value_in(answer, "ServerId"))->folder.parent_id == "");
    BOOST_TEST(changes_after(answer) == nothing);
}

BOOST_AUTO_TEST_CASE(a_generic_folder_becomes_a_mail_folder)
{
    auto answer = create({parent_id("0"), display_name("Any"), type("1")});
    BOOST_TEST(value_in(answer, "Status") == "1");
    BOOST_TEST(value_in(changes_after(answer), "Type") == "12");
}

BOOST_AUTO_TEST_CASE(what_else_changed_is_still_told)
{
    mail.add_folder("other", "Other");
    auto told = changes_after(create("0", "New"));
    BOOST_TEST(value_in(told, "Count") == "1");
    BOOST_TEST(value_in(told, "ServerId") == "other");
}

BOOST_AUTO_TEST_CASE(after_a_lost_answer_it_is_the_same_folder)
{
    auto before = mail.stored.size();
    auto first = create("0", "New");
    for (int times = 0; times < 3; ++times) {
        auto again = create("0", "New");
        BOOST_TEST(value_in(again, "Status") == "1");
        BOOST_TEST(value_in(again, "ServerId") == value_in(first, "ServerId"));
    }
    BOOST_TEST(mail.stored.size() == before + 1);
    BOOST_TEST(changes_after(create("0", "New")) == nothing);
}

BOOST_AUTO_TEST_CASE(once_the_answer_has_arrived_the_name_is_taken)
{
    key = value_in(create("0", "New"), "SyncKey");
    BOOST_TEST(create("0", "New") == refused("FolderCreate", 2));
}

BOOST_AUTO_TEST_CASE(a_name_that_was_taken_by_others_is_refused_with_the_previous_key_too)
{
    auto previous = key;
    mail.add_folder("other", "Other");
    sync(key);
    key = previous;
    BOOST_TEST(create("0", "Other") == refused("FolderCreate", 2));
}

BOOST_AUTO_TEST_CASE(statuses)
{
    BOOST_TEST(create("a", "B") == refused("FolderCreate", 2));
    BOOST_TEST(create("gone", "B") == refused("FolderCreate", 5));
    BOOST_TEST(create("", "B") == refused("FolderCreate", 5));
    BOOST_TEST(create("0", "") == refused("FolderCreate", 10));
    BOOST_TEST(create("0", std::string(257, 'x')) == refused("FolderCreate", 10));
    BOOST_TEST(create({display_name("x"), type("12")}) == refused("FolderCreate", 10));
    BOOST_TEST(create({parent_id("0"), type("12")}) == refused("FolderCreate", 10));
    BOOST_TEST(create({parent_id("0"), display_name("x")}) == refused("FolderCreate", 10));
    BOOST_TEST(log_note == "status=10 ParentId, DisplayName or Type is missing");
    for (auto unknown : {"4711", "0", "nonsense"}) {
        key = unknown;
        BOOST_TEST(create("0", "x") == refused("FolderCreate", 9));
    }
    key = "";
    BOOST_TEST(create("0", "x") == refused("FolderCreate", 10));
}

BOOST_AUTO_TEST_CASE(only_mail_folders_can_be_created)
{
    for (auto of_default_folder : {"0", "2", "8", "11", "18", "19"})
        BOOST_TEST(create({parent_id("0"), display_name("x"), type(of_default_folder)}) ==
                   refused("FolderCreate", 10));
    for (auto of_another_class : {"13", "14", "15", "16"})
        BOOST_TEST(create({parent_id("0"), display_name("x"), type(of_another_class)}) ==
                   refused("FolderCreate", 147));
    version = v12_1;
    BOOST_TEST(create({parent_id("0"), display_name("x"), type("13")}) == refused("FolderCreate", 10));
}

BOOST_AUTO_TEST_CASE(refusals_of_the_mailboxes)
{
    struct {
        ErrorKind kind;
        int status;
    } const rows[] = {{ErrorKind::exists, 2},    {ErrorKind::denied, 3},       {ErrorKind::not_found, 5},
                      {ErrorKind::temporary, 6}, {ErrorKind::bad_request, 10}, {ErrorKind::quota, 113}};
    for (auto &row : rows) {
        mail.folder_refusal = Error{row.kind, "why"};
        BOOST_TEST(create("0", "x") == refused("FolderCreate", row.status));
        BOOST_TEST(log_note == "status=" + std::to_string(row.status) + " why");
    }
    mail.folder_refusal = {};
    state.failing = true;
    BOOST_TEST(create("0", "y") == refused("FolderCreate", 6));
}

BOOST_AUTO_TEST_SUITE_END()

BOOST_FIXTURE_TEST_SUITE(folder_update, FolderFixture)

BOOST_AUTO_TEST_CASE(a_folder_is_renamed)
{
    auto answer = update("b", "a", "Renamed");
    BOOST_TEST(answer == "<FolderUpdate><Status>1</Status><SyncKey>" + value_in(answer, "SyncKey") +
                             "</SyncKey></FolderUpdate>");
    BOOST_TEST(mail.find("b")->folder.name == "Renamed");
    BOOST_TEST(changes_after(answer) == nothing);
}

BOOST_AUTO_TEST_CASE(a_folder_is_moved_and_what_is_below_comes_along)
{
    auto answer = update("b", "0", "B");
    BOOST_TEST(mail.find("b")->folder.parent_id == "");
    BOOST_TEST(mail.find("c")->folder.parent_id == "b");
    BOOST_TEST(changes_after(answer) == nothing);
}

BOOST_AUTO_TEST_CASE(after_a_lost_answer_it_is_not_moved_again)
{
    update("b", "0", "Renamed");
    auto again = update("b", "0", "Renamed");
    BOOST_TEST(value_in(again, "Status") == "1");
    BOOST_TEST(mail.moved_folders == 1u);
    BOOST_TEST(changes_after(again) == nothing);
}

BOOST_AUTO_TEST_CASE(statuses)
{
    mail.add_folder("d", "B");
    BOOST_TEST(update("inbox", "0", "x") == refused("FolderUpdate", 2));
    BOOST_TEST(update("inbox", "0", "INBOX") == refused("FolderUpdate", 2));
    BOOST_TEST(update("junk", "0", "x") == refused("FolderUpdate", 2));
    BOOST_TEST(update("b", "0", "B") == refused("FolderUpdate", 2));
    BOOST_TEST(update("gone", "0", "x") == refused("FolderUpdate", 4));
    BOOST_TEST(update("", "0", "x") == refused("FolderUpdate", 4));
    BOOST_TEST(update("b", "gone", "x") == refused("FolderUpdate", 5));
    BOOST_TEST(update("b", "", "x") == refused("FolderUpdate", 5));
    BOOST_TEST(update("b", "b", "x") == refused("FolderUpdate", 10));
    BOOST_TEST(update("a", "c", "x") == refused("FolderUpdate", 10));
    BOOST_TEST(update("b", "a", "") == refused("FolderUpdate", 10));
    auto ask_with = [&](std::vector<Node> content) {
        return ask(run_folder_update, Tag::FolderHierarchy_FolderUpdate, std::move(content));
    };
    BOOST_TEST(ask_with({parent_id("0"), display_name("x")}) == refused("FolderUpdate", 10));
    BOOST_TEST(ask_with({server_id("b"), display_name("x")}) == refused("FolderUpdate", 10));
    BOOST_TEST(ask_with({server_id("b"), parent_id("0")}) == refused("FolderUpdate", 10));
    BOOST_TEST(ask_with({server_id("b"), parent_id("0"), display_name("x"),
                         Node{Tag::FolderHierarchy_Status, "1"}}) == refused("FolderUpdate", 10));
    key = "4711";
    BOOST_TEST(update("b", "a", "x") == refused("FolderUpdate", 9));
    BOOST_TEST(mail.moved_folders == 0u);
}

BOOST_AUTO_TEST_CASE(refusals_of_the_mailboxes)
{
    struct {
        ErrorKind kind;
        int status;
    } const rows[] = {{ErrorKind::exists, 2},    {ErrorKind::denied, 2},       {ErrorKind::not_found, 4},
                      {ErrorKind::temporary, 6}, {ErrorKind::bad_request, 10}, {ErrorKind::quota, 6}};
    for (auto &row : rows) {
        mail.folder_refusal = Error{row.kind, "why"};
        BOOST_TEST(update("b", "a", "x") == refused("FolderUpdate", row.status));
    }
}

BOOST_AUTO_TEST_SUITE_END()

BOOST_FIXTURE_TEST_SUITE(folder_delete, FolderFixture)

BOOST_AUTO_TEST_CASE(a_folder_goes_with_all_below_it_and_their_states)
{
    for (auto id : {"a", "b", "c", "inbox"})
        (void)state.set(std::string("device/PHONE1/mail-") + id, "state");
    auto answer = remove("a");
    BOOST_TEST(answer == "<FolderDelete><Status>1</Status><SyncKey>" + value_in(answer, "SyncKey") +
                             "</SyncKey></FolderDelete>");
    for (auto id : {"a", "b", "c"}) {
        BOOST_TEST(!mail.find(id));
        BOOST_TEST(!state.values.contains(std::string("device/PHONE1/mail-") + id));
    }
    BOOST_TEST(state.values.contains("device/PHONE1/mail-inbox"));
    BOOST_TEST(changes_after(answer) == nothing);
}

BOOST_AUTO_TEST_CASE(after_a_lost_answer_it_is_still_a_success)
{
    remove("b");
    auto again = remove("b");
    BOOST_TEST(value_in(again, "Status") == "1");
    BOOST_TEST(changes_after(again) == nothing);
    BOOST_TEST(remove("b") == refused("FolderDelete", 4));
}

BOOST_AUTO_TEST_CASE(statuses)
{
    for (auto special : {"inbox", "trash", "junk"})
        BOOST_TEST(remove(special) == refused("FolderDelete", 3));
    mail.add_folder("sent", "Sent", SpecialUse::sent, "b");
    BOOST_TEST(remove("a") == refused("FolderDelete", 3));
    BOOST_TEST(remove("gone") == refused("FolderDelete", 4));
    BOOST_TEST(remove("") == refused("FolderDelete", 4));
    BOOST_TEST(remove("0") == refused("FolderDelete", 4));
    BOOST_TEST(ask(run_folder_delete, Tag::FolderHierarchy_FolderDelete, {}) == refused("FolderDelete", 10));
    key = "4711";
    BOOST_TEST(remove("c") == refused("FolderDelete", 9));
    BOOST_TEST(mail.find("c"));
}

BOOST_AUTO_TEST_CASE(refusals_of_the_mailboxes)
{
    struct {
        ErrorKind kind;
        int status;
    } const rows[] = {{ErrorKind::denied, 3}, {ErrorKind::not_found, 4}, {ErrorKind::temporary, 6}};
    for (auto &row : rows) {
        mail.folder_refusal = Error{row.kind, "why"};
        BOOST_TEST(remove("b") == refused("FolderDelete", row.status));
    }
}

BOOST_AUTO_TEST_SUITE_END()

// Which folders the store lists, and under which ids.
#include "compat/index.h"
#include "private-storage.h"
#include <algorithm>
#include <boost/test/unit_test.hpp>
#include <fstream>
#include <set>

namespace eas::test {

namespace {

std::vector<MailFolder> list(User &user)
{
    return value_of(user.store().folders());
}

MailFolder const *find(std::vector<MailFolder> const &folders, std::string const &name)
{
    auto at = std::find_if(folders.begin(), folders.end(), [&](auto &folder) { return folder.name == name; });
    return at == folders.end() ? nullptr : &*at;
}

MailFolder folder(std::vector<MailFolder> const &folders, std::string const &name)
{
    auto *found = find(folders, name);
    std::string names;
    for (auto const &each : folders)
        names += " [" + each.name + "]";
    if (!found)
        fail("no folder " + name + " among" + names);
    return *found;
}

char const *const formats[] = {"maildir", "sdbox", "mdbox"};

/// What a process leaves that was killed while it deleted the mailbox.
void delete_half(User &user, std::string const &name)
{
    auto *ns = mail_namespace_find_inbox(user.user()->namespaces);
    auto *box = mailbox_alloc(ns->list, name.c_str(), static_cast<enum mailbox_flags>(0));
    if (mailbox_mark_index_deleted(box, true) < 0)
        fail("the mailbox cannot be marked as deleted");
    mailbox_free(&box);
    user.reconnect();
}

/// As if all that was done to the mailboxes had been done a minute ago.
void let_a_minute_pass(User const &user)
{
    for (auto const &entry : std::filesystem::recursive_directory_iterator(user.mail_directory()))
        if (entry.is_regular_file())
            std::filesystem::last_write_time(entry, entry.last_write_time() - std::chrono::minutes(1));
}

} // namespace

BOOST_AUTO_TEST_SUITE(folders)

BOOST_AUTO_TEST_CASE(a_new_user_has_an_inbox_and_what_is_created_automatically)
{
    for (auto format : formats) {
        User user(format);
        auto folders = list(user);
        BOOST_TEST_REQUIRE(folders.size() == 2u);
        BOOST_TEST(folders[0].name == "INBOX");
        BOOST_CHECK(folders[0].special_use == SpecialUse::inbox);
        BOOST_TEST(folders[0].selectable);
        BOOST_TEST(folders[0].parent_id == "");
        BOOST_TEST(folders[0].id.size() == 22u);
        BOOST_TEST(folders[1].name == "Notizen");
        BOOST_TEST(value_of(user.store().status(folders[1].id)).messages == 0u);
    }
}

BOOST_AUTO_TEST_CASE(ids_are_stable_over_renames_and_processes)
{
    for (auto format : formats) {
        User user(format);
        user.doveadm({"mailbox", "create", "Project"});
        auto before = list(user);
        user.doveadm({"mailbox", "rename", "Project", "Projekt"});
        BOOST_TEST(folder(list(user), "Projekt").id == folder(before, "Project").id);
        user.reconnect();
        auto after = list(user);
        BOOST_TEST(folder(after, "Projekt").id == folder(before, "Project").id);
        BOOST_TEST(folder(after, "INBOX").id == folder(before, "INBOX").id);
    }
}

BOOST_AUTO_TEST_CASE(a_folder_is_found_by_its_id_after_another_process_renamed_it)
{
    User user("maildir");
    user.doveadm({"mailbox", "create", "Project"});
    auto id = user.folder("Project");
    user.doveadm({"mailbox", "rename", "Project", "Projekt"});
    user.doveadm({"mailbox", "create", "Project"});
    user.doveadm({"save", "-m", "Projekt"}, message_with_body("moved"));
    BOOST_TEST(value_of(user.store().open(id))->status().messages == 1u);
    BOOST_TEST(value_of(user.store().status(id)).messages == 1u);
}

BOOST_AUTO_TEST_CASE(a_deleted_folder_is_not_found)
{
    User user("sdbox");
    user.doveadm({"mailbox", "create", "Gone"});
    auto id = user.folder("Gone");
    user.doveadm({"mailbox", "delete", "Gone"});
    auto opened = user.store().open(id);
    BOOST_TEST_REQUIRE(!opened);
    BOOST_CHECK(opened.error().kind == ErrorKind::not_found);
}

BOOST_AUTO_TEST_CASE(a_folder_whose_deletion_was_interrupted_is_there_but_not_now)
{
    for (auto format : formats) {
        User user(format);
        user.doveadm({"mailbox", "create", "Half"});
        auto id = user.folder("Half");
        delete_half(user, "Half");
        BOOST_TEST(find(list(user), "Half") != nullptr);
        auto opened = user.store().open(id);
        BOOST_TEST_REQUIRE(!opened);
        BOOST_CHECK(opened.error().kind == ErrorKind::temporary);
        let_a_minute_pass(user);
        user.reconnect();
        BOOST_TEST(value_of(user.store().open(id))->status().messages == 0u);
    }
}

BOOST_AUTO_TEST_CASE(an_interrupted_deletion_can_be_repeated)
{
    for (auto format : formats) {
        User user(format);
        user.doveadm({"mailbox", "create", "Half"});
        auto id = user.folder("Half");
        delete_half(user, "Half");
        value_of(user.store().delete_folder(id));
        BOOST_TEST(find(list(user), "Half") == nullptr);
    }
}

BOOST_AUTO_TEST_CASE(parents_come_before_children_and_containers_are_not_selectable)
{
    for (auto format : formats) {
        User user(format);
        user.doveadm({"mailbox", "create", "Clients/Acme/Invoices"});
        user.doveadm({"mailbox", "create", "INBOX/Lists"});
        auto folders = list(user);
        auto clients = folder(folders, "Clients"), acme = folder(folders, "Acme"),
             invoices = folder(folders, "Invoices");
        BOOST_TEST(!clients.selectable);
        BOOST_TEST(clients.id.size() == 22u);
        BOOST_TEST(acme.parent_id == clients.id);
        BOOST_TEST(invoices.parent_id == acme.id);
        BOOST_TEST(invoices.selectable);
        BOOST_TEST(folder(folders, "Lists").parent_id == folder(folders, "INBOX").id);
        std::set<FolderId> seen{""};
        for (auto const &each : folders) {
            BOOST_TEST(seen.contains(each.parent_id), each.name);
            BOOST_TEST(seen.insert(each.id).second, each.name);
        }
        user.reconnect();
        BOOST_TEST(folder(list(user), "Clients").id == clients.id);
    }
}

BOOST_AUTO_TEST_CASE(names_are_utf8)
{
    for (auto format : formats) {
        User user(format);
        for (std::string name : {"Entwürfe & mehr", "日本語", "😀", "a\"b\\c", "100%"}) {
            user.doveadm({"mailbox", "create", name});
            BOOST_TEST(folder(list(user), name).selectable);
        }
    }
}

BOOST_AUTO_TEST_CASE(a_broken_name_on_disk_breaks_nothing)
{
    User user("maildir");
    list(user);
    for (auto name : {".Br\xFFken", ".&broken", ".Fine"})
        for (auto part : {"cur", "new", "tmp"})
            std::filesystem::create_directories(user.mail_directory() / name / part);
    user.reconnect();
    BOOST_TEST(folder(list(user), "Fine").selectable);
}

BOOST_AUTO_TEST_CASE(special_uses_come_from_the_configuration_then_from_usual_names)
{
    User user("maildir");
    for (auto name : {"Sent", "Gesendet", "Drafts", "Deleted Items", "Trash", "Spam", "Work", "Work/Drafts"})
        user.doveadm({"mailbox", "create", name});
    auto folders = list(user);
    BOOST_CHECK(folder(folders, "Gesendet").special_use == SpecialUse::sent);
    BOOST_CHECK(folder(folders, "Sent").special_use == SpecialUse::none);
    BOOST_CHECK(folder(folders, "Trash").special_use == SpecialUse::trash);
    BOOST_CHECK(folder(folders, "Deleted Items").special_use == SpecialUse::none);
    BOOST_CHECK(folder(folders, "Spam").special_use == SpecialUse::junk);
    auto drafts = std::count_if(folders.begin(), folders.end(),
                                [](auto &each) { return each.special_use == SpecialUse::drafts; });
    BOOST_TEST(drafts == 1);
    BOOST_TEST(value_of(user.store().special_folder(SpecialUse::sent)) == folder(folders, "Gesendet").id);
}

BOOST_AUTO_TEST_CASE(a_missing_special_folder_is_created_under_its_configured_or_usual_name)
{
    for (auto format : formats) {
        User user(format);
        auto sent = value_of(user.store().special_folder(SpecialUse::sent));
        auto trash = value_of(user.store().special_folder(SpecialUse::trash));
        auto folders = list(user);
        BOOST_TEST(folder(folders, "Gesendet").id == sent);
        BOOST_TEST(folder(folders, "Trash").id == trash);
        BOOST_TEST(user.doveadm({"mailbox", "list", "-s"}) == "Gesendet\nTrash\n");
    }
}

BOOST_AUTO_TEST_CASE(another_name_of_a_mailbox_is_listed_once)
{
    User user("maildir");
    user.doveadm({"mailbox", "create", "Real"});
    list(user);
    std::filesystem::create_directory_symlink(".Real", user.mail_directory() / ".Alias");
    user.reconnect();
    auto folders = list(user);
    BOOST_TEST((find(folders, "Real") != nullptr) != (find(folders, "Alias") != nullptr));
}

BOOST_AUTO_TEST_CASE(public_mailboxes_are_listed_by_their_rights)
{
    User user("sdbox");
    auto public_directory = root_directory() / "public" / user.name();
    auto make = [&](std::string const &name, std::string const &rights) {
        for (auto part : {"cur", "new", "tmp"})
            std::filesystem::create_directories(public_directory / name / part);
        std::ofstream(public_directory / name / "dovecot-acl") << rights;
    };
    make(".News", "anyone lr\n");
    make(".Secret", "owner lr\n");
    make(".Shown", "anyone l\n");
    auto folders = list(user);
    auto news = folder(folders, "News");
    BOOST_TEST(news.selectable);
    BOOST_TEST(news.parent_id == folder(folders, "Public").id);
    BOOST_TEST(!folder(folders, "Public").selectable);
    BOOST_TEST(!folder(folders, "Shown").selectable);
    BOOST_TEST(!find(folders, "Secret"));
    auto saved = user.store().save(news.id, Content(message_with_body("no")), {});
    BOOST_TEST_REQUIRE(!saved);
    BOOST_CHECK(saved.error().kind == ErrorKind::denied);
}

BOOST_AUTO_TEST_CASE(hidden_namespaces_are_left_out)
{
    User user("maildir");
    user.doveadm({"mailbox", "create", "Hidden/Box"});
    auto folders = list(user);
    BOOST_TEST(!find(folders, "Hidden"));
    BOOST_TEST(!find(folders, "Box"));
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace eas::test

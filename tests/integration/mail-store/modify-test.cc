// Changing mailboxes: flags, expunges, moves, new messages.
#include "private-storage.h"
#include <boost/test/unit_test.hpp>
#include <fcntl.h>
#include <fstream>
#include <sys/stat.h>

namespace eas::test {

namespace {

char const *const formats[] = {"maildir", "sdbox", "mdbox"};

MailFlags flags_of(User &user, Uid uid)
{
    return value_of(user.open("INBOX")->flags({uid})).at(0).flags;
}

/// A message received at another time than now.
void deliver_at(User &user, time_t received, std::string const &subject)
{
    auto source = user.home() / ("import-" + subject);
    for (auto part : {"cur", "new", "tmp"})
        std::filesystem::create_directories(source / part);
    auto file = source / "cur" / "1.x.y:2,";
    std::ofstream(file) << message_with_body(subject);
    struct timespec const times[] = {{received, 0}, {received, 0}};
    utimensat(AT_FDCWD, file.c_str(), times, 0);
    user.doveadm({"import", "maildir:" + source.string(), "", "all"});
}

} // namespace

BOOST_AUTO_TEST_SUITE(modify)

BOOST_AUTO_TEST_CASE(a_saved_message_has_its_uid_flags_and_bytes)
{
    for (auto format : formats) {
        User user(format);
        auto lines = "Subject: x\nTo: y@z\n\nbody\n";
        auto first = user.save("INBOX", lines,
                               {.seen = true,
                                .flagged = true,
                                .answered = true,
                                .forwarded = true,
                                .draft = true,
                                .deleted = true});
        auto second = user.save("INBOX", message_with_body("y"));
        BOOST_TEST(first == 1u);
        BOOST_TEST(second == 2u);
        auto flags = flags_of(user, first);
        BOOST_TEST((flags == MailFlags{true, true, true, true, true, true}));
        BOOST_TEST((flags_of(user, second) == MailFlags{}));
        auto folder = user.open("INBOX");
        auto message = value_of(folder->message(first));
        BOOST_TEST(bytes_of(value_of(message->raw(""))) == "Subject: x\r\nTo: y@z\r\n\r\nbody\r\n");
        BOOST_TEST(std::abs(value_of(message->received()).seconds() - time(nullptr)) < 60);
    }
}

BOOST_AUTO_TEST_CASE(a_message_that_cannot_be_read_is_not_saved)
{
    class Broken final : public ContentSource {
    public:
        Result<void> copy_to(Sink &sink) const override
        {
            (void)sink.write("Subject: half\r\n");
            return Error{ErrorKind::temporary, "the connection was lost"};
        }
    };
    User user("maildir");
    auto saved = user.store().save(user.folder("INBOX"), Content(std::make_shared<Broken const>()), {});
    BOOST_TEST_REQUIRE(!saved);
    BOOST_TEST(saved.error().message == "the connection was lost");
    BOOST_TEST(user.open("INBOX")->status().messages == 0u);
}

BOOST_AUTO_TEST_CASE(flags_are_set_and_cleared_one_by_one)
{
    for (auto format : formats) {
        User user(format);
        auto uid = user.save("INBOX", message_with_body("x"));
        auto folder = user.open("INBOX");
        value_of(folder->set_flags(uid, {true, true, {}, true}));
        auto flags = value_of(folder->flags({uid})).at(0).flags;
        BOOST_TEST((flags == MailFlags{.seen = true, .flagged = true, .forwarded = true}));
        value_of(folder->set_flags(uid, {{}, false, true, false}));
        flags = value_of(folder->flags({uid})).at(0).flags;
        BOOST_TEST((flags == MailFlags{.seen = true, .answered = true}));
        BOOST_TEST((flags_of(user, uid) == flags));
        BOOST_TEST(
            user.doveadm({"-f", "flow", "fetch", "flags", "mailbox", "INBOX"}).find("\\Answered \\Seen") !=
            std::string::npos);
        auto missing = folder->set_flags(99, {true, {}, {}, {}});
        BOOST_TEST_REQUIRE(!missing);
        BOOST_CHECK(missing.error().kind == ErrorKind::not_found);
        BOOST_TEST(missing.error().message == "mailbox INBOX has no message with UID 99");
    }
}

BOOST_AUTO_TEST_CASE(keywords_are_added_and_removed_one_by_one)
{
    for (auto format : formats) {
        User user(format);
        auto uid = user.save("INBOX", message_with_body("x"), {.forwarded = true, .keywords = {"b", "A"}});
        auto folder = user.open("INBOX");
        auto flags = value_of(folder->flags({uid})).at(0).flags;
        BOOST_TEST((flags == MailFlags{.forwarded = true, .keywords = {"A", "b"}}));
        value_of(folder->set_flags(uid, {.add_keywords = {"c", "B"}, .remove_keywords = {"a", "never"}}));
        BOOST_TEST((flags_of(user, uid) == MailFlags{.forwarded = true, .keywords = {"b", "c"}}));
        auto refused = folder->set_flags(uid, {.add_keywords = {"two words"}});
        BOOST_TEST_REQUIRE(!refused);
        BOOST_CHECK(refused.error().kind == ErrorKind::bad_request);
        BOOST_TEST(user.doveadm({"fetch", "flags", "mailbox", "INBOX"}).find("never") == std::string::npos);
    }
}

/// More than a Maildir file name has letters for.
BOOST_AUTO_TEST_CASE(forty_keywords_are_kept)
{
    for (auto format : formats) {
        User user(format);
        auto uid = user.save("INBOX", message_with_body("x"));
        std::vector<std::string> keywords;
        for (int n = 10; n < 50; ++n)
            keywords.push_back("category" + std::to_string(n));
        value_of(user.open("INBOX")->set_flags(uid, {.add_keywords = keywords}));
        user.reconnect();
        BOOST_TEST((flags_of(user, uid).keywords == keywords), format);
    }
}

BOOST_AUTO_TEST_CASE(an_annotation_follows_its_message)
{
    for (auto format : formats) {
        User user(format);
        auto uid = user.save("INBOX", message_with_body("x"), {.flagged = true});
        auto target = value_of(user.store().create_folder("", "Other"));
        auto folder = user.open("INBOX");
        auto before = folder->status().point;
        value_of(folder->set_flags(uid, {.annotation = "due tomorrow\n"}));
        BOOST_TEST((value_of(folder->changes_since(before, {})).changed == UidSet{uid}), format);
        before = folder->status().point;
        value_of(folder->set_flags(uid, {.annotation = "due tomorrow\n"}));
        BOOST_TEST((folder->status().point == before), format);
        BOOST_TEST(flags_of(user, uid).annotation == "due tomorrow\n");

        auto moved = value_of(folder->move(uid, target));
        folder = value_of(user.store().open(target));
        BOOST_TEST(value_of(folder->flags({moved})).at(0).flags.annotation == "due tomorrow\n", format);
        user.doveadm({"move", "INBOX", "mailbox", "Other", "all"});
        folder = user.open("INBOX");
        auto back = value_of(folder->uids({})).highest();
        BOOST_TEST(flags_of(user, back).annotation == "due tomorrow\n", format);
        folder.reset();
        user.doveadm({"force-resync", "INBOX"});
        user.reconnect();
        folder = user.open("INBOX");
        back = value_of(folder->uids({})).highest();
        BOOST_TEST(flags_of(user, back).annotation == "due tomorrow\n", format);
        value_of(folder->set_flags(back, {.flagged = false}));
        BOOST_TEST(flags_of(user, back).annotation == "", format);
    }
}

BOOST_AUTO_TEST_CASE(a_message_is_saved_with_its_annotation)
{
    for (auto format : formats) {
        User user(format);
        auto uid = user.save("INBOX", message_with_body("x"), {.flagged = true, .annotation = "due"});
        BOOST_TEST((flags_of(user, uid) == MailFlags{.flagged = true, .annotation = "due"}), format);
    }
}

BOOST_AUTO_TEST_CASE(flags_can_change_while_a_message_is_held)
{
    User user("maildir");
    auto uid = user.save("INBOX", message_with_body("x"));
    auto folder = user.open("INBOX");
    auto message = value_of(folder->message(uid));
    value_of(folder->set_flags(uid, {true, {}, {}, {}}));
    value_of(folder->expunge({uid}));
    BOOST_TEST(value_of(message->headers()).subject == "x");
    message.reset();
    BOOST_TEST(value_of(folder->uids({})).empty());
}

BOOST_AUTO_TEST_CASE(contents_outlive_message_and_folder)
{
    User user("mdbox");
    auto uid = user.save("INBOX", message_with_body("x", std::string(100000, 'a') + "\r\n"));
    auto folder = user.open("INBOX");
    auto content = value_of(value_of(folder->message(uid))->part(""));
    BOOST_TEST(!content.text());
    folder.reset();
    BOOST_TEST(bytes_of(content).size() == 100002u); // lines end with CRLF however they are stored
    BOOST_TEST(bytes_of(content).size() == 100002u);
}

BOOST_AUTO_TEST_CASE(expunged_messages_are_gone_for_everybody)
{
    for (auto format : formats) {
        User user(format);
        for (int i = 0; i < 4; ++i)
            user.save("INBOX", message_with_body("x"));
        auto folder = user.open("INBOX");
        value_of(folder->expunge({2, 3, 77}));
        BOOST_TEST(value_of(folder->uids({})).to_string() == "1,4");
        BOOST_TEST(folder->status().messages == 2u);
        BOOST_TEST(user.doveadm({"-f", "flow", "fetch", "uid", "mailbox", "INBOX"}) == "uid=1\nuid=4\n");
    }
}

BOOST_AUTO_TEST_CASE(a_moved_message_keeps_its_flags_and_date_and_tells_its_new_uid)
{
    for (auto format : formats) {
        User user(format);
        user.doveadm({"mailbox", "create", "Target"});
        user.save("Target", message_with_body("first"));
        deliver_at(user, 999999999, "old");
        auto folder = user.open("INBOX");
        value_of(folder->set_flags(1, {true, true, {}, true}));
        auto received = value_of(value_of(folder->message(1))->received());
        auto uid = value_of(folder->move(1, user.folder("Target")));
        BOOST_TEST(uid == 2u);
        BOOST_TEST(value_of(folder->uids({})).empty());
        auto target = user.open("Target");
        auto message = value_of(target->message(uid));
        BOOST_TEST(value_of(message->headers()).subject == "old");
        BOOST_TEST(
            (value_of(message->flags()) == MailFlags{.seen = true, .flagged = true, .forwarded = true}));
        BOOST_TEST(value_of(message->received()).seconds() == received.seconds());
        BOOST_TEST(received.seconds() == 999999999);
        auto missing = folder->move(1, user.folder("Target"));
        BOOST_TEST_REQUIRE(!missing);
        BOOST_CHECK(missing.error().kind == ErrorKind::not_found);
    }
}

BOOST_AUTO_TEST_CASE(messages_are_moved_together_or_not_at_all)
{
    for (auto format : formats) {
        User user(format);
        user.doveadm({"mailbox", "create", "Target"});
        user.save("Target", message_with_body("first"));
        for (auto subject : {"one", "two", "three", "four"})
            user.save("INBOX", message_with_body(subject));
        auto folder = user.open("INBOX");
        BOOST_TEST(!folder->move_all({1, 2, 9}, user.folder("Target")), format);
        BOOST_TEST(value_of(folder->uids({})).to_string() == "1:4", format);
        BOOST_TEST(user.open("Target")->status().messages == 1u, format);

        auto const moved = value_of(folder->move_all({1, 2, 4}, user.folder("Target")));
        BOOST_TEST_REQUIRE(moved.size() == 3u, format);
        BOOST_TEST(value_of(folder->uids({})).to_string() == "3", format);
        auto target = user.open("Target");
        auto const subject = [&](size_t index) {
            return value_of(value_of(target->message(moved[index].uid_there))->headers()).subject;
        };
        BOOST_TEST(subject(0) == "one", format);
        BOOST_TEST(subject(1) == "two", format);
        BOOST_TEST((moved[2].uid == 4u && subject(2) == "four"), format);
        BOOST_TEST(value_of(folder->move_all({}, user.folder("Target"))).empty(), format);
    }
}

BOOST_AUTO_TEST_CASE(moving_to_a_folder_that_is_gone_changes_nothing)
{
    User user("sdbox");
    user.save("INBOX", message_with_body("x"));
    auto folder = user.open("INBOX");
    auto moved = folder->move(1, "AAAAAAAAAAAAAAAAAAAAAA");
    BOOST_TEST_REQUIRE(!moved);
    BOOST_CHECK(moved.error().kind == ErrorKind::not_found);
    BOOST_TEST(value_of(folder->uids({})).to_string() == "1");
}

BOOST_AUTO_TEST_CASE(messages_are_selected_by_the_instant_of_their_receipt)
{
    for (auto format : formats) {
        User user(format);
        deliver_at(user, 1700000000, "middle");
        deliver_at(user, 1600000000, "oldest");
        deliver_at(user, 1700000001, "newest");
        user.save("INBOX", message_with_body("now"));
        auto folder = user.open("INBOX");
        BOOST_TEST(value_of(folder->uids(Instant::from_seconds(1700000000))).to_string() == "1,3:4");
        BOOST_TEST(value_of(folder->uids(Instant::from_seconds(1700000001))).to_string() == "3:4");
        BOOST_TEST(value_of(folder->uids(Instant::from_seconds(time(nullptr) - 3600))).to_string() == "4");
        BOOST_TEST(value_of(folder->uids(Instant::from_seconds(time(nullptr) + 3600))).to_string() == "");
        BOOST_TEST(value_of(folder->oldest_received({1, 3})).value().seconds() == 1700000000);
        BOOST_TEST(!value_of(folder->oldest_received({9})));
    }
}

BOOST_AUTO_TEST_CASE(rights_that_do_not_suffice_are_told)
{
    User user("sdbox");
    auto directory = root_directory() / "public" / user.name() / ".News";
    for (auto part : {"cur", "new", "tmp"})
        std::filesystem::create_directories(directory / part);
    std::ofstream(directory / "cur" / "1.x.y:2,") << message_with_body("news");
    std::ofstream(directory / "dovecot-acl") << "anyone lrs\n";
    auto folder = user.open("News");
    value_of(folder->set_flags(1, {true, {}, {}, {}}));
    BOOST_TEST(value_of(folder->flags({1})).at(0).flags.seen);
    auto denied = [](auto const &result) { return !result && result.error().kind == ErrorKind::denied; };
    BOOST_TEST(denied(folder->set_flags(1, {{}, true, {}, {}})));
    BOOST_TEST(denied(folder->set_flags(1, {{}, {}, {}, true})));
    BOOST_TEST(denied(folder->expunge({1})));
    BOOST_TEST(denied(folder->move(1, user.folder("INBOX"))));
    BOOST_TEST(value_of(user.open("News")->uids({})).to_string() == "1");
    BOOST_TEST(user.open("INBOX")->status().messages == 0u);
}

BOOST_AUTO_TEST_CASE(an_exceeded_quota_is_told)
{
    User user("maildir", {"mail_plugins=acl quota", "plugin/quota=count:User quota",
                          "plugin/quota_vsizes=yes", "plugin/quota_rule=*:storage=1K",
                          "quota=count:User quota", "quota_vsizes=yes", "quota_rule=*:storage=1K"});
    auto saved =
        user.store().save(user.folder("INBOX"), Content(message_with_body("x", std::string(5000, 'x'))), {});
    BOOST_TEST_REQUIRE(!saved);
    BOOST_CHECK(saved.error().kind == ErrorKind::quota);
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace eas::test

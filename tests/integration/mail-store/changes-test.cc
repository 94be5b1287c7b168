// No change of a mailbox may be missed: random operations by other processes, then what changes_since()
// tells is applied to what was known before, and the result compared with the mailbox.
#include "private-storage.h"
#include <boost/test/unit_test.hpp>
#include <chrono>
#include <ctime>
#include <fstream>
#include <map>
#include <random>
#include <thread>

namespace eas::test {

namespace {

char const *const formats[] = {"maildir", "sdbox", "mdbox"};

/// What a device was told of a mailbox.
class Replica {
public:
    explicit Replica(User &user) : m_user(user) { take(); }

    /// Everything anew.
    void take()
    {
        auto folder = m_user.open("INBOX");
        m_point = folder->status().point;
        m_flags = flags_of(*folder, value_of(folder->uids({})));
    }
    /// By what changed; the test fails if it is then not what the mailbox is.
    void update(std::string const &after)
    {
        auto folder = m_user.open("INBOX");
        UidSet known;
        for (auto const &[uid, flags] : m_flags)
            known.add(uid);
        auto changes = value_of(folder->changes_since(m_point, known));
        auto all = value_of(folder->uids({}));
        expunges_were_known = changes.expunges_known;
        auto expunged = changes.expunges_known ? changes.expunged : known.without(all);
        for (auto range : expunged.ranges())
            for (Uid uid = range.first; uid <= range.last; ++uid)
                m_flags.erase(uid);
        for (auto const &[uid, flags] : flags_of(*folder, changes.changed))
            m_flags[uid] = flags;
        m_point = changes.point;
        BOOST_CHECK(m_point == folder->status().point);
        BOOST_TEST((m_flags == flags_of(*folder, all)), "the replica differs after " << after);
        changed = changes.changed;
        auto status = value_of(m_user.store().status(m_user.folder("INBOX")));
        BOOST_CHECK(status == folder->status());
    }

    UidSet changed;
    bool expunges_were_known = true;
    ChangePoint m_point;

private:
    static std::map<Uid, MailFlags> flags_of(MailFolderHandle &folder, UidSet const &uids)
    {
        std::map<Uid, MailFlags> result;
        for (auto const &entry : value_of(folder.flags(uids)))
            result[entry.uid] = entry.flags;
        return result;
    }

    User &m_user;
    std::map<Uid, MailFlags> m_flags;
};

void deliver_by_foreign_program(User &user)
{
    static int number;
    auto name = "1600000000.M" + std::to_string(++number) + ".other-host";
    auto temporary = user.mail_directory() / "tmp" / name;
    std::ofstream(temporary) << message_with_body("foreign");
    std::filesystem::rename(temporary, user.mail_directory() / "new" / name);
}

void rename_by_foreign_program(User &user, std::string const &flags)
{
    for (auto const &entry : std::filesystem::directory_iterator(user.mail_directory() / "cur")) {
        auto name = entry.path().filename().string();
        std::filesystem::rename(entry.path(), entry.path().parent_path() /
                                                  (name.substr(0, name.find(':')) + ":2," + flags));
        return;
    }
}

std::string one_operation(User &user, std::mt19937 &random)
{
    static char const *const flags[] = {"\\Seen",    "\\Flagged",  "\\Answered",
                                        "\\Deleted", "$Forwarded", "Other"};
    std::string flag = flags[random() % std::size(flags)];
    std::string sequence = std::to_string(1 + random() % 5);
    bool maildir = user.name().ends_with("maildir");
    switch (random() % (maildir ? 9 : 7)) {
    case 0:
    case 1:
        user.doveadm({"save", "-m", "INBOX"}, message_with_body("new"));
        return "save";
    case 2:
        user.doveadm({"flags", "add", flag, "mailbox", "INBOX", sequence});
        return "adding " + flag;
    case 3:
        user.doveadm({"flags", "remove", flag, "mailbox", "INBOX", "1:3"});
        return "removing " + flag;
    case 4:
        user.doveadm({"flags", "replace", flag, "mailbox", "INBOX", sequence});
        return "replacing by " + flag;
    case 5:
        user.doveadm({"expunge", "mailbox", "INBOX", sequence});
        return "expunge";
    case 6:
        user.doveadm({"copy", "INBOX", "mailbox", "INBOX", "1"});
        return "copy";
    case 7:
        deliver_by_foreign_program(user);
        return "foreign delivery";
    default:
        rename_by_foreign_program(user, random() % 2 ? "S" : "F");
        return "foreign rename";
    }
}

void save_some(User &user, int count)
{
    for (int i = 0; i < count; ++i)
        user.save("INBOX", message_with_body("message " + std::to_string(i)));
}

} // namespace

BOOST_AUTO_TEST_SUITE(changes)

BOOST_AUTO_TEST_CASE(no_random_change_is_missed)
{
    std::mt19937 random(20261122);
    for (auto format : formats) {
        User user(format, {"mailbox_list_index_include_inbox=yes"}); // INBOX too by the index
        save_some(user, 5);
        Replica replica(user);
        for (int round = 0; round < 40; ++round) {
            std::string operations;
            for (auto count = random() % 3; count-- > 0;)
                operations += one_operation(user, random) + ", ";
            replica.update(operations + format);
            if (random() % 5 == 0)
                user.reconnect();
        }
    }
}

BOOST_AUTO_TEST_CASE(no_random_change_is_missed_when_the_log_is_rotated_at_once)
{
    std::mt19937 random(2319);
    for (auto format : formats) {
        User user(format, {"mail_index_log_rotate_min_size=1k", "mail_index_log_rotate_max_size=1k",
                           "mail_index_log_rotate_min_age=0", "mail_index_log2_max_age=0",
                           "mail_index_rewrite_min_log_bytes=0", "mail_index_rewrite_max_log_bytes=0"});
        save_some(user, 5);
        Replica replica(user);
        bool log_was_lost = false;
        for (int round = 0; round < 12; ++round) {
            for (int i = 0; i < 12; ++i) {
                auto folder = user.open("INBOX");
                auto uids = value_of(folder->uids({})).newest(2);
                value_of(folder->set_flags(uids.at(0), {i % 2 == 0, i % 3 == 0, {}, {}}));
                value_of(user.store().save(user.folder("INBOX"), Content(message_with_body("more")), {}));
                value_of(folder->expunge({uids.at(1)}));
            }
            auto done = one_operation(user, random);
            replica.update("rotation and " + done + ", " + format);
            log_was_lost |= !replica.expunges_were_known;
        }
        BOOST_TEST_MESSAGE(format << ": the log was " << (log_was_lost ? "" : "not ") << "lost");
    }
}

BOOST_AUTO_TEST_CASE(no_change_is_missed_over_a_rebuild_of_the_index)
{
    std::mt19937 random(4);
    for (auto format : formats) {
        User user(format);
        save_some(user, 6);
        Replica replica(user);
        for (int round = 0; round < 4; ++round) {
            auto before = one_operation(user, random);
            user.doveadm({"force-resync", "INBOX"});
            auto after = one_operation(user, random);
            replica.update(before + ", force-resync, " + after + ", " + format);
        }
    }
}

/// Dovecot tells two indexes apart by the second in which they were made.
void remove_index_files(User &user, std::string const &suffix)
{
    for (auto second = time(nullptr); time(nullptr) == second;)
        std::this_thread::sleep_for(std::chrono::milliseconds(10));
    for (auto const &entry : std::filesystem::directory_iterator(user.mail_directory()))
        if (entry.path().filename().string().starts_with("dovecot.index" + suffix))
            std::filesystem::remove(entry.path());
}

BOOST_AUTO_TEST_CASE(no_change_is_missed_when_the_index_or_its_log_was_deleted)
{
    std::mt19937 random(8);
    for (std::string suffix : {"", ".log"}) {
        User user("maildir", {"mailbox_list_index_include_inbox=yes"});
        save_some(user, 6);
        Replica replica(user);
        for (int round = 0; round < 4; ++round) {
            auto operations = one_operation(user, random);
            user.reconnect();
            remove_index_files(user, suffix);
            for (int count = 0; count < 2 * round; ++count) // the new one counts as far as the old one did
                operations += ", " + one_operation(user, random);
            replica.update(operations + " after dovecot.index" + suffix + " was deleted");
        }
    }
}

BOOST_AUTO_TEST_CASE(nothing_changes_when_nothing_was_done)
{
    for (auto format : formats) {
        User user(format);
        save_some(user, 3);
        Replica replica(user);
        replica.update("nothing");
        BOOST_TEST(replica.changed.empty());
        user.reconnect();
        replica.update("a new process");
        BOOST_TEST(replica.changed.empty());
    }
}

BOOST_AUTO_TEST_CASE(one_flag_change_is_one_changed_message)
{
    for (auto format : formats) {
        User user(format);
        save_some(user, 20);
        Replica replica(user);
        user.doveadm({"flags", "add", "\\Seen", "mailbox", "INBOX", "7"});
        replica.update("\\Seen");
        BOOST_TEST(replica.changed.to_string() == "7");
        user.doveadm({"flags", "add", "$Forwarded", "mailbox", "INBOX", "8"});
        replica.update("$Forwarded");
        BOOST_TEST(replica.changed.to_string() == "8");
    }
}

BOOST_AUTO_TEST_CASE(a_state_of_another_index_reports_everything)
{
    User user("sdbox");
    save_some(user, 3);
    auto folder = user.open("INBOX");
    auto const point = folder->status().point;
    for (auto other : {ChangePoint{}, ChangePoint{point.index_id, point.log_file, point.modseq + 1},
                       ChangePoint{point.index_id + 1, point.log_file, point.modseq},
                       ChangePoint{point.index_id, point.log_file - 1, point.modseq - 1}}) {
        auto changes = value_of(folder->changes_since(other, {1, 2, 9}));
        BOOST_TEST(changes.changed.to_string() == "1:3");
        BOOST_TEST(!changes.expunges_known);
        BOOST_CHECK(changes.point == point);
    }
}

BOOST_AUTO_TEST_CASE(only_known_messages_are_reported_as_expunged)
{
    for (auto format : formats) {
        User user(format);
        save_some(user, 5);
        auto point = user.open("INBOX")->status().point;
        user.doveadm({"expunge", "mailbox", "INBOX", "2:4"});
        auto changes = value_of(user.open("INBOX")->changes_since(point, {1, 3, 5}));
        BOOST_TEST(changes.expunged.to_string() == "3");
        BOOST_TEST(changes.changed.to_string() == "");
        BOOST_TEST(changes.expunges_known);
    }
}

BOOST_AUTO_TEST_CASE(a_message_marked_deleted_still_exists)
{
    User user("maildir");
    save_some(user, 1);
    user.doveadm({"flags", "add", "\\Deleted", "mailbox", "INBOX", "1"});
    auto folder = user.open("INBOX");
    BOOST_TEST(value_of(folder->uids({})).to_string() == "1");
    BOOST_TEST(value_of(folder->flags({1})).at(0).flags.deleted);
}

BOOST_AUTO_TEST_CASE(an_index_in_memory_reports_everything)
{
    User user("maildir", {"mail_location=maildir:~/mail:INDEX=MEMORY",
                          "namespace/inbox/location=maildir:~/mail:INDEX=MEMORY"});
    save_some(user, 2);
    auto folder = user.open("INBOX");
    auto changes = value_of(folder->changes_since(folder->status().point, {}));
    BOOST_TEST(changes.changed.to_string() == "1:2");
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace eas::test

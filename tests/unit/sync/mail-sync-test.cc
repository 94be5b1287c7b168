#include "fakes/memory-mail-store.h"
#include "items/categories.h"
#include "sync/mail-sync.h"
#include <boost/test/unit_test.hpp>
#include <random>

using namespace eas;
using namespace eas::test;

namespace {

Instant const now = Instant::from_seconds(1'795'341'487);
Instant days_ago(double days)
{
    return {now.milliseconds - static_cast<int64_t>(days * 86'400'000)};
}

/// What a phone shows of a message's flags.
struct Shown {
    bool read = false, flagged = false, complete = false, answered = false, forwarded = false;
    std::string flag_details;
    std::vector<std::string> categories;
    bool operator==(Shown const &) const = default;
};

Shown shown(MailFlags const &flags)
{
    Shown result;
    result.read = flags.seen;
    result.flagged = flags.flagged;
    result.complete = !flags.flagged && flags.has_keyword(complete_keyword);
    if (result.flagged || result.complete)
        result.flag_details = flags.annotation;
    result.answered = flags.answered;
    result.forwarded = flags.forwarded;
    result.categories = category_names(flags.keywords);
    return result;
}

void take(Shown &on_phone, Shown const &told, ShownProperties const &which)
{
    if (which.read)
        on_phone.read = told.read;
    if (which.flag) {
        on_phone.flagged = told.flagged;
        on_phone.complete = told.complete;
        on_phone.flag_details = told.flag_details;
    }
    if (which.categories)
        on_phone.categories = told.categories;
    if (which.last_verb) {
        on_phone.answered = told.answered;
        on_phone.forwarded = told.forwarded;
    }
}

/// A phone: it holds what it was told, and complains about what makes no sense.
struct Phone {
    std::map<Uid, Shown> messages;
    void apply(MailChange const &change)
    {
        switch (change.kind) {
        case MailChange::Kind::add:
            BOOST_TEST(!messages.contains(change.uid), "added twice: " << change.uid);
            messages[change.uid] = shown(change.flags);
            break;
        case MailChange::Kind::change:
            BOOST_TEST(messages.contains(change.uid), "changed but not there: " << change.uid);
            BOOST_TEST(change.changed.any(), "changed but the same: " << change.uid);
            take(messages[change.uid], shown(change.flags), change.changed);
            break;
        case MailChange::Kind::remove:
        case MailChange::Kind::soft_delete:
            BOOST_TEST(messages.erase(change.uid) == 1u, "removed but not there: " << change.uid);
            break;
        }
    }
};

struct Fixture {
    MemoryMailStore store;
    StoredFolder &folder = store.add_folder("f", "INBOX", SpecialUse::inbox);
    MailSnapshot snapshot;
    Phone phone;
    MailFilter filter;
    Instant time = now;
    ShownProperties properties = all_properties;

    Uid deliver(double age_in_days = 0, MailFlags flags = {}, std::string conversation = "")
    {
        StoredMessage message;
        message.headers.message_id = "<" + std::to_string(folder.uid_next) + "@x>";
        message.headers.references = std::move(conversation);
        message.received = days_ago(age_in_days);
        message.flags = flags;
        return folder.add(std::move(message));
    }
    /// As another client does it.
    void set(Uid uid, FlagChange const &change)
    {
        auto &message = folder.messages.at(uid);
        message.flags = changed_flags(message.flags, change);
        message.modseq = ++folder.highest_modseq;
    }
    void set_seen(Uid uid, bool seen) { set(uid, {.seen = seen}); }
    /// What the next Sync would tell of that message.
    ShownProperties told(Uid uid)
    {
        auto handle = store.open("f");
        MailSync engine(**handle, snapshot, filter, time, properties);
        BOOST_REQUIRE(engine.refresh());
        auto changes = engine.changes(100);
        BOOST_REQUIRE(changes);
        for (auto &change : *changes)
            if (change.uid == uid)
                return change.changed;
        return {};
    }
    /// The phone changes its copy, and the mailbox or not.
    void change_on_phone(Uid uid, FlagChange const &change, ShownProperties const &which, bool refused)
    {
        auto handle = store.open("f");
        MailSync engine(**handle, snapshot, filter, time, properties);
        BOOST_REQUIRE(engine.refresh());
        auto flags = folder.messages.at(uid).flags;
        auto wanted = changed_flags(flags, change);
        wanted.answered = flags.answered; // what a client cannot set
        wanted.forwarded = flags.forwarded;
        take(phone.messages[uid], shown(wanted), which);
        if (refused) {
            engine.client_refused(uid, wanted.seen, which);
        } else {
            BOOST_REQUIRE((*handle)->set_flags(uid, change));
            engine.client_set(uid, wanted, which);
        }
        snapshot = engine.snapshot();
    }
    /// One Sync with a window; the kinds of the changes told, as letters.
    std::string sync(size_t window = 100)
    {
        auto handle = store.open("f");
        MailSync engine(**handle, snapshot, filter, time, properties);
        BOOST_REQUIRE(engine.refresh());
        auto changes = engine.changes(window);
        BOOST_REQUIRE(changes);
        std::string letters;
        for (auto &change : *changes) {
            letters += "dscA"[static_cast<int>(change.kind)];
            phone.apply(change);
            engine.told(change);
            if (change.kind == MailChange::Kind::add)
                engine.note_received(folder.messages.at(change.uid).received);
        }
        snapshot = engine.snapshot();
        return letters;
    }
};

} // namespace

BOOST_FIXTURE_TEST_SUITE(mail_sync, Fixture)

BOOST_AUTO_TEST_CASE(the_first_sync_tells_everything_newest_first_in_windows)
{
    for (int i = 0; i < 5; ++i)
        deliver();
    BOOST_TEST(sync(2) == "AA");
    BOOST_TEST(phone.messages.begin()->first == 4u);
    BOOST_TEST(sync(2) == "AA");
    BOOST_TEST(sync(2) == "A");
    BOOST_TEST(sync(2) == "");
}

BOOST_AUTO_TEST_CASE(only_what_changed_is_told)
{
    for (int i = 0; i < 3; ++i)
        deliver();
    sync();
    set_seen(2, true);
    BOOST_TEST(sync() == "c");
    BOOST_TEST(phone.messages[2].read);
    folder.expunge(1);
    deliver();
    BOOST_TEST(sync() == "dA");
    BOOST_TEST(sync() == "");
}

/// A storage that was repaired may give a message a UID that it seemed to have passed already.
BOOST_AUTO_TEST_CASE(what_a_repair_brings_back_below_the_next_uid_is_told)
{
    for (int i = 0; i < 3; ++i)
        deliver();
    folder.messages.erase(2);
    sync();
    deliver();
    auto found = std::move(folder.messages.extract(4).mapped());
    folder.messages.emplace(2, std::move(found));
    folder.index_id = 2;
    BOOST_TEST(sync() == "A");
    BOOST_TEST(sync() == "");
}

BOOST_AUTO_TEST_CASE(an_index_made_anew_hides_nothing_however_far_it_counted)
{
    for (int i = 0; i < 3; ++i)
        deliver();
    sync();
    folder.index_id = 2;
    folder.messages.at(1).flags.seen = true; // and its modseq is old
    folder.messages.erase(2);
    folder.highest_modseq += 10;
    BOOST_TEST(sync() == "dc");
    BOOST_TEST(sync() == "");
}

BOOST_AUTO_TEST_CASE(a_message_that_came_and_went_between_two_syncs_is_not_mentioned)
{
    sync();
    folder.expunge(deliver());
    BOOST_TEST(sync() == "");
}

BOOST_AUTO_TEST_CASE(a_flag_that_was_set_and_cleared_is_not_mentioned)
{
    deliver();
    sync();
    set_seen(1, true);
    set_seen(1, false);
    BOOST_TEST(sync() == "");
}

BOOST_AUTO_TEST_CASE(the_phones_own_changes_do_not_come_back)
{
    deliver();
    deliver();
    sync();
    {
        auto handle = store.open("f");
        MailSync engine(**handle, snapshot, 0, now);
        BOOST_REQUIRE(engine.refresh());
        BOOST_REQUIRE((*handle)->set_flags(1, {true, {}, {}, {}}));
        engine.client_set(1, {.seen = true}, {.read = true});
        BOOST_REQUIRE((*handle)->expunge({2}));
        engine.client_removed(2);
        snapshot = engine.snapshot();
    }
    phone.messages[1].read = true;
    phone.messages.erase(2);
    BOOST_TEST(sync() == "");
}

BOOST_AUTO_TEST_CASE(a_change_that_was_refused_is_put_back)
{
    deliver();
    deliver();
    sync();
    {
        auto handle = store.open("f");
        MailSync engine(**handle, snapshot, 0, now);
        BOOST_REQUIRE(engine.refresh());
        engine.client_refused(1, true, {.read = true});
        engine.client_refused_removal(2);
        snapshot = engine.snapshot();
    }
    phone.messages[1].read = true;
    phone.messages.erase(2);
    BOOST_TEST(sync() == "cA");
    BOOST_TEST(!phone.messages[1].read);
}

BOOST_AUTO_TEST_CASE(a_change_tells_only_what_changed)
{
    deliver(0, {.keywords = {"$label2", "$MDNSent"}});
    sync();
    set(1, {.add_keywords = {"Urlaub"}});
    BOOST_TEST((told(1) == ShownProperties{.categories = true}));
    sync();
    BOOST_TEST((phone.messages[1].categories == std::vector<std::string>{"Urlaub", "Work"}));
    set(1, {.seen = true, .answered = true});
    BOOST_TEST((told(1) == ShownProperties{.read = true, .last_verb = true}));
    sync();
    set(1, {.add_keywords = {"$Junk", "NonJunk"}});
    BOOST_TEST((told(1) == ShownProperties{}));
    set(1, {.flagged = true, .remove_keywords = {"Urlaub", "$label2"}});
    BOOST_TEST((told(1) == ShownProperties{.flag = true, .categories = true}));
    BOOST_TEST(sync() == "c");
    BOOST_TEST(phone.messages[1].categories.empty());
    BOOST_TEST(snapshot.categories.groups().empty());
}

BOOST_AUTO_TEST_CASE(all_states_and_details_of_a_flag_are_told)
{
    deliver();
    sync();
    for (FlagChange const &change :
         {FlagChange{.flagged = true}, FlagChange{.annotation = "due"}, FlagChange{.annotation = "due later"},
          FlagChange{.flagged = false, .add_keywords = {complete_keyword}}, FlagChange{.flagged = true},
          FlagChange{.annotation = ""},
          FlagChange{.flagged = false, .remove_keywords = {complete_keyword}}}) {
        set(1, change);
        BOOST_TEST((told(1) == ShownProperties{.flag = true}));
        BOOST_TEST(sync() == "c");
        BOOST_TEST(sync() == "");
    }
    BOOST_TEST(snapshot.flag_details.groups().empty());
}

BOOST_AUTO_TEST_CASE(an_old_version_is_not_told_of_what_it_does_not_know)
{
    properties = {.read = true, .flag = true};
    deliver(0, {.answered = true, .keywords = {"a"}});
    sync();
    set(1, {.forwarded = true, .add_keywords = {"b"}});
    BOOST_TEST(sync() == "");
    set(1, {.seen = true, .add_keywords = {"c"}});
    BOOST_TEST((told(1) == ShownProperties{.read = true}));
}

BOOST_AUTO_TEST_CASE(a_refused_flag_and_refused_categories_are_put_back)
{
    deliver(0, {.keywords = {"a"}});
    sync();
    change_on_phone(1, {.flagged = true, .add_keywords = {"b"}}, {.flag = true, .categories = true}, true);
    BOOST_TEST(sync() == "c");
    BOOST_TEST((phone.messages[1] == shown({.keywords = {"a"}})));
    BOOST_TEST(sync() == "");
}

BOOST_AUTO_TEST_CASE(messages_without_categories_and_flags_leave_no_groups)
{
    for (int i = 0; i < 1000; ++i)
        deliver(0, {.seen = true, .keywords = {"$MDNSent"}});
    sync(1000);
    BOOST_TEST(snapshot.categories.groups().empty());
    BOOST_TEST(snapshot.flag_details.groups().empty());
}

BOOST_AUTO_TEST_CASE(the_window_of_the_filter_lets_in_and_takes_out)
{
    filter.type = 2; // three days
    deliver(10);
    deliver(2.5);
    deliver(1);
    BOOST_TEST(sync() == "AA");
    BOOST_TEST(!phone.messages.contains(1));
    deliver(4); // an old message is moved in: outside
    BOOST_TEST(sync() == "");
    time.milliseconds += 86'400'000;
    BOOST_TEST(sync() == "s");
    BOOST_TEST(phone.messages.size() == 1u);
    BOOST_TEST(sync() == "");
    filter.type = 0;
    BOOST_TEST(sync() == "AAA");
    filter.type = 1;
    BOOST_TEST(sync() == "ssss");
    BOOST_TEST(phone.messages.empty());
}

BOOST_AUTO_TEST_CASE(many_old_messages_that_arrive_are_searched_once)
{
    filter.type = 2; // three days
    deliver(1, {}, "<root@x>");
    for (bool const whole : {false, true}) {
        filter.whole_conversations = whole;
        sync();
        for (int i = 0; i < 2000; ++i)
            deliver(10);
        folder.searches = 0;
        BOOST_TEST(sync() == "");
        BOOST_TEST(folder.searches == 1u);
    }
}

BOOST_AUTO_TEST_CASE(a_limit_of_the_folder_narrows_every_filter)
{
    deliver(10);
    deliver(2.5);
    deliver(0.5);
    folder.limit({.filter_type = 2});
    BOOST_TEST(sync() == "AA");
    filter.type = 4; // two weeks: wider than the limit
    BOOST_TEST(sync() == "");
    filter.type = 1;
    BOOST_TEST(sync() == "s");
    BOOST_TEST(store.limits_asked == 1u);
    deliver();
    BOOST_TEST(sync() == "A");
    BOOST_TEST(store.limits_asked == 1u);
    filter.type = 0;
    folder.limit({});
    BOOST_TEST(sync() == "AA");
    BOOST_TEST(store.limits_asked == 2u);
}

BOOST_AUTO_TEST_CASE(a_hidden_folder_is_not_there)
{
    deliver();
    sync();
    folder.limit({.hidden = true});
    auto handle = store.open("f");
    MailSync engine(**handle, snapshot, filter, time);
    auto refreshed = engine.refresh();
    BOOST_TEST_REQUIRE(!refreshed);
    BOOST_CHECK(refreshed.error().kind == ErrorKind::not_found);
}

BOOST_AUTO_TEST_CASE(a_flag_of_a_message_outside_the_window_is_not_mentioned)
{
    filter.type = 2;
    deliver(10);
    sync();
    set_seen(1, true);
    BOOST_TEST(sync() == "");
}

BOOST_AUTO_TEST_CASE(forgotten_expunges_are_found_by_comparing)
{
    for (int i = 0; i < 4; ++i)
        deliver();
    sync();
    folder.expunge(2);
    deliver();
    folder.expunged.clear();
    folder.expunges_known = false;
    BOOST_TEST(sync() == "dA");
}

BOOST_AUTO_TEST_CASE(another_uid_validity_starts_over)
{
    deliver();
    sync();
    folder.uid_validity++;
    auto handle = store.open("f");
    MailSync engine(**handle, snapshot, 0, now);
    auto refreshed = engine.refresh();
    BOOST_REQUIRE(!refreshed);
    BOOST_TEST((refreshed.error().kind == ErrorKind::conflict));
}

BOOST_AUTO_TEST_CASE(fifty_thousand_expunges_come_in_windows)
{
    for (int i = 0; i < 1000; ++i)
        deliver();
    while (!sync(512).empty()) {
    }
    for (Uid uid = 1; uid <= 1000; uid += 2)
        folder.expunge(uid);
    size_t told = 0;
    for (auto letters = sync(100); !letters.empty(); letters = sync(100))
        told += letters.size();
    BOOST_TEST(told == 500u);
    BOOST_TEST(phone.messages.size() == 500u);
}

BOOST_AUTO_TEST_CASE(what_cannot_be_read_is_tried_again_an_hour_later)
{
    auto damaged = deliver();
    auto sound = deliver();
    {
        auto handle = store.open("f");
        MailSync engine(**handle, snapshot, filter, time, properties);
        BOOST_REQUIRE(engine.refresh());
        engine.postpone(damaged);
        snapshot = engine.snapshot();
    }
    BOOST_TEST(sync() == "A");
    BOOST_TEST(phone.messages.contains(sound));
    BOOST_TEST(!phone.messages.contains(damaged));
    BOOST_TEST(surely_unchanged(snapshot, MemoryMailStore::status_of(folder), filter, time));
    time.milliseconds += 3'600'000;
    BOOST_TEST(!surely_unchanged(snapshot, MemoryMailStore::status_of(folder), filter, time));
    BOOST_TEST(sync() == "A");
    BOOST_TEST(phone.messages.contains(damaged));
}

BOOST_AUTO_TEST_CASE(a_recent_message_keeps_its_whole_conversation)
{
    filter = {2, true}; // three days
    deliver(40, {}, "<a@x>");
    deliver(30, {}, "<b@x>");
    deliver(20, {}, "<a@x>");
    deliver(2, {}, "<a@x>");
    deliver(1);
    BOOST_TEST(sync() == "AAAA");
    BOOST_TEST(!phone.messages.contains(2));
    BOOST_TEST(sync() == "");
    set_seen(1, true);
    BOOST_TEST(sync() == "c");
}

BOOST_AUTO_TEST_CASE(an_arrival_brings_its_conversation_and_age_takes_it_away)
{
    filter = {2, true};
    for (int i = 0; i < 40; ++i)
        deliver(40, {}, "<a@x>");
    deliver(40, {}, "<b@x>");
    BOOST_TEST(sync() == "");
    auto newest = deliver(1, {}, "<b@x>");
    BOOST_TEST(sync() == "AA");
    deliver(9, {}, "<b@x>"); // moved here: old, but of a recent conversation
    deliver(9, {}, "<a@x>");
    BOOST_TEST(sync() == "A");
    time.milliseconds += 86'400'000;
    BOOST_TEST(sync() == "");
    BOOST_TEST(surely_unchanged(snapshot, MemoryMailStore::status_of(folder), filter, time));
    time.milliseconds += 2 * 86'400'000;
    BOOST_TEST(!surely_unchanged(snapshot, MemoryMailStore::status_of(folder), filter, time));
    BOOST_TEST(sync() == "sss");
    BOOST_TEST(folder.messages.contains(newest));
    BOOST_TEST(surely_unchanged(snapshot, MemoryMailStore::status_of(folder), filter, time));
}

BOOST_AUTO_TEST_CASE(a_deleted_message_takes_the_rest_along_only_with_age)
{
    filter = {2, true};
    deliver(9, {}, "<a@x>");
    auto newest = deliver(1, {}, "<a@x>");
    BOOST_TEST(sync() == "AA");
    folder.expunge(newest);
    BOOST_TEST(sync() == "d");
    time.milliseconds += 3 * 86'400'000;
    BOOST_TEST(sync() == "s");
}

BOOST_AUTO_TEST_CASE(conversations_can_be_switched_on_and_off)
{
    filter = {2, false};
    deliver(9, {}, "<a@x>");
    deliver(1, {}, "<a@x>");
    BOOST_TEST(sync() == "A");
    filter = {2, true};
    BOOST_TEST(sync() == "A");
    filter = {2, false};
    BOOST_TEST(sync() == "s");
    filter = {0, true};
    BOOST_TEST(sync() == "A");
}

/// What a client may do to a message's flags.
template <class Roll> FlagChange random_change(Roll roll)
{
    static std::vector<std::string> const keywords{"a", "b", "$label1", "$Junk", complete_keyword};
    FlagChange change;
    if (roll(2))
        change.seen = roll(2) == 0;
    if (roll(2))
        change.flagged = roll(2) == 0;
    if (roll(4) == 0)
        change.answered = roll(2) == 0;
    if (roll(4) == 0)
        change.forwarded = roll(2) == 0;
    if (roll(2))
        change.annotation = std::vector<std::string>{"", "due", "due later"}[roll(3)];
    (roll(2) ? change.add_keywords : change.remove_keywords).push_back(keywords[roll(5)]);
    return change;
}

/// Random changes, small windows, answers that get lost, forgotten expunges: the phone ends up with
/// what the mailbox has.
BOOST_AUTO_TEST_CASE(the_phone_converges_whatever_happens)
{
    for (unsigned seed = 1; seed <= 300; ++seed) {
        Fixture f;
        std::mt19937 random(seed);
        auto roll = [&](unsigned sides) {
            return std::uniform_int_distribution<unsigned>(0, sides - 1)(random);
        };
        f.filter = MailFilter(static_cast<int>(roll(4)), roll(2) == 0);
        bool const whole_conversations = f.filter.whole_conversations;
        ShownProperties const of_client{.read = true, .flag = true, .categories = true};
        for (int step = 0; step < 60; ++step) {
            auto uids = (*f.store.open("f"))->uids({});
            auto any = uids->newest(1 + roll(20));
            switch (roll(8)) {
            case 0:
            case 1:
                f.deliver(roll(10) * 0.9, {}, "<" + std::to_string(roll(12)) + "@thread>");
                break;
            case 2:
                if (!any.empty())
                    f.folder.expunge(any.back());
                break;
            case 3:
                if (!any.empty())
                    f.set(any.back(), random_change(roll));
                break;
            case 7:
                if (!any.empty() && f.phone.messages.contains(any.back()))
                    f.change_on_phone(any.back(), random_change(roll), of_client, roll(3) == 0);
                break;
            case 4:
                f.folder.expunges_known = roll(4) != 0;
                break;
            case 5:
                f.time.milliseconds += roll(2) * 7'200'000;
                break;
            case 6: {
                auto before = f.snapshot;
                auto phone_before = f.phone;
                f.sync(1 + roll(3));
                if (roll(3) == 0) { // the answer was lost
                    f.snapshot = before;
                    f.phone = phone_before;
                }
            }
            }
        }
        while (!f.sync(2).empty()) {
        }
        std::map<Uid, Shown> wanted;
        auto since = filter_start(f.filter.type, f.time);
        auto is_recent = [&](auto &message) { return !since || message.received >= *since; };
        for (auto &[uid, message] : f.folder.messages) {
            bool const in_conversation = std::ranges::any_of(f.folder.messages, [&](auto &other) {
                return other.second.headers.references == message.headers.references &&
                       is_recent(other.second);
            });
            // What fell out of the window with the last recent message of its conversation goes later.
            bool const is_left = whole_conversations && f.phone.messages.contains(uid);
            if (is_recent(message) || (whole_conversations && in_conversation) || is_left)
                wanted[uid] = shown(message.flags);
        }
        BOOST_TEST((f.phone.messages == wanted), "seed " << seed);
    }
}

BOOST_AUTO_TEST_SUITE_END()

#include "mapping/email-flag.h"
#include <boost/test/unit_test.hpp>
#include <functional>

using namespace eas;

namespace {

Instant day(int number)
{
    return Instant::from_seconds(1'795'341'600 + number * 86'400);
}

EmailFlag simple_flag()
{
    EmailFlag flag;
    flag.status = 2;
    flag.flag_type = "Flag for follow up";
    return flag;
}

EmailFlag flag_with_dates()
{
    auto flag = simple_flag();
    flag.flag_type = "for Follow Up";
    flag.subject = "Call Ann\n100%";
    flag.start_date = flag.utc_start_date = day(0);
    flag.due_date = flag.utc_due_date = day(2);
    flag.reminder_set = true;
    flag.reminder_time = day(1);
    flag.ordinal_date = day(0);
    flag.sub_ordinal_date = "5555";
    return flag;
}

EmailFlag complete_flag()
{
    EmailFlag flag;
    flag.status = 1;
    flag.complete_time = flag.date_completed = day(3);
    return flag;
}

MailFlags after(EmailFlag const &wanted, MailFlags const &before = {})
{
    auto change = flag_change(wanted, before);
    BOOST_REQUIRE(change);
    return changed_flags(before, *change);
}

bool refused(EmailFlag const &wanted, MailFlags const &before = {})
{
    auto change = flag_change(wanted, before);
    return !change && change.error().kind == ErrorKind::bad_request;
}

} // namespace

BOOST_AUTO_TEST_SUITE(email_flag)

BOOST_AUTO_TEST_CASE(an_active_flag_is_flagged_and_leaves_no_annotation)
{
    auto flags = after(simple_flag());
    BOOST_TEST((flags == MailFlags{.flagged = true}));
    auto shown = flag_of(flags, "Subject of the message");
    BOOST_TEST(shown.subject.value() == "Subject of the message");
    shown.subject.reset();
    BOOST_TEST((shown == simple_flag()));
}

BOOST_AUTO_TEST_CASE(all_fields_come_back)
{
    BOOST_TEST((flag_of(after(flag_with_dates()), "x") == flag_with_dates()));
}

BOOST_AUTO_TEST_CASE(a_complete_flag_is_a_keyword_and_not_flagged)
{
    auto flags = after(complete_flag(), after(flag_with_dates()));
    BOOST_TEST(!flags.flagged);
    BOOST_TEST(flags.has_keyword(complete_keyword));
    auto wanted = flag_with_dates();
    wanted.status = 1;
    wanted.complete_time = wanted.date_completed = day(3);
    BOOST_TEST((flag_of(flags, {}) == wanted));
    auto again = after(simple_flag(), flags);
    BOOST_TEST((again == MailFlags{.flagged = true}));
}

BOOST_AUTO_TEST_CASE(an_empty_flag_and_status_0_clear_it)
{
    EmailFlag cleared;
    cleared.status = 0;
    for (auto &before : {after(flag_with_dates()), after(complete_flag()), MailFlags{}})
        for (auto &wanted : {EmailFlag(), cleared}) {
            BOOST_TEST((after(wanted, before) == MailFlags{}));
            BOOST_TEST((flag_of(after(wanted, before), "x") == EmailFlag()));
        }
}

BOOST_AUTO_TEST_CASE(what_other_clients_set_is_shown)
{
    BOOST_TEST(flag_of({.flagged = true}, {}).status.value() == 2);
    BOOST_TEST(flag_of({.keywords = {complete_keyword}}, {}).status.value() == 1);
    auto both = after(complete_flag());
    both.flagged = true;
    auto shown = flag_of(both, {});
    BOOST_TEST(shown.status.value() == 2);
    BOOST_TEST(!shown.complete_time);
    BOOST_TEST((flag_of({.seen = true, .keywords = {"a"}}, "x") == EmailFlag()));
}

/// MS-ASEMAIL 2.2.2.31, 2.2.2.65, 2.2.2.72, 2.2.2.86, 2.2.2.87, 3.2.5.4.2
BOOST_AUTO_TEST_CASE(missing_and_contradicting_members_are_refused)
{
    using Change = std::function<void(EmailFlag &)>;
    for (auto &change : {
             Change([](auto &flag) { flag.status.reset(); }),
             Change([](auto &flag) { flag.start_date.reset(); }),
             Change([](auto &flag) { flag.due_date.reset(); }),
             Change([](auto &flag) { flag.utc_start_date.reset(); }),
             Change([](auto &flag) { flag.utc_due_date.reset(); }),
             Change([](auto &flag) { flag.start_date = day(5); }),
             Change([](auto &flag) { flag.utc_due_date = day(-1); }),
             Change([](auto &flag) { flag.reminder_time.reset(); }),
         }) {
        auto flag = flag_with_dates();
        change(flag);
        BOOST_TEST(refused(flag));
    }
    for (auto member : {&EmailFlag::complete_time, &EmailFlag::date_completed}) {
        auto flag = complete_flag();
        (flag.*member).reset();
        BOOST_TEST(refused(flag));
    }
}

/// Firefox OS and KaiOS send Status alone; FlagType is optional (MS-ASEMAIL 2.2.2.34).
BOOST_AUTO_TEST_CASE(a_status_alone_sets_a_flag_of_the_usual_type)
{
    EmailFlag starred;
    starred.status = 2;
    auto shown = flag_of(after(starred), "x");
    BOOST_TEST(shown.status.value() == 2);
    BOOST_TEST(shown.flag_type.value() == "Flag for follow up");
    auto const before = after(flag_with_dates());
    BOOST_TEST((after(starred, before) == before));
}

BOOST_AUTO_TEST_CASE(a_flag_without_type_updates_the_one_that_is_there)
{
    auto before = after(flag_with_dates());
    EmailFlag update;
    update.due_date = update.utc_due_date = day(4);
    auto shown = flag_of(after(update, before), {});
    BOOST_TEST((shown.due_date == day(4)));
    BOOST_TEST((shown.start_date == day(0)));
    BOOST_TEST(shown.subject.value() == flag_with_dates().subject.value());
    update.due_date.reset();
    update.utc_due_date = day(-1);
    BOOST_TEST(refused(update, before));
}

BOOST_AUTO_TEST_CASE(a_flag_with_type_replaces_the_one_that_is_there)
{
    BOOST_TEST((after(simple_flag(), after(flag_with_dates())) == MailFlags{.flagged = true}));
}

BOOST_AUTO_TEST_CASE(categories_become_keywords_and_no_other_keyword_is_touched)
{
    MailFlags before{.keywords = {"$Junk", "$label1", "Important", "NonJunk", "Old_one", "Work_trip"}};
    Email email;
    auto unchanged = requested_change(email, before);
    BOOST_REQUIRE(unchanged);
    BOOST_TEST((changed_flags(before, *unchanged) == before));
    email.categories = {"Work trip", "Important", "Neu & gut"};
    auto change = requested_change(email, before);
    BOOST_REQUIRE(change);
    BOOST_TEST(
        (changed_flags(before, *change).keywords ==
         std::vector<std::string>{"$Junk", "$label1", "Important", "Neu_&_gut", "NonJunk", "Work_trip"}));
    email.categories.emplace();
    change = requested_change(email, before);
    BOOST_REQUIRE(change);
    BOOST_TEST((changed_flags(before, *change).keywords == std::vector<std::string>{"$Junk", "NonJunk"}));
}

BOOST_AUTO_TEST_CASE(a_category_that_cannot_be_a_keyword_and_too_many_are_refused)
{
    Email email;
    for (auto &wanted :
         {std::vector<std::string>{""}, {std::string(256, 'x')}, std::vector<std::string>(301, "x")}) {
        email.categories = wanted;
        BOOST_TEST(!requested_change(email, {}));
    }
}

BOOST_AUTO_TEST_CASE(read_flag_and_categories_change_together)
{
    Email email;
    email.read = true;
    email.flag = simple_flag();
    email.categories = {"x"};
    auto change = requested_change(email, {});
    BOOST_REQUIRE(change);
    BOOST_TEST((changed_flags({}, *change) == MailFlags{.seen = true, .flagged = true, .keywords = {"x"}}));
}

BOOST_AUTO_TEST_CASE(a_flag_and_a_reply_leave_each_other_alone)
{
    auto flags = changed_flags({}, *flag_change(flag_with_dates(), {}));
    flags = changed_flags(flags, verb_change(LastVerb::reply, day(4), flags));
    BOOST_CHECK(flag_of(flags, {}) == flag_with_dates());
    BOOST_CHECK(last_verb_of(flags)->time == day(4));
    flags = changed_flags(flags, *flag_change(complete_flag(), flags));
    BOOST_CHECK(last_verb_of(flags)->time == day(4));
    flags = changed_flags(flags, *flag_change(EmailFlag(), flags));
    BOOST_CHECK(flag_of(flags, {}) == EmailFlag());
    BOOST_CHECK(last_verb_of(flags)->time == day(4));
}

BOOST_AUTO_TEST_CASE(the_last_verb_is_what_the_flags_allow)
{
    BOOST_CHECK(!last_verb_of({}));
    BOOST_CHECK(!last_verb_of({.answered = true})->time);
    auto flags =
        changed_flags({.answered = true}, verb_change(LastVerb::forward, day(1), {.answered = true}));
    BOOST_CHECK(last_verb_of(flags)->verb == LastVerb::forward);
    flags.forwarded = false; // by another client
    BOOST_CHECK(last_verb_of(flags)->verb == LastVerb::reply && !last_verb_of(flags)->time);
}

BOOST_AUTO_TEST_SUITE_END()

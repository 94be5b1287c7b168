// ResolveRecipients: what is told of whom. tests/integration/test_resolve_recipients.py has it with a
// directory.
#include "commands/resolve-recipients.h"
#include "fakes/command-fixture.h"
#include "fakes/memory-directory.h"
#include "support.h"

using namespace eas;
using test::Node;

namespace {

class BusyPeople final : public FreeBusy {
public:
    std::map<std::string, std::string, std::less<>> digits;
    Result<std::string> merged(std::string_view address, Instant start, Instant end) override
    {
        hours = (end.milliseconds - start.milliseconds) / 3'600'000;
        if (address == "later@x.example")
            return Error{ErrorKind::temporary, "later"};
        auto const found = digits.find(address);
        return found == digits.end() ? Result<std::string>(Error{ErrorKind::denied, "private"})
                                     : found->second;
    }
    int64_t hours = 0;
};

struct ResolveFixture : test::CommandFixture {
    test::MemoryDirectory directory;
    BusyPeople busy;

    ResolveFixture()
    {
        ports.directory = &directory;
        ports.free_busy = &busy;
        directory.add("Anna", "anna@x.example");
        directory.add("Anna Maria", "maria@x.example");
        directory.add("Bob", "bob@x.example");
        directory.add("Late", "later@x.example");
        directory.add("Team", "team@x.example").is_group = true;
        directory.groups["Team"] = {"Anna", "Bob"};
        busy.digits = {{"anna@x.example", "0012"}, {"bob@x.example", "0300"}};
    }
    static Node to(std::string text) { return {Tag::ResolveRecipients_To, std::move(text)}; }
    static Node availability(std::string start, std::string end = {})
    {
        std::vector<Node> times{{Tag::ResolveRecipients_StartTime, std::move(start)}};
        if (!end.empty())
            times.emplace_back(Tag::ResolveRecipients_EndTime, std::move(end));
        return {Tag::ResolveRecipients_Options, {{Tag::ResolveRecipients_Availability, std::move(times)}}};
    }
    std::string answer(std::vector<Node> below)
    {
        return run(run_resolve_recipients, {Tag::ResolveRecipients_ResolveRecipients, std::move(below)});
    }
};

bool holds(std::string const &text, std::string_view part)
{
    return text.find(part) != std::string::npos;
}

} // namespace

BOOST_FIXTURE_TEST_SUITE(resolve_recipients, ResolveFixture)

BOOST_AUTO_TEST_CASE(an_exact_name_is_not_ambiguous)
{
    BOOST_TEST(answer({to("anna")}) ==
               "<ResolveRecipients><Status>1</Status><Response><To>anna</To><Status>1</Status>"
               "<RecipientCount>1</RecipientCount><Recipient><Type>1</Type><DisplayName>Anna</DisplayName>"
               "<EmailAddress>anna@x.example</EmailAddress></Recipient></Response></ResolveRecipients>");
    BOOST_TEST(
        holds(answer({to("ann")}), "<To>ann</To><Status>2</Status><RecipientCount>2</RecipientCount>"));
    BOOST_TEST(log_note == "recipients=2");
}

BOOST_AUTO_TEST_CASE(free_and_busy_times)
{
    auto const told =
        answer({to("Anna"), availability("2026-11-23T08:00:00.000Z", "2026-11-23T10:00:00.000Z")});
    BOOST_TEST(
        holds(told, "<Availability><Status>1</Status><MergedFreeBusy>0012</MergedFreeBusy></Availability>"));
    BOOST_TEST(busy.hours == 2);
    answer({to("Anna"), availability("2026-11-23T08:00:00.000Z")});
    BOOST_TEST(busy.hours == 7 * 24);
}

BOOST_AUTO_TEST_CASE(times_that_cannot_be_told)
{
    auto const times = availability("2026-11-23T08:00:00.000Z");
    BOOST_TEST(holds(answer({to("Anna Maria"), times}), "<Availability><Status>163</Status></Availability>"));
    BOOST_TEST(holds(answer({to("Late"), times}), "<Availability><Status>162</Status></Availability>"));
    BOOST_TEST(!holds(answer({to("Ann"), times}), "Availability"));
    version = v12_1;
    BOOST_TEST(!holds(answer({to("Anna"), times}), "Availability"));
}

BOOST_AUTO_TEST_CASE(a_group_is_busy_where_a_member_is)
{
    auto const times = availability("2026-11-23T08:00:00.000Z", "2026-11-23T10:00:00.000Z");
    BOOST_TEST(holds(answer({to("Team"), times}), "<MergedFreeBusy>0312</MergedFreeBusy>"));
    directory.groups["Team"] = std::vector<std::string>(20, "Anna");
    BOOST_TEST(holds(answer({to("Team"), times}), "<MergedFreeBusy>0012</MergedFreeBusy>"));
    directory.groups["Team"].emplace_back("Bob");
    BOOST_TEST(holds(answer({to("Team"), times}), "<Availability><Status>161</Status></Availability>"));
}

BOOST_AUTO_TEST_CASE(a_directory_that_fails)
{
    directory.failure = Error{ErrorKind::temporary, "no answer"};
    BOOST_TEST(answer({to("Anna")}) == "<ResolveRecipients><Status>6</Status></ResolveRecipients>");
    BOOST_TEST(log_note == "status=6 no answer");
}

BOOST_AUTO_TEST_SUITE_END()

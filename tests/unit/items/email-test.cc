// E-mails on the wire: each property in the versions that have it, in the schema's order.
#include "items/email.h"
#include "support.h"
#include "wbxml/decoder.h"

using namespace eas;

BOOST_AUTO_TEST_SUITE(email_schema)

namespace {

Email full_email()
{
    Email email;
    for (auto field : {&Email::to, &Email::cc, &Email::from, &Email::subject, &Email::reply_to,
                       &Email::display_to, &Email::thread_topic, &Email::message_class, &Email::internet_cpid,
                       &Email::content_class, &Email::sender, &Email::bcc})
        email.*field = "text";
    email.date_received = Instant::from_seconds(1'000'000'000);
    email.importance = 1;
    email.read = true;
    email.attachments = {Attachment{"a.pdf", "1:2:3", Attachment::Method::email, 5, "id", "x.png", true}};
    email.body = Body{BodyType::html, 10, true, Content("data"), "preview", std::nullopt};
    email.body_part = BodyPart{1, BodyType::html, 10, true, Content("data"), "preview"};
    email.flag.emplace();
    email.flag->status = 2;
    email.flag->flag_type = "Flag for follow up";
    email.native_body_type = BodyType::plain;
    email.last_verb_executed = 1;
    email.is_draft = false;
    return email;
}

/// "Email:To AirSyncBase:Attachments(AirSyncBase:Attachment(...))"
std::string outline(Element const &element)
{
    std::string out;
    for (auto const &child : element.children) {
        out += (out.empty() ? "" : " ") + std::string(namespace_name(child.tag)) + ":" +
               std::string(local_name(child.tag));
        if (!child.children.empty())
            out += "(" + outline(child) + ")";
    }
    return out;
}

std::string written(Email const &email, ProtocolVersion version)
{
    return test::encoded(
        [&](Encoder &encoder) { write(encoder, Tag::AirSync_ApplicationData, email, version); });
}

std::string outline(Email const &email, ProtocolVersion version)
{
    auto document = written(email, version);
    return outline(*decode(document));
}

constexpr char const start[] =
    "Email:To Email:Cc Email:From Email:Subject Email:ReplyTo Email:DateReceived Email:DisplayTo "
    "Email:ThreadTopic "
    "Email:Importance Email:Read AirSyncBase:Attachments(AirSyncBase:Attachment(AirSyncBase:DisplayName "
    "AirSyncBase:FileReference AirSyncBase:Method AirSyncBase:EstimatedDataSize AirSyncBase:ContentId "
    "AirSyncBase:ContentLocation AirSyncBase:IsInline)) AirSyncBase:Body(AirSyncBase:Type "
    "AirSyncBase:EstimatedDataSize AirSyncBase:Truncated AirSyncBase:Data";
constexpr char const preview[] = " AirSyncBase:Preview";
constexpr char const body_part[] = " AirSyncBase:BodyPart(AirSyncBase:Status AirSyncBase:Type "
                                   "AirSyncBase:EstimatedDataSize AirSyncBase:Truncated "
                                   "AirSyncBase:Data AirSyncBase:Preview)";
constexpr char const end[] = " Email:MessageClass Email:InternetCPID Email:Flag(Email:Status Email:FlagType) "
                             "Email:ContentClass AirSyncBase:NativeBodyType";
constexpr char const since_14[] = " Email2:LastVerbExecuted Email2:Sender";
constexpr char const since_16[] = " Email2:Bcc Email2:IsDraft";

} // namespace

BOOST_AUTO_TEST_CASE(what_a_voice_mail_says_is_of_14_0_on)
{
    Email email;
    email.um_caller_id = "+14255550100";
    email.um_user_notes = "call back";
    Attachment recording;
    recording.um_duration_seconds = 17;
    recording.um_order = 1;
    email.attachments = {recording};
    std::string const attachment = "AirSyncBase:Attachments(AirSyncBase:Attachment(AirSyncBase:FileReference "
                                   "AirSyncBase:Method AirSyncBase:EstimatedDataSize";
    BOOST_TEST(outline(email, v12_1) == attachment + "))");
    for (auto version : {v14_0, v14_1, v16_0, v16_1})
        BOOST_TEST(outline(email, version) == attachment + " Email2:UmAttDuration Email2:UmAttOrder)) "
                                                           "Email2:UmCallerID Email2:UmUserNotes");
    auto const document = written(email, v16_1);
    auto const root = decode(document);
    auto const read_back = read<Email>(*root, v16_1);
    BOOST_REQUIRE(read_back);
    BOOST_TEST(read_back->um_caller_id.value() == "+14255550100");
    BOOST_TEST(read_back->um_user_notes.value() == "call back");
    BOOST_TEST(read_back->attachments->front().um_duration_seconds.value() == 17u);
    BOOST_TEST(read_back->attachments->front().um_order.value() == 1);
}

BOOST_AUTO_TEST_CASE(each_version_gets_what_it_knows)
{
    auto email = full_email();
    BOOST_TEST(outline(email, v12_1) == std::string(start) + ")" + end);
    BOOST_TEST(outline(email, v14_0) == std::string(start) + preview + ")" + end + since_14);
    BOOST_TEST(outline(email, v14_1) == std::string(start) + preview + ")" + body_part + end + since_14);
    for (auto version : {v16_0, v16_1})
        BOOST_TEST(outline(email, version) ==
                   std::string(start) + preview + ")" + body_part + end + since_14 + since_16);
}

BOOST_AUTO_TEST_CASE(an_email_survives_the_wire_in_each_version)
{
    for (auto version : {v12_1, v14_0, v14_1, v16_0, v16_1}) {
        auto document = written(full_email(), version);
        auto email = read<Email>(*decode(document), version);
        BOOST_REQUIRE(email);
        BOOST_TEST((written(*email, version) == document));
        BOOST_TEST(email->attachments->front().file_reference == "1:2:3");
        BOOST_TEST((email->attachments->front().method == Attachment::Method::email));
        BOOST_TEST(*email->body->data->text() == "data");
    }
}

BOOST_AUTO_TEST_CASE(no_flag_is_an_empty_container)
{
    Email email;
    BOOST_TEST(outline(email, v14_1) == "");
    email.flag = EmailFlag{};
    BOOST_TEST(outline(email, v14_1) == "Email:Flag");
}

BOOST_AUTO_TEST_CASE(a_body_in_another_part_says_where)
{
    Email email;
    email.body = Body{BodyType::html, 10, std::nullopt, std::nullopt, std::nullopt, 2};
    BOOST_TEST(outline(email, v12_1) ==
               "AirSyncBase:Body(AirSyncBase:Type AirSyncBase:EstimatedDataSize ItemOperations:Part)");
}

BOOST_AUTO_TEST_CASE(wrong_values_are_refused_by_name)
{
    auto document = test::encoded([](Encoder &encoder) {
        encoder.start(Tag::AirSync_ApplicationData);
        encoder.start(Tag::Email_Flag);
        encoder.element(Tag::Email_Status, "3");
        encoder.end();
        encoder.end();
    });
    auto email = read<Email>(*decode(document), v14_1);
    BOOST_REQUIRE(!email);
    BOOST_TEST((email.error().kind == ErrorKind::bad_request));
    BOOST_TEST(email.error().message.find("Status") != std::string::npos);
}

BOOST_AUTO_TEST_SUITE_END()

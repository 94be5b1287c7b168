// Voice mail: MS-ASEMAIL 2.2.2.81 to 2.2.2.83.
#include "mapping/email-from-message.h"
#include "memory-message.h"
#include <boost/test/unit_test.hpp>

using namespace eas;
using namespace eas::test;

BOOST_AUTO_TEST_SUITE(voice_message)

namespace {

MemoryMessage voice_mail(std::string content_class = "voice-ca")
{
    MemoryMessage message(multipart(
        "mixed", {plain("You got a voice message."), leaf("audio/wav", "old").named("first.wav"),
                  leaf("audio/wav", "new").named("second.wav"), leaf("image/png", "-").named("logo.png")}));
    message.message_headers.content_class = std::move(content_class);
    message.more_headers = {{"X-CallingTelephoneNumber", "+1 (425) 555-0100"},
                            {"X-VoiceMessageDuration", "17"},
                            {"X-AttachmentOrder", "first.wav; second.wav"}};
    return message;
}

Email email_of(MemoryMessage &&message)
{
    auto email = email_from_message(message, {}, v14_0, "folder:1:");
    BOOST_REQUIRE(email);
    return std::move(*email);
}

std::string caller_of(std::string number)
{
    auto message = voice_mail();
    message.more_headers["X-CallingTelephoneNumber"] = std::move(number);
    return email_of(std::move(message)).um_caller_id.value_or("(absent)");
}

} // namespace

BOOST_AUTO_TEST_CASE(the_call_and_its_recordings_are_told)
{
    auto const email = email_of(voice_mail());
    BOOST_TEST(email.message_class.value() == "IPM.Note.Microsoft.Voicemail.UM.CA");
    BOOST_TEST(email.um_caller_id.value() == "+14255550100");
    auto const &attachments = email.attachments.value();
    BOOST_TEST(attachments.at(0).um_order.value() == 2);
    BOOST_TEST(!attachments.at(0).um_duration_seconds);
    BOOST_TEST(attachments.at(1).um_order.value() == 1);
    BOOST_TEST(attachments.at(1).um_duration_seconds.value() == 17);
    BOOST_TEST(!attachments.at(2).um_order);
}

BOOST_AUTO_TEST_CASE(classes_of_telephony)
{
    for (auto const &[content_class, message_class, is_call] :
         {std::tuple("voice", "IPM.Note.Microsoft.Voicemail.UM", true),
          {"MissedCall", "IPM.Note.Microsoft.Missed.Voice", true},
          {"voice-uc", "IPM.Note.Microsoft.Conversation.Voice", false},
          {"fax", "IPM.Note.Microsoft.Fax", false},
          {"fax-ca", "IPM.Note.Microsoft.Fax.CA", false},
          {"voices", "IPM.Note", false},
          {"", "IPM.Note", false}}) {
        auto const email = email_of(voice_mail(content_class));
        BOOST_TEST(email.message_class.value() == message_class);
        BOOST_TEST(email.um_caller_id.has_value() == is_call);
        BOOST_TEST(email.attachments->at(1).um_order.has_value() == is_call);
    }
}

BOOST_AUTO_TEST_CASE(what_is_signed_stays_signed)
{
    MemoryMessage message(leaf("application/pkcs7-mime").with(&MimePart::smime_type, "signed-data"));
    message.message_headers.content_class = "voice";
    BOOST_TEST(email_of(std::move(message)).message_class.value() == "IPM.Note.SMIME");
}

BOOST_AUTO_TEST_CASE(a_caller_is_a_number_or_a_sip_link)
{
    BOOST_TEST(caller_of("4711") == "4711");
    BOOST_TEST(caller_of("sip:ann@voice.example") == "sip:ann@voice.example");
    for (auto const *other : {"", "Anonymous", "+", "1234567890123456", "1;2", "++1"})
        BOOST_TEST(caller_of(other) == "(absent)");
}

BOOST_AUTO_TEST_CASE(a_message_without_these_fields_is_a_voice_mail_too)
{
    auto message = voice_mail();
    message.more_headers.clear();
    auto const email = email_of(std::move(message));
    BOOST_TEST(email.message_class.value() == "IPM.Note.Microsoft.Voicemail.UM.CA");
    BOOST_TEST(!email.um_caller_id);
    for (auto const &attachment : email.attachments.value())
        BOOST_TEST(!attachment.um_order);
}

BOOST_AUTO_TEST_SUITE_END()

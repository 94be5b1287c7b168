#include "session/request-line.h"
#include "support.h"

using namespace eas;
using namespace std::string_literals;
using test::error_of;

namespace {

/// The fields of a base64 query, each as it lies on the wire.
struct Base64Query {
    std::string version = "\x8D", command = "\0"s, locale = "\x09\x04";
    std::string device_id = "\x0Av140Device", policy_key = "\0"s, device_type = "\x0ASmartPhone";
    std::string parameters{};
    std::string bytes() const
    {
        return version + command + locale + device_id + policy_key + device_type + parameters;
    }
    std::string text() const { return base64_encode(bytes()); }
};

RequestLine parsed(std::string_view query)
{
    auto line = parse_query(query);
    BOOST_REQUIRE_EQUAL(error_of(line), "");
    return *line;
}

/// What is wrong with the query or with the device that it names; "" if nothing is.
std::string fault(std::string_view query)
{
    auto const line = parse_query(query);
    if (line)
        return line->device_fault;
    BOOST_TEST((line.error().kind == ErrorKind::bad_request));
    return line.error().message;
}

} // namespace

BOOST_AUTO_TEST_SUITE(request_line)

// MS-ASHTTP 2.2.1.1.1 gives both and says that they are equivalent.
BOOST_AUTO_TEST_CASE(both_forms_of_the_example_give_the_same)
{
    auto const plain = parsed("Cmd=Sync&User=rmjones&DeviceId=v140Device&DeviceType=SmartPhone");
    auto const base64 = parsed("jAAJBAp2MTQwRGV2aWNlAApTbWFydFBob25l");
    for (auto const &line : {plain, base64}) {
        BOOST_TEST(line.command == "Sync");
        BOOST_TEST(line.device_id == "v140Device");
        BOOST_TEST(line.device_type == "SmartPhone");
        BOOST_TEST(!line.policy_key);
        BOOST_TEST(!line.save_in_sent);
        BOOST_TEST(!line.accept_multi_part);
    }
    BOOST_TEST(plain.user == "rmjones");
    BOOST_TEST(!plain.version);
    BOOST_TEST(!plain.locale);
    BOOST_TEST(base64.user.empty());
    BOOST_TEST((base64.version == v14_0));
    BOOST_TEST(base64.locale.value() == 0x0409);
}

BOOST_AUTO_TEST_CASE(plain_names_come_in_any_case_and_order)
{
    auto const line =
        parsed("devicetype=SP&SAVEINSENT=T&DEVICEID=A1&collectionID=5%3a1&cmd=smartforward&USER=a");
    BOOST_TEST(line.command == "SmartForward");
    BOOST_TEST(line.device_id == "A1");
    BOOST_TEST(line.device_type == "SP");
    BOOST_TEST(line.user == "a");
    BOOST_TEST(line.collection_id == "5:1");
    BOOST_TEST(line.save_in_sent);
}

BOOST_AUTO_TEST_CASE(plain_parameters_reach_their_fields)
{
    auto const line =
        parsed("Cmd=SmartReply&User=u&DeviceId=d&DeviceType=t&AttachmentName=a&CollectionId=b&"
               "CollectionName=c&ItemId=d&LongId=e&ParentId=f&Occurrence=g&SaveInSent=F&Unknown=%zz");
    BOOST_TEST(line.attachment_name == "a");
    BOOST_TEST(line.collection_id == "b");
    BOOST_TEST(line.collection_name == "c");
    BOOST_TEST(line.item_id == "d");
    BOOST_TEST(line.long_id == "e");
    BOOST_TEST(line.parent_id == "f");
    BOOST_TEST(line.occurrence == "g");
    BOOST_TEST(!line.save_in_sent);
}

BOOST_AUTO_TEST_CASE(plain_values_are_percent_decoded)
{
    auto const line = parsed("Cmd=Ping&User=dom%5Cj%C3%B6rg%40x+y&DeviceId=d&DeviceType=Smart%20Phone");
    BOOST_TEST(line.user == "dom\\j\xC3\xB6rg@x+y");
    BOOST_TEST(line.device_type == "Smart Phone");
    BOOST_TEST(parsed("Cmd=Ping&User=a=b&DeviceId=d&DeviceType=t").user == "a=b");
}

BOOST_AUTO_TEST_CASE(a_command_that_we_do_not_know_keeps_its_name)
{
    BOOST_TEST(parsed("Cmd=Dance&User=u&DeviceId=d&DeviceType=t").command == "Dance");
    BOOST_TEST(parsed(Base64Query{.command = "\x63"}.text()).command == "code 99");
    BOOST_TEST(parsed("Cmd=find&User=u&DeviceId=d&DeviceType=t").command == "Find");
}

BOOST_AUTO_TEST_CASE(plain_errors_name_the_field)
{
    struct {
        std::string_view query, error;
    } const examples[] = {
        {"", "query: missing"},
        {"User=u&DeviceId=d&DeviceType=t", "Cmd: missing"},
        {"Cmd=&DeviceId=d&DeviceType=t", "Cmd: missing"},
        {"Cmd=Sync&User=u&DeviceType=t", "DeviceId: missing"},
        {"Cmd=Sync&DeviceId&DeviceType=t", "DeviceId: missing"},
        {"Cmd=Sync&DeviceId=&DeviceType=t", "DeviceId: missing"},
        {"Cmd=Sync&DeviceId=d", "DeviceType: missing"},
        {"Cmd=Sync&DeviceId=a-b&DeviceType=t", "DeviceId: not only letters and digits"},
        {"Cmd=Sync&DeviceId=a%2Fb&DeviceType=t", "DeviceId: not only letters and digits"},
        {"Cmd=Sync&DeviceId=..&DeviceType=t", "DeviceId: not only letters and digits"},
        {"Cmd=Sync&DeviceId=%C3%A4&DeviceType=t", "DeviceId: not only letters and digits"},
        {"Cmd=Sync&DeviceId=validate&DeviceType=t", "DeviceId: names no device: validate"},
        {"Cmd=Sync&DeviceId=123456789012345678901234567890123&DeviceType=t",
         "DeviceId: longer than 32 characters"},
        {"Cmd=Sync&DeviceId=a%2&DeviceType=t", "DeviceId: a wrong %-escape"},
        {"Cmd=Sync&DeviceId=a&DeviceType=t&User=%", "User: a wrong %-escape"},
        {"Cmd=Sync&DeviceId=a%00&DeviceType=t", "DeviceId: control characters"},
        {"Cmd=Sync&DeviceId=a&DeviceType=t&User=a%0Ab", "User: control characters"},
        {"Cmd=Sync&DeviceId=a&DeviceId=b&DeviceType=t", "DeviceId: given twice"},
        {"Cmd=Sync&DeviceId=a&cmd=Ping&DeviceType=t", "Cmd: given twice"},
    };
    for (auto const &[query, error] : examples)
        BOOST_TEST_CONTEXT(query)
        {
            BOOST_TEST(fault(query) == error);
        }
}

BOOST_AUTO_TEST_CASE(a_faulty_device_id_is_not_handed_on)
{
    auto const line = parsed("Cmd=Sync&DeviceId=../../x&DeviceType=t");
    BOOST_TEST(line.device_fault == "DeviceId: not only letters and digits");
    BOOST_TEST(line.device_id.empty());
    BOOST_TEST(line.command == "Sync");
}

BOOST_AUTO_TEST_CASE(a_field_given_twice_with_one_value_is_accepted)
{
    BOOST_TEST(parsed("Cmd=Sync&DeviceId=a&DeviceId=a&DeviceType=t").device_id == "a");
}

BOOST_AUTO_TEST_CASE(device_ids_have_up_to_32_letters_and_digits)
{
    for (std::string const &id : {"a"s, "0"s, "ApplDNQJ3Q1HDTWF"s, std::string(32, 'Z')}) {
        BOOST_TEST(parsed("Cmd=Sync&DeviceType=t&DeviceId=" + id).device_id == id);
        std::string const field = static_cast<char>(id.size()) + id;
        BOOST_TEST(parsed(Base64Query{.device_id = field}.text()).device_id == id);
    }
}

BOOST_AUTO_TEST_CASE(every_command_code_has_its_name)
{
    struct {
        int code;
        std::string_view name;
    } const codes[] = {
        {0, "Sync"},
        {1, "SendMail"},
        {2, "SmartForward"},
        {3, "SmartReply"},
        {4, "GetAttachment"},
        {5, "GetHierarchy"},
        {9, "FolderSync"},
        {10, "FolderCreate"},
        {11, "FolderDelete"},
        {12, "FolderUpdate"},
        {13, "MoveItems"},
        {14, "GetItemEstimate"},
        {15, "MeetingResponse"},
        {16, "Search"},
        {17, "Settings"},
        {18, "Ping"},
        {19, "ItemOperations"},
        {20, "Provision"},
        {21, "ResolveRecipients"},
        {22, "ValidateCert"},
    };
    for (auto const &[code, name] : codes)
        BOOST_TEST(parsed(Base64Query{.command = std::string(1, static_cast<char>(code))}.text()).command ==
                   name);
}

BOOST_AUTO_TEST_CASE(base64_numbers_have_their_lowest_byte_first)
{
    auto const line = parsed(
        Base64Query{.version = "\xA1", .locale = "\x07\x04", .policy_key = "\x04\x78\x56\x34\xF2"}.text());
    BOOST_TEST((line.version == v16_1));
    BOOST_TEST(line.locale.value() == 0x0407);
    BOOST_TEST(line.policy_key.value() == 0xF2345678);
}

BOOST_AUTO_TEST_CASE(base64_parameters_reach_their_fields)
{
    auto const line = parsed(Base64Query{.parameters = "\0\1a"
                                                       "\1\1b\2\1c\3\1d\4\1e\5\1f\6\1g"
                                                       "\7\1\3"
                                                       "\x08\1u"
                                                       "\x63\2zz"
                                                       "\1\0"s}
                                 .text());
    BOOST_TEST(line.attachment_name == "a");
    BOOST_TEST(line.collection_id.empty()); // the last one counts
    BOOST_TEST(line.collection_name == "c");
    BOOST_TEST(line.item_id == "d");
    BOOST_TEST(line.long_id == "e");
    BOOST_TEST(line.parent_id == "f");
    BOOST_TEST(line.occurrence == "g");
    BOOST_TEST(line.user == "u");
    BOOST_TEST(line.save_in_sent);
    BOOST_TEST(line.accept_multi_part);
}

BOOST_AUTO_TEST_CASE(options_are_bits)
{
    struct {
        std::string_view options;
        bool save_in_sent, accept_multi_part;
    } const examples[] = {{"\7\1\1", true, false},
                          {"\7\1\2", false, true},
                          {{"\7\1\0", 3}, false, false},
                          {"\7\1\xFC", false, false}};
    for (auto const &[options, save_in_sent, accept_multi_part] : examples) {
        auto const line = parsed(Base64Query{.parameters = std::string(options)}.text());
        BOOST_TEST(line.save_in_sent == save_in_sent);
        BOOST_TEST(line.accept_multi_part == accept_multi_part);
    }
}

BOOST_AUTO_TEST_CASE(a_guid_as_device_id_becomes_hexadecimal)
{
    auto const guid = test::bytes("10 00112233445566778899AABBCCDDEEFF");
    BOOST_TEST(parsed(Base64Query{.device_id = guid}.text()).device_id == "00112233445566778899aabbccddeeff");
}

BOOST_AUTO_TEST_CASE(base64_comes_in_every_alphabet)
{
    // Values that need both of the last two digits of the alphabet, with each length of padding.
    for (std::string const &value :
         {"\x03\xFB\xEF\xFF"s, "\x04\xFF\xFB\xEF\xFF"s, "\x05z\xFB\xEF\xFF\xBE"s}) {
        std::string const standard = Base64Query{.parameters = "\3" + value}.text();
        auto const variant = [&](auto... replacements) {
            std::string text = standard;
            auto const replace = [&](std::pair<char, std::string> const &each) {
                std::string changed;
                for (char const c : text)
                    changed += c == each.first ? each.second : std::string(1, c);
                text = changed;
            };
            (replace(replacements), ...);
            return text;
        };
        using Each = std::pair<char, std::string>;
        for (std::string const &query :
             {standard, variant(Each{'+', "%2B"}, Each{'/', "%2f"}, Each{'=', "%3D"}),
              variant(Each{'+', "-"}, Each{'/', "_"}), variant(Each{'=', ""}),
              variant(Each{'+', "-"}, Each{'/', "_"}, Each{'=', ""}), variant(Each{'+', " "})})
            BOOST_TEST_CONTEXT(query)
            {
                BOOST_TEST(parsed(query).item_id == value.substr(1));
            }
    }
}

BOOST_AUTO_TEST_CASE(base64_errors_name_the_field)
{
    struct {
        std::string query, error;
    } const examples[] = {
        {"x", "query: neither plain nor base64"},
        {"%", "query: a wrong %-escape"},
        {"Sync", "base64 query: ends before the device id"},
        {"jAAJBA==", "base64 query: ends before the device id"},
        {Base64Query{.device_id = "\0"s}.text(), "DeviceId: missing"},
        {Base64Query{.device_id = "\x21" + std::string(33, 'a')}.text(),
         "DeviceId: longer than 32 characters"},
        {Base64Query{.device_id = "\3a/b"}.text(), "DeviceId: not only letters and digits"},
        {Base64Query{.policy_key = "\1\1"}.text(), "policy key: its length is neither 0 nor 4"},
        {Base64Query{.policy_key = "\5abcde"}.text(), "policy key: its length is neither 0 nor 4"},
        {Base64Query{.policy_key = "\4ab", .device_type = ""}.text(), "policy key: ends too early"},
        {Base64Query{.policy_key = "", .device_type = ""}.text(),
         "policy key: its length is neither 0 nor 4"},
        {Base64Query{.device_type = ""}.text(), "DeviceType: ends too early"},
        {Base64Query{.device_type = "\0"s}.text(), "DeviceType: missing"},
        {Base64Query{.device_type = "\1\n"}.text(), "DeviceType: control characters"},
        {Base64Query{.parameters = "\1"}.text(), "command parameters: end too early"},
        {Base64Query{.parameters = "\1\2a"}.text(), "command parameters: end too early"},
        {Base64Query{.parameters = "\7\2ab"}.text(), "Options: not one byte"},
        {Base64Query{.parameters = "\x08\1\n"}.text(), "User: control characters"},
    };
    for (auto const &[query, error] : examples)
        BOOST_TEST_CONTEXT(query)
        {
            BOOST_TEST(fault(query) == error);
        }
}

BOOST_AUTO_TEST_CASE(a_base64_query_cut_anywhere_does_no_harm)
{
    std::string const bytes = Base64Query{.policy_key = "\4abcd", .parameters = "\1\3abc\7\1\1"}.bytes();
    for (size_t length = 0; length <= bytes.size(); length++)
        BOOST_TEST_CONTEXT(length)
        {
            auto const line = parse_query(base64_encode(bytes.substr(0, length)));
            // It may end after the device type and after each parameter.
            bool const is_whole = length == 31 || length == 36 || length == 39;
            BOOST_TEST(static_cast<bool>(line) == is_whole);
        }
}

BOOST_AUTO_TEST_SUITE_END()

// See contact-map.h.
#include "mapping/contact-map.h"
#include "base/text.h"
#include <algorithm>
#include <map>
#include <span>

namespace eas {

namespace {

// The same as conf.d/ldap/contacts.map but for its comments.
constexpr std::string_view standard_text = R"(create-class inetOrgPerson
auxiliary-class easContact
naming-attribute uid
exact-attribute easExactValue
Title easNamePrefix personalTitle
FirstName givenName
MiddleName easMiddleName
LastName sn
Suffix generationQualifier (apple-namesuffix)
YomiFirstName easYomiFirstName
YomiLastName easYomiLastName
YomiCompanyName easYomiCompanyName
NickName easNickname mozillaNickname (apple-nickname)
FileAs easFileAs fileAs (displayName) (cn)
CompanyName o (apple-company)
Department ou departmentNumber
JobTitle title
OfficeLocation physicalDeliveryOfficeName roomNumber
ManagerName easManagerName managerName (manager=) apple-relationships:manager
AssistantName easAssistantName assistantName (secretary=) apple-relationships:assistant
Spouse easSpouse spouseName apple-relationships:spouse
Email1Address mail[1]
Email2Address mail[2] mozillaSecondEmail apple-emailcontacts:home
Email3Address mail[3] apple-emailcontacts:work
IMAddress easIMAddress nsAIMid (apple-imhandle[1])
IMAddress2 easIMAddress2 (apple-imhandle[2])
IMAddress3 easIMAddress3 (apple-imhandle[3])
MMS easMMSAddress
WebPage labeledURI mozillaWorkUrl mozillaHomeUrl
BusinessPhoneNumber telephoneNumber[1] apple-phonecontacts:work
Business2PhoneNumber telephoneNumber[2]
BusinessFaxNumber facsimileTelephoneNumber apple-phonecontacts:work_fax
HomePhoneNumber homePhone[1] apple-phonecontacts:home
Home2PhoneNumber homePhone[2]
HomeFaxNumber easHomeFaxNumber homeFacsimileTelephoneNumber apple-phonecontacts:home_fax
MobilePhoneNumber mobile apple-phonecontacts:mobile
CarPhoneNumber easCarPhone carPhone
RadioPhoneNumber easRadioPhone radio
PagerNumber pager apple-phonecontacts:pager
AssistantPhoneNumber easAssistantPhone assistantPhone
CompanyMainPhone easCompanyMainPhone companyPhone apple-phonecontacts:main
BusinessAddressStreet street+mozillaWorkStreet2 postalAddress$ apple-postaladdresses:work (postOfficeBox)
BusinessAddressCity l
BusinessAddressState st
BusinessAddressPostalCode postalCode
BusinessAddressCountry co c
HomeAddressStreet easHomeStreet mozillaHomeStreet+mozillaHomeStreet2 homePostalAddress$ apple-postaladdresses:home
HomeAddressCity easHomeCity mozillaHomeLocalityName
HomeAddressState easHomeState mozillaHomeState
HomeAddressPostalCode easHomePostalCode mozillaHomePostalCode
HomeAddressCountry easHomeCountry mozillaHomeCountryName
OtherAddressStreet easOtherStreet otherPostalAddress$ apple-postaladdresses:other
OtherAddressCity easOtherCity
OtherAddressState easOtherState
OtherAddressPostalCode easOtherPostalCode
OtherAddressCountry easOtherCountry
AccountName easAccountName
CustomerId easCustomerId
GovernmentId easGovernmentId
Birthday easBirthday birthDate (apple-birthday)
Anniversary easAnniversary anniversary
Picture jpegPhoto
Categories easCategory category
Children easChild apple-relationships:child
Notes description note
)";

Error wrong(size_t line, std::string const &what)
{
    return {ErrorKind::bad_request, "contact map, line " + std::to_string(line) + ": " + sanitize_utf8(what)};
}

bool is_property(std::string_view name)
{
    auto const named = [&](auto const &row) { return local_name(row.tag) == name; };
    return name == "Notes" || std::ranges::any_of(contact_texts, named) ||
           std::ranges::any_of(contact_lists, named);
}

bool is_attribute_name(std::string_view name)
{
    return !name.empty() && std::ranges::all_of(name, [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' ||
               c == '.' || c == ';';
    });
}

/// Nothing if `word` is none.
std::optional<AttributePlace> parse_place(std::string_view word)
{
    AttributePlace place;
    if (word.starts_with('(') && word.ends_with(')')) {
        place.read_only = true;
        word = word.substr(1, word.size() - 2);
    }
    if (word.ends_with('$')) {
        place.is_postal = true;
        word.remove_suffix(1);
    }
    if (word.ends_with('=')) {
        place.is_dn = place.read_only = true; // nobody knows the DN of what a phone writes
        word.remove_suffix(1);
    }
    if (auto const bracket = word.find('['); bracket != word.npos && word.ends_with(']')) {
        auto const number = parse_unsigned(word.substr(bracket + 1, word.size() - bracket - 2));
        if (!number || *number < 1 || *number > 100)
            return std::nullopt;
        place.is_numbered = true;
        place.position = *number - 1;
        word = word.substr(0, bracket);
    }
    if (auto const colon = word.find(':'); colon != word.npos) {
        place.label = word.substr(colon + 1);
        std::ranges::replace(place.label, '_', ' ');
        place.read_only = true; // other labels and their order are the other program's
        word = word.substr(0, colon);
    }
    if (auto const plus = word.find('+'); plus != word.npos) {
        place.second_line = word.substr(plus + 1);
        word = word.substr(0, plus);
    }
    place.attribute = word;
    bool const is_valid =
        is_attribute_name(word) && (place.second_line.empty() || is_attribute_name(place.second_line));
    return is_valid ? std::optional(place) : std::nullopt;
}

std::vector<std::string_view> words_of(std::string_view line)
{
    std::vector<std::string_view> words;
    for (auto const part : split(line, ' '))
        for (auto const word : split(part, '\t'))
            if (!trim(word).empty())
                words.push_back(trim(word));
    return words;
}

/// Whether the first word is one of a map's own lines.
bool read_setting(ContactMap &map, std::vector<std::string_view> const &words)
{
    if (words[0] == "create-class" || words[0] == "auxiliary-class") {
        for (auto const word : std::span(words).subspan(1)) {
            map.create_classes.emplace_back(word);
            if (words[0] == "auxiliary-class")
                map.auxiliary_classes.emplace_back(word);
        }
        return true;
    }
    auto *const target = words[0] == "naming-attribute"  ? &map.naming_attribute
                         : words[0] == "exact-attribute" ? &map.exact_attribute
                                                         : nullptr;
    if (target)
        *target = words.size() > 1 ? words[1] : "";
    return target != nullptr;
}

} // namespace

std::vector<AttributePlace> const &ContactMap::places(std::string_view property) const
{
    static std::vector<AttributePlace> const none;
    auto const row = std::ranges::find(rows, property, &ContactMapRow::property);
    return row == rows.end() ? none : row->places;
}

std::string_view property_name(ContactText const &text)
{
    return local_name(text.tag);
}

ContactMap const &standard_contact_map()
{
    static ContactMap const map = *parse_contact_map(standard_text);
    return map;
}

Result<ContactMap> parse_contact_map(std::string_view text)
{
    ContactMap map;
    size_t number = 0;
    for (auto const line : split(text, '\n')) {
        ++number;
        auto const words = words_of(line);
        if (words.empty() || words[0].starts_with('#') || read_setting(map, words))
            continue;
        if (!is_property(words[0]))
            return wrong(number, std::string(words[0]) + " is no property of contacts");
        if (!map.places(words[0]).empty())
            return wrong(number, std::string(words[0]) + " was there before");
        ContactMapRow row{std::string(words[0]), {}};
        for (auto const word : std::span(words).subspan(1)) {
            auto place = parse_place(word);
            if (!place)
                return wrong(number, std::string(word) + " is no attribute");
            row.places.push_back(std::move(*place));
        }
        map.rows.push_back(std::move(row));
    }
    if (map.create_classes.empty() || map.naming_attribute.empty())
        return wrong(number, "create-class and naming-attribute are missing");
    return map;
}

} // namespace eas

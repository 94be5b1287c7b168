// A contact as Sync, ItemOperations and Search write it and Sync's Add and Change read it. MS-ASCNTC 2.2.2.
// Absent members are not sent; in a request they are ghosted or stay as they are, and empty ones are removed.
#pragma once
#include "items/email.h"
#include "schema/schema.h"
#include <array>
#include <optional>
#include <string>
#include <tuple>
#include <vector>

namespace eas {

struct Contact {
    using Text = std::optional<std::string>;

    Text title, first_name, middle_name, last_name, suffix;  ///< title: what precedes the name ("Dr.")
    Text yomi_first_name, yomi_last_name, yomi_company_name; ///< phonetic
    Text nick_name, file_as;                                 ///< file_as: what the contact is sorted by
    Text company_name, department, job_title, office_location;
    Text manager_name, assistant_name, spouse;
    Text email1_address, email2_address, email3_address;
    Text im_address, im_address2, im_address3, mms, web_page;
    Text business_phone_number, business2_phone_number, business_fax_number;
    Text home_phone_number, home2_phone_number, home_fax_number;
    Text mobile_phone_number, car_phone_number, radio_phone_number, pager_number;
    Text assistant_phone_number, company_main_phone;
    Text business_street, business_city, business_state, business_postal_code, business_country;
    Text home_street, home_city, home_state, home_postal_code, home_country;
    Text other_street, other_city, other_state, other_postal_code, other_country;
    Text account_name, customer_id, government_id;
    /// Days: "1980-05-17T11:59:00.000Z". Only the date counts (MS-ASCNTC 2.2.2.3); mapping/contact-day.h.
    Text birthday, anniversary;
    Text picture; ///< base64, 48 KB at most: MS-ASCNTC 2.2.2.58
    std::optional<std::vector<std::string>> categories, children; ///< 300 at most
    std::optional<Body> body;                                     ///< notes
    std::optional<BodyType> native_body_type;
    Text alias;                       ///< of the recipient information cache only; 14.0 on
    std::optional<int> weighted_rank; ///< likewise
};

struct ContactText {
    Tag tag;
    Contact::Text Contact::*member;
};

/// The properties that are text on the wire. All of them can be ghosted.
inline constexpr std::array contact_texts{
    ContactText{Tag::Contacts_Anniversary, &Contact::anniversary},
    ContactText{Tag::Contacts_AssistantName, &Contact::assistant_name},
    ContactText{Tag::Contacts_AssistantPhoneNumber, &Contact::assistant_phone_number},
    ContactText{Tag::Contacts_Birthday, &Contact::birthday},
    ContactText{Tag::Contacts_Business2PhoneNumber, &Contact::business2_phone_number},
    ContactText{Tag::Contacts_BusinessAddressCity, &Contact::business_city},
    ContactText{Tag::Contacts_BusinessPhoneNumber, &Contact::business_phone_number},
    ContactText{Tag::Contacts_WebPage, &Contact::web_page},
    ContactText{Tag::Contacts_BusinessAddressCountry, &Contact::business_country},
    ContactText{Tag::Contacts_Department, &Contact::department},
    ContactText{Tag::Contacts_Email1Address, &Contact::email1_address},
    ContactText{Tag::Contacts_Email2Address, &Contact::email2_address},
    ContactText{Tag::Contacts_Email3Address, &Contact::email3_address},
    ContactText{Tag::Contacts_BusinessFaxNumber, &Contact::business_fax_number},
    ContactText{Tag::Contacts_FileAs, &Contact::file_as},
    ContactText{Tag::Contacts_FirstName, &Contact::first_name},
    ContactText{Tag::Contacts_MiddleName, &Contact::middle_name},
    ContactText{Tag::Contacts_HomeAddressCity, &Contact::home_city},
    ContactText{Tag::Contacts_HomeAddressCountry, &Contact::home_country},
    ContactText{Tag::Contacts_HomeFaxNumber, &Contact::home_fax_number},
    ContactText{Tag::Contacts_HomePhoneNumber, &Contact::home_phone_number},
    ContactText{Tag::Contacts_Home2PhoneNumber, &Contact::home2_phone_number},
    ContactText{Tag::Contacts_HomeAddressPostalCode, &Contact::home_postal_code},
    ContactText{Tag::Contacts_HomeAddressState, &Contact::home_state},
    ContactText{Tag::Contacts_HomeAddressStreet, &Contact::home_street},
    ContactText{Tag::Contacts_MobilePhoneNumber, &Contact::mobile_phone_number},
    ContactText{Tag::Contacts_Suffix, &Contact::suffix},
    ContactText{Tag::Contacts_CompanyName, &Contact::company_name},
    ContactText{Tag::Contacts_OtherAddressCity, &Contact::other_city},
    ContactText{Tag::Contacts_OtherAddressCountry, &Contact::other_country},
    ContactText{Tag::Contacts_CarPhoneNumber, &Contact::car_phone_number},
    ContactText{Tag::Contacts_OtherAddressPostalCode, &Contact::other_postal_code},
    ContactText{Tag::Contacts_OtherAddressState, &Contact::other_state},
    ContactText{Tag::Contacts_OtherAddressStreet, &Contact::other_street},
    ContactText{Tag::Contacts_PagerNumber, &Contact::pager_number},
    ContactText{Tag::Contacts_Title, &Contact::title},
    ContactText{Tag::Contacts_BusinessAddressPostalCode, &Contact::business_postal_code},
    ContactText{Tag::Contacts_LastName, &Contact::last_name},
    ContactText{Tag::Contacts_Spouse, &Contact::spouse},
    ContactText{Tag::Contacts_BusinessAddressState, &Contact::business_state},
    ContactText{Tag::Contacts_BusinessAddressStreet, &Contact::business_street},
    ContactText{Tag::Contacts_JobTitle, &Contact::job_title},
    ContactText{Tag::Contacts_YomiFirstName, &Contact::yomi_first_name},
    ContactText{Tag::Contacts_YomiLastName, &Contact::yomi_last_name},
    ContactText{Tag::Contacts_YomiCompanyName, &Contact::yomi_company_name},
    ContactText{Tag::Contacts_OfficeLocation, &Contact::office_location},
    ContactText{Tag::Contacts_RadioPhoneNumber, &Contact::radio_phone_number},
    ContactText{Tag::Contacts_Picture, &Contact::picture},
    ContactText{Tag::Contacts2_CustomerId, &Contact::customer_id},
    ContactText{Tag::Contacts2_GovernmentId, &Contact::government_id},
    ContactText{Tag::Contacts2_IMAddress, &Contact::im_address},
    ContactText{Tag::Contacts2_IMAddress2, &Contact::im_address2},
    ContactText{Tag::Contacts2_IMAddress3, &Contact::im_address3},
    ContactText{Tag::Contacts2_ManagerName, &Contact::manager_name},
    ContactText{Tag::Contacts2_CompanyMainPhone, &Contact::company_main_phone},
    ContactText{Tag::Contacts2_AccountName, &Contact::account_name},
    ContactText{Tag::Contacts2_NickName, &Contact::nick_name},
    ContactText{Tag::Contacts2_MMS, &Contact::mms},
};

struct ContactList {
    Tag tag, item_tag;
    std::optional<std::vector<std::string>> Contact::*member;
};

inline constexpr std::array contact_lists{
    ContactList{Tag::Contacts_Categories, Tag::Contacts_Category, &Contact::categories},
    ContactList{Tag::Contacts_Children, Tag::Contacts_Child, &Contact::children},
};

template <> struct Schema<Contact> {
    static constexpr auto properties = Rows{
        property(Tag::AirSyncBase_Body, &Contact::body),
        property(Tag::AirSyncBase_NativeBodyType, &Contact::native_body_type),
        std::apply([](auto const &...each) { return std::array{property(each.tag, each.member)...}; },
                   contact_texts),
        std::apply(
            [](auto const &...each) { return std::array{list(each.tag, each.item_tag, each.member)...}; },
            contact_lists),
        property(Tag::Contacts_Alias, &Contact::alias, since(v14_0)),
        property(Tag::Contacts_WeightedRank, &Contact::weighted_rank, since(v14_0)),
    };
};

} // namespace eas

#include "mapping/contact-ldap.h"
#include "support.h"
#include <gd.h>
#include <random>

using namespace eas;
using namespace eas::test;

namespace {

auto const &map = standard_contact_map();

Attributes written(ContactData const &data, Attributes const &entry = {})
{
    auto const result = with_contact(entry, data, map);
    BOOST_REQUIRE_EQUAL(error_of(result), "");
    return *result;
}

/// Over the 36 KB that phones are given.
std::string large_jpeg()
{
    gdImagePtr image = gdImageCreateTrueColor(300, 300);
    std::minstd_rand noise(1);
    for (int pixel = 0; pixel < 300 * 300; ++pixel)
        gdImageSetPixel(image, pixel % 300, pixel / 300, static_cast<int>(noise() & 0xffffff));
    int size = 0;
    void *bytes = gdImageJpegPtr(image, &size, 95);
    std::string result(static_cast<char *>(bytes), size);
    gdFree(bytes);
    gdImageDestroy(image);
    return result;
}

ContactData jane()
{
    ContactData data;
    data.contact.first_name = "Jane";
    data.contact.last_name = "Doe";
    return data;
}

std::string text(AttributeValues const &values)
{
    std::string joined;
    for (auto const &value : values)
        joined += (joined.empty() ? "" : "|") + value;
    return joined;
}

std::string text(Attributes const &entry, std::string_view name)
{
    return text(values_of(entry, name));
}

/// All properties with a value each of their own.
ContactData full()
{
    ContactData data;
    int number = 0;
    for (auto const &each : contact_texts)
        data.contact.*each.member = "value " + std::to_string(++number);
    data.contact.web_page = "https://example.org/a%20b c";
    data.contact.birthday = "1980-05-17T11:59:00.000Z";
    data.contact.anniversary = "2001-02-28T11:59:00.000Z";
    data.contact.picture = base64_encode("\xff\xd8\xff\xe0picture");
    data.contact.categories = {"family", "Überraschung"};
    data.contact.children = {"Tim", "Tom"};
    data.notes = "two\nlines";
    return data;
}

void check_same(ContactData const &a, ContactData const &b)
{
    for (auto const &each : contact_texts)
        BOOST_CHECK_MESSAGE(a.contact.*each.member == b.contact.*each.member,
                            local_name(each.tag) << ": " << (a.contact.*each.member).value_or("absent")
                                                 << " / " << (b.contact.*each.member).value_or("absent"));
    BOOST_CHECK(a.contact.categories == b.contact.categories);
    BOOST_CHECK(a.contact.children == b.contact.children);
    BOOST_CHECK(a.notes == b.notes);
}

} // namespace

BOOST_AUTO_TEST_SUITE(contact_ldap)

BOOST_AUTO_TEST_CASE(every_property_is_kept)
{
    check_same(contact_of(written(full()), map), full());
}

BOOST_AUTO_TEST_CASE(every_property_can_be_removed_alone)
{
    auto const entry = written(full());
    for (auto const &each : contact_texts) {
        ContactData change;
        change.contact.*each.member = "";
        auto expected = full();
        (expected.contact.*each.member).reset();
        auto after = contact_of(written(change, entry), map);
        if (each.tag == Tag::Contacts_FileAs)
            after.contact.file_as.reset(); // then it is the name
        check_same(after, expected);
    }
}

BOOST_AUTO_TEST_CASE(a_change_touches_nothing_else)
{
    auto entry = written(full());
    entry["mail"].insert(entry["mail"].end(), {"fourth@example.org", "fifth@example.org"});
    entry["seeAlso"] = {"cn=other"};
    entry["o"].emplace_back("second company");
    ContactData change;
    change.contact.mobile_phone_number = "+49 170 1";
    auto expected = entry;
    expected["mobile"] = {"+49 170 1"};
    BOOST_CHECK(written(change, entry) == expected);
    BOOST_CHECK(written(ContactData(), entry) == entry);
    BOOST_CHECK(written(full(), entry) == entry);
}

BOOST_AUTO_TEST_CASE(a_new_entry_is_what_other_programs_expect)
{
    auto data = jane();
    data.contact.email1_address = "jane@example.org";
    data.contact.email2_address = "doe@example.org";
    data.contact.birthday = "1980-05-16T22:00:00.000Z";
    auto const entry = written(data);
    BOOST_CHECK_EQUAL(text(entry, "objectClass"), "inetOrgPerson|easContact");
    BOOST_CHECK_EQUAL(text(entry, "cn"), "Jane Doe");
    BOOST_CHECK_EQUAL(text(entry, "displayName"), "Jane Doe");
    BOOST_CHECK_EQUAL(text(entry, "sn"), "Doe");
    BOOST_CHECK_EQUAL(text(entry, "mail"), "jane@example.org|doe@example.org");
    BOOST_CHECK_EQUAL(text(entry, "easBirthday"), "1980-05-17");
    BOOST_CHECK_EQUAL(text(entry, "easExactValue"), "");
}

BOOST_AUTO_TEST_CASE(a_contact_without_a_last_name_has_none)
{
    ContactData data;
    data.contact.company_name = "ACME";
    auto const entry = written(data);
    BOOST_CHECK_EQUAL(text(entry, "cn"), "ACME");
    BOOST_CHECK_EQUAL(text(entry, "sn"), "ACME"); // the schema demands one
    BOOST_CHECK(!contact_of(entry, map).contact.last_name);

    ContactData change;
    change.contact.company_name = "Ajax";
    auto const changed = written(change, entry);
    BOOST_CHECK_EQUAL(text(changed, "sn"), "Ajax");
    BOOST_CHECK(!contact_of(changed, map).contact.last_name);

    auto by_others = changed; // who set a real one
    by_others["sn"] = {"Hector"};
    BOOST_CHECK_EQUAL(contact_of(by_others, map).contact.last_name.value_or(""), "Hector");
    BOOST_CHECK_EQUAL(text(written(ContactData()), "cn"), "?");
}

BOOST_AUTO_TEST_CASE(numbered_values_keep_their_numbers)
{
    auto data = jane();
    data.contact.email2_address = "second@example.org";
    data.contact.home2_phone_number = "2";
    auto const entry = written(data);
    BOOST_CHECK_EQUAL(text(entry, "mail"), "second@example.org"); // where all programs find it
    BOOST_CHECK_EQUAL(text(entry, "easExactValue"), "Email1Address |Home2PhoneNumber 2");
    auto const contact = contact_of(entry, map).contact;
    BOOST_CHECK(!contact.email1_address);
    BOOST_CHECK_EQUAL(contact.email2_address.value_or(""), "second@example.org");
    BOOST_CHECK_EQUAL(contact.home2_phone_number.value_or(""), "2");

    auto by_others = entry; // what another program adds is seen
    by_others["mail"].emplace_back("new@example.org");
    auto const seen = contact_of(by_others, map).contact;
    BOOST_CHECK_EQUAL(seen.email2_address.value_or("") + ' ' + seen.email3_address.value_or(""),
                      "second@example.org new@example.org");
}

BOOST_AUTO_TEST_CASE(a_number_that_ldap_does_not_admit_is_kept)
{
    auto data = jane();
    data.contact.business_phone_number = "*31#123";
    data.contact.business2_phone_number = "+49 1";
    data.contact.mobile_phone_number = "#21#";
    data.contact.email1_address = "jürgen@example.org";
    auto const entry = written(data);
    BOOST_CHECK_EQUAL(text(entry, "telephoneNumber"), "+49 1");
    BOOST_CHECK_EQUAL(text(entry, "mobile"), "");
    BOOST_CHECK_EQUAL(text(entry, "mail"), "");
    auto const read = contact_of(entry, map).contact;
    BOOST_CHECK_EQUAL(read.business_phone_number.value_or(""), "*31#123");
    BOOST_CHECK_EQUAL(read.business2_phone_number.value_or(""), "+49 1");
    BOOST_CHECK_EQUAL(read.mobile_phone_number.value_or(""), "#21#");
    BOOST_CHECK_EQUAL(read.email1_address.value_or(""), "jürgen@example.org");

    auto by_others = entry;
    by_others["mobile"] = {"+49 170"};
    BOOST_CHECK_EQUAL(contact_of(by_others, map).contact.mobile_phone_number.value_or(""), "+49 170");
    ContactData change;
    change.contact.mobile_phone_number = "+49 171";
    BOOST_CHECK_EQUAL(text(written(change, entry), "mobile"), "+49 171");
    BOOST_CHECK_EQUAL(contact_of(written(change, entry), map).contact.business_phone_number.value_or(""),
                      "*31#123");
}

BOOST_AUTO_TEST_CASE(thunderbirds_entries_are_read_and_written_where_it_looks)
{
    Attributes const entry = {{"objectClass", {"inetOrgPerson", "mozillaAbPersonAlpha"}},
                              {"cn", {"Jane Doe"}},
                              {"sn", {"Doe"}},
                              {"givenName", {"Jane"}},
                              {"mozillaNickname", {"Janie"}},
                              {"mail", {"jane@example.org"}},
                              {"mozillaSecondEmail", {"doe@example.org"}},
                              {"mozillaHomeStreet", {"1 Road"}},
                              {"mozillaHomeLocalityName", {"Town"}},
                              {"mozillaWorkUrl", {"https://example.org"}},
                              {"nsAIMid", {"jane1"}}};
    auto const contact = contact_of(entry, map).contact;
    BOOST_CHECK_EQUAL(contact.nick_name.value_or(""), "Janie");
    BOOST_CHECK_EQUAL(contact.email2_address.value_or(""), "doe@example.org");
    BOOST_CHECK_EQUAL(contact.home_street.value_or("") + ", " + contact.home_city.value_or(""),
                      "1 Road, Town");
    BOOST_CHECK_EQUAL(contact.web_page.value_or(""), "https://example.org");
    BOOST_CHECK_EQUAL(contact.im_address.value_or(""), "jane1");

    ContactData change;
    change.contact.nick_name = "Jay";
    change.contact.email2_address = "new@example.org";
    auto const changed = written(change, entry);
    BOOST_CHECK_EQUAL(text(changed, "mozillaNickname"), "Jay");
    BOOST_CHECK_EQUAL(text(changed, "mozillaSecondEmail"), "new@example.org");
    BOOST_CHECK_EQUAL(text(changed, "mail"), "jane@example.org");
    BOOST_CHECK_EQUAL(text(changed, "objectClass"), "inetOrgPerson|mozillaAbPersonAlpha"); // needs no more
    change.contact.spouse = "John";
    BOOST_CHECK_EQUAL(text(written(change, entry), "objectClass"),
                      "inetOrgPerson|mozillaAbPersonAlpha|easContact");
}

BOOST_AUTO_TEST_CASE(a_manager_that_is_an_entry_is_shown_by_name)
{
    for (auto const &[dn, name] :
         {std::pair{"cn=Ann\\2C A.+uid=7,ou=people,dc=x", "Ann, A."},
          std::pair{"CN=Ann\\, B\\C3\\A4r,dc=x", "Ann, B\303\244r"}, std::pair{"uid=ann", "ann"},
          std::pair{"no dn", ""}, std::pair{"cn=a\\", "a\\"}}) {
        Attributes const entry = {{"cn", {"Jane"}}, {"sn", {"Doe"}}, {"manager", {dn}}};
        BOOST_CHECK_EQUAL(contact_of(entry, standard_contact_map()).contact.manager_name.value_or(""), name);
    }
}

BOOST_AUTO_TEST_CASE(a_blank_in_a_web_page_does_not_end_it)
{
    ContactData change;
    change.contact.web_page = "https://example.org/a b%20c";
    auto const entry = written(change);
    BOOST_CHECK_EQUAL(text(entry, "labeledURI"), "https://example.org/a%20b%20c");
    BOOST_CHECK_EQUAL(contact_of(entry, map).contact.web_page.value_or(""), "https://example.org/a b%20c");
    auto edited = entry;
    edited["labeledURI"] = {"https://example.org/other home page"};
    BOOST_CHECK_EQUAL(contact_of(edited, map).contact.web_page.value_or(""), "https://example.org/other");
    change.contact.web_page = "https://example.org/new";
    BOOST_CHECK_EQUAL(text(written(change, edited), "labeledURI"), "https://example.org/new");
}

BOOST_AUTO_TEST_CASE(apples_entries_are_read_and_its_attributes_stay)
{
    Attributes const apple = {{"cn", {"Jane Doe"}},
                              {"sn", {"Doe"}},
                              {"apple-namesuffix", {"PhD"}},
                              {"apple-nickname", {"Janie"}},
                              {"apple-company", {"Apples"}},
                              {"apple-imhandle", {"AIM:jane"}},
                              {"apple-birthday", {"19800517120000Z"}},
                              {"labeledURI", {"https://example.org"}}};
    auto const contact = contact_of(apple, map).contact;
    BOOST_CHECK_EQUAL(contact.suffix.value_or(""), "PhD");
    BOOST_CHECK_EQUAL(contact.nick_name.value_or(""), "Janie");
    BOOST_CHECK_EQUAL(contact.company_name.value_or(""), "Apples");
    BOOST_CHECK_EQUAL(contact.im_address.value_or(""), "AIM:jane");
    BOOST_CHECK_EQUAL(contact.birthday.value_or(""), "1980-05-17T11:59:00.000Z");
    BOOST_CHECK_EQUAL(contact.web_page.value_or(""), "https://example.org");
    ContactData change;
    change.contact.company_name = "Pears";
    auto const changed = written(change, apple);
    BOOST_CHECK_EQUAL(text(changed, "apple-company"), "Apples");
    BOOST_CHECK_EQUAL(contact_of(changed, map).contact.company_name.value_or(""), "Pears");
}

/// What another program wrote, and its attribute after a phone wrote the property.
struct Foreign {
    char const *attribute;
    AttributeValues values;
    Contact::Text Contact::*member;
    std::string shown, change;
    AttributeValues after;
};

void check(Foreign const &row, char const *object_class)
{
    BOOST_TEST_CONTEXT(row.attribute << " = " << text(row.values))
    {
        Attributes const entry = {{"objectClass", {"inetOrgPerson", object_class}},
                                  {"cn", {"Jane Doe"}},
                                  {"sn", {"Doe"}},
                                  {"givenName", {"Jane"}},
                                  {"unknown", {"stays", "too"}},
                                  {row.attribute, row.values}};
        BOOST_CHECK_EQUAL((contact_of(entry, map).contact.*row.member).value_or(""), row.shown);
        ContactData change;
        change.contact.*row.member = row.change;
        auto const changed = written(change, entry);
        BOOST_CHECK_EQUAL(text(changed, row.attribute), text(row.after));
        BOOST_CHECK_EQUAL(text(changed, "unknown"), "stays|too");
        BOOST_CHECK_EQUAL((contact_of(changed, map).contact.*row.member).value_or(""), row.change);
        // what the phone sends back unchanged changes nothing
        BOOST_CHECK(written(contact_of(entry, map), entry) == entry);
    }
}

BOOST_AUTO_TEST_CASE(each_attribute_of_thunderbird_goes_both_ways)
{
    for (Foreign const &row : std::vector<Foreign>{
             {"mozillaNickname", {"Janie"}, &Contact::nick_name, "Janie", "Jay", {"Jay"}},
             {"mozillaSecondEmail", {"2@x"}, &Contact::email2_address, "2@x", "3@x", {"3@x"}},
             {"nsAIMid", {"jane1"}, &Contact::im_address, "jane1", "jane2", {"jane2"}},
             {"mozillaHomeStreet", {"1 Road"}, &Contact::home_street, "1 Road", "2 Road\nB", {"2 Road\nB"}},
             {"mozillaHomeStreet2", {"Flat 3"}, &Contact::home_street, "Flat 3", "2 Road\nB\nC", {"B\nC"}},
             {"mozillaHomeLocalityName", {"Town"}, &Contact::home_city, "Town", "City", {"City"}},
             {"mozillaHomeState", {"NRW"}, &Contact::home_state, "NRW", "BW", {"BW"}},
             {"mozillaHomePostalCode", {"1"}, &Contact::home_postal_code, "1", "2", {"2"}},
             {"mozillaHomeCountryName", {"DE"}, &Contact::home_country, "DE", "France", {"France"}},
             {"mozillaWorkStreet2",
              {"Floor 3"},
              &Contact::business_street,
              "Floor 3",
              "1 Road\nFloor 4",
              {"Floor 4"}},
             {"mozillaWorkUrl",
              {"https://x/1"},
              &Contact::web_page,
              "https://x/1",
              "https://x/2",
              {"https://x/2"}},
             {"mozillaHomeUrl",
              {"https://x/1"},
              &Contact::web_page,
              "https://x/1",
              "https://x/2",
              {"https://x/2"}},
             {"c", {"DE"}, &Contact::business_country, "DE", "FR", {"FR"}},
             {"c", {"DE"}, &Contact::business_country, "DE", "France", {}}, // two letters only: RFC
                                                                            // 4517 3.3.4
             {"postOfficeBox", {"77"}, &Contact::business_street, "77", "1 Road", {"77"}},
             {"o", {"Inc."}, &Contact::company_name, "Inc.", "Ltd.", {"Ltd."}},
             {"ou", {"R"}, &Contact::department, "R", "D", {"D"}},
             {"description", {"a", "b"}, &Contact::title, "", "Dr.", {"a", "b"}},
             {"mozillaCustom1", {"free"}, &Contact::title, "", "Dr.", {"free"}},
             {"mozillaCustom4", {"free"}, &Contact::title, "", "Dr.", {"free"}},
             {"mozillaUseHtmlMail", {"TRUE"}, &Contact::title, "", "Dr.", {"TRUE"}},
             {"birthyear", {"1980"}, &Contact::title, "", "Dr.", {"1980"}}})
        check(row, "mozillaAbPersonAlpha");
}

BOOST_AUTO_TEST_CASE(each_attribute_of_evolution_goes_both_ways)
{
    for (Foreign const &row : std::vector<Foreign>{
             {"fileAs", {"Doe, Jane"}, &Contact::file_as, "Doe, Jane", "Jane", {"Jane"}},
             {"managerName", {"Boss"}, &Contact::manager_name, "Boss", "Chief", {"Chief"}},
             {"assistantName", {"Ann"}, &Contact::assistant_name, "Ann", "Ben", {"Ben"}},
             {"spouseName", {"John"}, &Contact::spouse, "John", "", {}},
             {"assistantPhone", {"1"}, &Contact::assistant_phone_number, "1", "2", {"2"}},
             {"companyPhone", {"1"}, &Contact::company_main_phone, "1", "2", {"2"}},
             {"carPhone", {"1"}, &Contact::car_phone_number, "1", "2", {"2"}},
             {"carPhone", {"1"}, &Contact::car_phone_number, "1", "*1#", {}}, // no telephone number of LDAP's
             {"radio", {"1"}, &Contact::radio_phone_number, "1", "2", {"2"}},
             {"homeFacsimileTelephoneNumber", {"1"}, &Contact::home_fax_number, "1", "2", {"2"}},
             {"telephoneNumber",
              {"1", "2", "3"},
              &Contact::business2_phone_number,
              "2",
              "4",
              {"1", "4", "3"}},
             {"homePhone", {"1", "2"}, &Contact::home_phone_number, "1", "3", {"3", "2"}},
             {"mail",
              {"a@x", "b@x", "c@x", "d@x"},
              &Contact::email3_address,
              "c@x",
              "e@x",
              {"a@x", "b@x", "e@x", "d@x"}},
             {"postalAddress",
              {"1 Road$Town"},
              &Contact::business_street,
              "1 Road\nTown",
              "2 \\Road\n$ Town",
              {"2 \\5CRoad$\\24 Town"}},
             {"homePostalAddress", {"1 Road$Town"}, &Contact::home_street, "1 Road\nTown", "", {}},
             {"otherPostalAddress",
              {"1 Road$Town"},
              &Contact::other_street,
              "1 Road\nTown",
              "2 Road",
              {"2 Road"}},
             {"birthDate",
              {"1980-05-17"},
              &Contact::birthday,
              "1980-05-17T11:59:00.000Z",
              "1981-05-17T11:59:00.000Z",
              {"1981-05-17"}},
             {"anniversary", {"2001-02-28"}, &Contact::anniversary, "2001-02-28T11:59:00.000Z", "", {}},
             {"roomNumber", {"7"}, &Contact::office_location, "7", "8", {"8"}},
             {"title", {"Engineer"}, &Contact::job_title, "Engineer", "Boss", {"Boss"}},
             {"businessRole", {"Boss"}, &Contact::title, "", "Dr.", {"Boss"}},
             {"primaryPhone", {"1"}, &Contact::title, "", "Dr.", {"1"}},
             {"otherFacsimileTelephoneNumber", {"1"}, &Contact::title, "", "Dr.", {"1"}},
             {"freeBusyURI", {"https://x"}, &Contact::title, "", "Dr.", {"https://x"}}})
        check(row, "evolutionPerson");
}

// Of DirectoryService's constants: "service:handle", "label:value", and a day in GMT.
BOOST_AUTO_TEST_CASE(each_attribute_of_apple_is_read_and_stays)
{
    for (Foreign const &row : std::vector<Foreign>{
             {"apple-imhandle",
              {"AIM:jo", "MSN:joe"},
              &Contact::im_address,
              "AIM:jo",
              "jane",
              {"AIM:jo", "MSN:joe"}},
             {"apple-imhandle",
              {"AIM:jo", "MSN:joe"},
              &Contact::im_address2,
              "MSN:joe",
              "jane",
              {"AIM:jo", "MSN:joe"}},
             {"apple-phonecontacts",
              {"home fax:1", "Home: 2"},
              &Contact::home_phone_number,
              "2",
              "3",
              {"home fax:1", "Home: 2"}},
             {"apple-phonecontacts",
              {"home fax:1", "home:2"},
              &Contact::home_fax_number,
              "1",
              "3",
              {"home fax:1", "home:2"}},
             {"apple-phonecontacts",
              {"work:1", "x"},
              &Contact::business_phone_number,
              "1",
              "3",
              {"work:1", "x"}},
             {"apple-phonecontacts", {"work fax:1"}, &Contact::business_fax_number, "1", "3", {"work fax:1"}},
             {"apple-phonecontacts", {"mobile:1"}, &Contact::mobile_phone_number, "1", "3", {"mobile:1"}},
             {"apple-phonecontacts", {"pager:1"}, &Contact::pager_number, "1", "3", {"pager:1"}},
             {"apple-phonecontacts", {"main:1"}, &Contact::company_main_phone, "1", "3", {"main:1"}},
             {"apple-emailcontacts",
              {"home:jo@x"},
              &Contact::email2_address,
              "jo@x",
              "jane@x",
              {"home:jo@x"}},
             {"apple-emailcontacts",
              {"work:jo@x"},
              &Contact::email3_address,
              "jo@x",
              "jane@x",
              {"work:jo@x"}},
             {"apple-postaladdresses",
              {"home:1 Road"},
              &Contact::home_street,
              "1 Road",
              "2 Road",
              {"home:1 Road"}},
             {"apple-relationships",
              {"brother:John", "spouse:Ann"},
              &Contact::spouse,
              "Ann",
              "Eve",
              {"brother:John", "spouse:Ann"}},
             {"apple-relationships", {"manager:Ann"}, &Contact::manager_name, "Ann", "Eve", {"manager:Ann"}},
             {"apple-relationships",
              {"assistant:Ann"},
              &Contact::assistant_name,
              "Ann",
              "Eve",
              {"assistant:Ann"}},
             {"apple-birthday",
              {"19800517000000Z"},
              &Contact::birthday,
              "1980-05-17T11:59:00.000Z",
              "1981-05-17T11:59:00.000Z",
              {"19800517000000Z"}},
             {"apple-company",
              {"Apples", "Fruit"},
              &Contact::company_name,
              "Apples",
              "Pears",
              {"Apples", "Fruit"}},
             {"apple-nickname", {"Jo", "Joey"}, &Contact::nick_name, "Jo", "Jay", {"Jo", "Joey"}},
             {"apple-namesuffix", {"Jr."}, &Contact::suffix, "Jr.", "Sr.", {"Jr."}}})
        check(row, "apple-user");
    Attributes const family = {{"cn", {"Jane"}},
                               {"apple-relationships", {"child:Tim", "child:Tom", "father:Ed"}}};
    BOOST_CHECK_EQUAL(text(contact_of(family, map).contact.children.value()), "Tim|Tom");
    ContactData change;
    change.contact.children = {"Tim"};
    auto const changed = written(change, family);
    BOOST_CHECK_EQUAL(text(changed, "apple-relationships"), "child:Tim|child:Tom|father:Ed");
    BOOST_CHECK_EQUAL(text(changed, "easChild"), "Tim");
}

BOOST_AUTO_TEST_CASE(a_whole_address_follows_its_parts)
{
    Attributes const entry = {{"cn", {"Jane"}},
                              {"street", {"1 Road"}},
                              {"l", {"Town"}},
                              {"postalCode", {"123"}},
                              {"postalAddress", {"1 Road$123 Town"}},
                              {"homePostalAddress", {"2 Road$Village"}}};
    BOOST_CHECK_EQUAL(contact_of(entry, map).contact.business_street.value_or(""), "1 Road");
    ContactData change;
    change.contact.business_city = "City";
    change.contact.business_country = "Land";
    change.contact.home_city = "Village";
    auto const changed = written(change, entry);
    BOOST_CHECK_EQUAL(text(changed, "postalAddress"), "1 Road$123 City$Land");
    BOOST_CHECK_EQUAL(text(changed, "homePostalAddress"), "2 Road$Village"); // is shown as the street
    ContactData gone;
    gone.contact.business_street = gone.contact.business_city = gone.contact.business_postal_code = "";
    BOOST_CHECK_EQUAL(text(written(gone, entry), "postalAddress"), "");
}

BOOST_AUTO_TEST_CASE(evolutions_entries_are_read)
{
    auto const contact = contact_of({{"cn", {"Jane Doe"}},
                                     {"fileAs", {"Doe, Jane"}},
                                     {"birthDate", {"1980-05-17"}},
                                     {"spouseName", {"John"}},
                                     {"managerName", {"Boss"}},
                                     {"category", {"friends"}},
                                     {"note", {"met in Rome"}},
                                     {"homePostalAddress", {"1 Road$Town \\24 5"}},
                                     {"labeledURI", {"https://example.org home page"}},
                                     {"carPhone", {"1"}}},
                                    map);
    BOOST_CHECK_EQUAL(contact.contact.file_as.value_or(""), "Doe, Jane");
    BOOST_CHECK_EQUAL(contact.contact.birthday.value_or(""), "1980-05-17T11:59:00.000Z");
    BOOST_CHECK_EQUAL(contact.contact.spouse.value_or(""), "John");
    BOOST_CHECK_EQUAL(contact.contact.manager_name.value_or(""), "Boss");
    BOOST_CHECK_EQUAL(text(*contact.contact.categories), "friends");
    BOOST_CHECK_EQUAL(contact.notes.value_or(""), "met in Rome");
    BOOST_CHECK_EQUAL(contact.contact.home_street.value_or(""), "1 Road\nTown $ 5");
    BOOST_CHECK_EQUAL(contact.contact.web_page.value_or(""), "https://example.org");
    BOOST_CHECK_EQUAL(contact.contact.car_phone_number.value_or(""), "1");
}

BOOST_AUTO_TEST_CASE(a_new_name_is_told_to_all_programs_and_a_chosen_one_stays)
{
    auto entry = written(jane());
    entry["cn"].emplace_back("J. Doe");
    ContactData change;
    change.contact.last_name = "Smith";
    auto const changed = written(change, entry);
    BOOST_CHECK_EQUAL(text(changed, "cn"), "Jane Smith|J. Doe");
    BOOST_CHECK_EQUAL(text(changed, "displayName"), "Jane Smith");
    entry["displayName"] = {"Mum"};
    BOOST_CHECK_EQUAL(text(written(change, entry), "displayName"), "Mum");
}

/// Clients break the lines of base64 as they like.
BOOST_AUTO_TEST_CASE(a_large_picture_stays_when_the_small_one_comes_back)
{
    auto entry = written(jane());
    entry["jpegPhoto"] = {large_jpeg()};
    auto const told = *contact_of(entry, map).contact.picture;
    BOOST_REQUIRE_LT(told.size(), base64_encode(large_jpeg()).size());
    ContactData change;
    change.contact.first_name = "Janet";
    std::string broken;
    for (size_t at = 0; at < told.size(); at += 76)
        broken += told.substr(at, 76) + "\r\n";
    for (auto const &sent : {told, broken}) {
        change.contact.picture = sent;
        auto const changed = written(change, entry);
        BOOST_CHECK(text(changed, "jpegPhoto") == large_jpeg());
        BOOST_CHECK_EQUAL(text(changed, "givenName"), "Janet");
    }
}

BOOST_AUTO_TEST_CASE(what_makes_no_sense_is_refused)
{
    auto const refused = [](Contact::Text Contact::*member, std::string value) {
        ContactData change;
        change.contact.*member = std::move(value);
        auto const result = with_contact({}, change, map);
        BOOST_CHECK(!result && result.error().kind == ErrorKind::bad_request);
        return error_of(result);
    };
    BOOST_CHECK_EQUAL(refused(&Contact::birthday, "soon"), "Birthday: it is no date");
    BOOST_CHECK_EQUAL(refused(&Contact::picture, "???"), "Picture: it is no base64");
    BOOST_CHECK_EQUAL(refused(&Contact::picture, base64_encode("hello")), "Picture: it is no JPEG or PNG");
    BOOST_CHECK_EQUAL(refused(&Contact::picture, base64_encode("\xff\xd8\xff" + std::string(36 << 10, 'x'))),
                      "Picture: it is larger than 36 KB");
    BOOST_CHECK_EQUAL(refused(&Contact::last_name, std::string(1 << 20, 'x')),
                      "LastName: it is longer than 32 KB");
}

BOOST_AUTO_TEST_SUITE_END()

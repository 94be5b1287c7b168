// An entry of the directory, as Search and Find tell it. MS-ASCMD 2.2.3.49.7 and the sections of the other
// elements of the GAL namespace; GAL.xsd.
#pragma once
#include "schema/schema.h"
#include <optional>
#include <string>

namespace eas {

/// Of a picture. MS-ASCMD 2.2.3.177.12, 2.2.3.177.13.
namespace picture_status {
constexpr int success = 1, none = 173, too_large = 174, limit_reached = 175;
} // namespace picture_status

struct GalPicture {
    int status = picture_status::none;
    std::optional<Bytes> data; ///< with success only
};

struct GalEntry {
    std::optional<std::string> display_name, phone, office, title, company, alias, first_name, last_name,
        home_phone, mobile_phone, email_address;
    std::optional<GalPicture> picture; ///< if it was asked for
};

template <> struct Schema<GalPicture> {
    static constexpr auto properties =
        Rows{property(Tag::GAL_Status, &GalPicture::status), property(Tag::GAL_Data, &GalPicture::data)};
};

template <> struct Schema<GalEntry> {
    static constexpr auto properties = Rows{property(Tag::GAL_DisplayName, &GalEntry::display_name),
                                            property(Tag::GAL_Phone, &GalEntry::phone),
                                            property(Tag::GAL_Office, &GalEntry::office),
                                            property(Tag::GAL_Title, &GalEntry::title),
                                            property(Tag::GAL_Company, &GalEntry::company),
                                            property(Tag::GAL_Alias, &GalEntry::alias),
                                            property(Tag::GAL_FirstName, &GalEntry::first_name),
                                            property(Tag::GAL_LastName, &GalEntry::last_name),
                                            property(Tag::GAL_HomePhone, &GalEntry::home_phone),
                                            property(Tag::GAL_MobilePhone, &GalEntry::mobile_phone),
                                            property(Tag::GAL_EmailAddress, &GalEntry::email_address),
                                            property(Tag::GAL_Picture, &GalEntry::picture, since(v14_1))};
};

} // namespace eas

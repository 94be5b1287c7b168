// A request names up to five properties; each is answered on its own, in the order of the request, with
// its Status first. Only a request that cannot be understood as a whole fails as a whole. Status values:
// MS-ASCMD 2.2.3.177.15.
#include "commands/settings.h"
#include "base/text.h"
#include "commands/device-information.h"
#include "commands/out-of-office.h"
#include "device/recovery-password.h"
#include "services/user-name.h"
#include <algorithm>

namespace eas {

namespace settings_status {
static constexpr int success = 1, protocol_error = 2, server_unavailable = 4, invalid_arguments = 5,
                     denied_by_policy = 7;
static constexpr int rights_management_disabled = 168; // MS-ASCMD 2.2.2, IRM_FeatureDisabled
} // namespace settings_status

namespace {

struct StatusResponse {
    int status = settings_status::success;
};

/// UserInformation, RightsManagementInformation: only whether Get is there matters.
struct GetRequest {
    Present get;
};

struct EmailAddresses {
    std::vector<std::string> addresses;
    std::optional<std::string> primary; ///< 14.1 on
};

/// The primary account has no AccountId. MS-ASCMD 2.2.3.3.2.
struct Account {
    std::optional<std::string> user_display_name;
    bool send_disabled = false;
    std::optional<EmailAddresses> email_addresses;
};

struct UserInformation {
    std::optional<EmailAddresses> email_addresses; ///< up to 14.0
    std::optional<std::vector<Account>> accounts;  ///< 14.1 on
};

struct UserInformationResponse {
    int status = settings_status::success;
    std::optional<UserInformation> get;
};

struct RightsManagementInformation {
    std::optional<std::vector<std::string>> templates; ///< always empty: not offered
};

struct RightsManagementResponse {
    int status = settings_status::rights_management_disabled;
    std::optional<RightsManagementInformation> get;
};

struct PasswordSet {
    std::optional<std::string_view> password;
};

struct PasswordRequest {
    std::optional<PasswordSet> set;
};

} // namespace

template <> struct Schema<StatusResponse> {
    static constexpr auto properties = Rows{property(Tag::Settings_Status, &StatusResponse::status)};
};

template <> struct Schema<GetRequest> {
    static constexpr auto properties = Rows{property(Tag::Settings_Get, &GetRequest::get)};
};

template <> struct Schema<EmailAddresses> {
    static constexpr auto properties =
        Rows{list(Tag::Settings_SMTPAddress, &EmailAddresses::addresses),
             property(Tag::Settings_PrimarySmtpAddress, &EmailAddresses::primary, since(v14_1))};
};

template <> struct Schema<Account> {
    static constexpr auto properties =
        Rows{property(Tag::Settings_UserDisplayName, &Account::user_display_name),
             property(Tag::Settings_SendDisabled, &Account::send_disabled),
             property(Tag::Settings_EmailAddresses, &Account::email_addresses)};
};

template <> struct Schema<UserInformation> {
    static constexpr auto properties =
        Rows{property(Tag::Settings_EmailAddresses, &UserInformation::email_addresses, until(v14_0)),
             list(Tag::Settings_Accounts, Tag::Settings_Account, &UserInformation::accounts, since(v14_1))};
};

template <> struct Schema<UserInformationResponse> {
    static constexpr auto properties = Rows{property(Tag::Settings_Status, &UserInformationResponse::status),
                                            property(Tag::Settings_Get, &UserInformationResponse::get)};
};

template <> struct Schema<RightsManagementInformation> {
    static constexpr auto properties =
        Rows{list(Tag::RightsManagement_RightsManagementTemplates,
                  Tag::RightsManagement_RightsManagementTemplate, &RightsManagementInformation::templates)};
};

template <> struct Schema<RightsManagementResponse> {
    static constexpr auto properties = Rows{property(Tag::Settings_Status, &RightsManagementResponse::status),
                                            property(Tag::Settings_Get, &RightsManagementResponse::get)};
};

template <> struct Schema<PasswordSet> {
    static constexpr auto properties = Rows{property(Tag::Settings_Password, &PasswordSet::password)};
};

template <> struct Schema<PasswordRequest> {
    static constexpr auto properties = Rows{property(Tag::Settings_Set, &PasswordRequest::set)};
};

static void write_status(Encoder &encoder, Tag property, int status, ProtocolVersion version)
{
    write(encoder, property, StatusResponse{status}, version);
}

static void answer_device_information(Session &session, Element const &property, Encoder &encoder)
{
    int status = settings_status::protocol_error;
    if (auto const request = read<DeviceInformationRequest>(property, session.version))
        status = store_device_information(*request, session.device.information);
    else
        session.log_note = request.error().message;
    write_status(encoder, property.tag, status, session.version);
}

/// MS-ASCMD 2.2.3.46, 2.2.3.132.3. `password` is counted in characters.
static int keep_password(Session &session, std::string_view password)
{
    constexpr size_t longest_password = 255;
    if (utf8_prefix_characters(password, longest_password).size() != password.size())
        return settings_status::invalid_arguments;
    if (!session.ports.settings.policy.password_recovery_enabled)
        return settings_status::denied_by_policy;
    auto const kept = keep_recovery_password(session.ports.state, session.device, password);
    if (kept)
        return settings_status::success;
    session.log_note += " recovery password: " + kept.error().message;
    session.log_as_warning = true;
    return settings_status::server_unavailable;
}

static void answer_device_password(Session &session, Element const &property, Encoder &encoder)
{
    auto const request = read<PasswordRequest>(property, session.version);
    bool const is_understood = request && request->set && request->set->password;
    write_status(encoder, property.tag,
                 is_understood ? keep_password(session, sanitize_utf8(*request->set->password))
                               : settings_status::protocol_error,
                 session.version);
}

static std::optional<EmailAddresses> email_addresses(Session const &session)
{
    EmailAddresses found{session.ports.submission.addresses(), std::nullopt};
    if (found.addresses.empty())
        return std::nullopt;
    found.primary = found.addresses.front();
    return found;
}

/// Nothing if nobody knows it. MS-ASCMD 2.2.3.191.
static std::optional<std::string> account_user_name(Session const &session)
{
    constexpr size_t longest_name = 512;
    auto const name = user_display_name(session.ports);
    return name.empty() ? std::nullopt
                        : std::optional(std::string(utf8_prefix_characters(name, longest_name)));
}

/// MS-ASCMD 2.2.3.192
static void answer_user_information(Session &session, Element const &property, Encoder &encoder)
{
    UserInformationResponse response;
    auto const request = read<GetRequest>(property, session.version);
    if (!request || !request->get) {
        response.status = settings_status::protocol_error;
    } else {
        auto addresses = email_addresses(session);
        response.get.emplace().email_addresses = addresses;
        auto name = session.version >= v14_1 ? account_user_name(session) : std::nullopt;
        response.get->accounts.emplace().push_back({std::move(name), false, std::move(addresses)});
    }
    write(encoder, property.tag, response, session.version);
}

/// The schema wants the empty list of templates even in a refusal.
static void answer_rights_management(Session &session, Element const &property, Encoder &encoder)
{
    RightsManagementResponse response;
    auto const request = read<GetRequest>(property, session.version);
    if (!request || !request->get)
        response.status = settings_status::protocol_error;
    response.get.emplace().templates.emplace();
    write(encoder, property.tag, response, session.version);
}

namespace {

struct Property {
    Tag tag;
    ProtocolVersion since;
    void (*answer)(Session &, Element const &property, Encoder &);
};

} // namespace

static constexpr Property properties[] = {
    {Tag::Settings_Oof, v12_0, answer_out_of_office},
    {Tag::Settings_DeviceInformation, v12_0, answer_device_information},
    {Tag::Settings_DevicePassword, v12_0, answer_device_password},
    {Tag::Settings_UserInformation, v12_0, answer_user_information},
    {Tag::Settings_RightsManagementInformation, v14_1, answer_rights_management},
};

static Property const *find_property(Element const &element, ProtocolVersion version)
{
    auto const *found = std::ranges::find(properties, element.tag, &Property::tag);
    return found != std::end(properties) && version >= found->since ? found : nullptr;
}

/// Each property may appear once. MS-ASCMD 2.2.1.18.
static bool is_valid(Element const &document, ProtocolVersion version)
{
    auto const count = [&](Tag tag) { return std::ranges::count(document.children, tag, &Element::tag); };
    return std::ranges::all_of(document.children, [&](Element const &child) {
        return !find_property(child, version) || count(child.tag) == 1;
    });
}

Result<void> run_settings(Session &session, Element const *document, CommandOutput &output)
{
    Encoder encoder(output.sink);
    if (!document || !is_valid(*document, session.version)) {
        write_status(encoder, Tag::Settings_Settings, settings_status::protocol_error, session.version);
        return encoder.finish();
    }
    encoder.start(Tag::Settings_Settings);
    write_properties(encoder, StatusResponse{}, session.version);
    for (Element const &child : document->children)
        if (Property const *property = find_property(child, session.version))
            property->answer(session, child, encoder);
    encoder.end();
    return encoder.finish();
}

} // namespace eas

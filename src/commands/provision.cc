// Two phases. The client asks for the policy and gets it with a temporary key; it applies the policy,
// acknowledges with that key and gets the key for all its other commands. Keys belong to one device of
// one user. MS-ASPROV 3.2.5.1; Status values in 2.2.2.54 and 3.2.5.2.
#include "commands/provision.h"
#include "base/text.h"
#include "commands/device-information.h"
#include "device/policy.h"
#include "items/policy.h"

namespace eas {

static constexpr std::string_view wbxml_policy_type = "MS-EAS-Provisioning-WBXML";

namespace provision_status { // MS-ASPROV 2.2.2.54.2
static constexpr int success = 1, protocol_error = 2, server_error = 3;
static constexpr int device_information_required = 165; // MS-ASCMD 2.2.2
} // namespace provision_status

namespace policy_answer { // MS-ASPROV 2.2.2.54.1, from the server
static constexpr int success = 1, unknown_type = 3, wrong_key = 5;
} // namespace policy_answer

namespace {

/// Values are read as text: what is wrong with them has a Status here.
struct PolicyRequest {
    std::optional<std::string> type, key, status;
    bool is_acknowledgement() const { return key || status; }
};

struct WipeAcknowledgement {
    std::string status;
};

struct ProvisionRequest {
    std::optional<DeviceInformationRequest> device_information;
    std::optional<std::vector<PolicyRequest>> policies;
    std::optional<WipeAcknowledgement> remote_wipe, account_only_remote_wipe;
};

struct DeviceInformationStatus {
    int status = 1;
};

struct PolicyData {
    Policy document;
};

struct PolicyResponse {
    std::string type;
    int status = policy_answer::success;
    std::optional<uint32_t> key;
    std::optional<PolicyData> data;
};

struct ProvisionResponse {
    std::optional<DeviceInformationStatus> device_information;
    int status = provision_status::success;
    std::optional<std::vector<PolicyResponse>> policies;
    Present remote_wipe, account_only_remote_wipe; ///< the directive. MS-ASPROV 2.2.2.45, 2.2.2.1
};

} // namespace

template <> struct Schema<PolicyRequest> {
    static constexpr auto properties = Rows{property(Tag::Provision_PolicyType, &PolicyRequest::type),
                                            property(Tag::Provision_PolicyKey, &PolicyRequest::key),
                                            property(Tag::Provision_Status, &PolicyRequest::status)};
};

template <> struct Schema<WipeAcknowledgement> {
    static constexpr auto properties = Rows{property(Tag::Provision_Status, &WipeAcknowledgement::status)};
};

template <> struct Schema<ProvisionRequest> {
    static constexpr auto properties =
        Rows{property(Tag::Settings_DeviceInformation, &ProvisionRequest::device_information, since(v14_1)),
             list(Tag::Provision_Policies, Tag::Provision_Policy, &ProvisionRequest::policies),
             property(Tag::Provision_RemoteWipe, &ProvisionRequest::remote_wipe),
             property(Tag::Provision_AccountOnlyRemoteWipe, &ProvisionRequest::account_only_remote_wipe,
                      since(v16_1))};
};

template <> struct Schema<DeviceInformationStatus> {
    static constexpr auto properties = Rows{property(Tag::Settings_Status, &DeviceInformationStatus::status)};
};

template <> struct Schema<PolicyData> {
    static constexpr auto properties = Rows{property(Tag::Provision_EASProvisionDoc, &PolicyData::document)};
};

template <> struct Schema<PolicyResponse> {
    static constexpr auto properties = Rows{property(Tag::Provision_PolicyType, &PolicyResponse::type),
                                            property(Tag::Provision_Status, &PolicyResponse::status),
                                            property(Tag::Provision_PolicyKey, &PolicyResponse::key),
                                            property(Tag::Provision_Data, &PolicyResponse::data)};
};

template <> struct Schema<ProvisionResponse> {
    static constexpr auto properties =
        Rows{property(Tag::Settings_DeviceInformation, &ProvisionResponse::device_information, since(v14_1)),
             property(Tag::Provision_Status, &ProvisionResponse::status),
             list(Tag::Provision_Policies, Tag::Provision_Policy, &ProvisionResponse::policies),
             property(Tag::Provision_RemoteWipe, &ProvisionResponse::remote_wipe),
             property(Tag::Provision_AccountOnlyRemoteWipe, &ProvisionResponse::account_only_remote_wipe,
                      since(v16_1))};
};

static ProvisionResponse failure(int status)
{
    ProvisionResponse response;
    response.status = status;
    return response;
}

static ProvisionResponse one_policy(PolicyResponse policy)
{
    ProvisionResponse response;
    response.policies.emplace().push_back(std::move(policy));
    return response;
}

/// First phase: the policy, with a key that is good for nothing but its acknowledgement.
static ProvisionResponse offer(Session &session)
{
    auto const key = new_policy_key(session.device);
    if (!key)
        return failure(provision_status::server_error);
    session.device.temporary_policy_key = *key;
    session.log_note = "policy=offered";
    return one_policy({std::string(wbxml_policy_type), policy_answer::success, *key,
                       PolicyData{current_policy(session.ports.settings)}});
}

/// Second phase: the acknowledgement, answered with the key for all other commands.
static ProvisionResponse acknowledge(Session &session, PolicyRequest const &request)
{
    Device &device = session.device;
    auto const key = parse_unsigned(request.key.value_or(""));
    auto const compliance = parse_unsigned(request.status.value_or(""));
    if (!request.key || !compliance || *compliance < 1 || *compliance > 4)
        return failure(provision_status::protocol_error);
    if (device.temporary_policy_key == 0 || key != device.temporary_policy_key) {
        session.log_note = "policy=wrong-key";
        return one_policy({std::string(wbxml_policy_type), policy_answer::wrong_key, {}, {}});
    }
    session.log_note = "policy=acknowledged applied=" + std::to_string(*compliance);
    device.policy_compliance = static_cast<uint32_t>(*compliance);
    if (int const refusal =
            compliance_status(static_cast<Compliance>(*compliance), session.ports.settings, session.version);
        refusal != 0) {
        session.log_note += " refused";
        return failure(refusal);
    }
    auto const final_key = new_policy_key(device);
    if (!final_key)
        return failure(provision_status::server_error);
    device.policy_key = *final_key;
    device.temporary_policy_key = 0;
    device.policy_version = policy_version(current_policy(session.ports.settings));
    device.policy_acknowledged = session.ports.clock.now();
    return one_policy({std::string(wbxml_policy_type), policy_answer::success, *final_key, {}});
}

static ProvisionResponse answer_policies(Session &session, std::vector<PolicyRequest> const &policies)
{
    if (policies.size() != 1 || !policies[0].type)
        return failure(provision_status::protocol_error);
    PolicyRequest const &policy = policies[0];
    if (*policy.type != wbxml_policy_type)
        return one_policy({*policy.type, policy_answer::unknown_type, {}, {}});
    return policy.is_acknowledgement() ? acknowledge(session, policy) : offer(session);
}

/// No wipe was ordered: the report is taken, and no directive goes back. MS-ASPROV 3.2.5.1.2.2.
static ProvisionResponse answer_stray_report(Session &session, WipeAcknowledgement const &report)
{
    session.log_note = "wipe=reported status=" + sanitize_utf8(report.status.substr(0, 8));
    return report.status == "1" ? ProvisionResponse{} : failure(provision_status::protocol_error);
}

/// The directive, whatever the request was, again and again: a device that was wiped and set up anew gets it
/// too, until the admin cancels the wipe.
static ProvisionResponse order_wipe(Session &session, int status)
{
    auto &wipe = session.device.wipe;
    wipe.told = session.ports.clock.now();
    session.log_note += "wipe=" + std::string(to_string(wipe.kind)) + " directive sent";
    session.log_as_warning = true;
    ProvisionResponse response;
    response.status = status;
    if (wipe.kind == WipeKind::account)
        response.account_only_remote_wipe = true;
    else
        response.remote_wipe = true;
    return response;
}

/// MS-ASPROV 3.2.5.1.1, 3.2.5.1.2.2, 3.2.5.1.2.3.
static ProvisionResponse answer_wiped(Session &session, ProvisionRequest const &request)
{
    auto &wipe = session.device.wipe;
    auto const &report =
        wipe.kind == WipeKind::account ? request.account_only_remote_wipe : request.remote_wipe;
    auto const status = report ? parse_unsigned(report->status) : std::nullopt;
    if (!status || *status < 1 || *status > 2 || !wipe.told)
        return order_wipe(session, provision_status::success);
    wipe.acknowledged = session.ports.clock.now();
    wipe.acknowledged_status = static_cast<uint32_t>(*status);
    session.log_as_warning = true;
    if (!wipe.is_done()) {
        session.log_note = "the device says that its wipe failed; ";
        return order_wipe(session, provision_status::protocol_error);
    }
    session.log_note = "wipe=" + std::string(to_string(wipe.kind)) + " acknowledged: the device is wiped";
    return {};
}

/// From 14.1 on the first request says what the device is; asked for only if nothing is known.
static bool lacks_device_information(Session const &session, ProvisionRequest const &request)
{
    bool const is_first =
        request.policies && !request.policies->empty() && !request.policies->front().is_acknowledgement();
    return session.version >= v14_1 && is_first && !request.device_information &&
           session.device.information == DeviceInformation{};
}

static ProvisionResponse handle(Session &session, ProvisionRequest const &request)
{
    if (session.device.wipe.is_ordered())
        return answer_wiped(session, request);
    if (request.remote_wipe)
        return answer_stray_report(session, *request.remote_wipe);
    if (request.account_only_remote_wipe)
        return answer_stray_report(session, *request.account_only_remote_wipe);
    if (lacks_device_information(session, request))
        return failure(provision_status::device_information_required);

    ProvisionResponse response;
    if (request.policies)
        response = answer_policies(session, *request.policies);
    if (request.device_information)
        response.device_information = {
            store_device_information(*request.device_information, session.device.information)};
    return response;
}

Result<void> run_provision(Session &session, Element const *document, CommandOutput &output)
{
    auto const request =
        document ? read<ProvisionRequest>(*document, session.version) : Result(ProvisionRequest{});
    if (!request)
        session.log_note = request.error().message;
    auto const response = request ? handle(session, *request) : failure(provision_status::protocol_error);
    return write_document(output.sink, Tag::Provision_Provision, response, session.version);
}

} // namespace eas

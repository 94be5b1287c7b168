// What devices may do that are blocked, in quarantine, too many or to be wiped: through dispatch, as
// requests.
#include "device/devices.h"
#include "fakes/command-fixture.h"
#include "request/dispatch.h"
#include <boost/test/unit_test.hpp>

using namespace eas;
using namespace eas::test;

namespace {

struct GateFixture : CommandFixture {
    HttpRequest request;
    std::string version_header = "14.1", policy_key_header, id = "PHONE1", answer;
    std::string request_body;
    HttpResponse response;

    GateFixture()
    {
        mail.add_folder("inbox", "INBOX", SpecialUse::inbox);
        request.method = "POST";
        request.path = "/Microsoft-Server-ActiveSync";
        request.user = "anna@example.com";
        request.client_address = "192.0.2.7";
        settings.quarantine_subject = "Bitte warten für {device_type}";
        settings.quarantine_text = "Hallo {user},\\n{device_type} {device_id} wartet.";
    }
    /// The answer, or "HTTP 403".
    std::string ask(std::string const &command, Node const &document)
    {
        request_body = to_wbxml(document);
        request.query = "Cmd=" + command + "&User=anna&DeviceId=" + id + "&DeviceType=Testphone";
        request.body = request_body;
        request.headers = {{"MS-ASProtocolVersion", version_header},
                           {"Content-Type", "application/vnd.ms-sync.wbxml"},
                           {"User-Agent", "Test/1.0"}};
        if (!policy_key_header.empty())
            request.headers.emplace_back("X-MS-PolicyKey", policy_key_header);
        StringAnswer sink;
        response = serve(ports, request, sink);
        answer = response.status == 200 ? xml_of(sink.text) : "HTTP " + std::to_string(response.status);
        return answer;
    }
    std::string folder_sync(std::string const &key = "0")
    {
        return ask("FolderSync",
                   {Tag::FolderHierarchy_FolderSync, {Node{Tag::FolderHierarchy_SyncKey, key}}});
    }
    std::string provision(std::vector<Node> children = {})
    {
        return ask("Provision", {Tag::Provision_Provision, std::move(children)});
    }
    std::string report(Tag kind, std::string const &status)
    {
        return provision({Node{kind, {Node{Tag::Provision_Status, status}}}});
    }
    std::string sync_quarantine(std::string const &key)
    {
        return ask("Sync", {Tag::AirSync_Sync,
                            {Node{Tag::AirSync_Collections,
                                  {Node{Tag::AirSync_Collection,
                                        {Node{Tag::AirSync_SyncKey, key},
                                         Node{Tag::AirSync_CollectionId, "quarantine"}}}}}}});
    }
    std::string ping(std::string const &folder)
    {
        return ask(
            "Ping",
            {Tag::Ping_Ping,
             {Node{Tag::Ping_HeartbeatInterval, "60"},
              Node{Tag::Ping_Folders,
                   {Node{Tag::Ping_Folder, {Node{Tag::Ping_Id, folder}, Node{Tag::Ping_Class, "Email"}}}}}}});
    }
    Device kept() { return find_device(state, id)->value(); }
    void decide(Access access) { BOOST_REQUIRE(decide_access(state, id, access, clock.time)); }
    bool has(std::string_view part) const { return answer.find(part) != answer.npos; }
};

std::string key_of(std::string const &xml)
{
    auto const begin = xml.find("<SyncKey>") + 9;
    return xml.substr(begin, xml.find('<', begin) - begin);
}

} // namespace

BOOST_FIXTURE_TEST_SUITE(gate, GateFixture)

BOOST_AUTO_TEST_CASE(a_user_for_whom_eas_is_off_is_forbidden_everything)
{
    settings.enabled = false;
    BOOST_TEST(folder_sync() == "<FolderSync><Status>126</Status></FolderSync>");
    BOOST_TEST(provision() == "<Provision><Status>126</Status></Provision>");
    version_header = "12.1";
    BOOST_TEST(folder_sync() == "HTTP 403");
    BOOST_TEST(provision() == "HTTP 403");
    request.method = "OPTIONS";
    BOOST_TEST(folder_sync() == "HTTP 403");
    BOOST_TEST(state.values.empty());
}

BOOST_AUTO_TEST_CASE(the_first_contact_is_recorded)
{
    folder_sync();
    auto const device = kept();
    BOOST_TEST(device.type == "Testphone");
    BOOST_TEST((device.admission == Admission{Access::quarantined, AccessReason::policy, {}, clock.time}));
    BOOST_TEST((device.sighting == Sighting{clock.time, clock.time, {}, "192.0.2.7", "Test/1.0", v14_1}));
    BOOST_TEST(response.log == "new device, type Testphone: access=quarantined by eas_device_policy ");
    BOOST_TEST(response.log_as_warning);
    folder_sync();
    BOOST_TEST(response.log == "");
}

BOOST_AUTO_TEST_CASE(a_contact_is_noted_once_an_hour)
{
    settings.device_policy = DevicePolicy::allow;
    auto key = key_of(folder_sync());
    auto const writes = state.writes;
    clock.time.milliseconds += 3599 * 1000;
    folder_sync(key);
    BOOST_TEST(state.writes == writes);
    clock.time.milliseconds += 1000;
    folder_sync(key);
    BOOST_TEST(state.writes == writes + 1);
    BOOST_TEST((kept().sighting.last_request == clock.time));
    BOOST_TEST((kept().sighting.first < clock.time));
}

BOOST_AUTO_TEST_CASE(a_device_in_quarantine_sees_one_message)
{
    folder_sync();
    BOOST_TEST(has("<Count>1</Count><Add><ServerId>quarantine</ServerId>"));
    auto const key = key_of(sync_quarantine("0"));
    sync_quarantine(key);
    BOOST_TEST(has("<To>anna@example.com</To><From>postmaster@example.com</From>"));
    BOOST_TEST(has("<Subject>Bitte warten für Testphone</Subject>"));
    BOOST_TEST(has("<Read>0</Read>"));
    auto const next = key_of(answer);
    BOOST_TEST(sync_quarantine(next) == "");
    BOOST_TEST(ping("quarantine").find("<Status>1</Status>") != std::string::npos);
    BOOST_REQUIRE(response.wait);
    BOOST_TEST(!response.wait->hierarchy);
    BOOST_TEST(response.wait->folders.empty());
    BOOST_TEST(response.wait->poll); // this store has no files
}

BOOST_AUTO_TEST_CASE(the_message_has_the_admins_text)
{
    folder_sync();
    ask("ItemOperations",
        {Tag::ItemOperations_ItemOperations,
         {Node{Tag::ItemOperations_Fetch,
               {Node{Tag::ItemOperations_Store, "Mailbox"}, Node{Tag::AirSync_CollectionId, "quarantine"},
                Node{Tag::AirSync_ServerId, "quarantine:1"},
                Node{Tag::ItemOperations_Options,
                     {Node{Tag::AirSyncBase_BodyPreference, {Node{Tag::AirSyncBase_Type, "1"}}}}}}}}});
    BOOST_TEST(has("Hallo anna@example.com,\r\nTestphone PHONE1 wartet.\r\n"));
}

BOOST_AUTO_TEST_CASE(a_device_in_quarantine_may_not_do_more)
{
    BOOST_TEST(ask("SendMail", {Tag::ComposeMail_SendMail}) == "<SendMail><Status>130</Status></SendMail>");
    BOOST_TEST(ask("Search", {Tag::Search_Search}) == "<Search><Status>130</Status></Search>");
    BOOST_TEST(ask("FolderCreate", {Tag::FolderHierarchy_FolderCreate}) ==
               "<FolderCreate><Status>130</Status></FolderCreate>");
    version_header = "12.1";
    BOOST_TEST(ask("MoveItems", {Tag::Move_MoveItems}) == "HTTP 403");
    BOOST_TEST(provision() == "<Provision><Status>1</Status></Provision>");
    auto const key = key_of(sync_quarantine("0"));
    ask("Sync",
        {Tag::AirSync_Sync,
         {Node{Tag::AirSync_Collections,
               {Node{Tag::AirSync_Collection,
                     {Node{Tag::AirSync_SyncKey, key}, Node{Tag::AirSync_CollectionId, "inbox"}}}}}}});
    BOOST_TEST(has("<Status>12</Status>")); // the user's folders are not there
}

BOOST_AUTO_TEST_CASE(once_allowed_it_starts_anew_with_the_users_folders)
{
    auto const key = key_of(folder_sync());
    auto const inbox_key = key_of(sync_quarantine("0"));
    decide(Access::allowed);
    BOOST_TEST(folder_sync(key) == "<FolderSync><Status>9</Status></FolderSync>");
    BOOST_TEST(response.log == ""); // told by who decided
    sync_quarantine(inbox_key);
    BOOST_TEST(has("<Status>12</Status>"));
    folder_sync();
    BOOST_TEST(has("<ServerId>inbox</ServerId>"));
    BOOST_TEST(!has("quarantine"));
    auto const real_key = key_of(answer);
    decide(Access::quarantined);
    BOOST_TEST(folder_sync(real_key) == "<FolderSync><Status>9</Status></FolderSync>");
}

BOOST_AUTO_TEST_CASE(a_waiting_device_learns_of_the_decision)
{
    folder_sync();
    BOOST_TEST(ping("quarantine").find("<Status>1</Status>") != std::string::npos);
    decide(Access::allowed);
    request.resumed = true;
    BOOST_TEST(ping("quarantine") == "<Ping><Status>7</Status></Ping>");
    folder_sync();
    BOOST_TEST(ping("inbox").find("<Status>1</Status>") != std::string::npos);
    BOOST_REQUIRE(resync_device(state, id));
    BOOST_TEST(ping("inbox") == "<Ping><Status>7</Status></Ping>");
    decide(Access::blocked);
    BOOST_TEST(ping("inbox") == "<Ping><Status>129</Status></Ping>");
}

BOOST_AUTO_TEST_CASE(a_blocked_device_is_refused_by_version)
{
    decide(Access::blocked);
    for (auto version : {"14.0", "14.1", "16.0", "16.1"}) {
        version_header = version;
        BOOST_TEST(folder_sync() == "<FolderSync><Status>129</Status></FolderSync>");
        BOOST_TEST(provision() == "<Provision><Status>129</Status></Provision>");
    }
    version_header = "12.1";
    BOOST_TEST(folder_sync() == "HTTP 403");
    BOOST_TEST(provision() == "HTTP 403");
    BOOST_TEST(response.log == "access=blocked by the admin");
}

BOOST_AUTO_TEST_CASE(a_blocked_device_goes_on_where_it_was_once_it_is_allowed)
{
    settings.device_policy = DevicePolicy::allow;
    auto const key = key_of(folder_sync());
    decide(Access::blocked);
    folder_sync(key);
    decide(Access::allowed);
    BOOST_TEST(folder_sync(key).starts_with("<FolderSync><Status>1</Status>"));
}

BOOST_AUTO_TEST_CASE(a_decision_is_of_one_device_and_one_user)
{
    decide(Access::allowed);
    BOOST_TEST(folder_sync().find("inbox") != std::string::npos);
    id = "PHONE2";
    BOOST_TEST(folder_sync().find("inbox") == std::string::npos);
    id = "PHONE1";
    state.values.clear(); // another user's store
    BOOST_TEST(folder_sync().find("inbox") == std::string::npos);
}

BOOST_AUTO_TEST_CASE(too_many_devices_are_refused_and_leave_nothing)
{
    settings.max_devices = 1;
    settings.device_policy = DevicePolicy::allow;
    folder_sync();
    auto const values = state.values;
    id = "PHONE2";
    BOOST_TEST(folder_sync() == "<FolderSync><Status>177</Status></FolderSync>");
    version_header = "12.1";
    BOOST_TEST(folder_sync() == "HTTP 403");
    BOOST_TEST((state.values == values));
    id = "PHONE1";
    BOOST_TEST(folder_sync() != "HTTP 403");
    id = "PHONE2";
    decide(Access::allowed);
    BOOST_TEST(folder_sync() != "HTTP 403");
}

BOOST_AUTO_TEST_CASE(rules_that_cannot_be_read_are_told_to_the_admin)
{
    settings.device_rules = "nonsense";
    BOOST_TEST(folder_sync() == "HTTP 503");
    BOOST_TEST(response.log_as_warning);
    BOOST_TEST(response.log.starts_with("eas_device_rules: "));
}

BOOST_AUTO_TEST_CASE(a_device_to_be_wiped_is_told_by_version_to_provision)
{
    settings.device_policy = DevicePolicy::allow;
    folder_sync();
    BOOST_REQUIRE(order_wipe(state, id, WipeKind::device, clock.time));
    for (auto version : {"14.0", "14.1", "16.0", "16.1"}) {
        version_header = version;
        BOOST_TEST(folder_sync() == "<FolderSync><Status>140</Status></FolderSync>");
        BOOST_TEST(provision() == "<Provision><Status>1</Status><RemoteWipe/></Provision>");
    }
    version_header = "12.1";
    BOOST_TEST(folder_sync() == "HTTP 403");
    policy_key_header = "0";
    BOOST_TEST(folder_sync() == "HTTP 449");
    BOOST_TEST(provision() == "<Provision><Status>1</Status><RemoteWipe/></Provision>");
    id = "PHONE2";
    BOOST_TEST(provision() == "<Provision><Status>1</Status></Provision>");
}

BOOST_AUTO_TEST_CASE(a_wipe_is_acknowledged_and_repeated_until_it_is_cancelled)
{
    settings.device_policy = DevicePolicy::allow;
    folder_sync();
    BOOST_REQUIRE(order_wipe(state, id, WipeKind::device, clock.time));
    BOOST_TEST(report(Tag::Provision_RemoteWipe, "1") ==
               "<Provision><Status>1</Status><RemoteWipe/></Provision>"); // it was not told yet
    BOOST_TEST(!kept().wipe.acknowledged.has_value());
    BOOST_TEST(report(Tag::Provision_RemoteWipe, "2") ==
               "<Provision><Status>2</Status><RemoteWipe/></Provision>");
    BOOST_TEST(kept().wipe.acknowledged_status == 2u);
    BOOST_TEST(report(Tag::Provision_RemoteWipe, "1") == "<Provision><Status>1</Status></Provision>");
    BOOST_TEST(kept().wipe.is_done());
    BOOST_TEST(response.log == "wipe=device acknowledged: the device is wiped");
    BOOST_TEST(folder_sync() == "<FolderSync><Status>140</Status></FolderSync>");
    BOOST_TEST(provision() == "<Provision><Status>1</Status><RemoteWipe/></Provision>");
    BOOST_REQUIRE(cancel_wipe(state, id));
    BOOST_TEST(folder_sync().find("inbox") != std::string::npos);
    BOOST_TEST(provision() == "<Provision><Status>1</Status></Provision>");
}

BOOST_AUTO_TEST_CASE(a_blocked_device_is_wiped_too)
{
    decide(Access::blocked);
    BOOST_REQUIRE(order_wipe(state, id, WipeKind::device, clock.time));
    BOOST_TEST(folder_sync() == "<FolderSync><Status>140</Status></FolderSync>");
    BOOST_TEST(provision() == "<Provision><Status>1</Status><RemoteWipe/></Provision>");
    report(Tag::Provision_RemoteWipe, "1");
    BOOST_REQUIRE(cancel_wipe(state, id));
    BOOST_TEST(folder_sync() == "<FolderSync><Status>129</Status></FolderSync>");
}

BOOST_AUTO_TEST_CASE(an_account_only_wipe_never_becomes_a_whole_one)
{
    settings.device_policy = DevicePolicy::allow;
    version_header = "16.1";
    folder_sync();
    BOOST_REQUIRE(order_wipe(state, id, WipeKind::account, clock.time));
    BOOST_TEST(folder_sync() == "<FolderSync><Status>140</Status></FolderSync>");
    BOOST_TEST(provision() == "<Provision><Status>1</Status><AccountOnlyRemoteWipe/></Provision>");
    version_header = "16.0";
    BOOST_TEST(provision() == "<Provision><Status>129</Status></Provision>");
    version_header = "12.1";
    BOOST_TEST(provision() == "HTTP 403");
    version_header = "16.1";
    report(Tag::Provision_RemoteWipe, "1"); // not what was ordered
    BOOST_TEST(!kept().wipe.acknowledged.has_value());
    BOOST_TEST(report(Tag::Provision_AccountOnlyRemoteWipe, "1") ==
               "<Provision><Status>1</Status></Provision>");
    BOOST_TEST(kept().wipe.is_done());
}

BOOST_AUTO_TEST_SUITE_END()

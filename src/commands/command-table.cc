// The index of all commands. A command is announced by OPTIONS if and only if it has a row here.
#include "commands/command.h"
#include "commands/find.h"
#include "commands/folder-create.h"
#include "commands/folder-delete.h"
#include "commands/folder-sync.h"
#include "commands/folder-update.h"
#include "commands/get-attachment.h"
#include "commands/get-hierarchy.h"
#include "commands/get-item-estimate.h"
#include "commands/item-operations.h"
#include "commands/meeting-response.h"
#include "commands/move-items.h"
#include "commands/ping.h"
#include "commands/provision.h"
#include "commands/resolve-recipients.h"
#include "commands/search.h"
#include "commands/send-mail.h"
#include "commands/settings.h"
#include "commands/smart-send.h"
#include "commands/sync.h"
#include "commands/validate-cert.h"
#include <algorithm>
#include <array>

namespace eas {

namespace {

constexpr bool may_be_empty = true, needs_body = false;
constexpr bool policed = true, always = false;
constexpr Tag no_document{};

constexpr std::array commands{
    Command{"Sync", v12_1, Tag::AirSync_Sync, Tag::AirSync_Status, 4, may_be_empty, policed, run_sync},
    Command{"SendMail", v12_1, Tag::ComposeMail_SendMail, Tag::ComposeMail_Status, 0, needs_body, policed,
            run_send_mail},
    Command{"SmartForward", v12_1, Tag::ComposeMail_SmartForward, Tag::ComposeMail_Status, 0, needs_body,
            policed, run_smart_forward},
    Command{"SmartReply", v12_1, Tag::ComposeMail_SmartReply, Tag::ComposeMail_Status, 0, needs_body, policed,
            run_smart_reply},
    Command{"GetAttachment", v12_1, no_document, no_document, 0, may_be_empty, policed, run_get_attachment,
            v12_1},
    Command{"GetHierarchy", v12_1, Tag::FolderHierarchy_Folders, no_document, 0, may_be_empty, policed,
            run_get_hierarchy, v12_1},
    Command{"FolderSync", v12_1, Tag::FolderHierarchy_FolderSync, Tag::FolderHierarchy_Status, 10, needs_body,
            policed, run_folder_sync},
    Command{"FolderCreate", v12_1, Tag::FolderHierarchy_FolderCreate, Tag::FolderHierarchy_Status, 10,
            needs_body, policed, run_folder_create},
    Command{"FolderDelete", v12_1, Tag::FolderHierarchy_FolderDelete, Tag::FolderHierarchy_Status, 10,
            needs_body, policed, run_folder_delete},
    Command{"FolderUpdate", v12_1, Tag::FolderHierarchy_FolderUpdate, Tag::FolderHierarchy_Status, 10,
            needs_body, policed, run_folder_update},
    Command{"MoveItems", v12_1, Tag::Move_MoveItems, Tag::Move_Status, 0, needs_body, policed,
            run_move_items},
    Command{"GetItemEstimate", v12_1, Tag::GetItemEstimate_GetItemEstimate, Tag::GetItemEstimate_Status, 0,
            needs_body, policed, run_get_item_estimate},
    Command{"MeetingResponse", v12_1, Tag::MeetingResponse_MeetingResponse, Tag::MeetingResponse_Status, 0,
            needs_body, policed, run_meeting_response, v16_1, Tag::MeetingResponse_Result},
    Command{"Search", v12_1, Tag::Search_Search, Tag::Search_Status, 0, needs_body, policed, run_search},
    Command{"Find", v16_1, Tag::Find_Find, Tag::Find_Status, 2, needs_body, policed, run_find},
    Command{"Settings", v12_1, Tag::Settings_Settings, Tag::Settings_Status, 2, needs_body, policed,
            run_settings},
    Command{"Ping", v12_1, Tag::Ping_Ping, Tag::Ping_Status, 4, may_be_empty, policed, run_ping},
    Command{"ItemOperations", v12_1, Tag::ItemOperations_ItemOperations, Tag::ItemOperations_Status, 2,
            needs_body, policed, run_item_operations},
    Command{"ResolveRecipients", v12_1, Tag::ResolveRecipients_ResolveRecipients,
            Tag::ResolveRecipients_Status, 5, needs_body, policed, run_resolve_recipients},
    Command{"ValidateCert", v12_1, Tag::ValidateCert_ValidateCert, Tag::ValidateCert_Status, 2, needs_body,
            policed, run_validate_cert},
    Command{"Provision", v12_1, Tag::Provision_Provision, Tag::Provision_Status, 2, needs_body, always,
            run_provision},
};

} // namespace

std::span<Command const> command_table()
{
    return commands;
}

Command const *find_command(std::string_view name)
{
    auto found = std::ranges::find(commands, name, &Command::name);
    return found == commands.end() ? nullptr : &*found;
}

} // namespace eas

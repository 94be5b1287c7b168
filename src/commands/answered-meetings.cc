// Kept among what the device sent (Device::sent_client_ids): "response-", the target, '-', the content, '-',
// a name for this time among all, '=', the item's id or "". One of each target.
#include "commands/answered-meetings.h"
#include "base/text.h"
#include "mapping/item-body.h"
#include "sync/operation-name.h"

namespace eas {

std::string name_of_target(std::string_view id, std::string_view instance_id)
{
    OperationName name;
    name.add(id);
    name.add(instance_id);
    return name.text();
}

std::string name_of_content(ResponseRequest const &request)
{
    OperationName name;
    name.add(std::to_string(request.user_response));
    auto const &send = request.send_response;
    name.add(send ? "mail" : "");
    if (!send)
        return name.text();
    auto const text =
        send->body && send->body->data ? item_text_of(*send->body) : Result<ItemText>(ItemText{});
    name.add(text ? text->plain : "");
    for (auto const *time : {&send->proposed_start, &send->proposed_end})
        name.add(*time ? format_compact_datetime((*time)->value) : "");
    return name.text();
}

bool AnsweredMeeting::has_content(std::string_view content) const
{
    auto const parts = split(std::string_view(text).substr(0, text.find('=')), '-');
    return parts.size() == 4 && parts[2] == content;
}

std::optional<std::string> AnsweredMeeting::item() const
{
    auto const at = text.find('=');
    return at == text.npos || at + 1 == text.size() ? std::nullopt : std::optional(text.substr(at + 1));
}

AnsweredMeeting last_answer(Device const &device, std::string const &target)
{
    auto const name = "response-" + target + '-';
    for (auto const &done : device.sent_client_ids)
        if (done.starts_with(name))
            return {done};
    return {};
}

void remember_answer(Device &device, std::string const &target, std::string const &content,
                     std::optional<std::string> const &item)
{
    constexpr size_t most_remembered = 100;
    auto const before = last_answer(device, target).text;
    OperationName time;
    time.add(before);
    auto &done = device.sent_client_ids;
    std::erase(done, before);
    done.push_back("response-" + target + '-' + content + '-' + time.text() + '=' + item.value_or(""));
    if (done.size() > most_remembered)
        done.erase(done.begin());
}

} // namespace eas

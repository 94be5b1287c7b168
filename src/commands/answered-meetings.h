// Which invitations, calendar items and instances a device has answered: of each the last request that was
// done, so that one that is repeated after a lost answer does nothing twice.
#pragma once
#include "commands/meeting-response-messages.h"
#include "device/device.h"
#include <optional>
#include <string>
#include <string_view>

namespace eas {

/// A name for what is answered. `id`: RequestId or LongId.
std::string name_of_target(std::string_view id, std::string_view instance_id);
/// A name for all that a request says of its target.
std::string name_of_content(ResponseRequest const &request);

/// What is remembered of one target.
struct AnsweredMeeting {
    std::string text; ///< another one for each request that was done; "": none was

    bool has_content(std::string_view content) const;
    /// The id of the calendar item that came of it.
    std::optional<std::string> item() const;
};

AnsweredMeeting last_answer(Device const &device, std::string const &target);
/// In place of the last one. The dispatcher saves the device.
void remember_answer(Device &device, std::string const &target, std::string const &content,
                     std::optional<std::string> const &item);

} // namespace eas

// Requests and responses of MeetingResponse as they stand on the wire. MS-ASCMD 2.2.1.11.
#pragma once
#include "items/email.h"
#include "schema/schema.h"
#include <optional>
#include <string>
#include <vector>

namespace eas {

/// MS-ASCMD 2.2.3.177.9 and 2.2.2
namespace response_status {
constexpr int success = 1, invalid_request = 2, mailbox_error = 3, server_error = 4, invalid_datetime = 104,
              not_recurring = 146;
} // namespace response_status

/// MS-ASCMD 2.2.3.163. The times are of 16.1.
struct SendResponse {
    std::optional<Body> body;
    std::optional<Compact<Instant>> proposed_start, proposed_end;
};

struct ResponseRequest {
    int user_response = 0;
    std::optional<std::string> collection_id, request_id, long_id, instance_id;
    std::optional<SendResponse> send_response;
};

struct MeetingResponseRequest {
    std::vector<ResponseRequest> requests;
};

struct ResponseResult {
    std::optional<std::string> request_id;
    int status = response_status::success;
    std::optional<std::string> calendar_id, instance_id;
};

struct MeetingResponseResponse {
    std::vector<ResponseResult> results;
};

template <> struct Schema<SendResponse> {
    static constexpr auto properties =
        Rows{property(Tag::AirSyncBase_Body, &SendResponse::body),
             property(Tag::MeetingResponse_ProposedStartTime, &SendResponse::proposed_start, since(v16_1)),
             property(Tag::MeetingResponse_ProposedEndTime, &SendResponse::proposed_end, since(v16_1))};
};

template <> struct Schema<ResponseRequest> {
    static constexpr auto properties =
        Rows{property(Tag::MeetingResponse_UserResponse, &ResponseRequest::user_response),
             property(Tag::MeetingResponse_CollectionId, &ResponseRequest::collection_id),
             property(Tag::MeetingResponse_RequestId, &ResponseRequest::request_id),
             property(Tag::Search_LongId, &ResponseRequest::long_id),
             property(Tag::MeetingResponse_InstanceId, &ResponseRequest::instance_id),
             property(Tag::MeetingResponse_SendResponse, &ResponseRequest::send_response, since(v16_0))};
};

template <> struct Schema<MeetingResponseRequest> {
    static constexpr auto properties =
        Rows{list(Tag::MeetingResponse_Request, &MeetingResponseRequest::requests)};
};

template <> struct Schema<ResponseResult> {
    static constexpr auto properties =
        Rows{property(Tag::MeetingResponse_RequestId, &ResponseResult::request_id),
             property(Tag::MeetingResponse_Status, &ResponseResult::status),
             property(Tag::MeetingResponse_CalendarId, &ResponseResult::calendar_id),
             property(Tag::MeetingResponse_InstanceId, &ResponseResult::instance_id, since(v14_1))};
};

template <> struct Schema<MeetingResponseResponse> {
    static constexpr auto properties =
        Rows{list(Tag::MeetingResponse_Result, &MeetingResponseResponse::results)};
};

} // namespace eas

// Fetch, one of the operations of ItemOperations: a message or another item by its id or as a search result,
// or an attachment. MS-ASCMD 2.2.3.67.1.
#pragma once
#include "base/answer-sink.h"
#include "commands/item-operations-messages.h"
#include "commands/known-message.h"
#include "services/item-stores.h"
#include "session/session.h"
#include <memory>
#include <optional>
#include <string>
#include <variant>
#include <vector>

namespace eas {

/// The fetches of one request: keeps folders open, and the contents of a multipart answer.
class Fetcher {
public:
    /// Both must outlive it; `answer` keeps what has to outlive its message.
    Fetcher(Session &session, AnswerSink &answer) : m_session(session), m_answer(answer) {}

    /// A faulty request is refused with Status 2. The contents are read when the answer is written; texts
    /// that are in memory already leave it when they become many.
    FetchResponse fetch(FetchRequest const &request, bool is_faulty);
    /// They are read now: an operation follows that may take the message away.
    FetchResponse fetch_now(FetchRequest const &request, bool is_faulty);
    /// The contents of a multipart answer: part 1 and so on.
    std::vector<Content> const &parts() const { return m_parts; }

private:
    /// A Status instead of a value.
    struct Refusal {
        int status;
        std::string log;
    };
    /// The bytes of an attachment, or a part of them.
    struct FetchedContent {
        Content content;
        std::optional<std::string> range;
        std::optional<uint64_t> total_bytes;
    };
    static Refusal refuse(Error const &error, int not_found_status);
    static std::variant<FetchedContent, Refusal> cut_to_range(Content content, std::string const &wanted);
    static BodyOptions body_options(FetchRequest const &request);

    std::optional<Refusal> fill(FetchResponse &response, FetchRequest const &request);
    std::optional<Refusal> fill_message(FetchResponse &response, FetchRequest const &request);
    std::optional<Refusal> fill_item(FetchResponse &response, FetchRequest const &request, ItemId const &id);
    template <class Data>
    void fill_properties(FetchResponse &response, FetchRequest const &request, Data data);
    std::optional<Refusal> fill_search_result(FetchResponse &response, FetchRequest const &request);
    /// `uid_validity`: that of the folder when the message was found; absent: any.
    std::optional<Refusal> fill_email(FetchResponse &response, FetchRequest const &request,
                                      MessageId const &id, std::optional<uint32_t> uid_validity = {});
    std::optional<Refusal> fill_attachment(FetchResponse &response, FetchRequest const &request);
    std::optional<Refusal> fill_item_attachment(FetchResponse &response, FetchRequest const &request,
                                                ItemFileReference const &reference);
    std::optional<Refusal> fill_content(FetchResponse &response, FetchRequest const &request, Content content,
                                        std::string const &type);
    AttachmentProperties attachment_properties(FetchedContent fetched, std::string const &type);
    Result<KnownMessage> open(MessageId const &id);
    bool is_multipart() const { return m_session.line.accept_multi_part; }
    /// Its index in the answer; the WBXML document is part 0.
    size_t add_part(Content content);
    FetchResponse answer(FetchRequest const &request, bool is_faulty);
    std::vector<Content *> contents_of(FetchResponse &response, size_t first_part);
    void keep(Content &content);

    Session &m_session;
    AnswerSink &m_answer;
    FolderId m_folder_id;
    std::unique_ptr<MailFolderHandle> m_folder; ///< the one that was used last
    std::vector<Content> m_parts;
    uint64_t m_text_bytes = 0; ///< of all texts that were fetched
};

} // namespace eas

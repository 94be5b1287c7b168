// A MailStore in memory: folders of messages with flags and modseqs, as IMAP sees them. Messages are
// what a test says of them; nothing is parsed.
#pragma once
#include "mapping/conversation.h"
#include "mapping/header-fields.h"
#include "ports/mail-store.h"
#include <algorithm>
#include <functional>
#include <list>
#include <map>

namespace eas::test {

struct StoredMessage {
    MailFlags flags;
    Instant received;
    std::string raw; ///< the whole message
    MailHeaders headers;
    MimePart structure;
    std::map<std::string, std::string> parts; ///< part id -> decoded content
    std::optional<Error> read_error;          ///< contents end with it, after half of their bytes
    std::optional<Error> damage;              ///< nothing of it can be read
    uint64_t modseq = 0;
};

struct StoredFolder {
    MailFolder folder;
    bool is_notes = false;
    std::optional<Error> status_error;
    uint32_t uid_validity = 1;
    Uid uid_next = 1;
    uint32_t index_id = 1; ///< another one: the index was made anew
    uint64_t highest_modseq = 1;
    std::map<Uid, StoredMessage> messages;
    std::map<Uid, uint64_t> expunged; ///< UID -> modseq of the expunge
    bool expunges_known = true;
    FolderLimits limits;
    uint64_t limits_modseq = 0; ///< when they were changed
    size_t searches = 0;        ///< for dates, through all messages

    void limit(FolderLimits const &to)
    {
        limits = to;
        limits_modseq = ++highest_modseq;
    }
    Uid add(StoredMessage message)
    {
        message.modseq = ++highest_modseq;
        messages.emplace(uid_next, std::move(message));
        return uid_next++;
    }
    bool expunge(Uid uid)
    {
        if (messages.erase(uid) == 0)
            return false;
        expunged[uid] = ++highest_modseq;
        return true;
    }
};

/// A copy of the text that can be streamed, and read after the message is gone, as Content promises.
class MemorySource final : public ContentSource {
public:
    MemorySource(std::string text, std::optional<Error> error)
        : m_text(std::move(text)), m_error(std::move(error))
    {}
    Result<void> copy_to(Sink &sink) const override
    {
        // In two pieces of odd length, so that a reader has to cope with pieces.
        size_t const half = m_text.size() / 2 | 1;
        auto first = sink.write(std::string_view(m_text).substr(0, half));
        if (first && m_error)
            return *m_error;
        if (!first || half >= m_text.size())
            return first;
        return sink.write(std::string_view(m_text).substr(half));
    }

private:
    std::string m_text;
    std::optional<Error> m_error;
};

class MemoryFolderMessage final : public MailMessage {
public:
    MemoryFolderMessage(StoredFolder &folder, Uid uid) : m_folder(folder), m_uid(uid) {}
    Uid uid() const override { return m_uid; }
    Result<MailFlags> flags() override { return member(&StoredMessage::flags); }
    Result<Instant> received() override { return member(&StoredMessage::received); }
    Result<MailHeaders> headers() override { return member(&StoredMessage::headers); }
    Result<MimePart> structure() override { return member(&StoredMessage::structure); }
    Result<uint64_t> size() override
    {
        auto const raw = member(&StoredMessage::raw);
        return raw ? Result<uint64_t>(raw->size()) : raw.error();
    }
    Result<Text> text(std::string const &part_id, size_t max_bytes) override
    {
        auto const whole = part_text(part_id);
        if (!whole)
            return whole.error();
        return Text{whole->substr(0, max_bytes), whole->size() > max_bytes};
    }
    Result<Content> part(std::string const &part_id) override
    {
        auto text = part_text(part_id);
        if (!text)
            return text.error();
        return content(std::move(*text));
    }
    Result<Content> raw(std::string const &) override
    {
        auto text = member(&StoredMessage::raw);
        if (!text)
            return text.error();
        return content(std::move(*text));
    }
    Result<std::string> preview() override
    {
        auto const text = part_text("1");
        return text ? Result(text->substr(0, 255)) : Result(std::string());
    }

private:
    Error gone() const { return {ErrorKind::not_found, "message " + std::to_string(m_uid) + " is gone"}; }

    Content content(std::string text) const
    {
        auto const error = member(&StoredMessage::read_error);
        return Content(std::make_shared<MemorySource const>(std::move(text), error ? *error : std::nullopt));
    }

    template <class T> Result<T> member(T StoredMessage::*wanted) const
    {
        auto const found = m_folder.messages.find(m_uid);
        if (found == m_folder.messages.end())
            return gone();
        if (found->second.damage)
            return *found->second.damage;
        return found->second.*wanted;
    }

    Result<std::string> part_text(std::string const &part_id) const
    {
        auto const parts = member(&StoredMessage::parts);
        if (!parts)
            return parts.error();
        auto const found = parts->find(part_id);
        if (found == parts->end())
            return Error{ErrorKind::not_found, "no part " + part_id};
        return found->second;
    }

    StoredFolder &m_folder;
    Uid m_uid;
};

class MemoryMailStore final : public MailStore {
public:
    StoredFolder &add_folder(FolderId const &id, std::string const &name, SpecialUse use = SpecialUse::none,
                             FolderId const &parent_id = "")
    {
        StoredFolder &added = stored.emplace_back();
        added.folder = {id, parent_id, name, use, true};
        return added;
    }
    StoredFolder *find(FolderId const &id)
    {
        auto const found =
            std::ranges::find_if(stored, [&](auto const &each) { return each.folder.id == id; });
        return found == stored.end() ? nullptr : &*found;
    }

    Result<std::vector<MailFolder>> folders() override
    {
        std::vector<MailFolder> list;
        for (auto const &each : stored)
            if (!each.is_notes)
                list.push_back(each.folder);
        return list;
    }
    Result<std::vector<MailFolder>> note_folders() override
    {
        std::vector<MailFolder> list;
        for (auto const &each : stored)
            if (each.is_notes)
                list.push_back(each.folder);
        return list;
    }
    Result<MailFolderStatus> status(FolderId const &id) override
    {
        StoredFolder const *folder = find(id);
        if (!folder)
            return no_folder(id);
        if (folder->status_error)
            return *folder->status_error;
        return status_of(*folder);
    }
    Result<std::unique_ptr<MailFolderHandle>> open(FolderId const &id) override;
    Result<FolderId> special_folder(SpecialUse use) override
    {
        if (special_refusal)
            return *special_refusal;
        for (auto const &each : stored)
            if (each.folder.special_use == use)
                return each.folder.id;
        return add_folder("created-" + std::to_string(stored.size()), "created", use).folder.id;
    }
    Result<FolderId> create_folder(FolderId const &parent, std::string const &name) override
    {
        if (folder_refusal)
            return *folder_refusal;
        return add_folder("new-" + std::to_string(stored.size()), name, SpecialUse::none, parent).folder.id;
    }
    Result<void> move_folder(FolderId const &id, FolderId const &parent, std::string const &name) override
    {
        if (folder_refusal)
            return *folder_refusal;
        ++moved_folders;
        MailFolder &folder = find(id)->folder;
        folder.parent_id = parent;
        folder.name = name;
        return {};
    }
    Result<void> delete_folder(FolderId const &id) override
    {
        if (folder_refusal)
            return *folder_refusal;
        std::vector<FolderId> below;
        for (auto const &each : stored)
            if (each.folder.parent_id == id)
                below.push_back(each.folder.id);
        for (auto const &child : below)
            (void)delete_folder(child);
        stored.remove_if([&](auto const &each) { return each.folder.id == id; });
        return {};
    }
    Result<Uid> save(FolderId const &id, Content const &message, MailFlags const &flags) override
    {
        if (save_refusal)
            return *save_refusal;
        StoredFolder *folder = find(id);
        if (!folder)
            return no_folder(id);
        StringSink text;
        if (auto const copied = message.copy_to(text); !copied)
            return copied.error();
        StoredMessage saved;
        saved.flags = flags;
        saved.raw = std::move(text.text);
        return folder->add(std::move(saved));
    }

    Result<FoundMessages> search(std::vector<FolderId> const &folders, MailCondition const &condition,
                                 size_t limit) override
    {
        ++searches;
        last_condition = condition;
        if (search_refusal)
            return *search_refusal;
        FoundMessages found;
        found.timed_out = search_times_out;
        for (auto const &id : folders)
            for (auto const &[uid, message] : find(id)->messages)
                if (matches(message, condition))
                    found.newest.push_back({id, find(id)->uid_validity, uid, message.received});
        std::ranges::stable_sort(found.newest, std::greater(), &FoundMessage::received);
        found.total = found.newest.size();
        found.newest.resize(std::min(limit, found.newest.size()));
        return found;
    }

    /// Knows what the commands' tests ask for; leaves are looked for in the subject.
    static bool matches(StoredMessage const &message, MailCondition const &condition)
    {
        auto const part = [&](MailCondition const &each) { return matches(message, each); };
        switch (condition.kind) {
        case MailCondition::Kind::all_of:
            return std::ranges::all_of(condition.parts, part);
        case MailCondition::Kind::any_of:
            return std::ranges::any_of(condition.parts, part);
        case MailCondition::Kind::none_of:
            return std::ranges::none_of(condition.parts, part);
        case MailCondition::Kind::received_since:
            return message.received >= condition.instant;
        case MailCondition::Kind::received_before:
            return message.received < condition.instant;
        case MailCondition::Kind::conversation:
            return conversation_key(conversation_id(message.headers)) == condition.conversation;
        default:
            return message.headers.subject.find(condition.text) != std::string::npos;
        }
    }

    static Error no_folder(FolderId const &id) { return {ErrorKind::not_found, "no folder " + id}; }
    static MailFolderStatus status_of(StoredFolder const &folder)
    {
        return {folder.uid_validity,
                folder.uid_next,
                {folder.index_id, 1, folder.highest_modseq},
                static_cast<uint32_t>(folder.messages.size())};
    }

    std::list<StoredFolder> stored; ///< a list: tests keep references to folders
    std::optional<Error> save_refusal;
    std::optional<Error> open_refusal;
    std::optional<Error> special_refusal; ///< of special_folder()
    std::optional<Error> folder_refusal;  ///< of create_folder(), move_folder() and delete_folder()
    std::optional<Error> move_refusal;    ///< of messages
    UidSet immovable;                     ///< what cannot be moved for a while
    size_t move_transactions = 0;
    std::optional<Error> flags_refusal;
    std::optional<Error> search_refusal;
    bool search_times_out = false;
    MailCondition last_condition; ///< of search()
    size_t searches = 0;
    size_t moved_folders = 0;
    size_t limits_asked = 0;
    size_t opened = 0;
};

class MemoryFolderHandle final : public MailFolderHandle {
public:
    MemoryFolderHandle(MemoryMailStore &store, StoredFolder &folder) : m_store(store), m_folder(folder) {}

    MailFolderStatus status() const override { return MemoryMailStore::status_of(m_folder); }
    Result<UidSet> uids(std::optional<Instant> since) override
    {
        UidSet found;
        m_folder.searches += since.has_value();
        for (auto const &[uid, message] : m_folder.messages)
            if (!since || message.received >= *since)
                found.add(uid);
        return found;
    }
    Result<MailChanges> changes_since(ChangePoint const &point, UidSet const &known) override
    {
        MailChanges changes;
        changes.point = status().point;
        bool other_index = point.index_id != m_folder.index_id;
        changes.expunges_known = m_folder.expunges_known && !other_index;
        changes.limits_changed = m_folder.limits_modseq > point.modseq || other_index;
        for (auto const &[uid, message] : m_folder.messages)
            if (message.modseq > point.modseq || other_index)
                changes.changed.add(uid);
        for (auto const &[uid, expunge_modseq] : m_folder.expunged)
            if (changes.expunges_known && expunge_modseq > point.modseq && known.contains(uid))
                changes.expunged.add(uid);
        return changes;
    }
    Result<FolderLimits> limits() override
    {
        ++m_store.limits_asked;
        return m_folder.limits;
    }
    Result<std::vector<UidFlags>> flags(UidSet const &uids) override
    {
        std::vector<UidFlags> found;
        for (auto const &[uid, message] : m_folder.messages)
            if (uids.contains(uid))
                found.push_back({uid, message.flags});
        return found;
    }
    Result<std::optional<Instant>> oldest_received(UidSet const &uids) override
    {
        std::optional<Instant> oldest;
        for (auto const &[uid, message] : m_folder.messages)
            if (uids.contains(uid) && (!oldest || message.received < *oldest))
                oldest = message.received;
        return oldest;
    }
    Result<std::vector<UidConversation>> conversations(UidSet const &uids) override
    {
        std::vector<UidConversation> found;
        for (auto const &[uid, message] : m_folder.messages)
            if (uids.contains(uid))
                found.push_back({uid, *conversation_key(conversation_id(message.headers))});
        return found;
    }
    Result<std::vector<UidText>> header_field(UidSet const &uids, std::string const &name) override
    {
        std::vector<UidText> found;
        for (auto const &[uid, message] : m_folder.messages) {
            if (!uids.contains(uid))
                continue;
            auto const pieces = split_message(message.raw);
            auto const *field = find_field(pieces, name);
            found.push_back({uid, field ? std::string(trim(field->value)) : ""});
        }
        return found;
    }
    Result<std::unique_ptr<MailMessage>> message(Uid uid) override
    {
        if (!m_folder.messages.contains(uid))
            return gone(uid);
        return std::unique_ptr<MailMessage>(std::make_unique<MemoryFolderMessage>(m_folder, uid));
    }
    Result<void> set_flags(Uid uid, FlagChange const &change) override
    {
        auto const found = m_folder.messages.find(uid);
        if (found == m_folder.messages.end())
            return gone(uid);
        if (m_store.flags_refusal)
            return *m_store.flags_refusal;
        found->second.flags = changed_flags(found->second.flags, change);
        found->second.modseq = ++m_folder.highest_modseq;
        return {};
    }
    Result<void> expunge(UidSet const &uids) override
    {
        for (auto const &range : uids.ranges())
            for (Uid uid = range.first; uid <= range.last; ++uid)
                m_folder.expunge(uid);
        return {};
    }
    Result<std::vector<MovedUid>> move_all(UidSet const &uids, FolderId const &destination) override
    {
        ++m_store.move_transactions;
        if (m_store.move_refusal)
            return *m_store.move_refusal;
        StoredFolder *target = m_store.find(destination);
        if (!target)
            return MemoryMailStore::no_folder(destination);
        std::vector<MovedUid> moved;
        for (auto const &range : uids.ranges())
            for (Uid uid = range.first; uid <= range.last; ++uid)
                moved.push_back({uid, 0});
        for (auto const &each : moved) {
            if (!m_folder.messages.contains(each.uid))
                return gone(each.uid);
            if (m_store.immovable.contains(each.uid))
                return Error{ErrorKind::temporary, "stuck"};
        }
        for (auto &each : moved) {
            each.uid_there = target->add(m_folder.messages.at(each.uid));
            m_folder.expunge(each.uid);
        }
        return moved;
    }

private:
    static Error gone(Uid uid) { return {ErrorKind::not_found, "no message " + std::to_string(uid)}; }

    MemoryMailStore &m_store;
    StoredFolder &m_folder;
};

inline Result<std::unique_ptr<MailFolderHandle>> MemoryMailStore::open(FolderId const &id)
{
    if (open_refusal)
        return *open_refusal;
    StoredFolder *folder = find(id);
    if (!folder)
        return no_folder(id);
    ++opened;
    return std::unique_ptr<MailFolderHandle>(std::make_unique<MemoryFolderHandle>(*this, *folder));
}

} // namespace eas::test

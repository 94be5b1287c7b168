// What the server tells of a mail collection: which changes, in which form, how many. See sync-mail.h.
#include "commands/sync-mail.h"
#include "mapping/email-flag.h"
#include "mapping/email-from-message.h"
#include "services/meeting-intake.h"
#include "sync/server-id.h"
#include <algorithm>
#include <utility>

namespace eas {

namespace {

constexpr size_t default_window = 100, largest_window = 512; // MS-ASCMD 2.2.3.199
constexpr size_t most_unreadable = 5; ///< in one answer; with more it is the storage, not the messages

/// Previews and message parts only.
BodyOptions previews_only(BodyOptions options)
{
    if (options.body_preferences.empty() && !options.body_part_preference)
        options.body_preferences.emplace_back();
    for (auto &preference : options.body_preferences)
        preference.truncation_size = 0;
    return options;
}

/// Bodies of no byte: the client shows that there is more, and may fetch it.
BodyOptions without_body(BodyOptions options)
{
    options.body_part_preference.reset();
    options = previews_only(std::move(options));
    for (auto &preference : options.body_preferences) {
        preference.all_or_none.reset();
        preference.preview.reset();
    }
    options.mime_truncation = 0;
    return options;
}

/// A message that the storage cannot read holds up the others no longer than an answer.
bool may_be_postponed(Error const &error)
{
    return error.kind == ErrorKind::temporary || error.kind == ErrorKind::denied;
}

} // namespace

Result<void> MailCollectionSync::run(CollectionResult &result)
{
    if (auto refreshed = m_engine.refresh(); !refreshed)
        return refreshed;
    take_untaken_messages(m_session, m_folder_id, m_known);
    if (m_request.commands) {
        SyncOutcomes outcomes;
        apply_operations(outcomes);
        if (!outcomes.empty())
            result.response.responses = std::move(outcomes);
    }
    if (m_request.get_changes.value_or(true))
        return send_changes(result);
    return {};
}

/// A message that is told for the sake of its conversation comes without its body. MS-ASCMD 2.2.3.36.2.
Result<Email> MailCollectionSync::new_email(Uid uid, BodyOptions const &options)
{
    if (!m_options.whole_conversations)
        return email(uid, options);
    auto received = m_known.oldest_received({uid});
    if (!received)
        return received.error();
    bool is_wanted_itself = !*received || m_engine.is_inside_dates(**received);
    return email(uid, is_wanted_itself ? options : previews_only(options));
}

/// Those alone that changed, MS-ASEMAIL 3.2.5.4.1.
Result<Email> MailCollectionSync::changed_properties(MailChange const &change)
{
    auto &changed = change.changed;
    Email email;
    if (changed.flag) {
        auto read = email_from_flags(m_known, change.uid, change.flags);
        if (!read)
            return read;
        email = std::move(*read);
    } else {
        set_flags(email, change.flags);
        email.flag.reset();
    }
    if (!changed.read)
        email.read.reset();
    if (!changed.categories)
        email.categories.reset();
    if (!changed.last_verb)
        email.last_verb_executed = {}, email.last_verb_execution_time = {};
    else if (!email.last_verb_executed)
        email.last_verb_executed = 0; // MS-ASEMAIL 2.2.2.44: unknown
    return email;
}

Result<void> MailCollectionSync::send_changes(CollectionResult &result)
{
    if (m_room.changes == 0) {
        auto waiting = m_engine.changes(1);
        result.response.more_available = waiting && !waiting->empty();
        return waiting ? Result<void>() : waiting.error();
    }
    auto requested = m_request.window_size.value_or(default_window);
    auto limit = std::min<size_t>(m_room.changes,
                                  requested == 0 || requested > largest_window ? largest_window : requested);
    m_delivery.note_request(m_is_repeated, limit, m_session.ports.clock.now());
    limit = m_delivery.limit(limit);
    auto options = m_options.body;
    auto changes = next_changes(limit + 1, options); // one more tells whether there are more
    if (!changes)
        return changes.error();
    bool more = changes->size() > limit;
    if (more)
        changes->resize(limit);
    SyncChanges commands;
    commands.adds.reserve(changes->size()); // an Email is large, and moving it costs
    size_t unreadable = 0;
    for (auto &change : *changes) {
        auto sent = send_change(change, options, commands);
        if (!sent && may_be_postponed(sent.error()) && ++unreadable <= most_unreadable) {
            m_session.log_note += " UID " + std::to_string(change.uid) +
                                  " is left out for an hour: " + sent.error().message + ';';
            m_session.log_as_warning = true;
            m_engine.postpone(change.uid);
            continue;
        }
        if (!sent) {
            if (commands.size() == 0)
                return sent.error();
            more = true; // the client has what came before; the next request meets the error first
            break;
        }
        if (!*sent) {
            more = true;
            break;
        }
    }
    if (commands.size() == 0)
        m_delivery.forget_repeats();
    std::map<Uid, Email *> emails;
    for (auto *items : {&commands.changes, &commands.adds})
        for (auto &item : *items)
            if (auto const id = parse_message_id(item.server_id))
                emails.emplace(id->uid, std::get_if<Email>(&item.application_data));
    take_meetings(emails);
    result.changes = commands.size();
    take(m_room.changes, result.changes);
    result.response.more_available = more;
    if (commands.size() != 0)
        result.response.commands = std::move(commands);
    return {};
}

bool MailCollectionSync::moved_with_its_conversation(Uid uid, Email const &email)
{
    auto const destination = m_conversations.destination(email);
    if (!destination)
        return false;
    auto const moved = m_known.move(uid, *destination);
    if (!moved) // the folder of the conversation may be gone, or full: the message stays
        m_session.log_note += " not moved with its conversation: " + moved.error().message;
    return static_cast<bool>(moved);
}

/// Another client cleared the flag: if it is set again one day, it is without the dates of this one.
void MailCollectionSync::forget_flag(MailChange const &change)
{
    if (!change.flags.has_keyword(complete_keyword))
        (void)m_known.set_flags(change.uid, {.annotation = annotation_part(change.flags.annotation, true)});
}

/// What to tell, without a message that the device cannot digest; `options` are for the first of them.
Result<std::vector<MailChange>> MailCollectionSync::next_changes(size_t limit, BodyOptions &options)
{
    auto changes = m_engine.changes(limit);
    if (!changes || changes->empty() || changes->front().kind != MailChange::Kind::add)
        return changes;
    auto uid = changes->front().uid;
    switch (m_delivery.form_of(std::to_string(uid))) {
    case Delivery::Form::whole:
        return changes;
    case Delivery::Form::without_body:
        options = without_body(options);
        return changes;
    case Delivery::Form::left_out:
        break;
    }
    m_session.log_note += "UID " + std::to_string(uid) + " of folder " + m_folder_id +
                          " is left out for an hour: again and again the device does not take the answer "
                          "with it";
    m_session.log_as_warning = true;
    m_engine.postpone(uid);
    return m_engine.changes(limit);
}

/// False if the answer is full.
Result<bool> MailCollectionSync::send_change(MailChange const &change, BodyOptions const &options,
                                             SyncChanges &commands)
{
    auto id = message_id(m_folder_id, change.uid);
    switch (change.kind) {
    case MailChange::Kind::remove:
        commands.deletes.push_back({std::move(id)});
        break;
    case MailChange::Kind::soft_delete:
        commands.soft_deletes.push_back({std::move(id)});
        break;
    case MailChange::Kind::change:
        if (!change.whole) {
            auto email = changed_properties(change);
            if (!email && email.error().kind == ErrorKind::not_found)
                return true; // it went in this moment: the next Sync tells that
            if (!email)
                return email.error();
            commands.changes.push_back({std::move(id), std::move(*email)});
            if (change.changed.flag && !change.flags.flagged)
                forget_flag(change);
            break;
        }
        [[fallthrough]];
    case MailChange::Kind::add: {
        if (m_room.bytes == 0)
            return false;
        auto item = new_email(change.uid, options);
        if (!item && item.error().kind == ErrorKind::not_found) {
            m_engine.drop(change.uid);
            return true;
        }
        if (!item)
            return item.error();
        if (!change.whole && moved_with_its_conversation(change.uid, *item)) {
            m_engine.drop(change.uid);
            return true;
        }
        take(m_room.bytes, body_bytes(*item));
        if (item->date_received)
            m_engine.note_received(*item->date_received);
        (change.whole ? commands.changes : commands.adds).push_back({std::move(id), std::move(*item)});
        break;
    }
    }
    m_engine.told(change);
    return true;
}

} // namespace eas

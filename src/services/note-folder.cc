// See note-folder.h.
#include "services/note-folder.h"
#include "items/categories.h"
#include "mapping/outgoing-message.h"
#include "sync/operation-name.h"
#include <algorithm>

namespace eas {

namespace {

constexpr size_t longest_note_id = 39; ///< so that a ServerId has 64 characters at most

/// What stands for a note in its ServerId.
std::string note_id(std::string const &identifier, uint32_t uid_validity, Uid uid)
{
    if (identifier.empty())
        return "uid-" + std::to_string(uid_validity) + "-" + std::to_string(uid);
    constexpr std::string_view allowed = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._";
    if (identifier.size() <= longest_note_id && identifier.find_first_not_of(allowed) == identifier.npos)
        return identifier;
    OperationName digest;
    digest.add(identifier);
    return digest.text();
}

/// The form of a UUID, for a note that is made by the operation of that name.
std::string new_note_id(std::string const &operation)
{
    OperationName digest;
    digest.add(operation);
    auto id = digest.text();
    std::ranges::transform(id, id.begin(), [](char c) { return c >= 'a' && c <= 'f' ? c - 32 : c; });
    for (size_t const position : {8, 13, 18, 23})
        id.insert(position, "-");
    return id;
}

std::string version_text(MailFolderStatus const &status)
{
    return std::to_string(status.uid_validity) + '.' + std::to_string(status.uid_next) + '.' +
           std::to_string(status.messages) + '.' + std::to_string(status.point.index_id) + '.' +
           std::to_string(status.point.modseq);
}

/// The keywords that make `wanted` the categories; others stay.
std::vector<std::string> keywords_for(std::vector<std::string> keywords,
                                      std::vector<std::string> const &wanted)
{
    std::erase_if(keywords, [](auto const &each) { return is_category(each); });
    for (auto const &name : wanted)
        if (auto keyword = category_keyword(name); !keyword.empty())
            keywords.push_back(std::move(keyword));
    return keywords;
}

Result<ItemText> text_of(std::optional<Body> const &body)
{
    auto text = body ? item_text_of(*body) : Result(ItemText());
    if (text && text->html.size() + text->plain.size() > longest_note_bytes)
        return Error{ErrorKind::too_large, "a note of more than 4 MiB"};
    return text;
}

} // namespace

Result<std::string> NoteItemFolder::version()
{
    auto const status = m_session.ports.mail.status(m_id);
    return status ? Result(version_text(*status)) : status.error();
}

Result<void> NoteItemFolder::open()
{
    if (m_folder)
        return {};
    auto opened = m_session.ports.mail.open(m_id);
    if (!opened)
        return opened.error();
    m_folder = std::move(*opened);
    return {};
}

Result<void> NoteItemFolder::list()
{
    if (auto opened = open(); !opened)
        return opened;
    auto const all = m_folder->uids({});
    if (!all)
        return all.error();
    auto const identifiers = m_folder->header_field(*all, note_id_field);
    auto flags = m_folder->flags(*all);
    if (!identifiers || !flags)
        return identifiers ? flags.error() : identifiers.error();
    auto const uid_validity = m_folder->status().uid_validity;
    m_notes.clear();
    auto identifier = identifiers->begin();
    for (auto &[uid, flags_of] : *flags) { // both ascend
        while (identifier != identifiers->end() && identifier->uid < uid)
            ++identifier;
        if (identifier == identifiers->end() || identifier->uid != uid || flags_of.deleted)
            continue;
        auto &note = m_notes[note_id(identifier->text, uid_validity, uid)];
        if (note.uid != 0)
            note.former.add(note.uid);
        note.uid = uid;
        note.flags = std::move(flags_of);
    }
    return {};
}

std::string NoteItemFolder::version_of(FoundNote const &note) const
{
    OperationName digest;
    for (auto const &category : category_names(note.flags.keywords))
        digest.add(category);
    return std::to_string(m_folder->status().uid_validity) + '.' + std::to_string(note.uid) + '.' +
           digest.text().substr(0, 12);
}

Result<ItemFolder::Listing> NoteItemFolder::items()
{
    auto const version = this->version();
    if (!version)
        return version.error();
    if (auto listed = list(); !listed)
        return listed.error();
    Listing listing{*version, {}};
    listing.items.reserve(m_notes.size());
    for (auto const &[id, note] : m_notes)
        listing.items.add(id, version_of(note));
    return listing;
}

Result<FoundNote> NoteItemFolder::find(std::string const &id)
{
    if (!m_notes.contains(id))
        if (auto listed = list(); !listed)
            return listed.error();
    auto const found = m_notes.find(id);
    if (found == m_notes.end())
        return Error{ErrorKind::not_found, "there is no note " + id};
    return found->second;
}

Result<StoredNote> NoteItemFolder::read_stored(Uid uid)
{
    auto const message = m_folder->message(uid);
    return message ? note_from_message(**message) : Result<StoredNote>(message.error());
}

Result<ItemFolder::Item> NoteItemFolder::read(std::string const &id, BodyOptions const &options)
{
    auto const found = find(id);
    if (!found)
        return found.error();
    auto const stored = read_stored(found->uid);
    if (!stored)
        return stored.error();
    Note note;
    note.subject = stored->subject;
    note.body = choose_item_body(stored->text, options, m_session.version);
    note.message_class = stored->message_class;
    note.last_modified = stored->last_modified;
    if (auto categories = category_names(found->flags.keywords); !categories.empty())
        note.categories = std::move(categories);
    return Item{version_of(*found), std::move(note), {}};
}

/// LastModifiedDate is ignored, whatever it is: MS-ASNOTE 3.1.5.3.1.
Result<Note> NoteItemFolder::read_request(Element data) const
{
    std::erase_if(data.children,
                  [](Element const &child) { return child.tag == Tag::Notes_LastModifiedDate; });
    auto note = eas::read<Note>(data, m_session.version);
    if (!note)
        return note;
    if (note->message_class && !is_note_class(*note->message_class))
        return Error{ErrorKind::bad_request, "Notes:MessageClass: " + *note->message_class};
    return note;
}

NewNote NoteItemFolder::new_note(std::string const &id, std::string subject, std::string message_class,
                                 MimeEntity body) const
{
    auto const own = m_session.ports.submission.addresses();
    auto const from = own.empty() ? m_session.user : own.front();
    return {std::move(subject),          std::move(message_class), id, from, new_message_id(from),
            m_session.ports.clock.now(), std::move(body)};
}

Result<ItemFolder::Written> NoteItemFolder::add(Element const &data, std::string const &name)
{
    auto const note = read_request(data);
    auto const text = note ? text_of(note->body) : note.error();
    if (!text)
        return text.error();
    auto subject = note->subject.value_or("");
    if (subject.empty())
        subject = subject_of_text(text->plain);
    auto const id = new_note_id(name);
    if (auto listed = list(); !listed)
        return listed.error();
    if (auto const before = m_notes.find(id); before != m_notes.end()) {
        auto wanted = *note;
        wanted.subject = subject;
        auto changed = change(id, version_of(before->second), std::move(wanted));
        if (changed)
            changed->differs = true;
        return changed;
    }
    MailFlags flags;
    flags.seen = true;
    flags.keywords = keywords_for({}, note->categories.value_or(std::vector<std::string>()));
    auto const made = new_note(id, std::move(subject), note->message_class.value_or(std::string(note_class)),
                               note_body(*text));
    auto const saved = m_session.ports.mail.save(m_id, note_message(made, ""), flags);
    auto written = saved ? settle(id, *saved, 0) : saved.error();
    if (written && !written->version.empty())
        written->differs = !is_shown_as_sent(m_notes[id], *note);
    return written;
}

/// Takes the former messages of a note away that was saved, unless another program was faster. No message of
/// the folder may be in use.
Result<ItemFolder::Written> NoteItemFolder::settle(std::string const &id, Uid saved, Uid former)
{
    if (auto listed = list(); !listed)
        return listed.error();
    auto const found = m_notes.find(id);
    if (found == m_notes.end() || found->second.uid != saved)
        return Written{id, "", true, {}, {}}; // changed or removed already: it is told as it is now
    auto &now = found->second;
    bool const is_overtaken = former != 0 && std::ranges::any_of(now.former.ranges(), [&](auto range) {
                                  return range.last > former;
                              });
    if (is_overtaken) {
        UidSet ours;
        ours.add(saved);
        if (auto gone = m_folder->expunge(ours); !gone)
            return gone.error();
        return Error{ErrorKind::conflict, "note " + id + " was changed at the same moment"};
    }
    if (auto gone = m_folder->expunge(now.former); !gone)
        return gone.error();
    now.former = {};
    return Written{id, version_of(now), false, {}, {}};
}

/// Whether the client has what it would be shown.
bool NoteItemFolder::is_shown_as_sent(FoundNote const &written, Note const &sent)
{
    auto const stored = read_stored(written.uid);
    if (!stored)
        return false;
    bool const same_body = !sent.body || is_same_text(*sent.body, stored->text, {}, m_session.version);
    auto const categories = category_names(written.flags.keywords);
    auto wanted = sent.categories.value_or(std::vector<std::string>());
    std::ranges::sort(wanted);
    return same_body && (!sent.subject || *sent.subject == stored->subject) && wanted == categories;
}

Result<FoundNote> NoteItemFolder::find_version(std::string const &id, std::string const &seen_version)
{
    if (auto listed = list(); !listed)
        return listed.error();
    auto found = find(id);
    if (found && version_of(*found) != seen_version)
        return Error{ErrorKind::conflict, "note " + id + " was changed"};
    return found;
}

Result<ItemFolder::Written> NoteItemFolder::change(std::string const &id, std::string const &seen_version,
                                                   Element const &data, SupportedProperties const &,
                                                   std::optional<Instant> instance)
{
    if (instance)
        return Error{ErrorKind::bad_request, "note " + id + " has no instances"};
    auto wanted = read_request(data);
    return wanted ? change(id, seen_version, *std::move(wanted)) : wanted.error();
}

Result<ItemFolder::Written> NoteItemFolder::change(std::string const &id, std::string const &seen_version,
                                                   Note wanted)
{
    auto const found = find_version(id, seen_version);
    if (!found)
        return found.error();
    auto const stored = read_stored(found->uid);
    if (!stored)
        return stored.error();
    bool const keeps_body =
        !wanted.body || is_same_text(*wanted.body, stored->text, bodies_on_device, m_session.version);
    if (keeps_body && wanted.subject.value_or(stored->subject) == stored->subject &&
        wanted.message_class.value_or(stored->message_class) == stored->message_class)
        return set_categories(id, *found, wanted.categories.value_or(std::vector<std::string>()));
    if (!keeps_body && stored->has_more)
        return Error{ErrorKind::denied,
                     "note " + id + " has pictures or is too long: its text cannot be replaced"};
    if (keeps_body)
        wanted.body.reset();
    auto const saved = save_changed(id, *found, *stored, wanted);
    auto written = saved ? settle(id, *saved, found->uid) : saved.error();
    if (written && !written->version.empty())
        written->differs = !is_shown_as_sent(m_notes[id], wanted);
    return written;
}

/// MS-ASNOTE 3.2.5.3: what is missing is removed.
Result<ItemFolder::Written> NoteItemFolder::set_categories(std::string const &id, FoundNote const &found,
                                                           std::vector<std::string> const &wanted)
{
    auto const keywords = keywords_for(found.flags.keywords, wanted);
    FlagChange change;
    std::ranges::copy_if(
        found.flags.keywords, std::back_inserter(change.remove_keywords),
        [&](auto const &each) { return std::ranges::find(keywords, each) == keywords.end(); });
    std::ranges::copy_if(keywords, std::back_inserter(change.add_keywords),
                         [&](auto const &each) { return !found.flags.has_keyword(each); });
    if (!change.add_keywords.empty() || !change.remove_keywords.empty())
        if (auto set = m_folder->set_flags(found.uid, change); !set)
            return set.error();
    if (auto listed = list(); !listed)
        return listed.error();
    auto const now = find(id);
    if (!now)
        return now.error();
    return Written{id, version_of(*now), now->uid != found.uid, {}, {}};
}

/// Saves the message that is to take the place of the one that is there; without a body in `wanted` it gets
/// that one's. The identifier may be new to the message: it is what stands for this note.
Result<Uid> NoteItemFolder::save_changed(std::string const &id, FoundNote const &found,
                                         StoredNote const &stored, Note const &wanted)
{
    auto const message = m_folder->message(found.uid);
    auto const raw = message ? (*message)->raw("") : Result<Content>(message.error());
    auto const header = raw ? header_of(*raw) : Result<std::string>(raw.error());
    auto const text = header ? text_of(wanted.body) : Result<ItemText>(header.error());
    if (!text)
        return text.error();
    auto body = wanted.body ? Result(note_body(*text)) : entity_of(*raw);
    if (!body)
        return body.error();
    auto flags = found.flags;
    flags.keywords = keywords_for(flags.keywords, wanted.categories.value_or(std::vector<std::string>()));
    auto const note = new_note(id, wanted.subject.value_or(stored.subject),
                               wanted.message_class.value_or(stored.message_class), std::move(*body));
    return m_session.ports.mail.save(m_id, note_message(note, *header), flags);
}

Result<void> NoteItemFolder::remove(std::string const &id, std::string const &seen_version)
{
    auto const found = find_version(id, seen_version);
    if (!found)
        return found.error();
    auto uids = found->former;
    uids.add(found->uid);
    m_notes.erase(id);
    return m_folder->expunge(uids);
}

Result<std::string> NoteItemFolder::move(std::string const &id, FolderId const &destination)
{
    auto const found = find(id);
    if (!found)
        return found.error();
    auto const status = m_session.ports.mail.status(destination);
    auto const moved = status ? m_folder->move(found->uid, destination) : Result<Uid>(status.error());
    if (!moved)
        return moved.error();
    m_notes.erase(id);
    if (auto gone = m_folder->expunge(found->former); !gone)
        return gone.error();
    bool const has_identifier = !id.starts_with("uid-" + std::to_string(m_folder->status().uid_validity));
    return has_identifier ? id : note_id("", status->uid_validity, *moved);
}

} // namespace eas

// Whether the files of a Maildir are those that its index has, found out without looking at all of them.
//
// A Maildir tells of a change by the times of its directories `cur` and `new`, and a delivery changes `new`.
// Dovecot's own sync then reads `cur` too, for a message that was in `new` may have been moved there, and
// with it the whole list of UIDs: in proportion to the mailbox. Here the files are *accounted for*: after a
// sync of Dovecot that saw everything, the time of `cur` is written down, and how many files were in `new`
// with a hash of their names (KnownFiles). As long as `cur` has that time, nobody moved, renamed or removed a
// file there; and if `new` has just these files and those of the messages that came into the index since,
// nobody but Dovecot did anything at all. In any other case Dovecot's sync runs.
//
// So a delivery by Dovecot costs what lies in `new`. What another program delivers, renames, moves or removes
// is met by the same Sync as before; the names in `new` count without flags, for who sets flags moves the
// file to `cur` (cr.yp.to, "Using maildir format"), except Dovecot, whose index has them.
#pragma once

struct mailbox;

namespace eas {

/// Whether all that is in `new` and `cur` is in the index on the disk. If so it is noted in Dovecot's header
/// of the index, as its own sync would do it, so that no program looks again. To be asked when Dovecot would
/// scan.
bool files_are_accounted_for(struct mailbox *box);
/// After a sync by Dovecot: notes what was there, if it is certain that the index has all of it.
void note_known_files(struct mailbox *box);

} // namespace eas

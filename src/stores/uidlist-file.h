// Dovecot's list of a Maildir's messages, `dovecot-uidlist`, read at the place that matters: Dovecot itself
// reads all of it to find one name. doc.dovecot.org, "Maildir mailbox format"; version 3, which Dovecot
// writes since 1.1:
//
//     3 V1764451200 N8 Gf53aa1...              UIDVALIDITY, the next UID when the file was made, the
//     mailbox's GUID 7 G<guid> W<size> :1764451207.M1P2.host,S=40,W=42      UID, extensions, name of the file
//     without flags
//
// Lines ascend by UID, and what arrives is appended. What has gone may still be listed. Another program may
// replace the file at any time (rename); this one then goes on to read what it has opened.
#pragma once
#include "base/uid-set.h"
#include <optional>
#include <string>
#include <vector>

namespace eas {

class UidlistFile {
public:
    struct Header {
        uint32_t uid_validity = 0;
        std::string guid; ///< 32 hexadecimal digits
    };
    struct Entry {
        Uid uid = 0;
        std::string name; ///< of the file, without directory and flags
        std::string guid; ///< of the message; its name, where the list has no other
    };

    /// If there is none, or it cannot be read, nothing is found in it.
    explicit UidlistFile(std::string const &path);
    ~UidlistFile();
    UidlistFile(UidlistFile const &) = delete;
    UidlistFile &operator=(UidlistFile const &) = delete;

    /// Nothing if the file is of another version, or not as it should be: Dovecot mends it when it reads it.
    std::optional<Header> header() const;
    /// Those with a UID from `first` to `last`, ascending; nothing as above.
    std::optional<std::vector<Entry>> entries(Uid first, Uid last) const;

private:
    std::string read(uint64_t from, size_t length) const;
    std::optional<uint64_t> line_after(uint64_t position) const;
    std::optional<uint64_t> place_of(Uid first) const;

    int m_fd;
    uint64_t m_size = 0;
    uint64_t m_first_line = 0; ///< where it begins, behind the header
    std::optional<Header> m_header;
};

} // namespace eas

// Waits for changes of address books in a directory, of all users over one connection, so that phones that
// wait need no process of their own for it. Two ways:
//
//   persistent   one content synchronisation that goes on (RFC 4533 3.4) over all users' books: the directory
//                tells each change at once. The account that is bound must be allowed to see them.
//   by polling   a search in each book that somebody waits for, one after the other, as its user; what is
//                remembered is one number for all names and versions in it.
//
// A book is its user's DN of eas_ldap_contacts_base with all that is below. What is told is a guess on the
// safe side: the user's process looks what it means for the phone.
#pragma once
#include "stores/ldap-connection.h"
#include <chrono>
#include <functional>
#include <map>

namespace eas {

struct LdapWatchSettings {
    LdapSettings connection;
    bool is_persistent = false;
    std::string contacts_base;  ///< the pattern of eas_ldap_contacts_base
    uint32_t poll_seconds = 60; ///< 0: never
    /// For the admin.
    std::function<void(std::string const &)> warn = [](std::string const &) {};
    std::function<void(std::string const &)> inform = [](std::string const &) {};
};

/// The part of a pattern of DNs that is the same for all users: from the first component on behind which
/// there is no %variable. "" if there is none.
std::string ldap_common_base(std::string_view pattern);

class LdapWatch {
public:
    using Clock = std::chrono::steady_clock;

    /// `changed` gets the normal DN (ldap_normal_dn()) of an entry in a book or of the book; "": of anything.
    LdapWatch(LdapWatchSettings settings, std::function<void(std::string const &)> changed);

    /// `base` is a normal DN. Its first change is told soon: whoever asks may have looked too early.
    void watch(std::string const &base, std::string const &authorization_id);
    void forget(std::string const &base) { m_books.erase(base); }
    void forget_all() { m_books.clear(); }

    /// Does what is due. Blocks as long as the directory takes, at most its time-outs.
    void run();
    /// When run() is due by itself; nothing while there is nothing to do.
    std::optional<Clock::time_point> due() const;
    /// run() is due too when it becomes readable; -1: none.
    int descriptor() const { return m_is_running ? m_ldap.descriptor() : -1; }

private:
    struct Book {
        std::string authorization_id;
        std::optional<size_t> content; ///< nothing before the first look
        Clock::time_point due;
    };
    void poll(std::string const &base, Book &book);
    Result<size_t> content_of(std::string const &base);
    void begin();
    void read_news();
    void tell(LdapNews const &news);
    void failed(Error const &error);
    void works();

    LdapWatchSettings m_settings;
    std::function<void(std::string const &)> m_changed;
    LdapConnection m_ldap;
    std::map<std::string, Book, std::less<>> m_books;
    // The persistent search.
    std::string m_base;
    std::string m_cookie; ///< where to continue after a break
    bool m_is_running = false;
    bool m_nothing_missed = false; ///< up to that cookie
    Clock::time_point m_next_try{};
    std::chrono::seconds m_pause{1};
    bool m_is_down = false; ///< and the admin was told
};

} // namespace eas

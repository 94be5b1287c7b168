// Real mailboxes for the tests of plugin/eas: a private Dovecot configuration in a temporary directory,
// users in it, and other processes (doveadm, a foreign MDA) that change the same mailboxes.
//
// No Dovecot process is started: storage library and doveadm read the configuration themselves.
#pragma once
#include "eas/dovecot-mail-store.h"
#include "ports/mail-store.h"
#include "stores/file-state-store.h"
#include <filesystem>
#include <memory>
#include <string>
#include <vector>

struct mail_storage_service_user;
struct mail_user;

namespace eas::test {

/// To be called first in main(). Dovecot's library starts the program anew under doveconf, so what stands
/// before it happens twice. Returns the arguments that are left for the tests.
std::vector<char *> start_storage(int argc, char **argv);
void stop_storage();

/// A user with an empty mail directory. The domain picks the format: "x@maildir", "x@sdbox", "x@mdbox".
class User {
public:
    /// `overrides` are settings as a userdb gives them: "mail_max_keyword_length=20".
    explicit User(std::string const &format, std::vector<std::string> overrides = {});
    /// A second session of the same user.
    User(User const &other, std::vector<std::string> overrides);
    ~User();
    User(User const &) = delete;
    User &operator=(User const &) = delete;

    std::string const &name() const { return m_name; }
    std::filesystem::path home() const;
    std::filesystem::path mail_directory() const { return home() / "mail"; }
    struct mail_user *user() const { return m_user; }
    DovecotMailStore &store() { return *m_store; }
    /// As a new process would see the mailboxes.
    void reconnect();

    FolderId folder(std::string const &name_of_leaf);
    std::unique_ptr<MailFolderHandle> open(std::string const &name_of_leaf);
    /// Runs doveadm as this user; fails the test if doveadm does. What it prints.
    std::string doveadm(std::vector<std::string> const &arguments, std::string const &input = "") const;
    Uid save(std::string const &mailbox, std::string const &message, MailFlags const &flags = {});

private:
    void connect();
    void disconnect();

    std::string m_name;
    std::vector<std::string> m_overrides;
    struct mail_storage_service_user *m_service_user = nullptr;
    struct mail_user *m_user = nullptr;
    std::unique_ptr<FileStateStore> m_state;
    std::unique_ptr<DovecotMailStore> m_store;
};

std::filesystem::path root_directory();
/// The value, or a failed test that shows the error.
template <class T> T value_of(Result<T> result);
void value_of(Result<void> result);
std::string bytes_of(Content const &content);
std::string message_with_body(std::string const &subject, std::string const &body = "Hello\r\n");

[[noreturn]] void fail(std::string const &reason);

template <class T> T value_of(Result<T> result)
{
    if (!result)
        fail(result.error().message);
    return std::move(*result);
}

} // namespace eas::test

// See connection-record.h. Addresses come from the input of Dovecot's storage service, which has them as
// eas-login (or a trusted proxy) gave them.
#include "eas/connection-record.h"
#include "base/text.h"

namespace eas {

namespace {

// ConnectionRecord::extra: whether to close after the answer, whether the peer is trusted or a front, when
// it was logged in, a blank, the peer's address.
constexpr char extra_close = 'c', extra_keep = 'k', extra_trusted = 't', extra_forwarded = 'f',
               extra_plain = '-';

template <class Bytes> std::string string_of(Bytes const &bytes)
{
    return std::string(bytes.begin(), bytes.end());
}

template <class Bytes> bool copy_exactly(std::string const &from, Bytes &to)
{
    if (from.size() != to.size())
        return false;
    std::copy(from.begin(), from.end(), to.begin());
    return true;
}

} // namespace

ConnectionRecord connection_record(UserSession const &session, ConnectionFacts const &facts,
                                   std::string_view unread)
{
    DataStackFrame frame;
    struct mail_user const *user = session.user();
    struct mail_storage_service_input const *input = mail_storage_service_user_get_input(user->_service_user);
    ConnectionRecord record;
    record.session_id = user->session_id;
    record.local_ip = net_ip2addr(&input->local_ip);
    record.remote_ip = net_ip2addr(&input->remote_ip);
    record.local_port = input->local_port;
    record.remote_port = input->remote_port;
    record.secured = facts.origin.secured;
    record.ssl_secured = facts.origin.ssl_secured;
    record.credentials_key = string_of(facts.credentials.key);
    record.credentials_hash = string_of(facts.credentials.fingerprint);
    record.input = unread;
    record.extra = {facts.close_after_answer ? extra_close : extra_keep, facts.origin.trusted ? extra_trusted
                                                                         : facts.origin.forwarded
                                                                             ? extra_forwarded
                                                                             : extra_plain};
    record.extra += std::to_string(facts.logged_in) + ' ' + facts.origin.peer;
    return record;
}

std::optional<ConnectionFacts> facts_of(ConnectionRecord const &record)
{
    ConnectionFacts facts;
    size_t const blank = record.extra.find(' ');
    if (blank == record.extra.npos || blank < 2 ||
        !copy_exactly(record.credentials_key, facts.credentials.key) ||
        !copy_exactly(record.credentials_hash, facts.credentials.fingerprint))
        return std::nullopt;
    facts.origin.secured = record.secured;
    facts.origin.ssl_secured = record.ssl_secured;
    facts.close_after_answer = record.extra[0] == extra_close;
    facts.origin.trusted = record.extra[1] == extra_trusted;
    facts.origin.forwarded = record.extra[1] == extra_forwarded;
    facts.logged_in = static_cast<int64_t>(parse_unsigned(record.extra.substr(2, blank - 2)).value_or(0));
    facts.origin.peer = record.extra.substr(blank + 1);
    return facts;
}

} // namespace eas

// See ldap-watch.h.
#include "stores/ldap-watch.h"
#include "base/text.h"
#include "stores/ldap-dn.h"
#include <algorithm>

namespace eas {

namespace {

constexpr std::chrono::seconds longest_pause{60};

} // namespace

std::string ldap_common_base(std::string_view pattern)
{
    auto const variable = pattern.rfind('%');
    if (variable == pattern.npos)
        return std::string(trim(pattern));
    auto const comma = pattern.find(',', variable);
    return comma == pattern.npos ? std::string() : std::string(trim(pattern.substr(comma + 1)));
}

LdapWatch::LdapWatch(LdapWatchSettings settings, std::function<void(std::string const &)> changed)
    : m_settings(std::move(settings)), m_changed(std::move(changed)), m_ldap(m_settings.connection),
      m_base(ldap_common_base(m_settings.contacts_base))
{}

void LdapWatch::watch(std::string const &base, std::string const &authorization_id)
{
    m_books.try_emplace(base, Book{authorization_id, {}, Clock::now()});
}

std::optional<LdapWatch::Clock::time_point> LdapWatch::due() const
{
    if (m_books.empty())
        return std::nullopt;
    if (m_settings.is_persistent)
        return m_is_running ? std::nullopt : std::optional(m_next_try);
    if (m_settings.poll_seconds == 0)
        return std::nullopt;
    return std::ranges::min_element(m_books, {}, [](auto const &each) { return each.second.due; })
        ->second.due;
}

void LdapWatch::run()
{
    if (m_is_running) {
        read_news();
        return;
    }
    auto const next = due();
    if (!next || *next > Clock::now())
        return;
    if (m_settings.is_persistent) {
        begin();
        return;
    }
    auto const book = std::ranges::min_element(m_books, {}, [](auto const &each) { return each.second.due; });
    poll(book->first, book->second);
}

// ---------------------------------------------------------------- by polling

/// All spellings of what is there, in any order.
Result<size_t> LdapWatch::content_of(std::string const &base)
{
    size_t content = 0;
    LdapSearch const search{base, LdapScope::subtree, "(objectClass=*)", {"entryCSN", "modifyTimestamp"}};
    auto const incomplete = m_ldap.search(search, [&](LdapEntry const &entry) {
        content += std::hash<std::string>()(entry.dn + '\n' + entry.first("entryCSN") + '\n' +
                                            entry.first("modifyTimestamp"));
    });
    if (!incomplete && incomplete.error().kind != ErrorKind::not_found)
        return incomplete.error();
    return content;
}

void LdapWatch::poll(std::string const &base, Book &book)
{
    m_ldap.act_as(book.authorization_id);
    auto const content = content_of(base);
    book.due = Clock::now() + std::chrono::seconds(m_settings.poll_seconds);
    if (!content) {
        failed(content.error());
        return;
    }
    works();
    if (std::exchange(book.content, *content) != *content)
        m_changed(base);
}

// ---------------------------------------------------------------- persistent

void LdapWatch::begin()
{
    m_ldap.act_as("");
    if (!m_nothing_missed) {
        auto current = m_ldap.current_cookie(m_base); // so that it need not tell all that is there first
        if (!current) {
            failed(current.error());
            return;
        }
        m_cookie = std::move(*current);
    }
    LdapSearch const search{m_base, LdapScope::subtree, "(objectClass=*)", {}};
    if (auto const begun = m_ldap.begin_persistent(search, m_cookie); !begun) {
        failed(begun.error());
        return;
    }
    m_is_running = true;
    read_news();
}

/// What is told before the search is live is of interest only if it went on from where another one had ended.
void LdapWatch::tell(LdapNews const &news)
{
    if (m_nothing_missed)
        for (auto const &dn : news.dns)
            m_changed(ldap_normal_dn(dn));
    if (m_nothing_missed ? news.some_unnamed : news.is_live)
        m_changed("");
    if (!news.is_live)
        return;
    m_nothing_missed = true;
    works();
}

void LdapWatch::read_news()
{
    for (bool is_more = true; is_more;) {
        auto const news = m_ldap.news();
        if (!news) {
            failed(news.error());
            return;
        }
        m_cookie = m_ldap.persistent_cookie();
        tell(*news);
        is_more = news->is_more;
    }
}

// ---------------------------------------------------------------- when it does not work

void LdapWatch::failed(Error const &error)
{
    auto const told = [&](std::string const &consequence) {
        m_settings.warn("contacts cannot be watched: " + error.message + "; " + consequence);
    };
    if (!m_settings.is_persistent) {
        if (!std::exchange(m_is_down, true))
            told("waiting phones learn of changed contacts later");
        return;
    }
    m_is_running = false;
    m_ldap.end_persistent();
    if (error.kind == ErrorKind::bad_request) {
        told("the directory has no persistent search (overlay syncprov), so address books are polled");
        m_settings.is_persistent = false;
        return;
    }
    m_nothing_missed = m_nothing_missed && error.kind == ErrorKind::temporary;
    if (!std::exchange(m_is_down, true) && error.kind != ErrorKind::conflict)
        told("waiting phones learn of changed contacts later");
    m_next_try = Clock::now() + m_pause;
    m_pause = std::min(2 * m_pause, longest_pause);
}

void LdapWatch::works()
{
    m_pause = std::chrono::seconds(1);
    if (std::exchange(m_is_down, false))
        m_settings.inform("contacts are watched again");
}

} // namespace eas

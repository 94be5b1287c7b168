// See ldap-controls.h.
#include "stores/ldap-controls.h"
#include <algorithm>

namespace eas {

namespace {

constexpr char proxied_authorization[] = "2.16.840.1.113730.3.4.18";

struct FreeBer {
    void operator()(BerElement *ber) const { ber_free(ber, 1); }
};
using Ber = std::unique_ptr<BerElement, FreeBer>;

/// Reads from `value`, which must outlive it.
Ber reader(berval const &value)
{
    berval copy = value;
    return Ber(ber_init(&copy));
}

std::string text(berval const &value)
{
    return value.bv_val ? std::string(value.bv_val, value.bv_len) : std::string();
}

berval bytes(std::string_view text)
{
    return {text.size(), const_cast<char *>(text.data())};
}

/// If the next element has this tag, reads it as an octet string.
bool read_octets(BerElement *ber, ber_tag_t tag, std::string &result)
{
    ber_len_t length = 0;
    berval value{};
    if (ber_peek_tag(ber, &length) != tag || ber_scanf(ber, "m", &value) == LBER_ERROR)
        return false;
    result = text(value);
    return true;
}

bool read_boolean(BerElement *ber, bool otherwise)
{
    ber_len_t length = 0;
    ber_int_t value = 0;
    if (ber_peek_tag(ber, &length) != LBER_BOOLEAN || ber_scanf(ber, "b", &value) == LBER_ERROR)
        return otherwise;
    return value != 0;
}

bool read_uuids(BerElement *ber, std::vector<std::string> &uuids)
{
    BerVarray values = nullptr;
    if (ber_scanf(ber, "[W]", &values) == LBER_ERROR)
        return false;
    for (berval *value = values; value && value->bv_val; ++value)
        uuids.push_back(text(*value));
    ber_bvarray_free(values);
    return true;
}

LDAPControl const *find(LDAPControl **controls, char const *oid)
{
    return controls ? ldap_control_find(oid, controls, nullptr) : nullptr;
}

} // namespace

LdapControls::~LdapControls()
{
    for (auto *control : m_controls)
        if (control)
            ldap_control_free(control);
}

void LdapControls::add(char const *oid, std::string_view value, bool critical)
{
    berval encoded = bytes(value);
    LDAPControl *control = nullptr;
    m_error = std::max(m_error, ldap_control_create(oid, critical, &encoded, 1, &control));
    if (control)
        m_controls.push_back(control);
}

void LdapControls::act_as(std::string const &authorization_id)
{
    if (!authorization_id.empty())
        add(proxied_authorization, authorization_id, true);
}

void LdapControls::assert_filter(std::string const &filter)
{
    if (filter.empty())
        return;
    LDAPControl *control = nullptr;
    std::string copy = filter;
    int const code = ldap_create_assertion_control(m_connection, copy.data(), 1, &control);
    if (code != LDAP_SUCCESS)
        m_error = LDAP_FILTER_ERROR;
    if (control)
        m_controls.push_back(control);
}

void LdapControls::page(uint32_t entries, std::string const &cookie)
{
    LDAPControl *control = nullptr;
    berval value = bytes(cookie);
    if (ldap_create_page_control(m_connection, static_cast<ber_int_t>(entries), &value, 0, &control) !=
        LDAP_SUCCESS)
        m_error = LDAP_ENCODING_ERROR;
    if (control)
        m_controls.push_back(control);
}

void LdapControls::refresh(std::string const &cookie, Refresh mode)
{
    int const how = mode == Refresh::only ? LDAP_SYNC_REFRESH_ONLY : LDAP_SYNC_REFRESH_AND_PERSIST;
    Ber const ber(ber_alloc_t(LBER_USE_DER));
    berval value = bytes(cookie);
    int const written = !ber             ? -1
                        : cookie.empty() ? ber_printf(ber.get(), "{e}", how)
                                         : ber_printf(ber.get(), "{eO}", how, &value);
    berval encoded{};
    if (written < 0 || ber_flatten2(ber.get(), &encoded, 0) < 0)
        m_error = LDAP_ENCODING_ERROR;
    else
        add(LDAP_CONTROL_SYNC, {encoded.bv_val, encoded.bv_len}, true);
}

Result<LDAPControl **> LdapControls::list()
{
    if (m_error != LDAP_SUCCESS)
        return Error{ErrorKind::bad_request,
                     std::string("cannot encode a control: ") + ldap_err2string(m_error)};
    m_controls.push_back(nullptr);
    return m_controls.data();
}

std::string next_page_cookie(LDAP *connection, LDAPControl **controls)
{
    auto const *control = find(controls, LDAP_CONTROL_PAGEDRESULTS);
    if (!control)
        return {};
    ber_int_t estimate = 0;
    berval cookie{};
    if (ldap_parse_pageresponse_control(connection, const_cast<LDAPControl *>(control), &estimate, &cookie) !=
        LDAP_SUCCESS)
        return {};
    auto result = text(cookie);
    ber_memfree(cookie.bv_val);
    return result;
}

std::optional<LdapSyncState> sync_state(LDAPControl **controls)
{
    auto const *control = find(controls, LDAP_CONTROL_SYNC_STATE);
    auto const ber = control ? reader(control->ldctl_value) : Ber();
    LdapSyncState result;
    ber_int_t state = 0;
    if (!ber || ber_scanf(ber.get(), "{e", &state) == LBER_ERROR ||
        !read_octets(ber.get(), LBER_OCTETSTRING, result.uuid))
        return std::nullopt;
    result.state = state;
    read_octets(ber.get(), LDAP_TAG_SYNC_COOKIE, result.cookie);
    return result;
}

std::optional<LdapSyncDone> sync_done(LDAPControl **controls)
{
    auto const *control = find(controls, LDAP_CONTROL_SYNC_DONE);
    auto const ber = control ? reader(control->ldctl_value) : Ber();
    if (!ber || ber_scanf(ber.get(), "{") == LBER_ERROR)
        return std::nullopt;
    LdapSyncDone result;
    read_octets(ber.get(), LDAP_TAG_SYNC_COOKIE, result.cookie);
    result.refresh_deletes = read_boolean(ber.get(), false);
    return result;
}

static std::optional<LdapSyncInfo> sync_info(berval const &value)
{
    auto const ber = reader(value);
    LdapSyncInfo result;
    ber_len_t length = 0;
    auto const tag = ber ? ber_peek_tag(ber.get(), &length) : LBER_ERROR;
    if (tag == LDAP_TAG_SYNC_NEW_COOKIE)
        return read_octets(ber.get(), tag, result.cookie) ? std::optional(result) : std::nullopt;
    if (tag != LDAP_TAG_SYNC_REFRESH_DELETE && tag != LDAP_TAG_SYNC_REFRESH_PRESENT &&
        tag != LDAP_TAG_SYNC_ID_SET)
        return std::nullopt;
    if (ber_scanf(ber.get(), "{") == LBER_ERROR)
        return std::nullopt;
    read_octets(ber.get(), LDAP_TAG_SYNC_COOKIE, result.cookie);
    result.is_id_set = tag == LDAP_TAG_SYNC_ID_SET;
    result.present_phase_ended = tag == LDAP_TAG_SYNC_REFRESH_PRESENT;
    if (result.is_id_set) {
        result.refresh_deletes = read_boolean(ber.get(), false);
        if (!read_uuids(ber.get(), result.uuids))
            return std::nullopt;
    } else
        result.refresh_done = read_boolean(ber.get(), true);
    return result;
}

std::optional<LdapSyncInfo> sync_info_of(ldap *connection, ldapmsg *message)
{
    char *raw_oid = nullptr;
    berval *raw_value = nullptr;
    ldap_parse_intermediate(connection, message, &raw_oid, &raw_value, nullptr, 0);
    auto info = raw_oid && raw_value && std::string_view(raw_oid) == LDAP_SYNC_INFO ? sync_info(*raw_value)
                                                                                    : std::nullopt;
    ldap_memfree(raw_oid);
    ber_bvfree(raw_value);
    return info;
}

} // namespace eas

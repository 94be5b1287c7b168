// See sieve-out-of-office.h. The module that needs Pigeonhole is loaded once a process, and stays.
#include "eas/sieve-out-of-office.h"
#include "base/text.h"
#include "compat/storage.h"
#include "mapping/vacation-script.h"
#include <algorithm>
#include <dlfcn.h>
#include <map>

namespace eas {

namespace {

constexpr char own_name[] = "eas-vacation", copy_of_default[] = "eas-default";
/// A copy of the user's script; those of scripts that it includes have a number more.
constexpr std::string_view without_vacation_name = "eas-without-vacation";

/// Null if something is missing; tried once.
EasSieveOpen *load_module(std::string const &directory)
{
    if (!dlopen(DOVECOT_PKGLIBDIR "/libdovecot-sieve.so.0", RTLD_NOW | RTLD_GLOBAL))
        return nullptr;
    auto const path = directory + "/eas/libeas_sieve.so";
    auto *module = dlopen(path.c_str(), RTLD_NOW | RTLD_LOCAL);
    if (!module) {
        i_warning("eas: automatic replies are not possible: %s", dlerror());
        return nullptr;
    }
    return reinterpret_cast<EasSieveOpen *>(dlsym(module, eas_sieve_open_name));
}

std::vector<std::string> domains_of(std::vector<std::string> const &addresses)
{
    std::vector<std::string> domains;
    for (auto const &address : addresses)
        if (auto const at = address.rfind('@'); at != address.npos)
            domains.push_back(to_lower(std::string_view(address).substr(at + 1)));
    std::ranges::sort(domains);
    domains.erase(std::unique(domains.begin(), domains.end()), domains.end());
    return domains;
}

/// What the script of ours says if it is active, and keeps for the next time if not.
OutOfOffice shown(VacationScript const &script, bool is_active)
{
    auto shown = script.out_of_office;
    if (script.is_edited) {
        for (auto *reply : {&shown.internal, &shown.known, &shown.unknown})
            *reply = {is_active, false, ""};
        shown.state = OofState::always;
    }
    if (!is_active)
        shown.state = OofState::disabled;
    return shown;
}

} // namespace

std::unique_ptr<SieveScripts> open_sieve_scripts(struct mail_user *user)
{
    static EasSieveOpen *const open = load_module(user->set->mail_plugin_dir);
    bool const is_set_up = mail_user_plugin_getenv(user, "sieve") != nullptr;
    return std::unique_ptr<SieveScripts>(open && is_set_up ? open(user) : nullptr);
}

Result<SieveScripts *> SieveOutOfOffice::scripts()
{
    if (!m_scripts)
        m_scripts = open_sieve_scripts(m_user);
    if (!m_scripts)
        return Error{ErrorKind::denied, "the user has no Sieve scripts"};
    return m_scripts.get();
}

namespace {

/// Makes copies of the user's scripts without their vacation commands. The copies follow what the user
/// changes.
class VacationlessCopies {
public:
    explicit VacationlessCopies(SieveScripts &scripts) : m_scripts(scripts) {}

    /// What to include in place of a script: that itself, unless it or one that it includes has a vacation.
    Result<std::string> in_place_of(std::string const &name);

private:
    Result<std::string> copy(std::string const &name);

    SieveScripts &m_scripts;
    std::map<std::string, std::string>
        m_made; ///< by the name of the original, in whatever order they are met
};

Result<std::string> VacationlessCopies::in_place_of(std::string const &name)
{
    if (name.empty())
        return name;
    if (auto const made = m_made.find(name); made != m_made.end())
        return made->second;
    m_made.emplace(name, name); // one that includes itself would have no end
    auto made = copy(name);
    if (made)
        m_made[name] = *made;
    return made;
}

Result<std::string> VacationlessCopies::copy(std::string const &name)
{
    auto const number = m_made.size();
    auto const copy_name =
        std::string(without_vacation_name) + (number == 1 ? "" : "-" + std::to_string(number));
    auto const text = m_scripts.read(name);
    if (!text || !*text)
        return text ? Result(name) : text.error();
    std::optional<Error> failure;
    auto const rest = with_includes(without_vacation(**text), [&](std::string const &included) {
        auto const in_place = in_place_of(included);
        if (!in_place)
            failure = in_place.error();
        return in_place ? *in_place : included;
    });
    if (failure)
        return *failure;
    if (rest == **text)
        return name;
    auto const before = m_scripts.read(copy_name);
    if (!before)
        return before.error();
    if (*before != rest)
        if (auto saved = m_scripts.save(copy_name, rest); !saved)
            return saved.error();
    return copy_name;
}

} // namespace

Result<OutOfOffice> SieveOutOfOffice::get()
{
    auto const opened = scripts();
    if (!opened)
        return opened.error();
    auto const active = (*opened)->active();
    auto const text = active ? (*opened)->read(own_name) : active.error();
    if (!text)
        return text.error();
    auto const script = *text ? parse_vacation_script(**text) : std::nullopt;
    if (script && *active == own_name)
        if (auto followed = VacationlessCopies(**opened).in_place_of(script->former); !followed)
            return followed.error();
    return script ? shown(*script, *active == own_name) : OutOfOffice();
}

/// The user's own script, also if ours stands in front of it already; of the admin's default one, which has
/// no name to include it by, a copy.
Result<std::string> SieveOutOfOffice::script_to_include(SieveScripts &scripts,
                                                        std::string const &active) const
{
    if (active == own_name) {
        auto const text = scripts.read(own_name);
        auto const script = text && *text ? parse_vacation_script(**text) : std::nullopt;
        return text ? Result(script ? script->former : std::string()) : text.error();
    }
    if (!active.empty())
        return active;
    auto const text = scripts.read("");
    if (!text || !*text)
        return text ? Result(std::string()) : text.error();
    auto const saved = scripts.save(copy_of_default, **text);
    return saved ? Result(std::string(copy_of_default)) : saved.error();
}

Result<void> SieveOutOfOffice::set(OutOfOffice const &wanted, std::vector<std::string> const &known)
{
    auto const opened = scripts();
    if (!opened)
        return opened.error();
    auto &scripts = **opened;
    auto const active = scripts.active();
    auto const former = active ? script_to_include(scripts, *active) : active;
    auto const text = former && !former->empty() ? scripts.read(*former) : std::optional<std::string>();
    if (!former || !text)
        return former ? text.error() : former.error();
    bool const is_on = wanted.state != OofState::disabled;
    auto const while_on = is_on ? VacationlessCopies(scripts).in_place_of(*former) : former;
    if (!while_on)
        return while_on.error();
    auto const domains =
        m_identity.internal_domains.empty() ? domains_of(m_identity.addresses) : m_identity.internal_domains;
    auto const script = vacation_script(wanted, {m_identity.addresses, domains, known, *former, *while_on});
    if (auto saved = scripts.save(own_name, script); !saved)
        return saved;
    if (is_on)
        return scripts.activate(own_name);
    if (*active != own_name)
        return {};
    auto const restored = scripts.activate(*text && *former != copy_of_default ? *former : "");
    return restored;
}

} // namespace eas

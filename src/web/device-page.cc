// See device-page.h. Templates come first; places in braces as web/html.h has them.
#include "web/device-page.h"
#include "base/text.h"
#include "web/messages.h"
#include "web/style.h"
#include <array>

namespace eas {

namespace {

constexpr std::string_view head_template = R"html(<!DOCTYPE html>
<html lang="{language}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{heading}</title>
<link rel="icon" href="data:,">
<style>)html";
constexpr std::string_view body_template = R"html(</style>
</head>
<body>
<header>
<h1>{heading}</h1>
<p>{signed-in}</p>
</header>
<main>
{content}
</main>
</body>
</html>
)html";

constexpr std::string_view note_template = R"html(<p class="note" role="status">{text}</p>
)html";

constexpr std::string_view device_template = R"html(<section aria-labelledby="d-{id}">
<h2 id="d-{id}">{name}</h2>
<dl>
{facts}</dl>
<form action="device" method="get">
<input type="hidden" name="id" value="{id}">
{buttons}</form>
</section>
)html";
constexpr std::string_view fact_template = "<dt>{name}</dt><dd>{value}</dd>\n";
constexpr std::string_view time_template = R"html(<time datetime="{machine}">{shown}</time>)html";
constexpr std::string_view button_template =
    R"html(<button{class} name="action" value="{action}" aria-describedby="d-{id}">{text}</button>
)html";

constexpr std::string_view set_up_template = R"html(<section aria-labelledby="set-up">
<h2 id="set-up">{heading}</h2>
<p>{apple}</p>
<p>{others}</p>
<dl>
{facts}</dl>
</section>
)html";
constexpr std::string_view profile_link = R"html(<a href="eas.mobileconfig">{text}</a>)html";

constexpr std::string_view question_template = R"html(<section>
<h2>{heading}</h2>
<p>{question}</p>
<form class="typed" action="device" method="post">
<input type="hidden" name="id" value="{id}">
<input type="hidden" name="action" value="{action}">
<input type="hidden" name="token" value="{token}">
<label for="name">{label}</label>
<input type="text" id="name" name="name" autocomplete="off" autocapitalize="off" spellcheck="false" required>
<button class="danger">{button}</button>
</form>
</section>
<p><a href="./">{back}</a></p>
)html";

constexpr std::array actions{
    DeviceAction{"remove", WipeKind::none, messages::remove, messages::remove_question, messages::removed},
    DeviceAction{"wipe-account", WipeKind::account, messages::wipe_account, messages::wipe_account_question,
                 messages::account_will_be_wiped},
    DeviceAction{"wipe", WipeKind::device, messages::wipe, messages::wipe_question, messages::will_be_wiped},
};

Html fact(std::string_view name, Html const &value)
{
    return fill(fact_template, {{"name", name}, {"value", value}});
}

Html shown(std::optional<Instant> const &instant, PageFrame const &frame)
{
    if (!instant)
        return messages::never.in(frame.language);
    return fill(time_template,
                {{"machine", format_datetime(*instant)}, {"shown", frame.local_time(*instant)}});
}

Message const &access_message(Access access)
{
    return access == Access::allowed       ? messages::allowed
           : access == Access::quarantined ? messages::quarantined
                                           : messages::blocked;
}

Message const &wipe_message(Wipe const &wipe)
{
    return wipe.is_done()      ? messages::wipe_done
           : wipe.acknowledged ? messages::wipe_failed
           : wipe.told         ? messages::wipe_told
                               : messages::wipe_ordered;
}

Html state_of(Device const &device, Language language)
{
    std::string text(access_message(device.admission.access).in(language));
    if (device.wipe.is_ordered())
        text.append("; ").append(wipe_message(device.wipe).in(language));
    return text;
}

Html or_unknown(std::string const &text, Language language)
{
    return text.empty() ? Html(messages::unknown.in(language)) : Html(text);
}

Html device_section(Device const &device, PageFrame const &frame)
{
    auto const language = frame.language;
    Html facts = fact(messages::state.in(language), state_of(device, language));
    facts += fact(messages::last_sync.in(language), shown(device.sighting.last_sync, frame));
    facts += fact(messages::first_seen.in(language), shown(device.sighting.first, frame));
    facts += fact(messages::model.in(language), or_unknown(device.information.model, language));
    facts += fact(messages::system.in(language), or_unknown(device.information.os, language));
    facts += fact(messages::device_id.in(language), device.id);
    Html buttons;
    for (auto const &action : actions)
        if (is_possible(action, device))
            buttons +=
                fill(button_template,
                     {{"class", action.wipe == WipeKind::none ? Html() : fill(" class=\"danger\"", {})},
                      {"action", action.name},
                      {"id", device.id},
                      {"text", action.button.in(language)}});
    return fill(device_template,
                {{"id", device.id}, {"name", display_name(device)}, {"facts", facts}, {"buttons", buttons}});
}

Html set_up_section(AccountFacts const &facts, Language language)
{
    Html rows = fact(messages::address.in(language), facts.address);
    rows += fact(messages::server.in(language), facts.server);
    rows += fact(messages::domain.in(language), messages::leave_empty.in(language));
    rows += fact(messages::user_name.in(language), facts.user);
    rows += fact(messages::encryption.in(language), messages::yes.in(language));
    auto const link = fill(profile_link, {{"text", messages::profile.in(language)}});
    return fill(set_up_template, {{"heading", messages::set_up.in(language)},
                                  {"apple", fill(messages::on_apple.in(language), {{"link", link}})},
                                  {"others", messages::on_others.in(language)},
                                  {"facts", rows}});
}

Html note_of(Html const &text)
{
    return text.markup().empty() ? Html() : fill(note_template, {{"text", text}});
}

} // namespace

DeviceAction const *find_action(std::string_view name)
{
    for (auto const &action : actions)
        if (action.name == name)
            return &action;
    return nullptr;
}

bool is_possible(DeviceAction const &action, Device const &device)
{
    if (device.wipe.is_ordered())
        return false;
    if (action.wipe == WipeKind::account)
        return device.sighting.version >= v16_1;
    bool const is_decided =
        device.admission.reason == AccessReason::admin && device.admission.access != Access::allowed;
    return action.wipe == WipeKind::device || !is_decided;
}

std::string display_name(Device const &device)
{
    for (auto const *name : {&device.information.friendly_name, &device.information.model, &device.type})
        if (auto const trimmed = trim(*name); !trimmed.empty())
            return sanitize_utf8(trimmed);
    return device.id;
}

Html page(PageFrame const &frame, Message const &heading, Html const &content)
{
    auto const language = frame.language;
    Html const title = heading.in(language);
    Html document = fill(head_template, {{"language", language_code(language)}, {"heading", title}});
    document += verbatim(style_sheet);
    document +=
        fill(body_template, {{"heading", title},
                             {"signed-in", fill(messages::signed_in_as.in(language), {{"user", frame.user}})},
                             {"content", content}});
    return document;
}

Html list_page(PageFrame const &frame, std::span<Device const> devices, AccountFacts const &facts,
               Html const &note)
{
    Html content = note_of(note);
    for (auto const &device : devices)
        content += device_section(device, frame);
    if (devices.empty())
        content += note_of(messages::no_devices.in(frame.language));
    content += set_up_section(facts, frame.language);
    return page(frame, messages::title, content);
}

Html question_page(PageFrame const &frame, Device const &device, DeviceAction const &action,
                   std::string const &token, Html const &note)
{
    auto const language = frame.language;
    Html const name = display_name(device);
    Html content = note_of(note);
    content +=
        fill(question_template, {{"heading", action.button.in(language)},
                                 {"question", fill(action.question.in(language), {{"name", name}})},
                                 {"id", device.id},
                                 {"action", action.name},
                                 {"token", token},
                                 {"label", fill(messages::type_the_name.in(language), {{"name", name}})},
                                 {"button", action.button.in(language)},
                                 {"back", messages::back.in(language)}});
    return page(frame, messages::title, content);
}

Html note_page(PageFrame const &frame, Message const &heading, Message const &text)
{
    Html content = note_of(text.in(frame.language));
    content +=
        fill(R"html(<p><a href="./">{back}</a></p>)html", {{"back", messages::back.in(frame.language)}});
    return page(frame, heading, content);
}

} // namespace eas

// See email-flag.h.
#include "mapping/email-flag.h"
#include "base/fields.h"
#include "items/categories.h"
#include <algorithm>
#include <array>

namespace eas {

namespace {

constexpr int cleared = 0, complete = 1, active = 2; // MS-ASEMAIL 2.2.2.74
constexpr std::string_view usual_type = "Flag for follow up";
constexpr size_t longest_text = 255; ///< characters of a type, subject or SubOrdinalDate that are kept

struct TextField {
    std::string_view name;
    std::optional<std::string> EmailFlag::*member;
};
constexpr std::array text_fields{TextField{"type", &EmailFlag::flag_type},
                                 TextField{"subject", &EmailFlag::subject},
                                 TextField{"sub-ordinal", &EmailFlag::sub_ordinal_date}};

struct DateField {
    std::string_view name;
    std::optional<Instant> EmailFlag::*member;
};
constexpr std::array date_fields{
    DateField{"completed", &EmailFlag::date_completed}, DateField{"complete-time", &EmailFlag::complete_time},
    DateField{"start", &EmailFlag::start_date},         DateField{"due", &EmailFlag::due_date},
    DateField{"utc-start", &EmailFlag::utc_start_date}, DateField{"utc-due", &EmailFlag::utc_due_date},
    DateField{"reminder", &EmailFlag::reminder_time},   DateField{"ordinal", &EmailFlag::ordinal_date}};
constexpr std::string_view reminder_set_name = "reminder-set";

constexpr std::string_view verb_name = "verb", verb_time_name = "verb-time"; // annotation_part() knows them

/// "" of a flag that \Flagged alone says. What `before` has of a verb stays.
std::string annotation_of(EmailFlag const &flag, MailFlags const &before)
{
    FieldWriter out;
    out.text = annotation_part(before.annotation, true);
    for (auto &field : text_fields)
        if (auto &text = flag.*field.member; text && !(field.name == "type" && *text == usual_type))
            out.add(field.name, utf8_prefix_characters(*text, longest_text));
    for (auto &field : date_fields)
        if (auto &date = flag.*field.member)
            out.add(field.name, format_datetime(*date));
    if (flag.reminder_set.value_or(false))
        out.add(reminder_set_name, 1);
    return out.text;
}

EmailFlag from_annotation(std::string_view annotation)
{
    EmailFlag flag;
    for (auto &line : parse_fields(annotation)) {
        for (auto &field : text_fields)
            if (line.name == field.name)
                flag.*field.member = line.value;
        for (auto &field : date_fields)
            if (line.name == field.name)
                flag.*field.member = parse_datetime(line.value);
        if (line.name == reminder_set_name)
            flag.reminder_set = true;
    }
    return flag;
}

/// Members that `flag` lacks are taken from `before`.
void update(EmailFlag &flag, EmailFlag const &before)
{
    auto take = [&](auto member) {
        if (!(flag.*member))
            flag.*member = before.*member;
    };
    take(&EmailFlag::status);
    take(&EmailFlag::reminder_set);
    for (auto &field : text_fields)
        take(field.member);
    for (auto &field : date_fields)
        take(field.member);
}

void forget_completion(EmailFlag &flag)
{
    flag.date_completed.reset();
    flag.complete_time.reset();
}

Result<void> check_dates(EmailFlag const &flag)
{
    int given = flag.start_date.has_value() + flag.due_date.has_value() + flag.utc_start_date.has_value() +
                flag.utc_due_date.has_value();
    if (given != 0 && given != 4)
        return Error{ErrorKind::bad_request,
                     "a flag with some of StartDate, DueDate, UtcStartDate, UtcDueDate"};
    if (given == 4 && (*flag.start_date > *flag.due_date || *flag.utc_start_date > *flag.utc_due_date))
        return Error{ErrorKind::bad_request, "a flag with a StartDate after its DueDate"};
    if (flag.reminder_set.value_or(false) && !flag.reminder_time)
        return Error{ErrorKind::bad_request, "a flag with ReminderSet and no ReminderTime"};
    return {};
}

/// Keywords that a client's list of categories adds to a message and removes from it. bad_request if one of
/// the names cannot be a keyword.
Result<void> change_categories(std::vector<std::string> const &wanted, MailFlags const &before,
                               FlagChange &change)
{
    if (wanted.size() > most_categories)
        return Error{ErrorKind::bad_request, "too many categories"};
    auto had = category_names(before.keywords);
    for (auto &name : wanted) {
        auto keyword = category_keyword(name);
        if (keyword.empty())
            return Error{ErrorKind::bad_request, "not a category: " + name};
        if (std::ranges::find(had, name) == had.end())
            change.add_keywords.push_back(std::move(keyword));
    }
    auto is_wanted = [&](std::string const &keyword) {
        return std::ranges::find(wanted, category_name(keyword)) != wanted.end() ||
               std::ranges::any_of(change.add_keywords,
                                   [&](auto &added) { return equals_ignoring_case(added, keyword); });
    };
    for (auto &keyword : before.keywords)
        if (is_category(keyword) && !is_wanted(keyword))
            change.remove_keywords.push_back(keyword);
    return {};
}

} // namespace

EmailFlag flag_of(MailFlags const &flags, std::optional<std::string> const &subject)
{
    if (!flags.flagged && !flags.has_keyword(complete_keyword))
        return {};
    auto flag = from_annotation(flags.annotation);
    flag.status = flags.flagged ? active : complete;
    if (flags.flagged)
        forget_completion(flag);
    if (!flag.flag_type)
        flag.flag_type.emplace(usual_type);
    if (!flag.subject)
        flag.subject = subject;
    return flag;
}

Result<FlagChange> flag_change(EmailFlag const &wanted, MailFlags const &before)
{
    if (wanted == EmailFlag() || wanted.status == cleared)
        return FlagChange{.flagged = false,
                          .remove_keywords = {complete_keyword},
                          .annotation = annotation_part(before.annotation, true)};
    auto flag = wanted;
    if (!flag.flag_type)
        update(flag, flag_of(before, {}));
    if (auto checked = check_dates(flag); !checked)
        return checked.error();
    if (flag.status == complete) {
        if (!flag.complete_time || !flag.date_completed)
            return Error{ErrorKind::bad_request, "a complete flag without CompleteTime and DateCompleted"};
        return FlagChange{
            .flagged = false, .add_keywords = {complete_keyword}, .annotation = annotation_of(flag, before)};
    }
    if (flag.status != active)
        return Error{ErrorKind::bad_request, "a flag without Status"};
    forget_completion(flag);
    return FlagChange{
        .flagged = true, .remove_keywords = {complete_keyword}, .annotation = annotation_of(flag, before)};
}

std::optional<LastVerbExecuted> last_verb_of(MailFlags const &flags)
{
    std::optional<LastVerb> said;
    std::optional<Instant> time;
    for (auto &line : parse_fields(flags.annotation)) {
        if (line.name == verb_name)
            said = static_cast<LastVerb>(line.number());
        else if (line.name == verb_time_name)
            time = parse_datetime(line.value);
    }
    bool const is_reply = said == LastVerb::reply || said == LastVerb::reply_to_all;
    if (is_reply ? flags.answered : said == LastVerb::forward && flags.forwarded)
        return LastVerbExecuted{*said, time};
    // IMAP does not say which came last; that it was answered matters more to the user.
    if (flags.answered)
        return LastVerbExecuted{LastVerb::reply, {}};
    return flags.forwarded ? std::optional(LastVerbExecuted{LastVerb::forward, {}}) : std::nullopt;
}

FlagChange verb_change(LastVerb verb, Instant now, MailFlags const &before)
{
    FieldWriter out;
    out.text = annotation_part(before.annotation, false);
    out.add(verb_name, static_cast<uint64_t>(verb));
    out.add(verb_time_name, format_datetime(now));
    FlagChange change{.annotation = std::move(out.text)};
    (verb == LastVerb::forward ? change.forwarded : change.answered) = true;
    return change;
}

Result<FlagChange> requested_change(Email const &email, MailFlags const &before)
{
    FlagChange change;
    if (email.flag) {
        auto flag = flag_change(*email.flag, before);
        if (!flag)
            return flag;
        change = std::move(*flag);
    }
    change.seen = email.read;
    if (email.categories)
        if (auto changed = change_categories(*email.categories, before, change); !changed)
            return changed.error();
    return change;
}

} // namespace eas

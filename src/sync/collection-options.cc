// See collection-options.h.
#include "sync/collection-options.h"

namespace eas {

namespace {

void write_preference(FieldWriter &out, std::string_view name, BodyPreference const &preference)
{
    auto optional = [](auto const &value) { return value ? std::to_string(*value) : std::string("-"); };
    out.add(name, std::to_string(static_cast<int>(preference.type)) + ' ' +
                      optional(preference.truncation_size) + ' ' + optional(preference.all_or_none) + ' ' +
                      optional(preference.preview));
}

BodyPreference read_preference(std::string_view value)
{
    auto pieces = split(value, ' ');
    pieces.resize(4);
    BodyPreference preference;
    preference.type = static_cast<BodyType>(parse_unsigned(pieces[0]).value_or(1));
    preference.truncation_size = parse_unsigned(pieces[1]);
    if (auto all = parse_unsigned(pieces[2]))
        preference.all_or_none = *all != 0;
    if (auto preview = parse_unsigned(pieces[3]))
        preference.preview = static_cast<uint32_t>(*preview);
    return preference;
}

} // namespace

void write_options(FieldWriter &out, CollectionOptions const &options)
{
    out.add("option-filter", options.filter_type);
    if (options.whole_conversations)
        out.add("option-conversations", 1);
    out.add("option-conflict", static_cast<uint64_t>(options.conflict));
    out.add("option-mime-support", options.body.mime_support);
    if (options.body.mime_truncation)
        out.add("option-mime-truncation", *options.body.mime_truncation);
    if (options.max_items)
        out.add("option-max-items", *options.max_items);
    for (auto &preference : options.body.body_preferences)
        write_preference(out, "option-body", preference);
    if (options.body.body_part_preference)
        write_preference(out, "option-body-part", *options.body.body_part_preference);
}

void read_option(CollectionOptions &options, Field const &field)
{
    if (field.name == "option-filter")
        options.filter_type = static_cast<int>(field.number());
    else if (field.name == "option-conversations")
        options.whole_conversations = field.number() == 1;
    else if (field.name == "option-conflict")
        options.conflict = static_cast<int>(field.number());
    else if (field.name == "option-mime-support")
        options.body.mime_support = static_cast<int>(field.number());
    else if (field.name == "option-mime-truncation")
        options.body.mime_truncation = static_cast<int>(field.number());
    else if (field.name == "option-max-items")
        options.max_items = static_cast<uint32_t>(field.number());
    else if (field.name == "option-body")
        options.body.body_preferences.push_back(read_preference(field.value));
    else if (field.name == "option-body-part")
        options.body.body_part_preference = read_preference(field.value);
}

void write_delivery(FieldWriter &out, Delivery const &delivery)
{
    if (delivery == Delivery())
        return;
    out.add("delivery", std::to_string(delivery.repeats) + ' ' + std::to_string(delivery.window) + ' ' +
                            (delivery.suspect.empty() ? "-" : delivery.suspect) + ' ' +
                            std::to_string(delivery.suspect_tries) + ' ' +
                            std::to_string(delivery.counted_seconds));
}

Delivery read_delivery(std::string_view value)
{
    auto pieces = split(value, ' ');
    pieces.resize(5);
    auto number = [&](size_t i) { return static_cast<uint32_t>(parse_unsigned(pieces[i]).value_or(0)); };
    return {number(0), number(1), std::string(pieces[2] == "-" ? "" : pieces[2]), number(3),
            static_cast<int64_t>(parse_unsigned(pieces[4]).value_or(0))};
}

} // namespace eas

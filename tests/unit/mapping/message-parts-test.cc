// Body or attachment: structures as mail programs build them.
#include "mapping/email-from-message.h"
#include "mapping/message-parts.h"
#include "memory-message.h"
#include <boost/test/unit_test.hpp>
#include <random>
#include <set>

using namespace eas;
using namespace eas::test;

BOOST_AUTO_TEST_SUITE(message_parts)

namespace {

std::string ids(std::vector<MimePart const *> const &parts)
{
    std::string out;
    for (auto *part : parts)
        out += (out.empty() ? "" : " ") + part->id;
    return out;
}

/// "plain 1 | html 2 | attached 3 4(inline)"
std::string described(Part const &root)
{
    MemoryMessage message(root);
    auto structure = *message.structure();
    auto parts = find_parts(structure);
    std::string attached;
    for (auto const &attachment : parts.attachments)
        attached += " " + attachment.part->id + (attachment.is_inline ? "(inline)" : "");
    return (native_body_type(parts) == BodyType::html ? "HTML: plain " : "text: plain ") +
           ids(parts_for(parts, BodyType::plain)) + " | html " + ids(parts_for(parts, BodyType::html)) +
           " | attached" + attached;
}

Part const text = plain("text"), page = html("page"),
           pdf = leaf("application/pdf", "pdf").disposed("attachment"),
           image = leaf("image/png", "png").cid("a@b"), signature = leaf("application/pgp-signature", "sig"),
           nested = [] {
               Part message = leaf("message/rfc822", "message");
               message.parts = {plain("inside")};
               return message;
           }();

struct Example {
    char const *what;
    Part root;
    char const *parts;
};

std::vector<Example> const examples = {
    {"text only", text, "text: plain 1 | html 1 | attached"},
    {"HTML only", page, "HTML: plain 1 | html 1 | attached"},
    {"unknown text only", leaf("text/x-log", "x"), "text: plain 1 | html 1 | attached"},
    {"a calendar only", leaf("text/calendar", "x"), "text: plain  | html  | attached 1"},
    {"an image only", leaf("image/jpeg", "x"), "text: plain  | html  | attached 1"},
    {"text that is a file", text.disposed("attachment"), "text: plain  | html  | attached 1"},
    {"alternatives", multipart("alternative", {text, page}), "HTML: plain 1 | html 2 | attached"},
    {"alternatives, wrong way round", multipart("alternative", {page, text}),
     "HTML: plain 2 | html 1 | attached"},
    {"alternative text only", multipart("alternative", {text}), "text: plain 1 | html 1 | attached"},
    {"alternatives, two of a kind", multipart("alternative", {text, text, page, page}),
     "HTML: plain 1 2 | html 3 4 | attached"},
    {"an invitation", multipart("alternative", {text, page, leaf("text/calendar", "x")}),
     "HTML: plain 1 | html 2 | attached 3"},
    {"alternatives of a web mailer", multipart("alternative", {text, leaf("text/x-amp-html", "x"), page}),
     "HTML: plain 1 | html 3 | attached"},
    {"a file", multipart("mixed", {text, pdf}), "text: plain 1 | html 1 | attached 2"},
    {"alternatives and a file", multipart("mixed", {multipart("alternative", {text, page}), pdf}),
     "HTML: plain 1.1 | html 1.2 | attached 2"},
    {"inline image", multipart("related", {page, image}), "HTML: plain 1 | html 1 | attached 2(inline)"},
    {"inline image first", multipart("related", {image, page}),
     "HTML: plain 2 | html 2 | attached 1(inline)"},
    {"Outlook: related around alternatives",
     multipart("related", {multipart("alternative", {text, page}), image, pdf.cid("x")}),
     "HTML: plain 1.1 | html 1.2 | attached 2(inline) 3"},
    {"Thunderbird: alternatives around related",
     multipart("mixed", {multipart("alternative", {text, multipart("related", {page, image})}), pdf}),
     "HTML: plain 1.1 | html 1.2.1 | attached 1.2.2(inline) 2"},
    {"Apple Mail: a file between two pages",
     multipart("alternative",
               {text, multipart("mixed", {page, leaf("application/pdf").disposed("inline"), page})}),
     "HTML: plain 1 | html 2.1 2.3 | attached 2.2"},
    {"an image by its location",
     multipart("related", {page, leaf("image/gif").with(&MimePart::content_location, "x.gif")}),
     "HTML: plain 1 | html 1 | attached 2(inline)"},
    {"an image without a name for HTML", multipart("related", {page, leaf("image/gif")}),
     "HTML: plain 1 | html 1 | attached 2"},
    {"an image with an id, but not of the HTML", multipart("mixed", {page, image}),
     "HTML: plain 1 | html 1 | attached 2"},
    {"an image of the HTML, in a mixed", multipart("mixed", {page, image.disposed("inline"), pdf.cid("x")}),
     "HTML: plain 1 | html 1 | attached 2(inline) 3"},
    {"an image of plain text, in a mixed", multipart("mixed", {text, image.disposed("inline")}),
     "text: plain 1 | html 1 | attached 2"},
    {"Apple Mail: an image between two pages", multipart("mixed", {page, image.disposed("inline"), page}),
     "HTML: plain 1 3 | html 1 3 | attached 2"},
    {"the footer of a mailing list", multipart("mixed", {page, text}),
     "HTML: plain 1 2 | html 1 2 | attached"},
    {"text first, HTML later", multipart("mixed", {text, page}), "text: plain 1 2 | html 1 2 | attached"},
    {"a text file shown inline", multipart("mixed", {text, plain("x").named("a.txt").disposed("inline")}),
     "text: plain 1 | html 1 | attached 2"},
    {"a body with a file name", multipart("mixed", {text.named("body.txt"), pdf}),
     "text: plain 1 | html 1 | attached 2"},
    {"a forwarded message", multipart("mixed", {text, nested}), "text: plain 1 | html 1 | attached 2"},

    {"a digest", multipart("digest", {nested, nested}), "text: plain  | html  | attached 1 2"},
    {"a bounce", multipart("report", {text, leaf("message/delivery-status", "x"), nested}),
     "text: plain 1 | html 1 | attached 2 3"},
    {"a clear signature", multipart("signed", {multipart("alternative", {text, page}), signature}),
     "HTML: plain 1.1 | html 1.2 | attached 2"},
    {"PGP", multipart("encrypted", {leaf("application/pgp-encrypted"), leaf("application/octet-stream")}),
     "text: plain  | html  | attached 1 2"},
    {"TNEF", multipart("mixed", {text, leaf("application/ms-tnef")}), "text: plain 1 | html 1 | attached 2"},
    {"a multipart of an unknown kind", multipart("x-odd", {text, pdf}),
     "text: plain 1 | html 1 | attached 2"},
    {"a multipart without parts", multipart("mixed", {}), "text: plain 1 | html 1 | attached"},
    {"markup of a program", multipart("mixed", {text, leaf("text/x-patch", "x")}),
     "text: plain 1 | html 1 | attached 2"},
};

/// A tree of at most `depth` levels; each leaf's content is its own word, collected in `words`. Alternatives
/// among alternatives are left out: of the inner ones only the better form is shown, and rightly so.
Part random_part(std::mt19937 &random, int depth, std::vector<std::string> &words,
                 bool in_alternative = false)
{
    auto one_of = [&](auto const &list) { return list[random() % list.size()]; };
    static std::vector<std::string> const subtypes = {"mixed", "related", "signed", "report", "x-odd"};
    static std::vector<std::string> const types = {
        "text/plain",    "text/html", "text/plain",      "text/html",      "text/calendar",
        "text/enriched", "image/png", "application/pdf", "message/rfc822", "message/delivery-status"};
    static std::vector<std::string> const dispositions = {"", "", "", "inline", "attachment", "odd"};
    if (depth > 0 && random() % 3 != 0) {
        auto subtype = !in_alternative && random() % 4 == 0 ? "alternative" : one_of(subtypes);
        in_alternative |= subtype == "alternative";
        std::vector<Part> parts;
        for (size_t i = 0, count = 1 + random() % 4; i < count; ++i)
            parts.push_back(random_part(random, depth - 1, words, in_alternative));
        return multipart(subtype, std::move(parts));
    }
    words.push_back("word" + std::to_string(words.size()) + "x");
    Part part = leaf(one_of(types), words.back()).disposed(one_of(dispositions));
    if (random() % 4 == 0)
        part = part.named("file.bin");
    return random() % 3 == 0 ? part.cid("id") : part;
}

std::string outline(MimePart const &part)
{
    std::string out = part.type + (part.name.empty() ? "" : " named") + " " + part.disposition;
    if (part.parts.empty())
        return out + " " + part.id;
    out += "(";
    for (auto const &child : part.parts)
        out += outline(child) + ", ";
    return out + ")";
}

/// The words of the leaves that the body, plain and HTML together, and the attachments show.
std::set<std::string> shown_words(MemoryMessage &message)
{
    auto structure = *message.structure();
    auto parts = find_parts(structure);
    std::set<std::string> shown;
    for (auto const &attachment : parts.attachments)
        shown.insert(message.text(attachment.part->id, SIZE_MAX)->text);
    for (auto type : {BodyType::plain, BodyType::html}) {
        BodyOptions options;
        options.body_preferences = {{type, {}, {}, {}}};
        auto body = read(body_from_message(message, options, v14_1)->data);
        for (size_t at = body.find("word"); at != body.npos; at = body.find("word", at + 1))
            shown.insert(body.substr(at, body.find('x', at) + 1 - at));
    }
    return shown;
}

} // namespace

BOOST_AUTO_TEST_CASE(body_and_attachments_are_told_apart)
{
    for (auto const &example : examples)
        BOOST_TEST(described(example.root) == example.parts, example.what << ": " << described(example.root));
}

BOOST_AUTO_TEST_CASE(a_message_inside_is_not_opened)
{
    auto parts = described(nested);
    BOOST_TEST(parts.starts_with("text: plain  | html  | attached"));
}

BOOST_AUTO_TEST_CASE(no_leaf_is_ever_lost)
{
    std::mt19937 random(20261122);
    for (int round = 0; round < 3000; ++round) {
        std::vector<std::string> words;
        MemoryMessage message(random_part(random, 4, words));
        auto shown = shown_words(message);
        for (auto const &word : words)
            BOOST_REQUIRE_MESSAGE(shown.contains(word), "round " << round << ": " << word << " is lost of "
                                                                 << outline(*message.structure()));
    }
}

BOOST_AUTO_TEST_SUITE_END()

#include "fakes/memory-mail-store.h"
#include "mapping/note-message.h"
#include <boost/test/unit_test.hpp>

using namespace eas;
using namespace eas::test;

namespace {

std::string text_of(Content const &content)
{
    StringSink sink;
    (void)content.copy_to(sink);
    return sink.text;
}

NewNote sample(std::string message_class = "IPM.StickyNote")
{
    return {"Käse\r\nX-Evil: 1",          std::move(message_class), "ID-1",
            "anna@example.com",           "<1@example.com>",        Instant::from_seconds(1795341487),
            note_body({"one\n\ntwo", ""})};
}

/// A plain text as it comes back from the HTML that it is stored as.
std::string there_and_back(std::string const &plain)
{
    auto text = item_text_of({BodyType::html, {}, {}, Content(note_html(plain)), {}, {}});
    return text ? text->plain : "error";
}

} // namespace

BOOST_AUTO_TEST_SUITE(note_message_mapping)

BOOST_AUTO_TEST_CASE(lines_are_written_as_apples_notes_does)
{
    BOOST_CHECK_EQUAL(
        note_html("First\n\na < b & c\n"),
        "<html><head></head><body>First<div><br></div><div>a &lt; b &amp; c</div></body></html>");
    BOOST_CHECK_EQUAL(note_html(""), "<html><head></head><body><div><br></div></body></html>");
    BOOST_CHECK_EQUAL(note_html("  x  y"), "<html><head></head><body>&nbsp; x &nbsp;y</body></html>");
}

BOOST_AUTO_TEST_CASE(plain_text_survives)
{
    for (std::string const text :
         {"one", "one\ntwo", "one\n\n\ntwo", "a <b> & \"c\"", "Käse \xf0\x9f\xa7\x80"})
        BOOST_CHECK_EQUAL(there_and_back(text), text);
}

BOOST_AUTO_TEST_CASE(a_new_note_has_all_fields)
{
    auto const message = text_of(note_message(sample(), ""));
    for (auto const *field :
         {"From: anna@example.com\r\n", "Message-ID: <1@example.com>\r\n", "Date: Sun, 22 Nov 2026",
          "X-Uniform-Type-Identifier: com.apple.mail-note\r\n", "X-Universally-Unique-Identifier: ID-1\r\n",
          "X-Mail-Created-Date: Sun, 22 Nov 2026", "Content-Type: text/html; charset=utf-8\r\n"})
        BOOST_CHECK_MESSAGE(message.find(field) != message.npos, field);
    BOOST_CHECK(message.find("\r\nX-Evil") == message.npos);
    BOOST_CHECK(message.find("X-EAS-Message-Class") == message.npos);
}

BOOST_AUTO_TEST_CASE(fields_of_the_former_message_stay)
{
    auto const message = text_of(note_message(
        sample("IPM.StickyNote.Work"),
        "From: Anna <a@x>\r\nSubject: old\r\nDate: old\r\nX-Mail-Created-Date: then\r\nX-Other: kept\r\n"
        "X-Uniform-Type-Identifier: com.apple.mail-note\r\nContent-Type: text/plain\r\n\r\n"));
    for (auto const *field : {"From: Anna <a@x>\r\n", "X-Mail-Created-Date: then\r\n", "X-Other: kept\r\n",
                              "X-EAS-Message-Class: IPM.StickyNote.Work\r\n"})
        BOOST_CHECK_MESSAGE(message.find(field) != message.npos, field);
    BOOST_CHECK(message.find("old") == message.npos && message.find("text/plain") == message.npos);
    BOOST_CHECK_EQUAL(message.find("com.apple.mail-note"), message.rfind("com.apple.mail-note"));
}

BOOST_AUTO_TEST_CASE(a_message_is_read_back)
{
    MemoryMailStore store;
    auto &folder = store.add_folder("notes", "Notes");
    StoredMessage stored;
    stored.raw = "Subject: A\r\nX-EAS-Message-Class: IPM.StickyNote.Work\r\n\r\nx";
    stored.headers.subject = "A";
    stored.headers.sent = Instant::from_seconds(5);
    stored.structure.id = "1";
    stored.structure.type = "text/html";
    stored.parts["1"] = "<p>x</p>";
    auto const uid = folder.add(stored);
    auto const message = (*store.open("notes"))->message(uid);
    auto const note = note_from_message(**message);
    BOOST_REQUIRE(note);
    BOOST_CHECK_EQUAL(note->subject, "A");
    BOOST_CHECK_EQUAL(note->message_class, "IPM.StickyNote.Work");
    BOOST_CHECK_EQUAL(note->text.html, "<p>x</p>");
    BOOST_CHECK_EQUAL(note->last_modified.seconds(), 5);
    BOOST_CHECK(!note->has_more);
}

BOOST_AUTO_TEST_CASE(message_classes_of_notes)
{
    for (auto const *good : {"IPM.StickyNote", "ipm.stickynote", "IPM.StickyNote.x"})
        BOOST_CHECK_MESSAGE(is_note_class(good), good);
    for (auto const *bad : {"", "IPM.Note", "IPM.StickyNote.", "IPM.StickyNotes", "IPM.StickyNot"})
        BOOST_CHECK_MESSAGE(!is_note_class(bad), bad);
}

BOOST_AUTO_TEST_CASE(a_note_is_called_by_its_first_line)
{
    BOOST_CHECK_EQUAL(subject_of_text("\n  \n first \nsecond"), "first");
    BOOST_CHECK_EQUAL(subject_of_text(" \n"), "");
    BOOST_CHECK_EQUAL(subject_of_text(std::string(300, 'x')).size(), 255u);
}

BOOST_AUTO_TEST_SUITE_END()

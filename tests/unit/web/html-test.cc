#include "fakes/memory-state-store.h"
#include "web/form.h"
#include "web/html.h"
#include "web/language.h"
#include <boost/test/unit_test.hpp>

using namespace eas;

BOOST_AUTO_TEST_SUITE(web)

BOOST_AUTO_TEST_CASE(values_are_escaped_and_html_is_not_escaped_twice)
{
    auto const inner = fill("<i>{a}</i>", {{"a", "<\"'&>"}});
    BOOST_TEST(inner.markup() == "<i>&lt;&quot;&#39;&amp;&gt;</i>");
    BOOST_TEST(fill("{x}{y}{x}", {{"x", inner}, {"z", "z"}}).markup() == inner.markup() + inner.markup());
    BOOST_TEST(fill("{a}", {{"a", "{b}"}, {"b", "x"}}).markup() == "{b}");
    BOOST_TEST(fill("open {a", {{"a", "x"}}).markup() == "open x");
    BOOST_TEST(Html(std::string_view("a\0b\xff", 4)).markup() == "a\xef\xbf\xbd"
                                                                 "b\xef\xbf\xbd");
}

BOOST_AUTO_TEST_CASE(the_heaviest_language_that_we_have_is_chosen)
{
    auto chosen = [](std::string_view accepted) { return language_code(choose_language(accepted)); };
    BOOST_TEST(chosen("") == "en");
    BOOST_TEST(chosen("de-AT") == "de");
    BOOST_TEST(chosen("en;q=0.5, FR") == "fr");
    BOOST_TEST(chosen("de;q=0, fr;q=0.001") == "fr");
    BOOST_TEST(chosen("ja, *;q=0.1") == "en");
    BOOST_TEST(chosen("fr;q=0.8,de;q=0.85") == "de");
    BOOST_TEST(chosen("de;q=x, fr;q=") == "en");
    BOOST_TEST(chosen(",;,;q=;q,-") == "en");
}

BOOST_AUTO_TEST_CASE(a_form_is_read)
{
    Form const form("a=1+2&b=%3D%26&c&d=%zz&a=3");
    BOOST_TEST(form.value("a") == "1 2");
    BOOST_TEST(form.value("b") == "=&");
    BOOST_TEST(form.value("c") == "");
    BOOST_TEST(form.value("d") == "");
    BOOST_TEST(Form("").value("") == "");
}

BOOST_AUTO_TEST_CASE(a_token_fits_one_secret_device_and_action)
{
    test::MemoryStateStore store, other_store;
    auto const tokens = FormTokens::load(store), again = FormTokens::load(store),
               other = FormTokens::load(other_store);
    BOOST_REQUIRE((tokens && again && other));
    auto const token = tokens->token("PHONE1", "wipe");
    BOOST_TEST(again->is_token(token, "PHONE1", "wipe"));
    BOOST_TEST(!other->is_token(token, "PHONE1", "wipe"));
    BOOST_TEST(!tokens->is_token(token, "PHONE2", "wipe"));
    BOOST_TEST(!tokens->is_token(token, "PHONE1", "remove"));
    BOOST_TEST(!tokens->is_token("", "PHONE1", "wipe"));
    store.values["web/secret"] = "short";
    BOOST_TEST(!FormTokens::load(store)->is_token(token, "PHONE1", "wipe"));
}

BOOST_AUTO_TEST_SUITE_END()

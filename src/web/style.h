// The one style sheet of the page for people; it stands in the page itself, so nothing else is fetched.
// Contrast is 4.5:1 at least in both schemes (WCAG 2.1, 1.4.3); nothing has a fixed width.
#pragma once
#include <string_view>

namespace eas {

constexpr std::string_view style_sheet = R"css(
:root { color-scheme: light dark; --text: #1b1b1b; --page: #ffffff; --card: #f3f4f6; --line: #6b7280;
  --link: #0b4f9c; --danger: #9b1c1c; --note: #e3edf9; }
@media (prefers-color-scheme: dark) { :root { --text: #f0f0f0; --page: #16181c; --card: #23262c; --line: #9aa1ac;
  --link: #9cc7ff; --danger: #ffb0a8; --note: #1d2c40; } }
* { box-sizing: border-box; }
body { margin: 0 auto; padding: 1rem; max-width: 46rem; font: 1rem/1.5 system-ui, sans-serif; color: var(--text);
  background: var(--page); overflow-wrap: anywhere; }
h1 { font-size: 1.6rem; line-height: 1.2; }
h2 { font-size: 1.2rem; margin: 0 0 .5rem; }
a { color: var(--link); }
section { margin: 0 0 1rem; padding: 1rem; background: var(--card); border-radius: .5rem; }
dl { display: grid; grid-template-columns: minmax(6rem, auto) 1fr; gap: .25rem 1rem; margin: 0 0 1rem; }
dt { font-weight: 600; }
dd { margin: 0; }
form { display: flex; flex-wrap: wrap; gap: .5rem; margin: 0; }
form.typed { display: block; }
label { display: block; font-weight: 600; margin-bottom: .25rem; }
input[type=text] { width: 100%; padding: .5rem; font: inherit; color: inherit; background: var(--page);
  border: 1px solid var(--line); border-radius: .25rem; }
button { min-height: 2.75rem; padding: .25rem 1rem; font: inherit; color: var(--link); background: var(--page);
  border: 1px solid var(--line); border-radius: .25rem; cursor: pointer; }
button.danger { color: var(--danger); }
form.typed button { margin-top: .75rem; }
:focus-visible { outline: .2rem solid var(--link); outline-offset: .1rem; }
p.note { padding: .75rem 1rem; background: var(--note); border-radius: .5rem; }
)css";

} // namespace eas

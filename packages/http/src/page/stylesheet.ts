/**
 * How every page looks, without a script and without a font to load. Colours are custom properties, once for light and
 * once for dark; lengths are in rem and media queries in em, so that larger text moves to the narrow layout by itself.
 */
export const stylesheet = `:root {
  color-scheme: light dark;
  --paper: #f6f5f2;
  --surface: #ffffff;
  --ink: #1b1f1d;
  --muted: #5b635f;
  --line: #e0ded8;
  --edge: #83898a;
  --accent: #14614f;
  --accent-strong: #0c4639;
  --on-accent: #ffffff;
  --accent-soft: #e7f2ee;
  --danger: #b3261e;
  --danger-soft: #fcefed;
  --warning: #855300;
  --warning-soft: #fcf3e1;
  --shadow: 0 1px 2px rgb(27 31 29 / 5%), 0 8px 24px rgb(27 31 29 / 5%);
  --radius: 0.5rem;
}

@media screen and (prefers-color-scheme: dark) {
  :root {
    --paper: #121514;
    --surface: #1a1e1c;
    --ink: #eceeec;
    --muted: #a4ada8;
    --line: #2e3532;
    --edge: #737c77;
    --accent: #7fd3b6;
    --accent-strong: #a5e4cd;
    --on-accent: #0b1f18;
    --accent-soft: #1d2f29;
    --danger: #ff9e93;
    --danger-soft: #33201e;
    --warning: #f0c069;
    --warning-soft: #322919;
    --shadow: none;
  }
}

*,
*::before,
*::after {
  box-sizing: border-box;
}

html {
  -webkit-text-size-adjust: 100%;
  text-size-adjust: 100%;
  line-height: 1.5;
  scroll-padding-block-start: 1rem;
}

body {
  margin: 0;
  min-block-size: 100vh;
  min-block-size: 100svh;
  background: var(--paper);
  color: var(--ink);
  font-family: system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", "Noto Sans", Arial, sans-serif;
  font-size: 1rem;
  overflow-wrap: anywhere;
}

h1,
h2,
h3,
p,
ul,
dl,
dd {
  margin: 0;
  padding: 0;
  font-size: inherit;
}

h1,
h2,
h3 {
  line-height: 1.25;
  text-wrap: balance;
}

h1 {
  font-size: 1.625rem;
  font-weight: 650;
  letter-spacing: -0.015em;
}

h2 {
  font-size: 1.125rem;
  font-weight: 650;
}

a {
  color: var(--accent);
  text-decoration-thickness: 1px;
  text-underline-offset: 0.2em;
}

a:hover {
  color: var(--accent-strong);
  text-decoration-thickness: 2px;
}

:focus-visible {
  outline: 3px solid var(--accent);
  outline-offset: 2px;
}

/* Frame */

.header,
main {
  inline-size: 100%;
  margin-inline: auto;
  padding-inline: min(1.25rem, 5vw);
}

.header {
  display: flex;
  flex-wrap: wrap;
  align-items: center;
  justify-content: space-between;
  gap: 0.25rem 1.5rem;
  padding-block: 0.75rem;
}

.brand {
  display: inline-flex;
  align-items: center;
  gap: 0.625rem;
  min-block-size: 2.75rem;
  min-inline-size: 0;
  color: var(--ink);
  font-weight: 650;
  text-decoration: none;
  border-radius: var(--radius);
}

a.brand:hover {
  color: var(--ink);
  text-decoration: underline;
}

.mark {
  flex: none;
  inline-size: 1.75rem;
  block-size: 1.75rem;
}

.mark-plate {
  fill: var(--accent);
}

.mark-hole {
  fill: var(--on-accent);
}

.navigation ul {
  display: flex;
  flex-wrap: wrap;
  margin-inline: calc(-1 * min(0.75rem, 4vw));
  list-style-type: "";
}

.navigation-item {
  display: inline-flex;
  align-items: center;
  min-block-size: 2.75rem;
  padding: 0.5rem min(0.75rem, 4vw);
  border: 0;
  border-radius: var(--radius);
  background: none;
  color: var(--muted);
  font: inherit;
  text-align: start;
  text-decoration: none;
  cursor: pointer;
}

.navigation-item:hover {
  color: var(--ink);
  text-decoration: underline;
}

.navigation-item[aria-current] {
  color: var(--ink);
  font-weight: 600;
}

.page-narrow .header,
.page-narrow main {
  max-inline-size: 29rem;
}

.page-narrow main {
  padding-block: 0.75rem 3rem;
}

.page-wide .header,
.page-wide main {
  max-inline-size: 64rem;
}

.page-wide .header {
  padding-block-end: 0.75rem;
}

.page-wide main {
  padding-block: 1.5rem 4rem;
}

.skip-link {
  position: absolute;
  inset-block-start: 0.5rem;
  inset-inline-start: 0.5rem;
  z-index: 1;
  padding: 0.625rem 1rem;
  border-radius: var(--radius);
  background: var(--surface);
}

.skip-link:not(:focus) {
  transform: translateY(-200%);
}

/* Content */

.card {
  padding: min(1.25rem, 6vw);
  border: 1px solid var(--line);
  border-radius: 0.875rem;
  background: var(--surface);
  box-shadow: var(--shadow);
}

.page-narrow .card > * + * {
  margin-block-start: 1.25rem;
}

.page-narrow .card > h1 + p,
.page-narrow .card > .status + h1 {
  margin-block-start: 0.625rem;
}

.hint,
.aside,
.status,
.ago {
  color: var(--muted);
}

.status {
  font-size: 0.9375rem;
}

.strong {
  color: var(--ink);
  font-weight: 600;
}

.aside {
  margin-block-start: 0.75rem;
  text-align: center;
}

.aside a {
  display: inline-block;
  padding-block: 0.625rem;
}

.visually-hidden {
  position: absolute;
  inline-size: 1px;
  block-size: 1px;
  margin: -1px;
  overflow: hidden;
  clip-path: inset(50%);
  white-space: nowrap;
}

/* Notices */

.notice {
  padding: 0.75rem 1rem;
  border: 1px solid currentcolor;
  border-inline-start-width: 4px;
  border-radius: var(--radius);
  background: var(--accent-soft);
  color: var(--accent);
}

.notice > * {
  color: var(--ink);
}

.notice-error {
  background: var(--danger-soft);
  color: var(--danger);
}

.notice-warning {
  background: var(--warning-soft);
  color: var(--warning);
}

.notice-title {
  font-size: 1rem;
}

.notice-error p + .notice-title {
  margin-block-start: 0.75rem;
}

.notice ul {
  list-style-type: "";
}

.notice li a {
  display: inline-block;
  padding-block: 0.625rem;
  color: var(--danger);
}

.notice li:last-child a {
  margin-block-end: -0.375rem;
}

/* Forms */

.form {
  display: grid;
  gap: 1.25rem;
}

.field label {
  display: block;
  font-weight: 600;
}

.field .hint,
.field-error {
  font-size: 0.9375rem;
}

.field-error {
  margin-block-start: 0.125rem;
  color: var(--danger);
  font-weight: 600;
}

.input {
  display: block;
  inline-size: 100%;
  min-block-size: 2.75rem;
  margin-block-start: 0.375rem;
  padding: 0.5rem min(0.75rem, 4vw);
  border: 1px solid var(--edge);
  border-radius: var(--radius);
  background: var(--surface);
  color: inherit;
  font: inherit;
  text-overflow: ellipsis;
}

.input:hover {
  border-color: var(--ink);
}

.input:focus {
  border-color: var(--accent);
  outline: 3px solid var(--accent);
  outline-offset: -1px;
}

.field-failed .input {
  border: 2px solid var(--danger);
}

.field-failed .input:focus {
  outline-offset: 1px;
}

.secret {
  font-family: ui-monospace, SFMono-Regular, Menlo, Consolas, monospace;
  font-size: 0.9375rem;
}

.boxes {
  min-inline-size: 0;
  margin: 0;
  padding: 0;
  border: 0;
}

.boxes legend {
  padding: 0;
  font-weight: 600;
}

.box {
  display: flex;
  gap: 0.75rem;
  align-items: center;
  min-block-size: 2.75rem;
}

.box label {
  padding-block: 0.5rem;
  cursor: pointer;
}

.box input {
  flex: none;
  inline-size: 1.25rem;
  block-size: 1.25rem;
  accent-color: var(--accent);
}

.box code {
  color: var(--muted);
  font-size: 0.875rem;
}

.button {
  display: inline-flex;
  align-items: center;
  justify-content: center;
  min-block-size: 2.75rem;
  padding: 0.5rem min(1.125rem, 5vw);
  border: 1px solid transparent;
  border-radius: var(--radius);
  background: var(--accent);
  color: var(--on-accent);
  font: inherit;
  font-weight: 600;
  text-align: center;
  text-decoration: none;
  cursor: pointer;
  transition: background-color 0.12s;
}

.button:hover {
  background: var(--accent-strong);
  color: var(--on-accent);
}

.button-quiet {
  border-color: var(--edge);
  background: var(--surface);
  color: var(--ink);
}

.button-quiet:hover {
  border-color: var(--ink);
  background: var(--paper);
  color: var(--ink);
}

.button-danger {
  border-color: var(--danger);
  background: var(--surface);
  color: var(--danger);
}

.button-danger:hover {
  background: var(--danger-soft);
  color: var(--danger);
}

.actions {
  display: flex;
  flex-wrap: wrap;
  gap: 0.75rem;
}

/* Wide pages */

.page-head {
  margin-block-end: 2rem;
}

.page-wide main > .notice {
  margin-block-end: 2rem;
}

.section + .section {
  margin-block-start: 3rem;
}

.section-head {
  margin-block-end: 1rem;
}

.page-head .hint,
.section-head .hint {
  margin-block-start: 0.25rem;
}

.section .form {
  max-inline-size: 26rem;
}

.section .button {
  justify-self: start;
}

.sessions {
  list-style-type: "";
}

.session {
  display: grid;
  gap: 0.75rem 1.5rem;
  padding-block: 1.25rem;
  border-block-end: 1px solid var(--line);
}

.session:first-child {
  padding-block-start: 0;
}

.session:last-child {
  padding-block-end: 0;
  border: 0;
}

.session-actions {
  display: flex;
  flex-wrap: wrap;
  gap: 0.75rem;
  align-items: start;
}

.session-name {
  display: flex;
  flex-wrap: wrap;
  align-items: center;
  gap: 0.25rem 0.625rem;
}

.badge {
  padding: 0.0625rem 0.5rem;
  border: 1px solid currentcolor;
  border-radius: 1rem;
  background: var(--accent-soft);
  color: var(--accent);
  font-size: 0.8125rem;
  font-weight: 600;
}

.facts {
  margin-block-start: 0.375rem;
  font-size: 0.9375rem;
}

.facts > div {
  display: flex;
  flex-wrap: wrap;
  gap: 0 0.5rem;
}

.facts dt {
  flex: 0 0 5rem;
  color: var(--muted);
}

.facts dd {
  flex: 1 1 11.5rem;
  font-variant-numeric: tabular-nums;
}

.agent {
  font-size: 0.9375rem;
}

.agent summary {
  inline-size: fit-content;
  padding-block: 0.6875rem;
  border-radius: var(--radius);
  color: var(--muted);
  cursor: pointer;
}

.agent p {
  padding: 0.625rem 0.75rem;
  border-radius: var(--radius);
  background: var(--paper);
  font-family: ui-monospace, SFMono-Regular, Menlo, Consolas, monospace;
  font-size: 0.8125rem;
}

.sessions-foot {
  margin-block-start: 1.25rem;
  padding-block-start: 1.25rem;
  border-block-start: 1px solid var(--line);
}

@media (min-width: 30em) {
  .card {
    padding: 1.5rem;
  }

  .page-narrow .header {
    padding-block-start: clamp(1rem, 9vh, 6rem);
  }

  .page-narrow .card {
    padding: 2rem;
  }

  .session {
    grid-template-columns: 1fr auto;
  }
}

@media (min-width: 52em) {
  .section {
    display: grid;
    grid-template-columns: minmax(0, 1fr) minmax(0, 2fr);
    gap: 2rem;
  }

  .section .card {
    padding: 1.75rem;
  }
}

@media (prefers-reduced-motion: reduce) {
  * {
    transition: none !important;
  }
}

@media (forced-colors: active) {
  .mark-plate {
    fill: CanvasText;
  }

  .mark-hole {
    fill: Canvas;
  }

  .field-failed .input {
    border-width: 3px;
  }
}

@media print {
  .navigation,
  .skip-link,
  .button,
  .sessions-foot {
    display: none;
  }

  body,
  .card {
    background: none;
    box-shadow: none;
  }
}
`

/** A short mark of a text's content (FNV-1a, eight hexadecimal digits), so that its url changes with it. Not for security. */
const fingerprint = (text: string): string => {
  let hash = 0x811c9dc5
  for (let index = 0; index < text.length; index++) hash = Math.imul(hash ^ text.charCodeAt(index), 0x01000193)
  return (hash >>> 0).toString(16).padStart(8, "0")
}

/** The path of the stylesheet. It changes with the content, so browsers can cache it forever. */
export const stylesheetPath = `/latchkey-${fingerprint(stylesheet)}.css`

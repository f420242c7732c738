import { fingerprint } from "./fingerprint.ts"

/**
 * How every page looks, without a font to load. A host sets the properties that begin with `--latchkey-`; those that begin
 * with `--lk-` are mixed from them. Lengths are in rem and media queries in em, so that larger text moves to the narrow
 * layout by itself.
 */
const source = `:root {
  color-scheme: light dark;
  --latchkey-background: light-dark(#f6f5f2, #121514);
  --latchkey-surface: light-dark(#ffffff, #1a1e1c);
  --latchkey-text: light-dark(#1b1f1d, #eceeec);
  --latchkey-accent: light-dark(#14614f, #7fd3b6);
  --latchkey-danger: light-dark(#b3261e, #ff9e93);
  --latchkey-warning: light-dark(#855300, #f0c069);
  --latchkey-radius: 0.5rem;
  --latchkey-font: system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", "Noto Sans", Arial, sans-serif;
  --latchkey-font-secret: ui-monospace, SFMono-Regular, Menlo, Consolas, monospace;
  --latchkey-width-narrow: 29rem;
  --latchkey-width-wide: 64rem;
  --lk-muted: color-mix(in srgb, var(--latchkey-text) 70%, var(--latchkey-surface));
  --lk-edge: color-mix(in srgb, var(--latchkey-text) 55%, var(--latchkey-surface));
  --lk-line: color-mix(in srgb, var(--latchkey-text) 13%, var(--latchkey-surface));
  --lk-accent-strong: color-mix(in srgb, var(--latchkey-accent) 70%, var(--latchkey-text));
  --lk-danger-strong: color-mix(in srgb, var(--latchkey-danger) 70%, var(--latchkey-text));
  --lk-accent-soft: color-mix(in srgb, var(--latchkey-accent) 10%, var(--latchkey-surface));
  --lk-danger-soft: color-mix(in srgb, var(--latchkey-danger) 10%, var(--latchkey-surface));
  --lk-warning-soft: color-mix(in srgb, var(--latchkey-warning) 10%, var(--latchkey-surface));
}

/* Browsers of before 2024 show light colours; those of before 2023 leave out the soft ones. */
@supports not (color: light-dark(red, red)) {
  :root {
    color-scheme: light;
    --latchkey-background: #f6f5f2;
    --latchkey-surface: #ffffff;
    --latchkey-text: #1b1f1d;
    --latchkey-accent: #14614f;
    --latchkey-danger: #b3261e;
    --latchkey-warning: #855300;
    --lk-edge: #828483;
    --lk-accent-strong: #164d40;
    --lk-danger-strong: #85241e;
  }
}

*,
*::before,
*::after {
  box-sizing: border-box;
}

[hidden] {
  display: none !important;
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
  background: var(--latchkey-background);
  color: var(--latchkey-text);
  font-family: var(--latchkey-font);
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
  color: var(--latchkey-accent);
  text-decoration-thickness: 1px;
  text-underline-offset: 0.2em;
}

a:hover {
  color: var(--lk-accent-strong);
  text-decoration-thickness: 2px;
}

:focus-visible {
  outline: 3px solid var(--latchkey-accent);
  outline-offset: 2px;
}

/* Frame */

.page-narrow {
  --lk-width: var(--latchkey-width-narrow);
}

.page-wide {
  --lk-width: var(--latchkey-width-wide);
}

.header,
.banners,
main {
  inline-size: 100%;
  max-inline-size: var(--lk-width);
  margin-inline: auto;
  padding-inline: min(1.25rem, 5vw);
}

.header {
  display: flex;
  flex-wrap: wrap;
  align-items: center;
  gap: 0.25rem 0.75rem;
  padding-block: 0.75rem;
}

.banners,
.form,
.issued {
  display: grid;
  gap: 0.75rem;
}

.brand {
  display: inline-flex;
  align-items: center;
  gap: 0.625rem;
  min-block-size: 2.75rem;
  min-inline-size: 0;
  margin-inline-end: auto;
  color: var(--latchkey-text);
  font-weight: 650;
  text-decoration: none;
  border-radius: var(--latchkey-radius);
}

a.brand:hover {
  color: var(--latchkey-text);
  text-decoration: underline;
}

.mark {
  flex: none;
  inline-size: 1.75rem;
  block-size: 1.75rem;
}

.logo {
  block-size: 2rem;
  max-inline-size: min(12rem, 45vw);
  object-fit: contain;
}

.mark-plate {
  fill: var(--latchkey-accent);
}

.mark-hole {
  fill: var(--latchkey-surface);
}

.user {
  font-weight: 600;
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
  border-radius: var(--latchkey-radius);
  background: none;
  color: var(--lk-muted);
  font: inherit;
  text-align: start;
  text-decoration: none;
  cursor: pointer;
}

.navigation-item:hover {
  color: var(--latchkey-text);
  text-decoration: underline;
}

.navigation-item[aria-current] {
  color: var(--latchkey-text);
  font-weight: 600;
}

.page-narrow main {
  padding-block: 0.75rem 3rem;
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
  border-radius: var(--latchkey-radius);
  background: var(--latchkey-surface);
}

.skip-link:not(:focus) {
  transform: translateY(-200%);
}

/* Content */

.card {
  padding: min(1.25rem, 6vw);
  border: 1px solid var(--lk-line);
  border-radius: calc(1.75 * var(--latchkey-radius));
  background: var(--latchkey-surface);
  box-shadow: 0 8px 24px light-dark(rgb(27 31 29 / 6%), transparent);
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
  color: var(--lk-muted);
}

.ago {
  white-space: nowrap;
}

.status {
  font-size: 0.9375rem;
}

.strong {
  color: var(--latchkey-text);
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
  border-radius: var(--latchkey-radius);
  background: var(--lk-accent-soft);
  color: var(--latchkey-accent);
}

.notice > * {
  color: var(--latchkey-text);
}

.notice-error {
  background: var(--lk-danger-soft);
  color: var(--latchkey-danger);
}

.notice-warning {
  background: var(--lk-warning-soft);
  color: var(--latchkey-warning);
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
  color: var(--latchkey-danger);
}

.notice li:last-child a {
  margin-block-end: -0.375rem;
}

/* Forms */

.form {
  gap: 1.25rem;
}

/* A second form of a card is about something else. */
.form + .form {
  gap: 0.75rem;
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
  color: var(--latchkey-danger);
  font-weight: 600;
}

.input {
  display: block;
  inline-size: 100%;
  min-block-size: 2.75rem;
  margin-block-start: 0.375rem;
  padding: 0.5rem min(0.75rem, 4vw);
  border: 1px solid var(--lk-edge);
  border-radius: var(--latchkey-radius);
  background: var(--latchkey-surface);
  color: inherit;
  font: inherit;
  text-overflow: ellipsis;
}

.input:hover {
  border-color: var(--latchkey-text);
}

.input:focus {
  border-color: var(--latchkey-accent);
  outline: 3px solid var(--latchkey-accent);
  outline-offset: -1px;
}

.field-failed .input {
  border: 2px solid var(--latchkey-danger);
}

.field-failed .input:focus {
  outline-offset: 1px;
}

.password {
  display: flex;
  flex-wrap: wrap;
  align-items: end;
  gap: 0.5rem;
}

.password .input {
  flex: 1;
  min-inline-size: min(8rem, 100%);
}

.code {
  font-family: var(--latchkey-font-secret);
  font-size: 1.25rem;
  letter-spacing: 0.1em;
}

/* Words of a stranger within our own. They may have quotation marks of their own, so that colour tells where they end. */
.foreign {
  background: var(--lk-line);
}

.secret {
  display: block;
  padding: 0.625rem 0.75rem;
  border: 1px solid var(--lk-edge);
  border-radius: var(--latchkey-radius);
  background: var(--latchkey-surface);
  font-family: var(--latchkey-font-secret);
  font-size: 0.9375rem;
  -webkit-user-select: all;
  user-select: all;
}

.number {
  flex: 1 1 12rem;
  font-size: 2rem;
  text-align: center;
}

.issued > div + p {
  margin-block-start: 0.25rem;
}

.issued code {
  flex: 1 20rem;
}

h1:focus,
.issued h2:focus {
  outline: none;
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
  accent-color: var(--latchkey-accent);
}

.box code {
  color: var(--lk-muted);
  font-size: 0.875rem;
}

.button {
  display: inline-flex;
  align-items: center;
  justify-content: center;
  min-block-size: 2.75rem;
  padding: 0.5rem min(1.125rem, 5vw);
  border: 1px solid transparent;
  border-radius: var(--latchkey-radius);
  background: var(--latchkey-accent);
  color: var(--latchkey-surface);
  font: inherit;
  font-weight: 600;
  text-align: center;
  text-decoration: none;
  cursor: pointer;
  transition: background-color 0.12s;
}

.button:hover {
  background: var(--lk-accent-strong);
  color: var(--latchkey-surface);
}

.button-quiet {
  border-color: var(--lk-edge);
  background: var(--latchkey-surface);
  color: var(--latchkey-text);
}

.button-quiet:hover {
  border-color: var(--latchkey-text);
  background: var(--latchkey-background);
  color: var(--latchkey-text);
}

.button-danger {
  border-color: var(--latchkey-danger);
  background: var(--latchkey-surface);
  color: var(--latchkey-danger);
}

.button-danger:hover {
  background: var(--lk-danger-soft);
  color: var(--latchkey-danger);
}

.button-grave {
  background: var(--latchkey-danger);
}

.button-grave:hover {
  background: var(--lk-danger-strong);
}

button:disabled {
  opacity: 0.6;
  pointer-events: none;
}

.actions,
.session-actions {
  display: flex;
  flex-wrap: wrap;
  gap: 0.75rem;
}

.acting {
  align-items: center;
}

.search {
  align-items: end;
}

.search .field {
  flex: 1 1 8rem;
}

.search .field:first-child {
  flex-basis: 100%;
}

.choices > .button {
  flex: 1 1 8rem;
}

.ask {
  inline-size: min(26rem, 100% - 2rem);
  padding: 1.5rem;
  border: 1px solid var(--lk-line);
  border-radius: calc(1.75 * var(--latchkey-radius));
  background: var(--latchkey-surface);
  color: var(--latchkey-text);
}

.ask::backdrop {
  background: rgb(0 0 0 / 50%);
}

.ask .actions {
  margin-block-start: 1.25rem;
}

/* Wide pages */

.page-head {
  margin-block-end: 2rem;
}

.page-wide main > .notice,
.page-wide main > .actions,
.now {
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
  border-block-end: 1px solid var(--lk-line);
}

.session:first-child {
  padding-block-start: 0;
}

.session:last-child {
  padding-block-end: 0;
  border: 0;
}

.session-actions {
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
  background: var(--lk-accent-soft);
  color: var(--latchkey-accent);
  font-size: 0.8125rem;
  font-weight: 600;
}

.facts {
  font-size: 0.9375rem;
}

.facts > div {
  margin-block-start: 0.25rem;
  display: flex;
  flex-wrap: wrap;
  align-items: baseline;
  gap: 0 0.5rem;
}

.facts dt {
  flex: 0 0 5.5rem;
  color: var(--lk-muted);
}

.facts dd {
  flex: 1 1 11.5rem;
  font-variant-numeric: tabular-nums;
}

.sessions-foot,
.form + .form {
  margin-block-start: 1.25rem;
  padding-block-start: 1.25rem;
  border-block-start: 1px solid var(--lk-line);
}

@media (min-width: 30em) {
  .page-wide .user {
    padding-inline-end: 0.75rem;
    border-inline-end: 1px solid var(--lk-line);
  }

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

  .field-failed .input,
  .button-grave {
    border-width: 3px;
  }
}

@media print {
  :root {
    color-scheme: light;
  }

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

/** The stylesheet as it is sent: without comments, line ends and indentation, because pages are weighed with it. */
export const stylesheet = source.replace(/\/\*.*?\*\/|\n\s*/g, "")

/** The path of the stylesheet. It changes with the content, so browsers can cache it forever. */
export const stylesheetPath = `/latchkey-${fingerprint(stylesheet)}.css`

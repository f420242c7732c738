import { fingerprint } from "./fingerprint.ts"

const shared = `const each = (selector, use) => document.querySelectorAll(selector).forEach(use)
const named = (id) => document.getElementById(id)
`

/** Buttons that show the password in the field before them, or hide it again. */
const revealing = `const reveal = (button) => {
  const { dataset, previousElementSibling: field, textContent } = button
  field.type = field.type === "text" ? "password" : "text"
  button.textContent = dataset.other
  dataset.other = textContent
}
each("[data-reveal]", (button) => {
  button.hidden = false
  button.onclick = () => reveal(button)
})
`

/** Buttons that copy a text, and say so, to screen readers too. */
const copying = `if (navigator.clipboard) each("[data-copy]", (button) => {
  button.hidden = false
  button.onclick = async () => {
    await navigator.clipboard.writeText(named(button.dataset.copy).textContent)
    button.nextElementSibling.textContent = button.textContent = button.dataset.other
  }
})
`

/** Links to a page that asks: the dialog asks the same on this page, unless the link is to open another one. */
const asking = `const ask = named("ask")
if (ask?.showModal) each("[data-ask]", (link) => {
  link.onclick = (event) => {
    if (event.ctrlKey || event.metaKey || event.shiftKey) return
    event.preventDefault()
    const [form, text, button] = ask.querySelectorAll("form, p, .button-grave")
    form.action = link.href
    text.textContent = link.dataset.ask
    button.textContent = link.firstChild.textContent
    ask.showModal()
  }
})
`

/**
 * A form is sent once. It can be sent again after ten seconds, because the answer may be lost, and when the back button
 * shows the page again. A shown password is hidden before, because browsers may remember what is sent as text.
 */
const sendingOnce = `const sent = new Map()
addEventListener("submit", (event) => {
  const form = event.target
  const button = event.submitter ?? {}
  if ((button.formMethod || form.method) === "dialog") return
  if (sent.has(form)) return event.preventDefault()
  const enable = () => {
    sent.delete(form)
    button.disabled = false
  }
  sent.set(form, enable)
  setTimeout(() => (button.disabled = true))
  setTimeout(enable, 10000)
  each("[type=text] + [data-reveal]", reveal)
})
addEventListener("pageshow", () => {
  ask?.close?.()
  sent.forEach((enable) => enable())
})
`

/** Times are told in the reader's zone. Last, because a `lang` that browsers do not know stops the script. */
const tellingTimes = `each("time[datetime$=Z]", (time) => {
  const style = { dateStyle: "medium", timeStyle: "short" }
  time.title = time.textContent
  time.textContent = new Date(time.dateTime).toLocaleString(document.documentElement.lang, style)
})
`

/**
 * What pages do beyond HTML. Everything works without it: an old browser, or one that runs no scripts, only loses comfort.
 * It has no words of its own; they stand in the markup, in the language of the page (decision 0038).
 */
export const script = [shared, revealing, copying, asking, sendingOnce, tellingTimes].join("")

/** The path of the script. It changes with the content, so browsers can cache it forever. */
export const scriptPath = `/latchkey-${fingerprint(script)}.js`

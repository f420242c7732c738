import { cidr, isLocalUrl, NO_ADDRESS, type ResolvedSettings } from "@latchkey/core"
import { doubtful, type Finding, fine, wrong } from "./finding.ts"

/** What is around the settings. */
export interface Around {
  readonly isProduction: boolean
  readonly hasMailer: boolean
}

/** What settings mean together that each may be. What cannot be at all, `createAuth` has refused before. */
export const checkSettings = (settings: ResolvedSettings, around: Around): ReadonlyArray<Finding> => [
  ...checkAddress(settings, around),
  ...checkUnsafe(settings),
  ...checkProxies(settings),
  ...checkMail(around)
]

const checkAddress = ({ publicUrl, requests }: ResolvedSettings, { isProduction }: Around): ReadonlyArray<Finding> => {
  const about = "configuration"
  if (publicUrl === null)
    return [
      wrong({
        about,
        code: "no-address",
        what: "LATCHKEY_PUBLIC_URL is not set.",
        why: "No link can be made: none in a mail, none for setup. A server that serves pages does not start without it.",
        mend: "Set it to the address at which people reach the server, such as https://app.example.org"
      })
    ]
  const url = new URL(publicUrl)
  if (isLocalUrl(url)) {
    if (!isProduction)
      return [fine(about, "address", `People reach the server at ${publicUrl}, on this machine alone.`)]
    return [
      wrong({
        about,
        code: "local-address",
        what: `NODE_ENV is production, and LATCHKEY_PUBLIC_URL is ${publicUrl}.`,
        why: "Links in mails lead people to their own machine, and cookies are sent without encryption.",
        mend: "Set LATCHKEY_PUBLIC_URL to the address at which people reach the server."
      })
    ]
  }
  if (url.protocol === "http:")
    return [
      wrong({
        about,
        code: "no-encryption",
        what: `LATCHKEY_PUBLIC_URL is ${publicUrl}, without https.`,
        why: "Whoever is on the way reads passwords and sessions.",
        mend: "Put a proxy with a certificate in front, and set the address with https://"
      })
    ]
  const found = [fine(about, "address", `People reach the server at ${publicUrl}.`)]
  if (!isProduction)
    found.push(
      doubtful({
        about,
        code: "not-production",
        what: "People reach the server from elsewhere, and NODE_ENV is not production.",
        why: "Frameworks then show errors with their stack to visitors.",
        mend: "Set NODE_ENV=production where the server runs."
      })
    )
  if (!requests.strictTransportSecurity)
    found.push(
      doubtful({
        about,
        code: "https-not-required",
        what: "LATCHKEY_REQUESTS_STRICT_TRANSPORT_SECURITY is off.",
        why: "A browser's first request may go without encryption, and whoever is on the way answers it.",
        mend: "Turn it on once all of the host is served by https, or let the proxy send Strict-Transport-Security."
      })
    )
  return found
}

const checkUnsafe = ({ unsafeDevMode, setup, cookies, requests }: ResolvedSettings): ReadonlyArray<Finding> => {
  const switches = [
    [unsafeDevMode, "LATCHKEY_UNSAFE_DEV_MODE", "Every new user is an administrator."],
    [setup.unsafeOpen, "LATCHKEY_SETUP_UNSAFE_OPEN", "Whoever comes first is the administrator."],
    [cookies.unsafeInsecure, "LATCHKEY_COOKIES_UNSAFE_INSECURE", "Browsers send sessions without encryption."],
    [
      requests.allowNoFetchMetadata,
      "LATCHKEY_REQUESTS_ALLOW_NO_FETCH_METADATA",
      "A page of another site can send forms for a user whose browser is old."
    ]
  ] as const
  return switches.flatMap(([isOn, variable, why]) =>
    isOn
      ? [
          doubtful({
            about: "configuration",
            code: "unsafe-switch",
            what: `${variable} is on.`,
            why,
            mend: "Remove it where others than you can reach the server."
          })
        ]
      : []
  )
}

/** Two addresses that no proxy of anybody has: of documentation. */
const STRANGERS = ["192.0.2.77", "2001:db8::77"]

const checkProxies = ({ sessions, publicUrl }: ResolvedSettings): ReadonlyArray<Finding> => {
  const { trustedProxies } = sessions
  const blocks = trustedProxies.filter((each) => each !== NO_ADDRESS).map(cidr)
  if (blocks.some((block) => STRANGERS.some((ip) => block?.contains(ip))))
    return [
      wrong({
        about: "configuration",
        code: "everybody-trusted",
        what: "LATCHKEY_SESSIONS_TRUSTED_PROXIES trusts every address.",
        why: "Anybody can then say that they are somebody else's address: limits do not hold, and the trail is wrong.",
        mend: "List the addresses of your proxies alone."
      })
    ]
  if (trustedProxies.length > 0 || publicUrl === null || !publicUrl.startsWith("https:")) return []
  return [
    doubtful({
      about: "configuration",
      code: "no-proxy-trusted",
      what: "LATCHKEY_SESSIONS_TRUSTED_PROXIES is empty.",
      why: "If a proxy is in front, as it mostly is with https, all visitors have its address: one of them who guesses passwords keeps out all.",
      mend: "List the addresses of your proxies, such as 10.0.0.0/8. Without a proxy leave it empty."
    })
  ]
}

const checkMail = ({ hasMailer }: Around): ReadonlyArray<Finding> =>
  hasMailer
    ? [fine("mail", "mailer", "There is a mailer. It was not tried.")]
    : [
        doubtful({
          about: "mail",
          code: "no-mailer",
          what: "There is no mailer.",
          why: "Nobody can choose a new password by themselves, and no address is ever proved.",
          mend: "Set LATCHKEY_SMTP_URL and LATCHKEY_MAIL_FROM, or use latchkey-admin users password-link."
        })
      ]

import type { Texts } from "../texts/texts.ts"

// The order matters: Edge and Opera also call themselves Chrome, and Chrome also calls itself Safari.
const BROWSERS = [
  { name: "Edge", sign: /\bEdg(?:e|A|iOS)?\// },
  { name: "Opera", sign: /\bOPR\// },
  { name: "Firefox", sign: /\b(?:Firefox|FxiOS)\// },
  { name: "Chrome", sign: /\b(?:Chrome|CriOS)\// },
  { name: "Safari", sign: /\bVersion\/[\d.]+.*\bSafari\// }
]

const SYSTEMS = [
  { name: "Android", sign: /\bAndroid\b/ },
  { name: "iPhone", sign: /\biPhone\b/ },
  { name: "iPad", sign: /\biPad\b/ },
  { name: "ChromeOS", sign: /\bCrOS\b/ },
  { name: "Windows", sign: /\bWindows NT\b/ },
  { name: "macOS", sign: /\bMac OS X\b/ },
  { name: "Linux", sign: /\bLinux\b/ }
]

/** A program's own name, as in "harbour-cli/2.1.0". Short and plain, so that it cannot imitate other parts of the page. */
const PROGRAM = /^(?!Mozilla\/)([A-Za-z][\w.-]{0,39})\//

/** "Firefox on Linux" or "curl", so that people recognise their sessions; null for unknown agents. Any client can claim to be any of them. */
export const agentText = (userAgent: string, { sessions }: Texts): string | null => {
  const browser = BROWSERS.find(({ sign }) => sign.test(userAgent))
  const system = SYSTEMS.find(({ sign }) => sign.test(userAgent))
  if (browser === undefined) return PROGRAM.exec(userAgent)?.[1] ?? null
  return system === undefined ? browser.name : sessions.agentOn(browser.name, system.name)
}

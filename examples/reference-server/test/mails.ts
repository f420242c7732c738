import { readdirSync, readFileSync } from "node:fs"
import { join } from "node:path"
import { expect, vi } from "vitest"
import { newFolder } from "./folders.ts"

/** A mail as the server's file mailer writes it. */
export interface CapturedMail {
  readonly kind: "verify" | "reset" | "change-email" | "email-changed" | "invite"
  readonly to: string
  readonly link: string
  readonly token: string
  readonly lang: string | null
  readonly userId: string
  readonly expiresAt: string
}

/** Where a server's mails go: give `env` to the server. */
export interface Mails {
  readonly env: Readonly<Record<"LATCHKEY_MAIL_DIR", string>>
  /** All mails so far, the oldest first. */
  readonly all: () => ReadonlyArray<CapturedMail>
  /** The mails of a kind to an address so far, the oldest first. */
  readonly to: (address: string, kind: CapturedMail["kind"]) => ReadonlyArray<CapturedMail>
  /** The newest mail of a kind to an address, once there are so many. Fails if there are more. */
  readonly next: (address: string, kind: CapturedMail["kind"], count?: number) => Promise<CapturedMail>
}

export const newMails = (): Mails => {
  const folder = newFolder()
  const all = () =>
    readdirSync(folder)
      .filter((name) => name.endsWith(".json") && !name.startsWith("."))
      .sort()
      .map((name) => JSON.parse(readFileSync(join(folder, name), "utf8")) as CapturedMail)
  const to: Mails["to"] = (address, kind) => all().filter((mail) => mail.to === address && mail.kind === kind)
  return {
    env: { LATCHKEY_MAIL_DIR: folder },
    all,
    to,
    next: async (address, kind, count = 1) => {
      const isThere = () => to(address, kind).length >= count
      await vi.waitUntil(isThere, { timeout: 30_000, interval: 50 }).catch(() => undefined)
      const found = to(address, kind)
      expect(found.length, `mails (${kind}) to ${address}`).toBe(count)
      return found.at(-1) as CapturedMail
    }
  }
}

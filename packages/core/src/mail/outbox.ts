import * as Context from "effect/Context"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Redacted from "effect/Redacted"
import * as Schedule from "effect/Schedule"
import * as Semaphore from "effect/Semaphore"
import { Audit } from "../audit/audit.ts"
import { makeLogLimit } from "../audit/log-limit.ts"
import { makeBackground } from "../background/background.ts"
import { RandomBytes } from "../secret/random.ts"
import type { StoreError } from "../store/store-error.ts"
import { SECOND_MS } from "../vocabulary/time.ts"
import { Links } from "./links.ts"
import type { Mail, Mailer, MailFailure } from "./mail.ts"

/** A mail before its link is made. */
export interface MailToSend extends Omit<Mail, "link" | "token"> {
  readonly token: Redacted.Redacted<string> | null
}

/** Sends mails after the request that asks for them. No request fails or waits because of a mail (ENU-05, MAI-01). */
export class Outbox extends Context.Service<
  Outbox,
  {
    /** Whether there is a mailer. Without one nothing is sent. */
    readonly hasMailer: boolean
    /**
     * Prepares a mail and sends it, both in the background. The preparation may find that there is nothing to send: then it gives null.
     * It begins after a random pause of up to a second, so that the time of no answer, and of no request right after it, tells
     * whether there was somebody to send a mail to (ENU-05).
     */
    readonly post: (prepare: Effect.Effect<MailToSend | null, StoreError>) => Effect.Effect<void>
    /** Waits until nothing is being prepared or sent. */
    readonly idle: Effect.Effect<void>
  }
>()("@latchkey/core/Outbox") {
  static readonly layer = (mailer: Mailer | null): Layer.Layer<Outbox, never, Audit | Links> =>
    Layer.effect(Outbox, makeOutbox(mailer))
}

/** Mails that are prepared, sent or wait to be tried again. Beyond it mails are lost, because each holds memory. */
const MOST_MAILS = 1_000

/** Mails that are handed to the mailer at the same time. */
const AT_ONCE = 4

/** After how long a mailer has failed that has not answered. */
const PATIENCE = "60 seconds"

/** A mail server that is away is tried again after 2, 8, 32 and 128 seconds: a restart is over by then. */
const pauses = Schedule.exponential("2 seconds", 4).pipe(Schedule.upTo({ times: 4 }))

/** A store that is away is tried again after 1, 2 and 4 seconds. */
const storePauses = Schedule.exponential("1 second").pipe(Schedule.upTo({ times: 3 }))

/** Why one try failed. */
interface Failure {
  readonly isPermanent: boolean
}

const makeOutbox = Effect.fnUntraced(function* (mailer: Mailer | null) {
  const audit = yield* Audit
  const links = yield* Links
  const randomBytes = yield* RandomBytes
  const background = yield* makeBackground(MOST_MAILS)
  const inTurn = yield* Semaphore.make(AT_ONCE)
  const log = makeLogLimit()

  const mailOf = ({ token, ...mail }: MailToSend): Mail => {
    const text = token === null ? null : Redacted.value(token)
    return { ...mail, token: text, link: text === null ? null : links.linkTo(mail.kind, text) }
  }

  const failed = (reason: MailFailure, mail: MailToSend | null) =>
    Effect.andThen(
      log.error("a mail was not sent", { operation: mail?.kind ?? "before it was prepared", reason }),
      audit.append("mail.failed", { details: { kind: mail?.kind ?? null, reason }, subject: mail?.user.id ?? null })
    )

  /** Nothing of what the mailer says is logged: it may contain the mail. */
  const attempt = (to: Mailer, mail: MailToSend) =>
    Effect.tryPromise({
      try: async () => to.send(mailOf(mail)),
      catch: (cause): Failure => ({ isPermanent: isPermanent(cause) })
    }).pipe(
      Effect.timeoutOrElse({ duration: PATIENCE, orElse: () => Effect.fail<Failure>({ isPermanent: false }) }),
      Semaphore.withPermit(inTurn)
    )

  const send = (to: Mailer, mail: MailToSend) =>
    attempt(to, mail).pipe(
      Effect.retry({ schedule: pauses, while: (error) => !error.isPermanent }),
      Effect.catch((error) => failed(error.isPermanent ? "refused" : "unreachable", mail)),
      Effect.onInterrupt(() => failed("unreachable", mail))
    )

  /** Never none, so that the preparation comes after what a host does in the same turn, such as a transaction (0043). */
  const pause = () => Effect.sleep(Duration.millis(Math.ceil(((randomBytes(1)[0] ?? 0) + 1) * (SECOND_MS / 256))))

  const post: Outbox["Service"]["post"] = (prepare) => {
    if (mailer === null) return Effect.void
    const work = Effect.suspend(pause).pipe(
      Effect.andThen(Effect.retry(prepare, storePauses)),
      Effect.flatMap((mail) => (mail === null ? Effect.void : send(mailer, mail))),
      Effect.catchTag("StoreError", () => failed("store", null))
    )
    return Effect.flatMap(background.start(work), (isStarted) => (isStarted ? Effect.void : failed("no-room", null)))
  }

  return Outbox.of({ hasMailer: mailer !== null, post, idle: background.idle })
})

const isPermanent = (cause: unknown): boolean =>
  typeof cause === "object" && cause !== null && "isPermanent" in cause && cause.isPermanent === true

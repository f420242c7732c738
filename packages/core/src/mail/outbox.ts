import * as Context from "effect/Context"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import type * as Redacted from "effect/Redacted"
import * as Schedule from "effect/Schedule"
import * as Semaphore from "effect/Semaphore"
import { Audit } from "../audit/audit.ts"
import { makeLogLimit } from "../audit/log-limit.ts"
import { makeBackground } from "../background/background.ts"
import { RandomBytes } from "../secret/random.ts"
import { reveal } from "../secret/secret-text.ts"
import type { StoreError } from "../store/store-error.ts"
import { SECOND_MS } from "../vocabulary/time.ts"
import { Links } from "./links.ts"
import type { Mail, MailCause, Mailer, MailFailure } from "./mail.ts"

/** A mail before its link is made. */
export interface MailToSend extends Omit<Mail, "link" | "token" | "application"> {
  readonly token: Redacted.Redacted<string> | null
}

export interface OutboxOptions {
  /** Null: no mail is sent. */
  readonly mailer: Mailer | null
  /** The name of the application, as it is now. */
  readonly application: () => string
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
     * whether there was somebody to send a mail to (ENU-05). Mails of each cause have room of their own, so that no flood of one loses
     * another. Notices are tried again for three hours, all others for three minutes (MAI-11).
     */
    readonly post: (cause: MailCause, prepare: Effect.Effect<MailToSend | null, StoreError>) => Effect.Effect<void>
    /** Waits until nothing is being prepared or sent. */
    readonly idle: Effect.Effect<void>
  }
>()("@latchkey/core/Outbox") {
  static readonly layer = (options: OutboxOptions): Layer.Layer<Outbox, never, Audit | Links> =>
    Layer.effect(Outbox, makeOutbox(options))
}

/** Mails that are prepared, sent or wait to be tried again. Beyond it mails are lost, because each holds memory. */
const ROOM: Readonly<Record<MailCause, number>> = { anybody: 500, account: 300, notice: 200 }
const WHOLE_ROOM = Object.values(ROOM).reduce((sum, room) => sum + room, 0)

/** Mails that are handed to the mailer at the same time: notices one by one, so that none waits behind a flood, and three others. */
const AT_ONCE = { notice: 1, others: 3 }

/** After how long a mailer has failed that has not answered. */
const PATIENCE = "60 seconds"

/** A mail server that is away is tried again after 2, 8, 32 and 128 seconds: a restart is over by then. */
const pauses = Schedule.exponential("2 seconds", 4).pipe(Schedule.upTo({ times: 4 }))

/** A store that is away is tried again after 1, 2 and 4 seconds. */
const storePauses = Schedule.exponential("1 second").pipe(Schedule.upTo({ times: 3 }))

/**
 * For a notice, whatever is away is tried again after 2, 8, 32 and 128 seconds, and after 9, 34 and 137 minutes: nobody who took an
 * account over can wait for a mail server to fail, and be done before it is mended.
 */
const longPauses = Schedule.exponential("2 seconds", 4).pipe(Schedule.upTo({ times: 7 }))

/** Why one try failed. */
interface Failure {
  readonly isPermanent: boolean
}

const makeOutbox = Effect.fnUntraced(function* ({ mailer, application }: OutboxOptions) {
  const audit = yield* Audit
  const links = yield* Links
  const randomBytes = yield* RandomBytes
  const background = yield* makeBackground(WHOLE_ROOM)
  const turnOf = { notice: yield* Semaphore.make(AT_ONCE.notice), others: yield* Semaphore.make(AT_ONCE.others) }
  const taken: Record<MailCause, number> = { anybody: 0, account: 0, notice: 0 }
  const log = makeLogLimit()

  const mailOf = Effect.fnUntraced(function* ({ token, ...mail }: MailToSend) {
    const text = token === null ? null : reveal(token)
    const link = text === null ? null : yield* links.linkTo(mail.kind, text)
    return { ...mail, token: text, link, application: application() } satisfies Mail
  })

  const failed = (reason: MailFailure, mail: MailToSend | null) =>
    Effect.andThen(
      log.error("a mail was not sent", { operation: mail?.kind ?? "before it was prepared", reason }),
      audit.append("mail.failed", { details: { kind: mail?.kind ?? null, reason }, subject: mail?.user.id ?? null })
    )

  /** Nothing of what the mailer says is logged: it may contain the mail. */
  const attempt = (to: Mailer, mail: MailToSend, turn: Semaphore.Semaphore) =>
    Effect.flatMap(mailOf(mail), (whole) =>
      Effect.tryPromise({
        try: async () => to.send(whole),
        catch: (cause): Failure => ({ isPermanent: isPermanent(cause) })
      })
    ).pipe(
      Effect.timeoutOrElse({ duration: PATIENCE, orElse: () => Effect.fail<Failure>({ isPermanent: false }) }),
      Semaphore.withPermit(turn)
    )

  const send = (to: Mailer, mail: MailToSend, cause: MailCause) =>
    attempt(to, mail, cause === "notice" ? turnOf.notice : turnOf.others).pipe(
      Effect.retry({ schedule: cause === "notice" ? longPauses : pauses, while: (error) => !error.isPermanent }),
      Effect.catch((error) => failed(error.isPermanent ? "refused" : "unreachable", mail)),
      Effect.onInterrupt(() => failed("unreachable", mail))
    )

  /** Never none, so that the preparation comes after what a host does in the same turn, such as a transaction (0043). */
  const pause = () => Effect.sleep(Duration.millis(Math.ceil(((randomBytes(1)[0] ?? 0) + 1) * (SECOND_MS / 256))))

  /** Does the work in the room of its cause. False when there is none left, or at the end. */
  const startIn = (cause: MailCause, work: Effect.Effect<void>) =>
    Effect.suspend(() => {
      if (taken[cause] >= ROOM[cause]) return Effect.succeed(false)
      taken[cause] += 1
      const leave = Effect.sync(() => {
        taken[cause] -= 1
      })
      return Effect.tap(background.start(Effect.ensuring(work, leave)), (isStarted) =>
        isStarted ? Effect.void : leave
      )
    })

  const post: Outbox["Service"]["post"] = (cause, prepare) => {
    if (mailer === null) return Effect.void
    const work = Effect.suspend(pause).pipe(
      Effect.andThen(Effect.retry(prepare, cause === "notice" ? longPauses : storePauses)),
      Effect.flatMap((mail) => (mail === null ? Effect.void : send(mailer, mail, cause))),
      Effect.catchTag("StoreError", () => failed("store", null))
    )
    return Effect.flatMap(startIn(cause, work), (isStarted) => (isStarted ? Effect.void : failed("no-room", null)))
  }

  return Outbox.of({ hasMailer: mailer !== null, post, idle: background.idle })
})

const isPermanent = (cause: unknown): boolean =>
  typeof cause === "object" && cause !== null && "isPermanent" in cause && cause.isPermanent === true

import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Logger from "effect/Logger"
import type { AuthOptions } from "../auth/auth-layer.ts"
import { argumentProblems } from "../auth/code-problems.ts"
import { type Auth, createAuth } from "../auth/create-auth.ts"
import { SweepPace } from "../auth/sweeper.ts"
import { ConfigurationError } from "../settings/configuration-error.ts"
import { SettingsPace } from "../settings/settings-pace.ts"
import type { AuthSettings } from "../settings/settings-table.ts"
import { type ManualClock, pacedClock } from "./manual-clock.ts"
import { memoryStore } from "./memory-store.ts"
import { plainHasher } from "./plain-hasher.ts"

/** As for `createAuth`, with nothing required: a memory store, a plain hasher, a clock that stands still, and no log. */
export interface TestAuthOptions extends Omit<Partial<AuthOptions>, "admin"> {
  /**
   * The administrator to begin with; null leaves setup open. Default `testAdmin`. They may act at once, unless
   * `mustChangePassword` is true here.
   */
  readonly admin?: AuthSettings["admin"] | null
  /** Replaces parts of the surroundings, such as the logger. */
  readonly ambient?: Layer.Layer<never>
}

export interface TestAuth {
  /** Its `close` moves the clock on, so that mails go out, and nothing waits for a time that does not pass. */
  readonly auth: Auth
  readonly clock: ManualClock
}

/** The administrator that a test begins with, so that registration is open. */
export const testAdmin = {
  username: "root",
  email: "root@example.org",
  password: "a quiet lantern over grey water"
} as const

/** Everything that `createAuth` gives, without a server, a database, or waiting. */
export const createTestAuth = async (options: TestAuthOptions = {}): Promise<TestAuth> => {
  const problems = argumentProblems(options)
  if (problems.length > 0) throw new ConfigurationError({ problems })
  const { admin = testAdmin, ambient = Layer.empty, ...given } = options
  const { pause, ...clock } = pacedClock()
  const auth = await createAuth(
    {
      publicUrl: "http://localhost:3000",
      store: memoryStore(),
      hasher: plainHasher,
      ...given,
      ...(admin === null ? {} : { admin: { mustChangePassword: false, ...admin } })
    },
    Layer.mergeAll(
      Layer.succeed(Clock.Clock, clock.clock),
      Layer.succeed(SweepPace, pause),
      onceAtStart,
      Logger.layer([]),
      ambient
    )
  )
  return { auth: { ...auth, close: () => closeBy(clock, auth) }, clock }
}

/** Core gives what it still does ten seconds at its end. Nine are enough for a mail that waits to go out, or was refused twice. */
const closeBy = async (clock: ManualClock, auth: Auth): Promise<void> => {
  let isClosed = false
  const closing = auth.close().finally(() => {
    isClosed = true
  })
  while (!isClosed) {
    await clock.advance("9 seconds")
    // What waits for the outside, such as a hook that asks another server, gets a moment of real time before it is given up.
    await Promise.race([closing, Effect.runPromise(Effect.sleep("100 millis"))])
    await clock.advance("1 second")
  }
  return closing
}

/** What another process changes is looked for at start, and by `runtimeSettings.list`: nothing goes on behind a test's back. */
const onceAtStart = Layer.succeed(SettingsPace, Effect.never)

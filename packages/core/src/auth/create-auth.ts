import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Layer from "effect/Layer"
import * as Scope from "effect/Scope"
import { Admin } from "../admin/admin.ts"
import { Audit } from "../audit/audit.ts"
import { EventFeed } from "../audit/event-feed.ts"
import type { EventReader } from "../audit/event-reader.ts"
import { Backup } from "../backup/backup.ts"
import { CliLogins } from "../cli-login/cli-logins.ts"
import { Identify } from "../identity/identify.ts"
import { Passwords } from "../password/passwords.ts"
import { PersonalData } from "../personal-data/personal-data.ts"
import { Recovery } from "../recovery/recovery.ts"
import { Sessions } from "../session/sessions.ts"
import { ConfigurationError } from "../settings/configuration-error.ts"
import { RuntimeSettings } from "../settings/runtime-settings.ts"
import type { ResolvedSettings } from "../settings/settings-table.ts"
import { Setup } from "../setup/setup.ts"
import { Store } from "../store/store.ts"
import { Tokens } from "../token/tokens.ts"
import { Users } from "../user/users.ts"
import { wordsFor } from "../vocabulary/options-given.ts"
import { type AuthOptions, type AuthServices, authLayerWithFeed, Settings } from "./auth-layer.ts"
import { type Promised, promised } from "./promised.ts"
import { type Swept, sweepWhenAsked } from "./sweeper.ts"

/** Latchkey as promises. Each rejects with the same tagged errors that its Effect fails with. */
export interface Auth {
  readonly users: Promised<Users["Service"]>
  readonly admin: Promised<Admin["Service"]>
  readonly passwords: Promised<Passwords["Service"]>
  readonly sessions: Promised<Sessions["Service"]>
  readonly tokens: Promised<Tokens["Service"]>
  readonly cliLogins: Promised<CliLogins["Service"]>
  readonly backup: Promised<Backup["Service"]>
  readonly personalData: Promised<PersonalData["Service"]>
  readonly recovery: Promised<Recovery["Service"]>
  readonly setup: Promised<Setup["Service"]>
  /** What administrators change while the program runs. */
  readonly runtimeSettings: Promised<RuntimeSettings["Service"]>
  readonly audit: Promised<Audit["Service"]>
  readonly identify: Promised<Identify["Service"]>["identify"]
  /** Every audit event of this process from now on. Read it at once: only the newest thousand are kept for a reader. */
  readonly events: () => EventReader
  /**
   * All settings, checked. Those that administrators may change are what they are now, so keep a group and read its options where you
   * use them: `settings.sessions.idle`. What you take out of it beforehand stays as it was.
   */
  readonly settings: ResolvedSettings
  /** The services themselves, for adapters and for `Effect.provide`. */
  readonly context: Context.Context<AuthServices>
  /**
   * Removes what has ended from the store, and says how much. It happens every ten minutes anyway: this is for an operator who does
   * not want to wait, and for a process that stops before. Rejects with a `StoreError` when no part of the store answers.
   */
  readonly sweep: () => Promise<Swept>
  /** Runs an Effect that needs any of the services. */
  readonly run: <A, E>(effect: Effect.Effect<A, E, AuthServices>) => Promise<A>
  /**
   * Waits for the calls of these methods that are under way, but for `run`, sends the mails that are being sent, and runs the hooks that are told what
   * happened, each for up to ten seconds. Then stops what runs in the background, and releases the store.
   */
  readonly close: () => Promise<void>
}

/**
 * All services, for programs with promises. Checks the options, opens the store and creates the configured administrator.
 * Rejects with a `ConfigurationError`, `SeedRefused` or `StoreError` when it cannot start. `ambient` replaces what the
 * services take from their surroundings: the clock, the random bytes, the logger.
 */
export const createAuth = async (options: AuthOptions, ambient: Layer.Layer<never> = Layer.empty): Promise<Auth> => {
  checkAmbient(ambient)
  const scope = Scope.makeUnsafe()
  // Calls read the clock of the runtime, so `ambient` must be in the context that runs them, not only below the layer.
  const layer = Layer.provideMerge(authLayerWithFeed(options), ambient)
  const context = await Effect.runPromise(
    Effect.onError(Layer.buildWithScope(layer, scope), (cause) => Scope.close(scope, Exit.failCause(cause)))
  )
  const run = Effect.runPromiseWith(context)
  let closing: Promise<void> | null = null
  const underWay = makeUnderWay()
  const call: typeof run = (effect) => (closing === null ? underWay.counted(() => run(effect)) : run(effect))
  return {
    users: promised(Context.get(context, Users), call),
    admin: promised(Context.get(context, Admin), call),
    passwords: promised(Context.get(context, Passwords), call),
    sessions: promised(Context.get(context, Sessions), call),
    tokens: promised(Context.get(context, Tokens), call),
    cliLogins: promised(Context.get(context, CliLogins), call),
    backup: promised(Context.get(context, Backup), call),
    personalData: promised(Context.get(context, PersonalData), call),
    recovery: promised(Context.get(context, Recovery), call),
    setup: promised(Context.get(context, Setup), call),
    runtimeSettings: promised(Context.get(context, RuntimeSettings), call),
    audit: promised(Context.get(context, Audit), call),
    identify: promised(Context.get(context, Identify), call).identify,
    events: () => Context.get(context, EventFeed).read(),
    settings: Context.get(context, Settings),
    context,
    sweep: () =>
      call(sweepWhenAsked(Context.get(context, Store), { audit: Context.get(context, Settings).audit.retention })),
    run: (effect) => run(effect),
    // A scope that is closing says at once that it is closed, so a second call waits for the first.
    close: () => {
      closing ??= run(Effect.timeoutOption(Effect.promise(underWay.ended), WAIT_FOR_CALLS)).then(() =>
        Effect.runPromise(Scope.close(scope, Exit.void))
      )
      return closing
    }
  }
}

/** As long as the end waits for mails and for hooks. */
const WAIT_FOR_CALLS = "10 seconds"

/** Calls that have begun, so that the end cuts none of them off. */
const makeUnderWay = () => {
  let count = 0
  let tell = (): void => {}
  const end = () => {
    count -= 1
    if (count === 0) tell()
  }
  return {
    counted: <A>(call: () => Promise<A>): Promise<A> => {
      count += 1
      return call().finally(end) // the promise that is returned, so that a rejection which nobody awaits is told as ever
    },
    ended: () =>
      new Promise<void>((resolve) => {
        tell = resolve
        if (count === 0) resolve()
      })
  }
}

/** JavaScript may give a logger itself. */
const checkAmbient = (given: unknown): void => {
  if (Layer.isLayer(given)) return
  const problem = "must be a Layer, such as Logger.layer([…])"
  throw new ConfigurationError({ problems: [{ setting: "the second argument", problem, given: wordsFor(given) }] })
}

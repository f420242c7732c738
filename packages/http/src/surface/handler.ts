import type { AuthServices, CodePurpose, Identity } from "@latchkey/core"
import * as Effect from "effect/Effect"
import * as Result from "effect/Result"
import { readBody, UNSUPPORTED } from "../request/body.ts"
import { bodyKind } from "../request/content-type.ts"
import type { Reply } from "./answer.ts"
import { type Decode, decoder } from "./decode.ts"
import { HandlerFailure } from "./failure.ts"
import { type Asker, type Gate, type GateFailure, GateProblem, refuseForeignCredential } from "./gate.ts"
import type { Head } from "./head.ts"
import { ownPolicies } from "./own-policies.ts"
import { RouteProblem, validationProblem } from "./problem.ts"
import type { RouteError } from "./problems.ts"
import type { Route } from "./route.ts"
import type { SurfaceContext } from "./surface-context.ts"

/** Where the body comes from: the request, unless a parser in front has read it. */
export interface BodySource {
  readonly request: Request
  readonly parsed: unknown
}

/** A route with its steps: from a request to a reply. */
export type Handler = (
  source: BodySource,
  head: Head,
  query: URLSearchParams,
  parameters: Readonly<Record<string, string>>
) => Effect.Effect<Reply, RequestFailure, AuthServices>

export type RequestFailure = HandlerFailure | GateProblem | GateFailure

/** The steps of every route: the gate, then the body, then its own handler. The body is not read until the caller has passed the gate. */
export const makeHandler = (route: Route, context: SurfaceContext, gate: Gate): Handler => {
  const { caller } = context
  const { again } = route
  const policies = ownPolicies(route)
  const decode = route.body === null ? null : decoder(route.body, route.unknownFields ?? "ignored")

  /** An `Authorization` header excludes the cookie, and with it the session that has ended. */
  const mayComeAgain = (head: Head): boolean =>
    again !== undefined && head.header("authorization") === null && caller.sessionSecretOf(head) !== null

  /** A form that may come a second time passes without the session that its first answer has ended. */
  const admit = (head: Head): Effect.Effect<Identity | GateProblem | null, GateProblem | GateFailure> =>
    !mayComeAgain(head)
      ? gate.pass(head, policies)
      : Effect.catchTag(gate.pass(head, policies), "GateProblem", (refusal) =>
          refusal.problem.status === 401 ? Effect.succeed(refusal) : Effect.fail(refusal)
        )

  return Effect.fnUntraced(function* (source, head, query, parameters) {
    const early = yield* route.early?.(query, context) ?? nothingEarly
    if (early !== null) return early
    const admitted = yield* admit(head)
    /** A failure tells who asked, so that its page need not look again. */
    const asker: Asker = admitted instanceof GateProblem ? admitted.asker : route.policy === null ? "unasked" : admitted
    const failed = (error: RouteError) => new HandlerFailure(error, asker)
    /** A form that cannot be read is not one that was answered before. */
    const unread = (error: RouteError) => (admitted instanceof GateProblem ? admitted : failed(error))
    const isRefused = admitted === null && head.header("authorization") !== null
    if (isRefused && route.method === "GET" && route.policy !== null) yield* refuseForeignCredential(head, caller)
    const wantsJson = caller.wantsJson(head)
    const absentIn: AbsentIn = (values) => route.missing?.(values, { settings: context.settings, wantsJson }) ?? []
    const body = decode === null ? null : yield* Effect.mapError(decodeBody(source, decode, absentIn, route), unread)
    // The credential may have ended while a slow body arrived, so check it again. A refusal now is recorded like any other.
    const current = admitted === null || decode === null ? admitted : yield* admit(head)
    const call = {
      body,
      parameters,
      query,
      header: (name: string) => head.header(name),
      client: caller.clientOf(head),
      wantsPage: caller.wantsPage(head),
      wantsJson,
      isRefused,
      texts: context.textsFor(head),
      sessionSecret: caller.sessionSecretOf(head),
      adminSecret: caller.adminSecretOf(head),
      device: caller.deviceOf(head),
      mailedCode: (purpose: CodePurpose) => caller.mailedCodeOf(head, purpose)
    }
    if (current instanceof GateProblem) {
      if (again === undefined) return yield* Effect.fail(current)
      return yield* Effect.mapError(again({ ...call, identity: null }, context), (error) =>
        error._tag === "NotDoneBefore" ? current : failed(error)
      )
    }
    const handle = (caller: Identity | null) => route.handle({ ...call, identity: caller }, context)
    if (current?.via !== "bearer") return yield* Effect.mapError(handle(current), failed)
    // A bearer session goes on after the new password that another of its requests set. Then this request came later (SES-21).
    return yield* Effect.catch(handle(current), (error) =>
      error._tag === "CredentialEnded"
        ? Effect.flatMap(gate.pass(head, policies), (known) => Effect.mapError(handle(known), failed))
        : Effect.fail(failed(error))
    )
  })
}

const nothingEarly = Effect.succeed(null)

/** The fields that a body lacks although the settings require them. */
type AbsentIn = (values: Readonly<Record<string, unknown>>) => ReadonlyArray<string>

const decodeBody = Effect.fnUntraced(function* (
  { request, parsed }: BodySource,
  decode: Decode,
  absentIn: AbsentIn,
  { accepts }: Route
) {
  const isOther = accepts !== undefined && bodyKind(request.headers.get("content-type")) !== accepts
  const body = isOther ? UNSUPPORTED : yield* Effect.promise(() => readBody(request, parsed))
  if (body._tag === "BodyProblem") {
    const { status, detail, fields } = body
    const problem = fields === undefined ? { status, code: "invalid-body", detail } : validationProblem(fields)
    return yield* Effect.fail(new RouteProblem(problem))
  }
  const decoded = decode(body.values, absentIn(body.values))
  return Result.isSuccess(decoded) ? decoded.success : yield* Effect.fail(new RouteProblem(decoded.failure))
})

import type { AuthServices, Client, CodePurpose, Identity, Policy } from "@latchkey/core"
import type * as Effect from "effect/Effect"
import type * as Schema from "effect/Schema"
import type { Texts } from "../texts/texts.ts"
import type { Reply } from "./answer.ts"
import type { Endpoint } from "./endpoint.ts"
import type { Problem } from "./problem.ts"
import type { RouteError } from "./problems.ts"
import type { SurfaceContext } from "./surface-context.ts"

/** A body's schema. Its decoding needs no services, so it is one synchronous step. */
export type BodySchema = Schema.Codec<unknown, unknown>

/** A request as a handler gets it: with its caller identified and allowed, and its body decoded. */
export interface Call<Caller extends Identity | null, Body> {
  readonly identity: Caller
  readonly body: Body
  readonly parameters: Readonly<Record<string, string>>
  readonly query: URLSearchParams
  /** A header by its lower-case name; null if absent. Who calls is in `identity`: no handler reads credentials here. */
  readonly header: (name: string) => string | null
  readonly client: Client
  /** Whether a person's browser is asking, so that refusals are pages. */
  readonly wantsPage: boolean
  /** Whether a program is asking that takes JSON in place of a redirect to a page. */
  readonly wantsJson: boolean
  /** Whether an `Authorization` header came that opens nothing. It excludes the cookie all the same. */
  readonly isRefused: boolean
  /** Every sentence of the pages, in the reader's language. */
  readonly texts: Texts
  /** The session cookie's value, even if the session has ended. A log-out ends this session. */
  readonly sessionSecret: string | null
  /** The session of the administrator who acts as somebody else in this browser: the value of its cookie, even if it has ended. */
  readonly adminSecret: string | null
  /** The device credential that the browser sent. */
  readonly device: string | null
  /** The code from the link of a mail, which the browser has in a cookie. */
  readonly mailedCode: (purpose: CodePurpose) => string | null
}

/** One answer that a route may give, for the OpenAPI document. */
export interface Outcome {
  readonly status: number
  readonly about: string
  readonly schema?: Schema.Constraint
}

/** A name that a route reads in the query, or among the headers. All may be absent. */
export interface Parameter {
  readonly name: string
  readonly about: string
  readonly schema: Schema.Constraint
}

/** For every route that counts attempts (RAT-09). */
export const tooMany: Outcome = { status: 429, about: "Too many attempts; Retry-After says when to try again" }

/**
 * How the refusals of a route read that only programs ask, so that none of them is a page: as problem details, or as a standard has
 * them. Rows of one path have the same.
 */
export type Refusals = "problems" | RefusalForm

/** The form that a standard gives to refusals, in place of problem details. */
export interface RefusalForm {
  readonly of: (problem: Problem) => { readonly status: number; readonly body: unknown }
  readonly schema: Schema.Constraint
}

/** One row of the route table: it drives the router, the checks before the handler, and the OpenAPI document. */
export interface Route extends Endpoint {
  readonly summary: string
  /** Null: the route does not identify the caller. */
  readonly policy: Policy<Identity | null> | null
  readonly body: BodySchema | null
  /** The fields that the settings require besides the schema, and that a body lacks: they are `missing` like those of the schema. */
  readonly missing?: (
    values: Readonly<Record<string, unknown>>,
    asked: { readonly settings: SurfaceContext["settings"]; readonly wantsJson: boolean }
  ) => ReadonlyArray<string>
  /** The only encoding of bodies that it takes; without it, JSON and both encodings of forms. */
  readonly accepts?: "form"
  /** What the OpenAPI document says about the query. The handler reads it. */
  readonly query?: ReadonlyArray<Parameter>
  /** The same for headers of its own. */
  readonly headers?: ReadonlyArray<Parameter>
  readonly refusals?: Refusals
  /** Older clients send unknown fields, so most routes ignore them. Forms that only our own pages send refuse them (REG-01). */
  readonly unknownFields?: "ignored" | "refused"
  /** Whether the answer comes from memory, so that an outage of the store does not affect it. */
  readonly isStatic?: true
  /** Whether a GET gives its answer only once. A HEAD, whose answer nobody reads, is refused then, or it would lose it (CSR-06). */
  readonly isGivenOnce?: true
  /**
   * For a form without a page at its own address: the page that has the form. A browser that comes to the address by GET, as
   * with Enter in the address bar after a refused form, is sent there.
   */
  readonly page?: Endpoint
  /** Whether an administrator who acts in a user's place may ask this: what ends that, or shows it. */
  readonly mayImpersonate?: true
  readonly outcomes: ReadonlyArray<Outcome>
  /**
   * For a GET whose address must not stay: an answer that needs to know nobody, before anybody asks who is calling, so that no outage
   * comes first. Null: the request goes on.
   */
  readonly early?: (query: URLSearchParams, context: SurfaceContext) => Effect.Effect<Reply | null, never, AuthServices>
  readonly handle: Handle<Identity | null, unknown>
  /**
   * For a form whose answer ends the session that it came with: how the same form is answered when it comes a second time, with that
   * session. A failure with `NotDoneBefore` leaves the refusal as it is.
   */
  readonly again?: Handle<null, unknown, RouteError | NotDoneBefore>
}

type Handle<Caller extends Identity | null, Body, Failure = RouteError> = (
  call: Call<Caller, Body>,
  context: SurfaceContext
) => Effect.Effect<Reply, Failure, AuthServices>

/** This form is not one that was answered before. */
export class NotDoneBefore {
  readonly _tag = "NotDoneBefore"
}

/** A row whose handler has the types that the policy and the schema promise. */
export interface RouteOf<Caller extends Identity | null, Body>
  extends Omit<Route, "policy" | "body" | "handle" | "again"> {
  readonly policy: Policy<Caller> | null
  readonly body?: Schema.Codec<Body, unknown>
  readonly handle: Handle<Caller, Body>
  readonly again?: Handle<null, Body, RouteError | NotDoneBefore>
}

/** Removes the types of a row, because the surface checks them at run time: the policy before the handler, the body by its schema. */
export const route = <Caller extends Identity | null = null, Body = null>({
  handle,
  again,
  body = undefined,
  ...row
}: RouteOf<Caller, Body>): Route => ({
  ...row,
  body: body ?? null,
  handle: handle as Route["handle"],
  ...(again === undefined ? {} : { again: again as Route["again"] & {} })
})

import type { Auth } from "@latchkey/core"
import * as Result from "effect/Result"
import * as Schema from "effect/Schema"
import type { Endpoint } from "../surface/endpoint.ts"
import { statusTitles } from "../surface/problem.ts"
import type { Outcome, Parameter, RefusalForm, Route } from "../surface/route.ts"

/** What the document says about the site itself. */
export interface DocumentedSite {
  readonly name: string
  /** Its public url, without a slash at the end. */
  readonly url: string
  /** The name of the session cookie, with its prefix. */
  readonly cookieName: string
  readonly mode: Mode
  /** The path of a route below that url. */
  readonly pathOf: (endpoint: Endpoint) => string
}

type Mode = Auth["settings"]["mode"]

/** The OpenAPI 3.1 document of a route table. It matches what the router answers, because both read the same rows. */
export const openApiDocument = (site: DocumentedSite, routes: ReadonlyArray<Route>) => {
  const paths: Record<string, Record<string, unknown>> = {}
  for (const route of routes) {
    const path = site.pathOf(route).replace(/:(\w+)/g, "{$1}")
    paths[path] = { ...paths[path], [route.method.toLowerCase()]: operation(route, site) }
  }
  return {
    openapi: "3.1.0",
    info: { title: site.name, version: "1" },
    servers: [{ url: site.url }],
    paths,
    components: {
      securitySchemes: {
        bearer: { type: "http", scheme: "bearer" },
        basic: { type: "http", scheme: "basic" },
        ...(site.mode === "basic" ? {} : { session: { type: "apiKey", in: "cookie", name: site.cookieName } })
      },
      schemas: { Problem: problemSchema }
    }
  }
}

const operation = (route: Route, site: DocumentedSite) => ({
  tags: [route.group.partOf ?? route.group.name],
  operationId: operationId(route),
  summary: route.summary,
  ...parameters(route),
  ...requestBody(route),
  responses: responses(route, site),
  security: security(route, site)
})

/** Basic carries a token, or in mode `basic` a password. Mode `basic` has no cookie. */
const security = ({ policy }: Route, { mode }: DocumentedSite) => {
  if (policy === null || policy.lets === "everybody") return []
  return [{ bearer: [] }, { basic: [] }, ...(mode === "basic" ? [] : [{ session: [] }])]
}

/** Stays the same if a host moves the route, because generated clients use these names. */
const operationId = ({ method, path }: Route): string => {
  const words = path.split(/[^A-Za-z0-9]+/).filter((word) => word !== "")
  return method.toLowerCase() + words.map((word) => word.charAt(0).toUpperCase() + word.slice(1)).join("")
}

const parameters = ({ path, query = [], headers = [] }: Route) => {
  const names = Array.from(path.matchAll(/:(\w+)/g), ([, name]) => name)
  const all = [
    ...names.map((name) => ({ name, in: "path", required: true, schema: { type: "string" } })),
    ...query.map(inPlace("query")),
    ...headers.map(inPlace("header"))
  ]
  return all.length === 0 ? {} : { parameters: all }
}

const inPlace =
  (place: "query" | "header") =>
  ({ name, about, schema }: Parameter) => ({ name, in: place, description: about, schema: jsonSchema(schema) })

const requestBody = ({ body, accepts }: Route) => {
  if (body === null) return {}
  const schema = jsonSchema(body)
  const json = accepts === "form" ? {} : { "application/json": { schema } }
  return {
    requestBody: {
      required: Result.isFailure(Schema.decodeUnknownResult(body)({})),
      content: { ...json, "application/x-www-form-urlencoded": { schema } }
    }
  }
}

const responses = (route: Route, site: DocumentedSite) => {
  const { outcomes, refusals } = route
  const known = new Set(outcomes.map(({ status }) => status))
  const form = refusals === undefined || refusals === "problems" ? null : refusals
  const before = refusalsBefore(route, site).map((status) => (form === null ? status : statusIn(form, status)))
  const common = [...new Set(before)]
    .filter((status) => !known.has(status))
    .map((status) => ({ status, about: titleOf(status) }))
  const entries = [...outcomes, ...common].map((outcome) => [String(outcome.status), response(outcome, form)])
  return Object.fromEntries(entries.toSorted(([a], [b]) => (String(a) < String(b) ? -1 : 1)))
}

/** The status that a standard's own form gives to a refusal of ours. */
const statusIn = (form: RefusalForm, status: number): number => form.of({ status, code: "", detail: "" }).status

/** The answers that do not come from the route's own handler: from the gate, the body reader, or an outage. */
const refusalsBefore = (
  { method, policy, body, isStatic, refusals }: Route,
  { mode }: DocumentedSite
): ReadonlyArray<number> => {
  const isGuarded = policy !== null && policy.lets !== "everybody"
  const mayForbid = method !== "GET" || isGuarded // at least to who must choose another password (PWD-25)
  return [
    ...(policy === null && body === null ? [] : [400]),
    ...(isGuarded ? [401] : []),
    ...(isGuarded && refusals === undefined ? [303] : []),
    ...(policy !== null && mode === "basic" ? [429] : []), // a password is checked before any policy
    ...(mayForbid ? [403] : []),
    ...(body === null ? [] : [413, 415, 422]),
    ...(isStatic ? [] : [503])
  ]
}

const titleOf = (status: number): string =>
  status === 303
    ? "Redirects a browser that navigates: to the login page, or to the one for a new password"
    : (statusTitles[status] ?? "Error")

const response = ({ status, about, schema }: Outcome, form: RefusalForm | null) => {
  const own = status < 400 ? undefined : (schema ?? form?.schema)
  if (own !== undefined) return { description: about, content: { "application/json": { schema: jsonSchema(own) } } }
  if (status >= 400) {
    const content = { "application/problem+json": { schema: { $ref: "#/components/schemas/Problem" } } }
    return { description: about, content }
  }
  return schema === undefined
    ? { description: about }
    : { description: about, content: { "application/json": { schema: jsonSchema(schema) } } }
}

/** Schemas are written inline where they are used. The document is small, and every tool understands it. */
const jsonSchema = (schema: Schema.Constraint): unknown => {
  const { schema: root, definitions } = Schema.toJsonSchemaDocument(schema)
  return inline(root, definitions)
}

const inline = (value: unknown, definitions: Readonly<Record<string, unknown>>): unknown => {
  if (Array.isArray(value)) return value.map((item) => inline(item, definitions))
  if (typeof value !== "object" || value === null) return value
  if ("$ref" in value && typeof value.$ref === "string") {
    const name = value.$ref.split("/").at(-1) ?? ""
    return inline(definitions[decodeURIComponent(name)], definitions)
  }
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, inline(inner, definitions)]))
}

const problemSchema = {
  type: "object",
  description: "RFC 9457 problem details; `detail` is a sentence or code, a code with its reason, or a list of fields.",
  required: ["type", "title", "status", "detail", "code"],
  properties: {
    type: { type: "string", format: "uri" },
    title: { type: "string" },
    status: { type: "integer" },
    code: { type: "string" },
    detail: {
      anyOf: [
        { type: "string" },
        {
          type: "object",
          required: ["code", "reason"],
          properties: { code: { type: "string" }, reason: { type: "string" } }
        },
        {
          type: "array",
          items: {
            type: "object",
            required: ["type", "loc", "msg"],
            properties: {
              type: { type: "string" },
              loc: { type: "array", items: { type: "string" } },
              msg: { type: "string" }
            }
          }
        }
      ]
    }
  }
}

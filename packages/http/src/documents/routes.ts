import * as Effect from "effect/Effect"
import { script, scriptPath } from "../page/script.ts"
import { stylesheet, stylesheetPath } from "../page/stylesheet.ts"
import { json, reply } from "../surface/answer.ts"
import { type Route, route } from "../surface/route.ts"
import type { SurfaceContext } from "../surface/surface-context.ts"
import { openApiDocument } from "./openapi.ts"

const group = { name: "documents", base: "/" }

export const showStylesheet: Route = route({
  method: "GET",
  path: stylesheetPath,
  group,
  summary: "The stylesheet of the pages. Its address changes with its content",
  policy: null,
  isStatic: true,
  outcomes: [{ status: 200, about: "The stylesheet" }],
  handle: () =>
    Effect.succeed(reply({ _tag: "File", contentType: "text/css; charset=utf-8", body: stylesheet, isImmutable: true }))
})

export const showScript: Route = route({
  method: "GET",
  path: scriptPath,
  group,
  summary: "The one script of the pages, which work without it. Its address changes with its content",
  policy: null,
  isStatic: true,
  outcomes: [{ status: 200, about: "The script" }],
  handle: () =>
    Effect.succeed(
      reply({ _tag: "File", contentType: "text/javascript; charset=utf-8", body: script, isImmutable: true })
    )
})

/** The document describes the table that its own route is part of, so it gets the table on the first request. */
export const documentRoutes = (table: () => ReadonlyArray<Route>): ReadonlyArray<Route> => {
  /** With the name that it says, which may change while the site runs. */
  const made = new WeakMap<SurfaceContext, { readonly name: string; readonly document: unknown }>()

  const documentOf = (context: SurfaceContext): unknown => {
    const site = siteOf(context)
    const known = made.get(context)
    if (known?.name === site.name) return known.document
    const document = openApiDocument(site, table().filter(context.places.serves))
    made.set(context, { name: site.name, document })
    return document
  }

  const showOpenApi: Route = route({
    method: "GET",
    path: "/openapi.json",
    group,
    summary: "This API as an OpenAPI 3.1 document",
    policy: null,
    isStatic: true,
    outcomes: [{ status: 200, about: "The document" }],
    handle: (_call, context) => Effect.succeed(reply(json(documentOf(context))))
  })

  return [showStylesheet, showScript, showOpenApi]
}

const siteOf = ({ caller, places, publicUrl, settings }: SurfaceContext) => ({
  name: settings.name,
  url: `${publicUrl.origin}${places.prefix}`,
  cookieName: caller.sessionCookie.name,
  mode: settings.mode,
  pathOf: places.pathOf
})

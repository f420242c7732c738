import * as Effect from "effect/Effect"
import { stylesheet, stylesheetPath } from "../page/stylesheet.ts"
import { json, reply } from "../surface/answer.ts"
import { route } from "../surface/route.ts"

const group = "documents"

const showStylesheet = route({
  method: "GET",
  path: stylesheetPath,
  group,
  summary: "The pages' stylesheet; its address changes with its content",
  policy: null,
  outcomes: [{ status: 200, about: "The stylesheet" }],
  handle: () =>
    Effect.succeed(reply({ _tag: "File", contentType: "text/css; charset=utf-8", body: stylesheet, isImmutable: true }))
})

const showOpenApi = route({
  method: "GET",
  path: "/openapi.json",
  group,
  summary: "This API as an OpenAPI 3.1 document",
  policy: null,
  outcomes: [{ status: 200, about: "The document" }],
  handle: (_call, tools) => Effect.succeed(reply(json(tools.openApi)))
})

export const documentRoutes = [showStylesheet, showOpenApi]

import { text } from "node:stream/consumers"
import type { ExpressMiddleware } from "@latchkey/adapter-express"
import express from "express"
import express4 from "express4"
import multer from "multer"
import { describe, expect, test } from "vitest"
import type { App } from "./express-server.ts"
import { ada, form, openSite, type Site, served } from "./site.ts"

const json = { method: "POST", body: JSON.stringify(ada), headers: { "content-type": "application/json" } }
const multipart = { method: "POST", body: new FormData() }
for (const [name, value] of Object.entries(ada)) multipart.body.append(name, value)

const uploads = multer().none() as unknown as ExpressMiddleware // its types are those of a request of Express 5

/** Asks an app that has something in front of the routes. */
const asking = async (makeApp: () => App, { routes }: Site, ...inFront: ReadonlyArray<ExpressMiddleware>) => {
  const app = makeApp()
  for (const each of inFront) app.use(each)
  app.use(routes)
  return served(app)
}

interface Parsers {
  readonly json: (options?: { limit?: string }) => ExpressMiddleware
  readonly urlencoded: (options: { extended: boolean }) => ExpressMiddleware
  readonly text: (options: { type: string }) => ExpressMiddleware
  readonly raw: (options: { type: string }) => ExpressMiddleware
}

const majors: ReadonlyArray<readonly [string, (() => App) & Parsers]> = [
  ["Express 5", express],
  ["Express 4", express4]
]

/** A consumer of the stream that leaves nothing behind. */
const consumers: Readonly<Record<string, ExpressMiddleware>> = {
  "has read it to its end": (req, _res, next) => void text(req).then(() => next(), next),
  "listens to it and goes on": (req, _res, next) => {
    req.on("data", () => undefined)
    next()
  },
  "has read a part of it": (req, _res, next) => {
    if (req.method === "GET") return next()
    req.once("data", () => {
      req.pause()
      next()
    })
  },
  "throws it away": (req, _res, next) => {
    req.resume()
    next()
  }
}

describe.each(majors)("%s", (_, framework) => {
  test("a body that a parser in front has read is read all the same, whatever the parser makes of it", async () => {
    const site = await openSite()
    const type = "*/*"
    const parsers: Readonly<Record<string, ReadonlyArray<ExpressMiddleware>>> = {
      none: [],
      "json and forms": [framework.json(), framework.urlencoded({ extended: false })],
      "nested forms": [framework.urlencoded({ extended: true }), framework.json()],
      multer: [uploads],
      text: [framework.text({ type })],
      bytes: [framework.raw({ type })],
      all: [framework.json(), framework.urlencoded({ extended: false }), uploads]
    }
    for (const [name, inFront] of Object.entries(parsers)) {
      const ask = await asking(framework, site, ...inFront)
      for (const init of [form, json, multipart]) {
        expect((await ask("/auth/jwt/login", init)).status, name).toBe(200)
      }
      for (const init of [{ method: "POST" }, { ...form, body: "" }]) {
        expect((await ask("/auth/jwt/login", init)).status, `${name}, no body`).toBe(422)
      }
    }
  })

  test("REG-04 what a parser makes of brackets and of a name given twice is refused, not understood", async () => {
    const site = await openSite()
    const headers = { "content-type": "application/x-www-form-urlencoded" }
    for (const extended of [false, true]) {
      const ask = await asking(framework, site, framework.urlencoded({ extended }))
      for (const body of [
        "username[a]=ada&password=x",
        "username=ada&username=root&password=x",
        "username[]=a&password=x"
      ]) {
        expect((await ask("/auth/jwt/login", { method: "POST", headers, body })).status, body).toBe(422)
      }
    }
  })

  test("REG-09 the limit holds behind a parser with a larger one", async () => {
    const ask = await asking(framework, await openSite(), framework.json({ limit: "1mb" }))
    const body = JSON.stringify({ ...ada, password: "x".repeat(70_000) })
    expect((await ask("/auth/register", { ...json, body })).status).toBe(413)
  })

  test("a body that a parser in front refuses is answered by the app, and of a name given twice it leaves the last", async () => {
    const ask = await asking(framework, await openSite(), framework.json())
    const broken = await ask("/auth/jwt/login", { ...json, body: '{"username":' })
    expect([broken.status, broken.headers.get("content-type")]).toEqual([400, "text/html; charset=utf-8"])
    const twice = `{"username":"root","username":"ada","password":${JSON.stringify(ada.password)}}`
    expect((await ask("/auth/jwt/login", { ...json, body: twice })).status).toBe(200)
  })

  test.each(Object.entries(consumers))(
    "a body of which nothing is left, because something %s, is 500 and tells the host what to change",
    async (_, consumer) => {
      const site = await openSite()
      const ask = await asking(framework, site, consumer)
      for (const init of [form, json, multipart]) {
        const answer = await ask("/auth/jwt/login", init)
        expect([answer.status, answer.headers.get("content-type")]).toEqual([
          500,
          "application/problem+json; charset=utf-8"
        ])
        expect(await answer.text()).not.toContain("Mount")
      }
      expect(site.log).toHaveLength(3)
      for (const line of site.log)
        expect(line).toContain("Mount Latchkey's routes in front of everything that reads bodies")
      expect((await ask("/auth/jwt/login", { ...form, headers: { "sec-fetch-site": "cross-site" } })).status).toBe(403)
      expect((await ask("/setup/check")).status).toBe(200)
    }
  )

  test("an empty object beside a form that something else has read is nothing, not a form", async () => {
    const site = await openSite()
    const leaving: ExpressMiddleware = (req, _res, next) => {
      Object.assign(req, { body: {} }) // as body-parser 1 does for every type that is not its own
      text(req).then(() => next(), next)
    }
    const ask = await asking(framework, site, leaving)
    expect((await ask("/auth/jwt/login", form)).status).toBe(500)
    expect(site.log.join()).toContain("BodyWasRead")
    expect((await ask("/auth/jwt/login", { ...json, body: "{}" })).status).toBe(422)
  })
})

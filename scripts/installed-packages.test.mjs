import { expect, it } from "vitest"
import { missingPackages } from "./installed-packages.mjs"
import { readMarkdown } from "./markdown.mjs"

const fence = (lang, ...lines) => [`\`\`\`${lang}`, ...lines, "```"].join("\n")
const page = (path, ...parts) => ({ path, ...readMarkdown(parts.join("\n")) })

const hono = page(
  "docs/quick-start-hono.md",
  fence("sh", "npm install hono effect @latchkey/core @latchkey/adapter-hono")
)
const express = page(
  "docs/quick-start-express.md",
  fence("sh", "npm install express effect @latchkey/core @latchkey/adapter-express ../packed/*.tgz")
)
const missing = (...parts) =>
  missingPackages([hono, express, page("docs/guides/a.md", ...parts)]).map(({ path, line, says }) => [
    path,
    line,
    says.replace(/ is not.*/, "")
  ])

it("code may import what the quick start for its adapter installs, and nothing else", () => {
  const adapter = 'import { honoAuth } from "@latchkey/adapter-hono"'
  expect(
    missing(fence("ts", adapter, 'import { Hono } from "hono/tiny"', 'import "node:fs"', 'import "./b.ts"'))
  ).toEqual([])
  expect(missing(fence("ts", adapter, 'import express from "express"'))).toEqual([["docs/guides/a.md", 3, "express"]])
  expect(missing("prose", fence("ts", 'import { Layout } from "@latchkey/http"'))).toEqual([
    ["docs/guides/a.md", 3, "@latchkey/http"]
  ])
})

it("code without an adapter may import what both quick starts install", () => {
  expect(missing(fence("ts", 'import * as Effect from "effect/Effect"'))).toEqual([])
  expect(missing(fence("ts", 'export const app = (await import("hono")).Hono'))).toEqual([
    ["docs/guides/a.md", 2, "hono"]
  ])
})

it("JSX needs Hono, whose JSX it is", () => {
  expect(missing(fence("tsx", "export const page = <p />"))).toEqual([["docs/guides/a.md", 2, "hono"]])
})

it("a page may say itself what to install, in a command or in a sentence", () => {
  const code = fence("ts", 'import { test } from "vitest"')
  expect(missing(code)).toHaveLength(1)
  expect(missing("After `npm install --save-dev vitest@5`:", code)).toEqual([])
  expect(missing(fence("sh", "npm init -y && npm i --save-dev vitest"), code)).toEqual([])
  expect(missing("After `npm install vitest-more`:", code)).toHaveLength(1)
})

it("a quick start does not count on the other one", () => {
  const both = page("docs/quick-start-hono.md", fence("sh", "npm install hono"), fence("ts", 'import "effect/Effect"'))
  expect(missingPackages([both, express]).map(({ path, line }) => [path, line])).toEqual([
    ["docs/quick-start-hono.md", 5]
  ])
})

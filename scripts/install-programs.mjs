// Programs of a host that the test of installs runs, in each framework and each kind of module: they log in and print what they saw.

const imports = {
  esm: (names, from) => `import { ${names} } from "${from}"`,
  cjs: (names, from) => `const { ${names} } = require("${from}")`
}

/** The last arguments are a prefix and the address of Redis. What a program opens itself, it closes itself. */
const stores = {
  sqlite: { loads: [["sqliteStore", "@latchkey/store-sqlite"]], store: 'sqliteStore(":memory:")' },
  "bun:sqlite": {
    loads: [
      ["sqliteStore", "@latchkey/store-sqlite"],
      ["Database", "bun:sqlite"]
    ],
    store: "sqliteStore(database)",
    open: 'const database = new Database(":memory:")\n  database.exec("PRAGMA foreign_keys = ON")',
    close: "database.close()"
  },
  redis: {
    loads: [["redisStore", "@latchkey/store-redis"]],
    store: "redisStore(process.argv.at(-1), { prefix: process.argv.at(-2) })"
  },
  ioredis: {
    loads: [
      ["redisStore", "@latchkey/store-redis"],
      ["Redis", "ioredis"]
    ],
    store: "redisStore(client, { prefix: process.argv.at(-2) })",
    open: "const client = new Redis(process.argv.at(-1), { lazyConnect: true })",
    close: "client.disconnect()"
  }
}

/** What every program prints. */
export const expected = {
  login: 200,
  behindParser: 200,
  guarded: "ada",
  refused: 401,
  page: 200,
  host: "host",
  nowhere: 404
}

/** `{ name, text }` of a program. */
export const programOf = (framework, format, keptIn = "sqlite") => {
  const { loads, store, open = "", close = "" } = stores[keptIn]
  const load = imports[format]
  const text = `
${load("createAuth, signedIn", "@latchkey/core")}
${loads.map(([names, from]) => load(names, from)).join("\n")}
${frameworks[framework](load, format)}

const root = { username: "root", password: "nine other words entirely" }
const ada = { username: "ada", password: "four unrelated words here" }
const form = () => ({ method: "POST", body: new URLSearchParams(ada) })

const main = async () => {
  ${open}
  const auth = await createAuth({ store: ${store}, publicUrl: "http://localhost:3000", admin: root })
  await auth.users.create(ada)
  const { ask, close } = await start(auth)
  const login = await ask("/auth/jwt/login", form())
  const headers = { authorization: "Bearer " + (await login.json()).access_token }
  const status = async (path, init) => (await ask(path, init)).status
  const text = async (path, init) => (await ask(path, init)).text()
  const seen = {
    login: login.status,
    behindParser: await status("/auth/jwt/login?parsed", form()),
    guarded: await text("/me", { headers }),
    refused: await status("/me"),
    page: await status("/login"),
    host: await text("/host"),
    nowhere: await status("/nowhere")
  }
  await close()
  await auth.close()
  ${close}
  console.log("SEEN " + JSON.stringify(seen))
}

main().catch((error) => {
  console.error(error)
  process.exitCode = 1
})
`
  return { name: `${framework}.${format === "esm" ? "mjs" : "cjs"}`, text }
}

const frameworks = {
  hono: (load) => `${load("honoAuth", "@latchkey/adapter-hono")}
${load("Hono", "hono")}

const start = async (auth) => {
  const { routes, guard } = honoAuth(auth)
  const app = new Hono()
  app.use(async (c, next) => {
    if (c.req.query("parsed") !== undefined) await c.req.parseBody()
    await next()
  })
  app.route("/", routes)
  app.get("/me", guard(signedIn), (c) => c.text(c.var.identity.user.username))
  app.get("/host", (c) => c.text("host"))
  return { ask: async (path, init) => app.request(path, init), close: async () => {} }
}`,
  express: (load, format) => `${load("expressAuth, identityOf", "@latchkey/adapter-express")}
${format === "esm" ? 'import express from "express"' : 'const express = require("express")'}

const start = async (auth) => {
  const { routes, guard } = expressAuth(auth)
  const app = express()
  const parser = express.urlencoded({ extended: false })
  app.use((req, res, next) => ("parsed" in req.query ? parser(req, res, next) : next()))
  app.use(routes)
  app.get("/me", guard(signedIn), (req, res) => res.send(identityOf(req).user.username))
  app.get("/host", (req, res) => res.send("host"))
  const server = await new Promise((ready) => {
    const listening = app.listen(0, "127.0.0.1", () => ready(listening))
  })
  const url = "http://127.0.0.1:" + server.address().port
  return {
    ask: (path, init) => fetch(url + path, init),
    close: async () => {
      server.close()
      server.closeAllConnections?.()
    }
  }
}`
}

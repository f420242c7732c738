// A program as an author would write it, for the tests on several runtimes: logs in, calls the server, and prints what came.
import { authorizedFetch, logIn, tokenFile } from "../src/index.ts"

const [server = "", path = ""] = process.argv.slice(2)
const tokens = tokenFile({ app: "harbour", path })
await tokens.set(await logIn({ server, client: "harbour", openBrowser: false, onCode: () => {} }))

const api = authorizedFetch({ tokens, server })
const jobs = await (await api("/jobs", { method: "POST", body: new URLSearchParams({ a: "b" }) })).json()
const elsewhere = await (await api("/elsewhere")).json()
const ended = await api("/ended").catch((error: { _tag: string }) => error._tag)
console.log(JSON.stringify({ jobs, elsewhere, ended, afterwards: await tokens.get(server) }))

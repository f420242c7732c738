import { defineConfig } from "tsup"
import { library } from "../../tsup.base.ts"

/** `node:sqlite` has no name without its prefix. */
export default defineConfig({ ...library(["src/index.ts"]), removeNodeProtocol: false })

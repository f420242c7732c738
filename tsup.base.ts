import type { Options } from "tsup"

/** One entry per public subpath; types come from `tsc` (TypeScript 7), not from tsup. */
export const library = (entry: string[] = ["src/index.ts"]): Options => ({
  entry,
  format: "esm",
  target: "node22",
  platform: "node",
  removeNodeProtocol: false, // some modules have no name without it, and some runtimes know no other
  sourcemap: true,
  clean: true,
  dts: false,
  treeshake: false
})

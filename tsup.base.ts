import type { Options } from "tsup"

/** One entry per public subpath; types come from `tsc` (TypeScript 7), not from tsup. */
export const library = (entry: string[] = ["src/index.ts"]): Options => ({
  entry,
  format: "esm",
  target: "node22",
  platform: "node",
  sourcemap: true,
  clean: true,
  dts: false,
  treeshake: false
})

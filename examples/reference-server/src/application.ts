import type { RequestListener } from "node:http"
import type { Surface } from "@latchkey/http"

/** The application on whatever framework: what serves it, and where its setup page is. */
export interface Application extends Pick<Surface, "setupUrl"> {
  readonly listener: RequestListener
}

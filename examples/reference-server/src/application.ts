import type { RequestListener } from "node:http"
import type { Surface } from "@latchkey/http"

/** The application on either framework: its request listener, and the address of its setup page. */
export interface Application extends Pick<Surface, "setupUrl"> {
  readonly listener: RequestListener
}

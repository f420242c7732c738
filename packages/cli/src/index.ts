// A program that uses these types needs those of Node, and TypeScript 6 loads them only where somebody asks for them.
/// <reference types="node" preserve="true" />
export { revokeToken } from "./account/revoke-token.ts"
export type { TokenRequest } from "./account/token-request.ts"
export { type Account, whoAmI } from "./account/who-am-i.ts"
export type { Clock } from "./clock.ts"
export type { OpenBrowser } from "./login/browser.ts"
export { type LogInOptions, type Login, logIn } from "./login/log-in.ts"
export { LoginDenied, LoginExpired } from "./login/login-errors.ts"
export type { AskNumber, NumberQuestion } from "./login/number.ts"
export type { ShownCode } from "./login/shown-code.ts"
export type { ConnectionOptions } from "./server/connection.ts"
export {
  Aborted,
  type AddressProblem,
  NotAnAuthorizationServer,
  RequestRefused,
  ServerAddressInvalid,
  ServerUnreachable
} from "./server/server-errors.ts"
export { type AuthorizedFetch, type AuthorizedFetchOptions, authorizedFetch } from "./tokens/authorized-fetch.ts"
export { NotLoggedIn, TokenFileBroken, TokenFileBusy, TokenFileError, TokenRejected } from "./tokens/token-errors.ts"
export { type TokenFile, type TokenFileOptions, tokenFile } from "./tokens/token-file.ts"
export type { SavedToken } from "./tokens/token-list.ts"

/** Bearer sessions as signed tokens. Start with `jwt`, as the option `accessTokens` of `createAuth`. */
export { jwt } from "./jwt.ts"
export { jwtFromEnv, jwtVariables } from "./jwt-from-env.ts"
export {
  fastapiUsersAudience,
  type JwtOptions,
  type KeyPair,
  type OldTokens,
  type PrivateJwk,
  type SecretKey,
  type SigningKey
} from "./jwt-options.ts"

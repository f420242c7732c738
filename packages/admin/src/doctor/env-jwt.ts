/** The variables of signed tokens. A file of its own, because a server without such tokens has no such package. */
export { jwtFromEnv, jwtVariables } from "@latchkey/jwt"

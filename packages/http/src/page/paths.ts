/** Where the surface's own pages and forms are. */
export const paths = {
  login: "/login",
  logout: "/logout",
  register: "/register",
  setup: "/setup/",
  profile: "/profile/",
  profileDetails: "/profile/details",
  profilePassword: "/profile/password",
  tokens: "/tokens/",
  revokeToken: (id: string) => `/tokens/${encodeURIComponent(id)}/revoke`,
  rotateToken: (id: string) => `/tokens/${encodeURIComponent(id)}/rotate`,
  revokeOtherSessions: "/sessions/revoke-others",
  revokeSession: (id: string) => `/sessions/${encodeURIComponent(id)}/revoke`
} as const

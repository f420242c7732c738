/** The routes of administrators, for programs and for browsers. */
export const group = { name: "admin", base: "/admin" }

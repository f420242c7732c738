/** Who acts, in the audit trail: no user, but whoever can run a command where the data is (OPR-07). */
export const byOperator = { actor: null, actedWith: "operator" } as const

interface Runtime {
  readonly process?: { readonly env?: { readonly NODE_ENV?: string } }
}

/** The one look that the core takes at the process it runs in: whether it says that it is in production. */
export const isProduction = (): boolean => (globalThis as Runtime).process?.env?.NODE_ENV === "production"

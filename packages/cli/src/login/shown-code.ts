/** What a person needs to approve. The text is safe to print: it has no control characters. */
export interface ShownCode {
  readonly userCode: string
  readonly verificationUri: string
  /** The same address with the code in it; null if the server has none. */
  readonly verificationUriComplete: string | null
  readonly expiresAt: Date
  /** Whether the address is being opened in a browser. */
  readonly opensBrowser: boolean
}

/** The code last, so that it stands beside the cursor. */
export const codeText = (shown: ShownCode, bold: (text: string) => string): string => {
  const way = shown.opensBrowser
    ? "Your browser opens this page. If it does not, open it yourself:"
    : "Open this page in a browser:"
  const url = bold(shown.verificationUriComplete ?? shown.verificationUri)
  return `${way}\n\n  ${url}\n\nApprove only if it shows this code: ${bold(shown.userCode)}\n\n`
}

/** A mistake in the host's set-up. Its message is for the host's log: it says what to change and contains no secret. */
export class HostMistake extends Error {
  override readonly name: string = "HostMistake"
}

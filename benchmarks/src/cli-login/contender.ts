/** A server on which programs log in through a browser, and the people who approve them. */
export interface CliLoginContender {
  /** Serves it on a free port. */
  readonly listen: () => Promise<number>
  /** The cookie of each person. */
  readonly people: ReadonlyArray<string>
  /** Forgets all CLI logins and what programs got by them, so that each batch meets the same store. */
  readonly forget: () => Promise<void>
}

export type MakeCliLoginContender = (folder: string) => Promise<CliLoginContender>

/** How many people approve. Each approves as many programs of a batch as anybody could in earnest. */
export const PEOPLE = 16

export const nameOf = (person: number): string => `person${person}`

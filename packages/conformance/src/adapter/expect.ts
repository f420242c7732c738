/** Fails with a sentence unless a condition holds. */
export const expectThat: (condition: boolean, otherwise: string) => asserts condition = (condition, otherwise) => {
  if (!condition) throw new Error(otherwise)
}

/** Fails unless both print as the same JSON. */
export const expectSame = (actual: unknown, expected: unknown, what: string): void => {
  const [is, should] = [JSON.stringify(actual), JSON.stringify(expected)]
  expectThat(is === should, `${what}: expected ${should}, but it is ${is}`)
}

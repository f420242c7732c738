/** A map of bounded size: when it is full, it forgets the key that was set longest ago. */
export interface Recent<Key, Value> {
  readonly get: (key: Key) => Value | undefined
  readonly set: (key: Key, value: Value) => void
}

export const recent = <Key, Value>(limit: number): Recent<Key, Value> => {
  const entries = new Map<Key, Value>()
  return {
    get: (key) => entries.get(key),
    set: (key, value) => {
      entries.delete(key) // a map keeps the place of a key that is set again
      entries.set(key, value)
      const [oldest] = entries.size > limit ? entries.keys() : []
      if (oldest !== undefined) entries.delete(oldest)
    }
  }
}

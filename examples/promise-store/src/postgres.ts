/** One row, by the names of its columns. */
export type Row = Readonly<Record<string, unknown>>

/** What runs a statement: a connection, or a transaction. */
export interface Queries {
  readonly query: (text: string, values?: Array<unknown>) => Promise<{ readonly rows: ReadonlyArray<Row> }>
}

/** All that the store needs from PostgreSQL. A PGlite fits directly; a `Pool` of the package `pg` through `pooled`. */
export interface Postgres extends Queries {
  /** Commits when the work resolves, and rolls back when it rejects. */
  readonly transaction: <A>(work: (queries: Queries) => Promise<A>) => Promise<A>
  readonly close: () => Promise<void>
}

/** The part of `pg`'s `Pool` that is used here. */
export interface Pool extends Queries {
  readonly connect: () => Promise<Queries & { readonly release: (broken?: boolean) => void }>
  readonly end: () => Promise<void>
}

/** `pooled(new Pool({ connectionString, query_timeout: 1_500 }))` */
export const pooled = (pool: Pool): Postgres => ({
  query: (text, values) => pool.query(text, values),
  transaction: async (work) => {
    const client = await pool.connect()
    try {
      await client.query("BEGIN")
      const result = await work(client)
      await client.query("COMMIT")
      client.release()
      return result
    } catch (error) {
      // A connection that cannot even roll back is thrown away; the server then rolls back by itself.
      await client.query("ROLLBACK").then(
        () => client.release(),
        () => client.release(true)
      )
      throw error
    }
  },
  close: () => pool.end()
})

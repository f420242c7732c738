/**
 * The beginning of a statement that removes the rows that ended: it names them once. PostgreSQL may run a subquery with `LIMIT` and
 * `SKIP LOCKED` again for each row that it compares, and would then remove more than the limit.
 */
export const ended = (rows: string): string => `WITH ended AS MATERIALIZED (${rows})`

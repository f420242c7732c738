interface Made {
  readonly id: string
  readonly createdAt: number
}

/** A list that is newest first; of those made at one instant the contract leaves the order open. */
export const newestFirst = <Row extends Made>(rows: ReadonlyArray<Row>): ReadonlyArray<Row> => {
  const groups: Array<Array<Row>> = []
  for (const row of rows) {
    const last = groups.at(-1)
    if (last?.[0]?.createdAt === row.createdAt) last.push(row)
    else groups.push([row])
  }
  return groups.flatMap((group) => group.sort((a, b) => (a.id < b.id ? -1 : 1)))
}

// Rows of one kind as statements: many travel as one array per column.

/** Name, type in SQL, and value of each column. */
export type Columns<Row> = ReadonlyArray<readonly [name: string, type: string, value: (row: Row) => unknown]>

/** `"a", "b"` */
export const names = (columns: ReadonlyArray<readonly [string, ...unknown[]]>): string => columns.map(([name]) => `"${name}"`).join(', ')

/** One array per column, for `unnest`. */
export function arraysOf<Row> (columns: Columns<Row>, rows: readonly Row[]): unknown[][] {
  return columns.map(([, , value]) => rows.map(value))
}

/** `unnest($2::int[], …)`, its columns named. @param first number of the first parameter */
export function unnest<Row> (columns: Columns<Row>, first: number, alias: string): string {
  return `unnest(${columns.map(([, type], index) => `$${first + index}::${type}[]`).join(', ')}) AS ${alias} (${names(columns)})`
}

/** Inserts the rows of `arraysOf`. A column whose type in the table is another is cast, e.g. `{ attributes: 'jsonb' }`: arrays of JSON are read as one. */
export function insertMany<Row> (table: string, columns: Columns<Row>, casts: Readonly<Record<string, string>> = {}): string {
  const values = columns.map(([name]) => casts[name] === undefined ? `"${name}"` : `"${name}"::${casts[name]}`).join(', ')
  return `INSERT INTO "${table}" (${names(columns)}) SELECT ${values} FROM ${unnest(columns, 1, 'r')}`
}

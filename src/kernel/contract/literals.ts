// Values that belong into the text of a statement: only with them does a plan use a partial index. They are constants, never a caller's text.

/** Each value as an SQL literal, by the value. @param values e.g. the statuses that a schema accepts */
export function literals<const V extends string> (values: readonly V[]): Readonly<Record<V, string>> {
  return Object.fromEntries(values.map(value => [value, `'${value.replaceAll('\'', '\'\'')}'`])) as Record<V, string>
}

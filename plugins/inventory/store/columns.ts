// How instants come out of the database.

/** An instant as RFC 3339 text; sessions of this service run in UTC. */
export const instant = (column: string): string => `to_char(${column}, 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')`

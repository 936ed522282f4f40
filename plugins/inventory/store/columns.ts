// How timestamps come out of the database.

/** A timestamp as RFC 3339 text; sessions of this service run in UTC. */
export const timestamp = (column: string): string => `to_char(${column}, 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')`

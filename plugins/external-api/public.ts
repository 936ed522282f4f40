// What plugins with external operations share.

/** Prefix of every operation for API clients. */
export const EXTERNAL_PREFIX = '/api/external/v1'

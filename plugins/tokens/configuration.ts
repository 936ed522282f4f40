// What this plugin reads of the process environment.
import { Type, type Static } from '#kernel'

export const configuration = Type.Object({
  /** Tokens that one API client may get within a minute. */
  mintsPerMinute: Type.Integer({ env: 'TOKEN_MINTS_PER_MINUTE', default: 30, minimum: 1, maximum: 100_000, accepts: 'a whole number from 1 to 100000' }),
  /** Calls that one API client may make within a minute; 0: as many as it likes. */
  callsPerMinute: Type.Integer({
    env: 'CLIENT_CALLS_PER_MINUTE', default: 0, minimum: 0, maximum: 10_000_000, accepts: 'a whole number from 0 (no limit) to 10000000'
  })
})

export type TokensConfig = Static<typeof configuration>

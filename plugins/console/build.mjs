// Builds the console into dist/console, with every asset compressed beside itself; nothing is done when no source has changed.
import { createHash } from 'node:crypto'
import { existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { brotliCompressSync, constants, gzipSync } from 'node:zlib'
import { build } from 'vite'

const ROOT = join(import.meta.dirname, '../..')
const OUT = join(ROOT, 'dist/console')
const STAMP = join(ROOT, 'dist/console.stamp')

/** Names and contents of all that the result depends on. */
function fingerprint () {
  const hash = createHash('sha256')
  const sources = readdirSync(join(import.meta.dirname, 'web'), { recursive: true, withFileTypes: true })
    .filter(entry => entry.isFile()).map(entry => join(entry.parentPath, entry.name)).sort()
  for (const file of [...sources, import.meta.filename, join(ROOT, 'package-lock.json')]) hash.update(file.slice(ROOT.length)).update(readFileSync(file))
  return hash.digest('hex')
}

const current = fingerprint()
if (!existsSync(STAMP) || readFileSync(STAMP, 'utf8') !== current) {
  rmSync(STAMP, { force: true })
  await build({ configFile: join(import.meta.dirname, 'web/vite.config.ts'), logLevel: 'warn' })
  const assets = join(OUT, 'assets')
  for (const name of readdirSync(assets)) {
    const bytes = readFileSync(join(assets, name))
    writeFileSync(join(assets, `${name}.br`), brotliCompressSync(bytes, { params: { [constants.BROTLI_PARAM_QUALITY]: 10 } }))
    writeFileSync(join(assets, `${name}.gz`), gzipSync(bytes, { level: 9 }))
  }
  writeFileSync(STAMP, current)
}

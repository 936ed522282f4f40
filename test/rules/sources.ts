// The sources as the rules read them: files, and who imports whom.
import { readdir, readFile } from 'node:fs/promises'
import { dirname, join, normalize, relative } from 'node:path'

/** All of `src` and `plugins`, the page of the console too. */
export async function sourceFiles (): Promise<string[]> {
  const files = await Promise.all(['src', 'plugins'].map(async root => (await readdir(root, { recursive: true })).map(file => join(root, file))))
  return files.flat().filter(file => /\.tsx?$/.test(file) && !file.includes('generated') && !file.includes('node_modules'))
}

/** Imports and re-exports, of types too; targets below this folder as paths from here. */
export async function importsOf (files: readonly string[]): Promise<Array<{ file: string, target: string }>> {
  const known = new Set(files)
  const pathOf = (file: string, specifier: string): string => {
    const path = relative('.', normalize(join(dirname(file), specifier))).replace(/\.js$/, '.ts')
    return !known.has(path) && known.has(`${path}x`) ? `${path}x` : path
  }
  const all = await Promise.all(files.map(async file => {
    const text = await readFile(file, 'utf8')
    return [...text.matchAll(/(?:from|import) '([^']+)'/g)].map(([, specifier]) => ({
      file, target: specifier!.startsWith('.') ? pathOf(file, specifier!) : specifier!
    }))
  }))
  return all.flat()
}

// What was expected beside what was found.
export interface Line { what: string, expected: number | string, found: number | string, ok: boolean }

export const line = (what: string, expected: number | string, found: number | string, ok = expected === found): Line => ({ what, expected, found, ok })

export function printTable (lines: readonly Line[], print: (line: string) => void): void {
  const width = Math.max(...lines.map(({ what }) => what.length))
  print(`       ${''.padEnd(width)}   expected      found`)
  for (const { what, expected, found, ok } of lines) {
    print(`${ok ? 'ok    ' : 'NOT OK'} ${what.padEnd(width)}  ${String(expected).padStart(9)}  ${String(found).padStart(9)}`)
  }
}

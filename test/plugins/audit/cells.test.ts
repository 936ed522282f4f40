// What a spreadsheet makes of the export.
import t from 'tap'
import type { AuditService } from '../../../plugins/audit/service/calls.js'
import { exported } from '../../../plugins/audit/service/streams.js'

/** The cell that a text becomes in the export. */
async function cellOf (text: string): Promise<string> {
  const entry = { outbound: null, entities: [], path: text, method: '' }
  const audit = { list: async () => ({ data: [entry], nextCursor: null, asOf: '' }) } as unknown as AuditService
  let file = ''
  for await (const part of exported(audit, {}, 'csv', new AbortController().signal)) file += part
  // Three empty cells before it, and sixteen behind it.
  return file.slice(file.indexOf('\r\n') + 2, -2).replace(/^,{3}/, '').replace(/,{16}$/, '')
}

t.test('86 – no text begins a formula, in a cell or behind a semicolon; what is harmless stays', async t => {
  const dangerous = ['=1+1', '+1', '-1', '@SUM(A1)', '\t=1', '\r=1', '\n=1', '\0=1', ' =1', '\u00a0=1', '\ufeff=1', '\u200b=1', '\uff1d1', '\uff0b1', '\uff0d1',
    '\uff20x', '  \ufeff\uff1d1', '\n', '\tx']
  for (const text of dangerous) t.match((await cellOf(text)).replace(/^"/, ''), /^'/, JSON.stringify(text))
  for (
    const [text, cell] of [['a;=1', '"a;\'=1"'], ['a; \uff1d1;+2', '"a; \'\uff1d1;\'+2"'], ['/a?b=1', '/a?b=1'], ['a,b', '"a,b"'], ['say "x"', '"say ""x"""'], [
      '1-2', '1-2'
    ]] as const
  ) t.equal(await cellOf(text), cell)
})

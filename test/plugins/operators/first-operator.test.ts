// The first operator: once, however many processes start at the same moment.
import t from 'tap'
import { createFirstOperator } from '../../../plugins/operators/first-operator.js'
import { lockOnce } from '../../../src/kernel/contract/locks.js'
import { boot, FIRST } from './setup.js'

t.test('the first operator', async t => {
  const wms = await boot(t)
  const operators = async (): Promise<Array<{ email: string, role: string, enabled: boolean }>> =>
    (await wms.db.query<{ email: string, role: string, enabled: boolean }>('SELECT "email", "role", "enabled" FROM "Operator"')).rows
  const empty = async (): Promise<void> => { await wms.db.query('DELETE FROM "Operator"') }

  t.test('the configured one is an enabled admin who can sign in', async t => {
    t.same(await operators(), [{ email: FIRST.email, role: 'admin', enabled: true }])
    t.equal((await wms.signIn(FIRST.email, FIRST.password)).status, 201)
  })

  t.test('none is made while there is any operator, also after the configuration changed', async t => {
    const lines: string[] = []
    await createFirstOperator(wms.db, { email: 'other@example.com', password: null }, line => lines.push(line))
    t.same((await operators()).map(row => row.email), [FIRST.email])
    t.same(lines, [])
  })

  t.test('ten at once make one and print its password once; the password is the one that counts', async t => {
    await empty()
    const lines: string[] = []
    await Promise.all(Array.from({ length: 10 }, async () =>
      await createFirstOperator(wms.db, { email: 'Root@Example.com', password: null }, line => lines.push(line))))
    t.same(await operators(), [{ email: 'root@example.com', role: 'admin', enabled: true }])
    t.equal(lines.length, 1)
    const printed = /^First operator: Root@Example\.com with password ([0-9A-Za-z]{20,}) \(shown once; change it or run npm run operator:reset\)$/
      .exec(lines[0]!)
    t.ok(printed, 'the line names e-mail and password')
    t.equal((await wms.signIn('root@example.com', printed![1]!)).status, 201)
  })

  t.test('those who find the table empty at the same moment, with different settings, still make one', async t => {
    await empty()
    const lines: string[] = []
    let release = (): void => {}
    const holding = wms.db.transaction(async tx => {
      await tx.query(lockOnce('firstOperator'))
      await new Promise<void>(resolve => { release = resolve })
    })
    const starting = ['a', 'b', 'c'].map(async name =>
      await createFirstOperator(wms.db, { email: `${name}@example.com`, password: null }, line => lines.push(line)))
    await wms.waitFor(async () => {
      const { rows } = await wms.db.query('SELECT 1 FROM pg_stat_activity WHERE "wait_event" = \'advisory\' AND datname = current_database()')
      return rows.length === 3
    }, 'three processes to wait for the lock')
    t.same(await operators(), [])
    release()
    await Promise.all([holding, ...starting])
    t.equal((await operators()).length, 1)
    t.equal(lines.length, 1)
  })

  t.test('a configured password is never printed', async t => {
    await empty()
    const lines: string[] = []
    await createFirstOperator(wms.db, { email: FIRST.email, password: FIRST.password }, line => lines.push(line))
    t.equal((await operators()).length, 1)
    t.same(lines, [])
  })

  t.test('a configured password that is too short stops the boot with the name of the variable', async t => {
    await empty()
    await t.rejects(createFirstOperator(wms.db, { email: FIRST.email, password: 'short' }, () => {}), /OPERATOR_PASSWORD must have 12 to 256 characters/)
    t.same(await operators(), [])
  })
})

// The service dies, its database server lives on.
import t from 'tap'
import { createDatabase } from '../../src/test-kit/databases.js'
import { killLoop, TEN_KILLS } from './kill-loop.js'

t.test('database by URL', async t => {
  const { url } = await createDatabase(t)
  const key = Buffer.alloc(32, 5).toString('base64')
  await killLoop(t, { DATABASE_URL: url, PUBLIC_URL: 'http://wms.test', ENCRYPTION_KEY: key }, TEN_KILLS)
})

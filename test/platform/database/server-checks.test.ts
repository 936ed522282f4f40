// A server that can't carry the service is refused at start, with one line that says why.
import t, { type Test } from 'tap'
import { once } from 'node:events'
import { connect, createServer, type AddressInfo, type Socket } from 'node:net'
import { DatabaseStartError, openDatabase } from '../../../src/platform/database/database.js'
import { createDatabase, onServer, serverUrl, withDatabase } from '../../../src/test-kit/databases.js'

async function refusal (connection: string): Promise<string> {
  try {
    await (await openDatabase({ connection, poolSize: 2, applicationName: 'test' })).close()
  } catch (error) {
    if (error instanceof DatabaseStartError) return error.message
    throw error
  }
  return 'accepted'
}

const withParameter = (url: string, name: string, value: string): string => {
  const result = new URL(url)
  result.searchParams.set(name, value)
  return result.href
}

/** A server on a free port of this machine. @returns the port */
async function listen (t: Test, onConnection: (socket: Socket) => void): Promise<number> {
  const sockets = new Set<Socket>()
  const server = createServer(socket => {
    sockets.add(socket)
    socket.on('error', () => {})
    onConnection(socket)
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  t.teardown(async () => {
    sockets.forEach(socket => socket.destroy())
    server.close()
    await once(server, 'close')
  })
  return (server.address() as AddressInfo).port
}

const oneLine = (t: Test, message: string, expected: RegExp): void => {
  t.comment(message)
  t.match(message, expected)
  t.notMatch(message, /\n|s3cret/)
}

t.test('a server that is as it must be is accepted', async t => {
  t.equal(await refusal((await createDatabase(t)).url), 'accepted')
})

t.test('where nothing listens', async t => {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  server.close()
  await once(server, 'close')
  oneLine(t, await refusal(`postgresql://wms:s3cret@127.0.0.1:${port}/wms`), new RegExp(`127\\.0\\.0\\.1:${port}/wms.*nothing listens there`))
})

t.test('where someone listens and never answers, after 6 s', async t => {
  const port = await listen(t, () => {})
  oneLine(t, await refusal(`postgresql://wms:s3cret@127.0.0.1:${port}/wms`), /no answer within 6 s/)
})

t.test('where someone else than PostgreSQL answers', async t => {
  const port = await listen(t, socket => { socket.end('HTTP/1.1 400 Bad Request\r\n\r\n') })
  oneLine(t, await refusal(`postgresql://wms:s3cret@127.0.0.1:${port}/wms`), new RegExp(`127\\.0\\.0\\.1:${port}/wms`))
})

t.test('where the host is unknown', async t => {
  oneLine(t, await refusal('postgresql://wms:s3cret@db.invalid/wms'), /db\.invalid:5432\/wms.*host name is unknown/)
})

t.test('where the database is unknown', async t => {
  oneLine(t, await refusal(withDatabase(await serverUrl(), 'nowhere')), /database "nowhere" does not exist/)
})

t.test('where the socket folder is unknown', async t => {
  oneLine(t, await refusal('postgresql://wms:s3cret@localhost/wms?host=/nowhere'), /\/nowhere/)
})

t.test('an older version', async t => {
  const { url } = await createDatabase(t)
  await onServer(url, async client => await client.query(`CREATE SCHEMA "old";
    CREATE FUNCTION "old".current_setting (name text) RETURNS text LANGUAGE sql AS $$
      SELECT CASE name WHEN 'server_version_num' THEN '140012' ELSE pg_catalog.current_setting(name) END $$`))
  oneLine(t, await refusal(withParameter(url, 'options', '-c search_path=old,pg_catalog')), /PostgreSQL 14; 15 or newer/)
})

t.test('a database that only reads', async t => {
  const { url } = await createDatabase(t)
  oneLine(t, await refusal(withParameter(url, 'options', '-c default_transaction_read_only=on')), /only reads/)
})

/** What a transaction pooler does: while the second session is in a transaction, the first one gets the other server connection. */
t.test('a transaction pooler', async t => {
  const { url } = await createDatabase(t)
  const clients: Socket[] = []
  const servers: Socket[] = []
  let swapped = false
  const port = await listen(t, client => {
    const index = clients.push(client) - 1
    const server = connect(`${new URL(url).searchParams.get('host')}/.s.PGSQL.5432`)
    servers.push(server)
    const other = (of: number): number => swapped ? 1 - of : of
    client.on('data', data => {
      if (index === 1 && data.includes('BEGIN')) swapped = true
      servers[other(index)]!.write(data)
    })
    server.on('data', data => { clients[other(index)]!.write(data) })
    server.on('error', () => {})
    client.on('close', () => { server.destroy() })
  })
  const { pathname, username, password } = new URL(url)
  oneLine(t, await refusal(`postgresql://${username}:${password === '' ? 's3cret' : password}@127.0.0.1:${port}${pathname}`), /transaction pooler/)
  t.ok(swapped)
})

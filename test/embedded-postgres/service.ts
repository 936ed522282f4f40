/** A process that owns an embedded PostgreSQL, as the service does; its one argument says what to do, and it reports in lines of JSON. */
import { startEmbeddedPostgres } from '../../src/embedded-postgres/server.js'

const report = (message: object): void => { process.stdout.write(JSON.stringify(message) + '\n') }

try {
  const server = await startEmbeddedPostgres({
    ...JSON.parse(process.argv[2] ?? '{}'),
    log: line => report({ log: line }),
    onExit: reason => report({ exited: reason })
  })
  const keepAlive = setInterval(() => {}, 60_000)
  process.once('SIGTERM', () => {
    clearInterval(keepAlive)
    server.stop().then(() => report({ stopped: true }), error => report({ failed: String(error) }))
  })
  report({ started: { host: server.connection.host, url: server.url, dataFolder: server.dataFolder } })
} catch (error) {
  report({ failed: error instanceof Error ? `${error.name}: ${error.message}` : String(error) })
}

// How clients reach the server: a Unix socket or a loopback port, and the URL of either.
import { randomBytes } from 'node:crypto'
import { chown, readFile, writeFile } from 'node:fs/promises'
import { createServer } from 'node:net'
import path from 'node:path'
import type { Home } from './home.js'

/** How clients reach the server. */
export interface Endpoint {
  host: string
  port: number
  password?: string
  /** For initdb, when there is a password. */
  passwordFile?: string
  settings: Record<string, string>
}

/** The socket in the run folder: who may enter the folder may connect, no one else can. */
export function socketEndpoint (runFolder: string): Endpoint {
  const settings = { listen_addresses: '', unix_socket_directories: runFolder, unix_socket_permissions: '0700', port: '5432' }
  return { host: runFolder, port: 5432, settings }
}

/** A free port of the loopback interface, which every local user reaches: so there is a password, kept next to the data. */
export async function tcpEndpoint (home: Home): Promise<Endpoint> {
  const passwordFile = path.join(home.folder, 'postgres-password')
  const password = await readFile(passwordFile, 'utf8').catch(() => undefined) ?? await newPassword(passwordFile, home)
  const port = await freePort()
  const settings = { listen_addresses: '127.0.0.1', unix_socket_directories: '', port: String(port) }
  return { host: '127.0.0.1', port, password, passwordFile, settings }
}

/** @returns a URL for this user and database that pg, Prisma and libpq understand */
export function urlOf ({ host, port, password }: Endpoint, user: string, database: string): string {
  const name = encodeURIComponent(user)
  const path = encodeURIComponent(database)
  // The host in the authority is only there because URL parsers want one; the parameter replaces it.
  if (host.startsWith('/')) {
    return `postgresql://${name}${password === undefined ? '' : `:${encodeURIComponent(password)}`}@localhost/${path}?host=${encodeURIComponent(host)}`
  }
  return `postgresql://${name}:${encodeURIComponent(password ?? '')}@${host}:${port}/${path}`
}

async function newPassword (file: string, { user }: Home): Promise<string> {
  const password = randomBytes(24).toString('hex')
  await writeFile(file, password, { mode: 0o600 })
  if (user !== undefined) await chown(file, user.uid, user.gid)
  return password
}

async function freePort (): Promise<number> {
  const server = createServer()
  return await new Promise((resolve, reject) => {
    server.once('error', reject)
    server.listen(0, '127.0.0.1', () => {
      const address = server.address()
      server.close(() => resolve(typeof address === 'object' && address !== null ? address.port : 0))
    })
  })
}

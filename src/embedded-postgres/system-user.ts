// The account under which PostgreSQL runs when the service is root.
import { readFile, stat } from 'node:fs/promises'
import { EmbeddedPostgresError } from './errors.js'

/** The account of the operating system under which PostgreSQL runs when the service itself runs as root. */
export interface SystemUser { name: string, uid: number, gid: number }

const CANDIDATES = ['postgres', '_postgres', 'nobody']

/**
 * PostgreSQL refuses to run as root. No account is created for it: existing data decide by their owner, else one that every system has.
 * @param dataFolder where the data are, if there are any
 * @param accounts the file that lists the accounts of the system
 * @returns undefined when the service does not run as root: PostgreSQL then runs as the same user
 * @throws {EmbeddedPostgresError} when the system has none of the accounts
 */
export async function userForPostgres (dataFolder: string, accounts = '/etc/passwd'): Promise<SystemUser | undefined> {
  if (process.getuid?.() !== 0) return undefined
  const users = parsePasswd(await readFile(accounts, 'utf8').catch(() => ''))
  const owner = await stat(dataFolder).catch(() => undefined)
  if (owner !== undefined && owner.uid !== 0) {
    const known = users.find(({ uid }) => uid === owner.uid)
    return { name: known?.name ?? `uid ${owner.uid}`, uid: owner.uid, gid: owner.gid }
  }
  for (const name of CANDIDATES) {
    const user = users.find(candidate => candidate.name === name && candidate.uid > 0)
    if (user !== undefined) return user
  }
  throw new EmbeddedPostgresError('PostgreSQL does not run as root, and this system has neither a user postgres nor a user no one; ' +
    'start the service as a plain user, or set DATABASE_URL')
}

function parsePasswd (text: string): SystemUser[] {
  return text.split('\n').map(line => line.split(':')).filter(fields => fields.length >= 4)
    .map(([name = '', , uid, gid]) => ({ name, uid: Number(uid), gid: Number(gid) }))
}

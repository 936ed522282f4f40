// The claim of one process on a DATA_DIR.
import { randomBytes } from 'node:crypto'
import { open, readdir, readFile, rm, stat, utimes, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { EmbeddedPostgresError } from './errors.js'
import { ownIdentity, parseIdentity, stateOf, type ProcessIdentity } from './processes.js'

/** What a process that was killed has left: its claim, and the run folder it had noted there. */
interface AbandonedClaim { file: string, runFolder: string }

export interface Lock {
  abandoned: AbandonedClaim[]
  /** Settles the claim. The run folder is written down before it is made, so that a later start can remove it. */
  note (runFolder: string): Promise<void>
  release (): Promise<void>
}

interface Claim { file: string, owner: ProcessIdentity }

const CLAIM = /^postgres-(.+)-[0-9a-f]{8}\.lock$/
const ATTEMPTS = 20
/** Owners in another container can't be looked up. They refresh their claim this often, and count as gone after the second time. */
const REFRESH_MS = 5_000
const SILENT_MS = 15_000

/**
 * Locks DATA_DIR for this call. Every claim is a file of its own whose name says who made it, so a stale one can be removed without ever
 * hitting a fresh one; of two claims made at the same time, at least one sees the other and steps back.
 * @param signal ends the wait for the sign of life of a claim in another container
 * @throws {EmbeddedPostgresError} when a living process has the folder
 */
export async function acquireLock (dataDir: string, signal: AbortSignal): Promise<Lock> {
  const file = path.join(dataDir, `postgres-${ownIdentity()}-${randomBytes(4).toString('hex')}.lock`)
  for (let attempt = 1; ; attempt++) {
    const rival = await firstLiving(await otherClaims(dataDir, file), signal) ?? await placeClaim(dataDir, file, signal)
    if (rival === undefined) break
    await rm(file, { force: true })
    if (attempt === ATTEMPTS || await isSettled(rival)) throw inUse(dataDir, rival)
    await sleep(5 + Math.random() * 45)
  }
  const refresh = setInterval(() => { utimes(file, new Date(), new Date()).catch(() => {}) }, REFRESH_MS).unref()
  return {
    abandoned: await Promise.all((await otherClaims(dataDir, file)).map(readAbandoned)),
    note: async runFolder => await writeFile(file, runFolder),
    release: async () => {
      clearInterval(refresh)
      await rm(file, { force: true })
    }
  }
}

async function placeClaim (dataDir: string, file: string, signal: AbortSignal): Promise<Claim | undefined> {
  const handle = await open(file, 'wx', 0o600)
  await handle.close()
  return await firstLiving(await otherClaims(dataDir, file), signal)
}

async function otherClaims (dataDir: string, own: string): Promise<Claim[]> {
  const claims: Claim[] = []
  for (const name of await readdir(dataDir)) {
    const owner = parseIdentity(CLAIM.exec(name)?.[1] ?? '')
    const file = path.join(dataDir, name)
    if (owner !== undefined && file !== own) claims.push({ file, owner })
  }
  return claims
}

async function firstLiving (claims: Claim[], signal: AbortSignal): Promise<Claim | undefined> {
  for (const claim of claims) {
    const state = stateOf(claim.owner)
    if (state === 'alive') return claim
    if (state !== 'gone' && await isRefreshed(claim.file, signal)) return claim
  }
  return undefined
}

/** Waits until a claim of another container has been refreshed or has been silent for long enough. */
async function isRefreshed (file: string, signal: AbortSignal): Promise<boolean> {
  const changed = async (): Promise<number> => (await stat(file).catch(() => undefined))?.mtimeMs ?? 0
  const first = await changed()
  // A clock that is ahead elsewhere must not make this wait longer.
  const end = Math.min(first, Date.now()) + SILENT_MS
  while (Date.now() < end) {
    await sleep(200, undefined, { signal })
    if (await changed() !== first) return true
  }
  return false
}

/** A claim without a note may be taken back at once; one with a note is there to stay. */
async function isSettled ({ file }: Claim): Promise<boolean> {
  return ((await stat(file).catch(() => undefined))?.size ?? 0) > 0
}

async function readAbandoned ({ file }: Claim): Promise<AbandonedClaim> {
  return { file, runFolder: await readFile(file, 'utf8').catch(() => '') }
}

function inUse (dataDir: string, { owner }: Claim): EmbeddedPostgresError {
  const elsewhere = stateOf(owner) === 'other-namespace' ? ' of another container' : ''
  return new EmbeddedPostgresError(
    `${dataDir} is in use by process ${owner.pid}${elsewhere}; set DATABASE_URL to run several processes`)
}

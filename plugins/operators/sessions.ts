// Sessions: signing in, recognising a token, ending. Times come from the clock; only the token's hash is stored.
import { createHash } from 'node:crypto'
import { networkOf, newId, type Database, type OrmTx, type Principal } from '#kernel'
import { invalidCredentials, sessionExpired, wrongPassword } from './errors.js'
import { normaliseEmail } from './service.js'
import { randomText, verifyPassword } from './password.js'
import type { SignInThrottle } from './throttle.js'
import * as store from './store.js'

const IDLE_MS = 30 * 60_000
export const ABSOLUTE_MS = 12 * 3_600_000
/** A session in use is written at most this often. */
const TOUCH_EVERY_MS = 60_000

/** `wmso_` says what leaked where; 43 letters and digits are 256 bits. */
const TOKEN = /^wmso_[0-9A-Za-z]{43}$/

/** Whether a text may be a session token: never true for the JWT of an API client. */
export function isSessionToken (text: string): boolean {
  return TOKEN.test(text)
}

const hashToken = (token: string): string => createHash('sha256').update(token).digest('base64url')

export interface Caller { ip: string, userAgent: string | null }

interface OpenedSession { token: string, session: store.SessionRow, operator: store.OperatorRow }

export interface Sessions {
  /**
   * Checks a password without a transaction: hashing takes long.
   * @throws AppError 401 `session.invalid_credentials`, 429 `session.too_many_attempts`, 503 `password.busy`
   */
  checkCredentials: (email: string, password: string, ip: string) => Promise<store.OperatorRow>
  /**
   * Asks a signed-in operator for the password again; wrong ones count like those of signing in.
   * @throws AppError 422 `password.wrong`, 429 `session.too_many_attempts`, 503 `password.busy`
   */
  confirm: (principal: Principal, password: string, ip: string) => Promise<store.OperatorRow>
  /** @throws AppError 401 when the operator changed since the password was checked */
  open: (tx: OrmTx, operator: store.OperatorRow, caller: Caller) => Promise<OpenedSession>
  /** @throws AppError 401 `session.expired` */
  resume: (token: string) => Promise<Principal>
  /** Whether the session goes on and its operator has the same role. Does not prolong it. */
  isLive: (principal: Principal) => Promise<boolean>
  /** Null when it has ended meanwhile. */
  read: (principal: Principal) => Promise<{ session: store.SessionRow, operator: store.OperatorRow } | null>
  end: (tx: OrmTx, sessionId: string) => Promise<void>
}

export function createSessions (db: Database, now: () => Date, throttle: SignInThrottle): Sessions {
  /** Null for an unknown e-mail, a wrong password and a disabled operator, at the same cost. */
  const check = async (email: string, password: string, ip: string): Promise<store.OperatorRow | null> => {
    throttle.check(email, ip)
    const operator = await store.findByEmail(db, email)
    const right = await verifyPassword(password, operator?.passwordHash ?? null, { network: networkOf(ip), isKnown: throttle.isKnown(ip) })
    // Again: those who asked at the same time may have used up the attempts while this one waited for its turn.
    throttle.check(email, ip)
    if (operator === undefined || !right || !operator.enabled) {
      throttle.fail(email, ip)
      return null
    }
    throttle.succeed(email, ip)
    return operator
  }

  return {
    async checkCredentials (email, password, ip) {
      const operator = await check(normaliseEmail(email), password, ip)
      if (operator === null) throw invalidCredentials()
      return operator
    },
    async confirm (principal, password, ip) {
      const own = await store.readOperator(db, principal.id)
      const operator = own === undefined ? null : await check(own.email, password, ip)
      if (operator === null) throw wrongPassword()
      return operator
    },
    async open (tx, checked, caller) {
      const at = now()
      const operator = await store.markSignedIn(tx, checked.id, checked.passwordHash, at)
      if (operator === undefined) throw invalidCredentials()
      const token = `wmso_${randomText(43)}`
      const session: store.SessionRow = {
        id: newId('ses'),
        operatorId: operator.id,
        createdAt: at,
        lastSeenAt: at,
        idleExpiresAt: new Date(at.getTime() + IDLE_MS),
        expiresAt: new Date(at.getTime() + ABSOLUTE_MS)
      }
      const userAgent = caller.userAgent?.slice(0, 300) ?? null
      await store.insertSession(tx, { ...session, tokenHash: hashToken(token), ip: caller.ip, userAgent })
      return { token, session, operator }
    },
    async resume (token) {
      const session = await store.resumeSession(db, hashToken(token))
      const at = now()
      if (session === undefined || !session.enabled || at >= session.idleExpiresAt || at >= session.expiresAt) throw sessionExpired()
      if (at.getTime() - session.lastSeenAt.getTime() >= TOUCH_EVERY_MS) {
        await store.touchSession(db, session.id, at, new Date(at.getTime() + IDLE_MS))
      }
      return principalOf({ id: session.operatorId, name: session.name, role: session.role }, session.id)
    },
    isLive: async principal => isLiveFor(principal, await store.readLive(db, principal.sessionId ?? ''), now()),
    async read (principal) {
      const [session, operator] = await Promise.all([store.readSession(db, principal.sessionId ?? ''), store.readOperator(db, principal.id)])
      return session === null || operator === undefined ? null : { session, operator }
    },
    end: store.deleteSession
  }
}

function isLiveFor ({ id, role }: Principal, found: store.LiveRow | undefined, at: Date): boolean {
  return found !== undefined && found.operatorId === id && found.enabled && found.role === role && at < found.idleExpiresAt && at < found.expiresAt
}

/** An operator as the caller of a call. */
export function principalOf (operator: Pick<store.OperatorRow, 'id' | 'name' | 'role'>, sessionId: string): Principal {
  return {
    type: 'operator', id: operator.id, name: operator.name, ownerId: null, warehouseIds: null, grants: null, role: operator.role, sessionId, secretLast4: null
  }
}

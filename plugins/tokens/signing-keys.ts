// The keys that sign tokens: made once for all processes, kept encrypted, published without their private part.
import { createHash, createPrivateKey, createPublicKey, generateKeyPair, type JsonWebKey } from 'node:crypto'
import { promisify } from 'node:util'
import { lockOnce, type Kernel, type Queryable } from '#kernel'

interface PublicJwk { kty: string, use: string, alg: string, kid: string, n: string, e: string }

export interface KeyRing {
  /** Key that signs now. */
  current: { kid: string, privatePem: string }
  /** PEM of the public half by key id; undefined for an unknown id. */
  publicPem: (kid: string) => string | undefined
  jwks: PublicJwk[]
}

const MODULUS_BITS = 3072
const PURPOSE = 'signing-key'

interface NewKey { kid: string, publicJwk: PublicJwk, privatePem: string }
interface Row { kid: string, publicJwk: PublicJwk, privateKey: string }

/** Reads the keys; the first process of all makes one. */
export async function openKeyRing ({ db, secrets }: Pick<Kernel, 'db' | 'secrets'>): Promise<KeyRing> {
  const found = await readKeys(db)
  const rows = found.length > 0 ? found : await storeFirst(db, secrets, await newKey())
  const publicPems =
    new Map(rows.map((
      { kid, publicJwk }
    ) => [kid, createPublicKey({ key: publicJwk as unknown as JsonWebKey, format: 'jwk' }).export({ type: 'spki', format: 'pem' }).toString()]))
  const [newest] = rows
  return {
    current: { kid: newest!.kid, privatePem: secrets.decrypt(PURPOSE, newest!.privateKey, newest!.kid) },
    publicPem: kid => publicPems.get(kid),
    jwks: rows.map(({ publicJwk: { kty, use, alg, kid, n, e } }) => ({ kty, use, alg, kid, n, e }))
  }
}

async function readKeys (db: Queryable): Promise<Row[]> {
  return (await db.query<Row>('SELECT "kid", "publicJwk", "privateKey" FROM "SigningKey" ORDER BY "createdAt" DESC')).rows
}

/** Of processes that start together one wins, and its key is that of all. Making a key takes seconds of a busy machine: no one waits for it under the lock. */
async function storeFirst (db: Kernel['db'], secrets: Kernel['secrets'], { kid, publicJwk, privatePem }: NewKey): Promise<Row[]> {
  return await db.transaction(async tx => {
    await tx.query(lockOnce('signingKey'))
    const found = await readKeys(tx)
    if (found.length > 0) return found
    await tx.query('INSERT INTO "SigningKey" ("kid", "publicJwk", "privateKey") VALUES ($1, $2::jsonb, $3)', [kid, JSON.stringify(publicJwk),
      secrets.encrypt(PURPOSE, privatePem, kid)])
    return await readKeys(tx)
  })
}

async function newKey (): Promise<NewKey> {
  const { privateKey } = await promisify(generateKeyPair)('rsa', {
    modulusLength: MODULUS_BITS, publicKeyEncoding: { type: 'spki', format: 'pem' }, privateKeyEncoding: { type: 'pkcs8', format: 'pem' }
  })
  const { n = '', e = '' } = createPublicKey(createPrivateKey(privateKey)).export({ format: 'jwk' })
  const kid = thumbprint(n, e)
  return { kid, publicJwk: { kty: 'RSA', use: 'sig', alg: 'RS256', kid, n, e }, privatePem: privateKey }
}

/** RFC 7638: SHA-256 over the required members in alphabetical order. */
function thumbprint (n: string, e: string): string {
  return createHash('sha256').update(JSON.stringify({ e, kty: 'RSA', n })).digest('base64url')
}

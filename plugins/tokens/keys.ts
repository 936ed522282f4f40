// The keys that sign tokens: made once for all processes, kept encrypted, published without their private part.
import { createHash, createPrivateKey, createPublicKey, generateKeyPair, type JsonWebKey } from 'node:crypto'
import { promisify } from 'node:util'
import type { Kernel } from '#kernel'

export interface PublicJwk { kty: string, use: string, alg: string, kid: string, n: string, e: string }

export interface KeyRing {
  /** Key that signs now. */
  current: { kid: string, privatePem: string }
  /** PEM of the public half by key id; undefined for an unknown id. */
  publicPem: (kid: string) => string | undefined
  jwks: PublicJwk[]
}

const MODULUS_BITS = 3072
const PURPOSE = 'signing-key'

interface Row { kid: string, publicJwk: PublicJwk, privateKey: string }

/** Reads the keys; the first process of all makes one. */
export async function openKeyRing ({ db, secrets }: Pick<Kernel, 'db' | 'secrets'>): Promise<KeyRing> {
  const rows = await db.transaction(async tx => {
    await tx.query('SELECT pg_advisory_xact_lock(19670, 300)')
    const read = async (): Promise<Row[]> => (await tx.query<Row>('SELECT "kid", "publicJwk", "privateKey" FROM "SigningKey" ORDER BY "createdAt" DESC')).rows
    const found = await read()
    if (found.length > 0) return found
    const { kid, publicJwk, privatePem } = await newKey()
    await tx.query('INSERT INTO "SigningKey" ("kid", "publicJwk", "privateKey") VALUES ($1, $2::jsonb, $3)', [kid, JSON.stringify(publicJwk), secrets.encrypt(PURPOSE, privatePem, kid)])
    return await read()
  })
  const publicPems = new Map(rows.map(({ kid, publicJwk }) => [kid, createPublicKey({ key: publicJwk as unknown as JsonWebKey, format: 'jwk' }).export({ type: 'spki', format: 'pem' }).toString()]))
  const [newest] = rows
  return {
    current: { kid: newest!.kid, privatePem: secrets.decrypt(PURPOSE, newest!.privateKey, newest!.kid) },
    publicPem: kid => publicPems.get(kid),
    jwks: rows.map(({ publicJwk: { kty, use, alg, kid, n, e } }) => ({ kty, use, alg, kid, n, e }))
  }
}

async function newKey (): Promise<{ kid: string, publicJwk: PublicJwk, privatePem: string }> {
  const { privateKey } = await promisify(generateKeyPair)('rsa', { modulusLength: MODULUS_BITS, publicKeyEncoding: { type: 'spki', format: 'pem' }, privateKeyEncoding: { type: 'pkcs8', format: 'pem' } })
  const { n = '', e = '' } = createPublicKey(createPrivateKey(privateKey)).export({ format: 'jwk' })
  const kid = thumbprint(n, e)
  return { kid, publicJwk: { kty: 'RSA', use: 'sig', alg: 'RS256', kid, n, e }, privatePem: privateKey }
}

/** RFC 7638: SHA-256 over the required members in alphabetical order. */
function thumbprint (n: string, e: string): string {
  return createHash('sha256').update(JSON.stringify({ e, kty: 'RSA', n })).digest('base64url')
}

// What the benchmark does with stock and orders.
import { randomInt, randomUUID } from 'node:crypto'
import { expect, caller } from '../demo/http.js'
import type { Call } from './load.js'
import type { Stage } from './stage.js'

const PREFIX = '/api/external/v1'
const LINES = 500
/** More than any run orders of one product. */
const PLENTY = 1_000_000
const JSON_TYPE = { 'content-type': 'application/json' }

const any = (skus: readonly string[]): string => skus[randomInt(skus.length)]!

export async function fillShelves ({ service, tokens }: Stage, skus: readonly string[]): Promise<void> {
  const client = caller(() => service.url, () => ({ authorization: `Bearer ${tokens[0]!}` }))
  for (let first = 0; first < skus.length; first += LINES) {
    const lines = skus.slice(first, first + LINES).map(sku => ({ sku, delta: PLENTY }))
    await expect(201, client('POST', `${PREFIX}/stock/adjustments`, { reason: 'opening', lines }))
  }
}

export function order (headers: Record<string, string>, skus: readonly string[]): Call {
  const lines = [any(skus), any(skus), any(skus)].map(sku => ({ sku, qty: 1 + randomInt(6), unitPrice: '2.55' }))
  return {
    method: 'POST', path: `${PREFIX}/orders`, headers: { ...headers, ...JSON_TYPE }, body: JSON.stringify({ externalRef: randomUUID(), currency: 'GBP', lines })
  }
}

/** Everybody wants the same product. */
export function hotOrder (headers: Record<string, string>, sku: string): Call {
  return {
    method: 'POST',
    path: `${PREFIX}/orders`,
    headers: { ...headers, ...JSON_TYPE },
    body: JSON.stringify({ externalRef: randomUUID(), lines: [{ sku, qty: 1 }] })
  }
}

export function skuQuery (path: string, headers: Record<string, string>, field: 'skus' | 'skuKeys', skus: readonly string[]): Call {
  return { method: 'POST', path, headers: { ...headers, ...JSON_TYPE }, body: JSON.stringify({ [field]: Array.from({ length: 100 }, () => any(skus)) }) }
}

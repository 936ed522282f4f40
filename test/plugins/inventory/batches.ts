// What tests of batches do again and again.
import { BATCHES, type Stockroom } from './setup.js'

export interface MadeBatch { id: string, code: string, productId: string, sku: string, url: string }

const DAY_MS = 86_400_000
let made = 0

export const newCode = (): string => `LOT-${++made}`

/** A day so many days from the day that it is in UTC. */
export const dayFromNow = (room: Stockroom, days: number): string => new Date(room.clock.now().getTime() + days * DAY_MS).toISOString().slice(0, 10)

/** A product tracked by batch, with a batch. */
export async function newBatch (room: Stockroom, batch: object = {}, product: object = {}): Promise<MadeBatch> {
  const { id: productId, sku } = await room.newProduct({ trackBatch: true, ...product })
  return { productId, sku, ...await addBatch(room, sku, batch) }
}

export async function addBatch (room: Stockroom, sku: string, batch: object = {}): Promise<Pick<MadeBatch, 'id' | 'code' | 'url'>> {
  const answer = await room.keeper.post(BATCHES, { sku, code: newCode(), ...batch })
  if (answer.status !== 201) throw new Error(answer.text)
  const { id, code } = answer.body as { id: string, code: string }
  return { id, code, url: `${BATCHES}/${id}` }
}

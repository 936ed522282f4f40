// What the functions of this folder work with.
import type { Kernel, Tx } from '#kernel'
import type { CatalogService } from '../../catalog/public.js'
import type { Reach } from '../../external-api/public.js'
import type { InventoryService } from '../../inventory/public.js'
import type { PartnersService } from '../../partners/public.js'
import { viewOf, type Inbound } from '../domain/inbound.js'

export interface Services {
  kernel: Kernel
  catalog: CatalogService
  inventory: InventoryService
  partners: Pick<PartnersService, 'hasRole'>
}

/** Which one, whose call it is, and what it demands of the version that it changes. */
export interface Target extends Reach {
  /** Id or alias. */
  name: string
  /** @throws AppError 412 */
  checkVersion: (version: number) => void
  /** True when the call names a version: without an inbound order it can't hold. */
  namesVersion: boolean
}

export function emitInbound (kernel: Kernel, tx: Tx, type: string, { inbound, previous }: { inbound: Inbound, previous: object | null }): void {
  const { id, version, externalRef, ownerId, warehouse } = inbound
  kernel.events.emit(tx, type, {
    subject: { type: 'inbound_order', id, version, externalRef }, ownerId, warehouseId: warehouse.id, data: viewOf(inbound), previous
  })
}

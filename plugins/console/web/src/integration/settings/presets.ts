// Sets of operations for the usual kinds of integration.
import type { WmsOperation } from '../../api/types.ts'

export interface Preset { id: string, label: string, description: string, isOn: (operation: WmsOperation) => boolean }

const reads = ({ method, path }: WmsOperation): boolean => method === 'GET' || path.endsWith('/query')
const SHOP = new Set(['order.create', 'order.update', 'order.cancel', 'order.updateLines'])

export const PRESETS: readonly Preset[] = [
  { id: 'bi', label: 'Read-only (BI)', description: 'Everything can be read, nothing changed.', isOn: reads },
  {
    id: 'shop',
    label: 'E-commerce',
    description: 'Products and stock can be read, orders made, changed and cancelled.',
    isOn: operation => SHOP.has(operation.id) || reads(operation)
  },
  { id: 'erp', label: 'ERP, full', description: 'Everything, stock adjustments and all steps of orders included.', isOn: () => true }
]

/** What the preset would change; what can't be switched off stays. */
export function differences (preset: Preset, operations: readonly WmsOperation[]): Array<{ operation: WmsOperation, enabled: boolean }> {
  return operations
    .map(operation => ({ operation, enabled: operation.locked || preset.isOn(operation) }))
    .filter(({ operation, enabled }) => operation.enabled !== enabled)
}

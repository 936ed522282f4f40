// What state stock and batches can be in.

export const STOCK_STATUSES = ['available', 'quality', 'quarantine', 'damaged', 'blocked'] as const
export type StockStatus = (typeof STOCK_STATUSES)[number]

export const BATCH_STATUSES = ['released', 'quarantined', 'blocked', 'recalled'] as const
export type BatchStatus = (typeof BATCH_STATUSES)[number]

// What the operator API answers: derived from the plugins' own schemas, of which only the types are used.
import type { Static } from '@sinclair/typebox'
import type { AuditCallers, AuditEntry, AuditRecord } from '../../../../audit/schemas/calls.js'
import type { AuditStatistics } from '../../../../audit/schemas/statistics.js'
import type { Product } from '../../../../catalog/schemas/products.js'
import type { ClientView, ClientWithSecret } from '../../../../clients/schemas.js'
import type { StockMovement } from '../../../../inventory/schemas/movements.js'
import type { ProductStock, StockState } from '../../../../inventory/schemas/stock.js'
import type { OperationView, PluginView } from '../../../../operations/schemas.js'
import type { Operator } from '../../../../operators/schemas.js'
import type { Order, OrderSummary } from '../../../../orders/schemas/orders.js'
import type { Shipment } from '../../../../orders/schemas/shipments.js'
import type { ImportAnswer } from '../../../../locations/schemas/import.js'
import type { LocationView } from '../../../../locations/schemas/locations.js'
import type { WarehouseView } from '../../../../locations/schemas/warehouses.js'
import type { OwnerView } from '../../../../owners/schemas.js'
import type { Attempt, Delivery } from '../../../../webhooks/schemas/deliveries.js'
import type { EventKindView, LoggedEvent, LoggedEventFull } from '../../../../webhooks/schemas/events.js'
import type { WebhookTestResult } from '../../../../webhooks/schemas/tests.js'
import type { Webhook, WebhookHealthView } from '../../../../webhooks/schemas/webhooks.js'

export type WmsPlugin = Static<typeof PluginView>
export type WmsOperation = Static<typeof OperationView>
export type ApiClient = Static<typeof ClientView>
export type NewApiClient = Static<typeof ClientWithSecret>
export type WmsWebhook = Static<typeof Webhook>
export type WmsDelivery = Static<typeof Delivery>
export type WmsAttempt = Static<typeof Attempt>
export type EventKind = EventKindView
export type WebhookHealthRow = WebhookHealthView
export type CallCount = Static<typeof AuditCallers>['data'][number]
export type WmsEvent = Static<typeof LoggedEvent>
export type WmsEventFull = Static<typeof LoggedEventFull>
export type TestResult = Static<typeof WebhookTestResult>
export type AuditRow = Static<typeof AuditEntry>
export type AuditFull = Static<typeof AuditRecord>
export type WmsStatistics = Static<typeof AuditStatistics>
export type WmsOperator = Static<typeof Operator>
export type WmsOwner = OwnerView
export type WmsWarehouse = WarehouseView
export type WmsLocation = LocationView
export type LocationImport = ImportAnswer
export type WmsProduct = Static<typeof Product>
export type WmsStock = Static<typeof StockState>
export type WmsProductStock = Static<typeof ProductStock>
export type WmsMovement = Static<typeof StockMovement>
export type WmsOrderSummary = Static<typeof OrderSummary>
export type WmsOrder = Static<typeof Order>
export type WmsShipment = Static<typeof Shipment>

export interface Page<T> { data: T[], nextCursor: string | null, asOf: string }
export interface CurrentSession { expiresAt: string | null, idleExpiresAt: string | null, operator: WmsOperator | null }

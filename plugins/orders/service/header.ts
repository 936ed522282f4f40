// Rules of an order's own fields that no schema can say.
import { brokenRule } from '#kernel'
import type { Said } from '../schemas/orders.js'

const ATTRIBUTE_BYTES = 16_384
const CURRENCIES = new Set(Intl.supportedValuesOf('currency'))

/** @throws AppError 422 naming the field */
export function checkHeader ({ currency, attributes, requestedShipDate, requestedDeliveryDate, cancelAfterDate }: Said): void {
  if (currency !== null && !CURRENCIES.has(currency)) throw brokenRule('order.currency_unknown', '/currency', 'must be a currency of ISO 4217')
  if (Buffer.byteLength(JSON.stringify(attributes)) > ATTRIBUTE_BYTES) {
    throw brokenRule('order.attributes_too_large', '/attributes', `must have at most ${ATTRIBUTE_BYTES} bytes as JSON`)
  }
  const ranges = [['requestedDeliveryDate', requestedDeliveryDate], ['cancelAfterDate', cancelAfterDate]] as const
  for (const [name, day] of ranges) {
    if (requestedShipDate !== null && day !== null && day < requestedShipDate) {
      throw brokenRule('order.dates', `/${name}`, `must not be before requestedShipDate, which is ${requestedShipDate}`)
    }
  }
}

// The books as they must be after the month, from the file and the opening stock alone.
import type { Plan } from './plan.js'

export interface Balance { onHand: number, reserved: number, backordered: number }

export interface Expected {
  /** By key of the product; those that never had stock and of which none was wanted are not in it. */
  stock: Map<string, Balance>
  /** Orders by state. */
  states: Map<string, number>
  shipments: number
}

interface OrderModel { status: string, lines: Array<{ key: string, ordered: number, allocated: number, waiting: number, cancelled: number }> }

/**
 * Orders get what is free when they come and wait for the rest; cancelling takes what waits first; what becomes free goes to the oldest order that
 * waits for it.
 */
export function expectedFrom ({ products, opening, steps }: Plan): Expected {
  const services = new Set(products.filter(product => product.isService).map(({ sku }) => sku.toLowerCase()))
  const stock = new Map<string, Balance>()
  const orders = new Map<string, OrderModel>()
  let shipments = 0
  const balanceOf = (key: string): Balance => {
    if (!stock.has(key)) stock.set(key, { onHand: 0, reserved: 0, backordered: 0 })
    return stock.get(key)!
  }
  for (const { key, delta } of opening) balanceOf(key).onHand += delta
  const fillWaiting = (key: string): void => {
    const balance = balanceOf(key)
    for (const line of [...orders.values()].flatMap(({ lines }) => lines).filter(line => line.key === key && line.waiting > 0)) {
      const filled = Math.min(line.waiting, balance.onHand - balance.reserved)
      line.waiting -= filled
      line.allocated += filled
      balance.backordered -= filled
      balance.reserved += filled
    }
  }

  for (const step of steps) {
    if (step.kind === 'order') {
      const lines = step.lines.map(({ key, quantity: ordered }) => {
        if (services.has(key)) return { key, ordered, allocated: 0, waiting: 0, cancelled: 0 }
        const balance = balanceOf(key)
        const allocated = Math.min(ordered, balance.onHand - balance.reserved)
        balance.reserved += allocated
        balance.backordered += ordered - allocated
        return { key, ordered, allocated, waiting: ordered - allocated, cancelled: 0 }
      })
      orders.set(step.ref, { status: 'open', lines })
    } else if (step.kind === 'cancel') {
      const order = orders.get(step.ref)!
      for (const { lineNo, qty } of step.parts) {
        const line = order.lines[lineNo - 1]!
        line.cancelled += qty
        if (services.has(line.key)) continue
        const waiting = Math.min(line.waiting, qty)
        line.waiting -= waiting
        line.allocated -= qty - waiting
        balanceOf(line.key).backordered -= waiting
        balanceOf(line.key).reserved -= qty - waiting
        fillWaiting(line.key)
      }
      if (order.lines.every(line => line.cancelled === line.ordered)) order.status = 'cancelled'
    } else if (step.kind === 'return') {
      for (const { key, quantity } of step.lines) {
        balanceOf(key).onHand -= quantity
        fillWaiting(key)
      }
    } else {
      const order = orders.get(step.ref)!
      if (order.lines.every(line => line.allocated === 0)) continue
      shipments++
      for (const line of order.lines.filter(({ allocated }) => allocated > 0)) {
        balanceOf(line.key).onHand -= line.allocated
        balanceOf(line.key).reserved -= line.allocated
        line.allocated = 0
      }
      order.status = order.lines.some(line => line.waiting > 0) ? 'partially_shipped' : 'shipped'
    }
  }
  const states = new Map<string, number>()
  for (const { status } of orders.values()) states.set(status, (states.get(status) ?? 0) + 1)
  return { stock, states, shipments }
}

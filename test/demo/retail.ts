// A retailer's invoice lines: a CSV file with the columns of the UCI Online Retail data set, plain or gzipped.
import { createReadStream } from 'node:fs'
import { createGunzip } from 'node:zlib'
import { parse } from 'csv-parse'

export interface RetailProduct { sku: string, name: string, price: string, isService: boolean }

export interface RetailLine {
  /** Line in the file; the header is line 1. */
  no: number
  invoice: string
  /** Key of the product: its code without regard to case. */
  key: string
  sku: string
  quantity: number
  price: number
  /** As in the file, which sorts as text: `2010-12-01 08:26:00`. */
  at: string
  customer: string | null
}

export interface Retail { products: RetailProduct[], lines: RetailLine[] }

interface Row { InvoiceNo: string, StockCode: string, Description: string, Quantity: string, InvoiceDate: string, UnitPrice: string, CustomerID: string }

/**
 * Every line of the file, and every product in order of first appearance. Codes that differ only in case are one product, which keeps
 * the first spelling; the first name that is not blank wins, a product that never has one takes its code.
 */
export async function readRetail (file: string): Promise<Retail> {
  const source = createReadStream(file)
  const text = file.endsWith('.gz') ? source.pipe(createGunzip()) : source
  const rows = text.pipe(parse({ columns: true, bom: true, relax_quotes: true, skip_empty_lines: true }))
  const products = new Map<string, RetailProduct>()
  const lines: RetailLine[] = []
  for await (const row of rows as AsyncIterable<Row>) {
    const sku = row.StockCode.trim()
    const name = row.Description.trim()
    const key = sku.toLowerCase()
    lines.push({
      no: lines.length + 2,
      invoice: row.InvoiceNo.trim(),
      key,
      sku,
      quantity: Number(row.Quantity),
      price: Number(row.UnitPrice),
      at: row.InvoiceDate.trim(),
      customer: row.CustomerID.trim() || null
    })
    if (sku === '') continue
    const known = products.get(key)
    if (known === undefined) products.set(key, { sku, name, price: money(row.UnitPrice), isService: isService(sku) })
    else if (known.name === '') known.name = name
  }
  for (const product of products.values()) if (product.name === '') product.name = product.sku
  return { products: [...products.values()], lines }
}

/** Postage, carriage, fees, discounts and the like have short codes without an article number: POST, C2, BANK CHARGES. */
const isService = (sku: string): boolean => !/\d{4}/.test(sku)

/** Prices of returns and corrections are negative or absurd in the file; a list price is not. */
function money (text: string): string {
  return Math.max(0, Number(text) || 0).toFixed(2)
}

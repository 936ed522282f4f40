// Warehouses and their locations, as rules about stock see them.

export interface Location {
  id: string
  code: string
  pickable: boolean
  sellable: boolean
  locked: boolean
  pickPriority: number
}

/** A location that goods are put into or taken from. */
export interface Place extends Location {
  /** Goods from outside may be put into it. */
  receivable: boolean
  /** What lies in it together is limited: by product, by batch or by weight. */
  isRestricted: boolean
  active: boolean
}

export interface Warehouse {
  id: string
  code: string
  timezone: string
  allowNegativeStock: boolean
  active: boolean
  /** Where goods arrive if no one says where. @throws AppError 422 when the warehouse has no such place */
  readonly receiving: Place
  /** Where picked goods wait for the carrier; where goods arrive, if it has no place for that. @throws AppError 422 */
  readonly shipping: Place
  /** Those that were asked for, by the text that named them. */
  named: Map<string, Place>
}

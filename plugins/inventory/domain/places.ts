// Warehouses and their locations, as rules about stock see them.

export interface Location {
  id: string
  code: string
  pickable: boolean
  sellable: boolean
  locked: boolean
  pickPriority: number
}

export interface Warehouse {
  id: string
  code: string
  timezone: string
  allowNegativeStock: boolean
  /** Where goods arrive if no one says where. @throws AppError 422 when the warehouse has no such place */
  readonly receiving: Location
  /** Where picked goods wait for the carrier; where goods arrive, if it has no place for that. @throws AppError 422 */
  readonly shipping: Location
  /** Those that were asked for, by the text that named them. */
  named: Map<string, Location>
}

// What an operator asks: as an API client would, and whose.
import { Type, strictObject } from '#kernel'
import { ListProducts } from '../../catalog/public.js'
import { ListMovements, ListStock } from '../../inventory/public.js'
import { ListOrders, ListShipments } from '../../orders/public.js'

const whose = {
  ownerId: Type.Optional(Type.String({
    minLength: 1,
    maxLength: 100,
    description: 'Whose: the id of an owner. Default: the default owner.',
    examples: ['own_00000000000000000000000000']
  }))
}

export const OwnerQuery = strictObject(whose)
export const BrowseProducts = strictObject({ ...ListProducts.properties, ...whose })
export const BrowseStock = strictObject({ ...ListStock.properties, ...whose })
export const BrowseMovements = strictObject({ ...ListMovements.properties, ...whose })
export const BrowseOrders = strictObject({ ...ListOrders.properties, ...whose })
export const BrowseShipments = strictObject({ ...ListShipments.properties, ...whose })

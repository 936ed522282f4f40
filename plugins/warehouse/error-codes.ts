// Codes of errors that operations of this plugin answer: those of the plugins whose data it shows.

/** Codes that an operation may answer, besides those that any call may get. Whatever tests are answered must be here. */
export const errorsOf: Readonly<Record<string, readonly string[]>> = {
  'movement.browse': ['product.not_found'],
  'order.browse': [],
  'order.inspect': ['order.not_found'],
  'owner.list': [],
  'product.browse': [],
  'product.inspect': ['product.not_found'],
  'shipment.browse': ['order.not_found'],
  'stock.browse': [],
  'stock.inspect': ['product.not_found']
}

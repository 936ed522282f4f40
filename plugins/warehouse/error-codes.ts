// Codes of errors that operations of this plugin answer: those of the plugins whose data it shows.

const WRITTEN_PARTNER = [
  'gln.check_digit', 'partner.attributes_too_large', 'partner.code_taken', 'partner.external_ref_taken', 'partner.shelf_life'
]

/** Codes that an operation may answer, besides those that any call may get. Whatever tests are answered must be here. */
export const errorsOf: Readonly<Record<string, readonly string[]>> = {
  'location.add': ['location.archived', 'location.code_taken', 'location.lock_reason', 'location.unknown', 'warehouse.not_found'],
  'location.browse': ['warehouse.not_found'],
  'location.edit': [
    'location.archived', 'location.code_taken', 'location.in_use', 'location.lock_reason', 'location.not_found', 'location.own_part', 'location.unknown'
  ],
  'location.import': ['location.import_invalid', 'warehouse.not_found'],
  'location.inspect': ['location.not_found'],
  'movement.browse': ['product.not_found'],
  'order.browse': [],
  'order.inspect': ['order.not_found'],
  'partner.add': WRITTEN_PARTNER,
  'partner.browse': [],
  'partner.edit': [...WRITTEN_PARTNER, 'partner.not_found'],
  'partner.inspect': ['partner.not_found'],
  'product.browse': [],
  'product.inspect': ['product.not_found'],
  'reference.add': ['reference.built_in', 'reference.carrier_unknown', 'reference.code_taken', 'reference.field'],
  'reference.browse': [],
  'reference.edit': ['reference.built_in', 'reference.carrier_unknown', 'reference.field', 'reference.not_found'],
  'shipment.browse': ['order.not_found'],
  'stock.browse': [],
  'stock.inspect': ['product.not_found'],
  'warehouse.add': ['gln.check_digit', 'warehouse.code_taken', 'warehouse.timezone'],
  'warehouse.browse': [],
  'warehouse.edit': [
    'gln.check_digit', 'location.archived', 'location.unknown', 'warehouse.code_taken', 'warehouse.has_negative_stock', 'warehouse.in_use',
    'warehouse.last', 'warehouse.not_found', 'warehouse.timezone'
  ],
  'warehouse.inspect': ['warehouse.not_found']
}

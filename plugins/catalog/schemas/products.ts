// Products as callers see and write them.
import { Type, Timestamp, listParameters, nullable, oneOf, pageOf, ref, severalOf, strictObject, type Static } from '#kernel'
import { attributes, barcodeFields, barcodeInput, dangerousGoodsFields, dangerousGoodsInput, plainFields, sku, uomFields, uomInput } from './parts.js'

export const STATUSES = ['active', 'inactive', 'archived'] as const

export const ProductBarcode = Type.Object(barcodeFields, { $id: 'ProductBarcode', additionalProperties: false })
export const ProductUom = Type.Object(uomFields, { $id: 'ProductUom', additionalProperties: false })

export const Product = Type.Object({
  id: Type.String({ examples: ['prd_01JB3ZK6Q0T8X4M2N7C9V5W1YD'] }),
  ownerId: Type.String({ examples: ['own_00000000000000000000000000'] }),
  sku,
  status: oneOf(STATUSES, { description: 'An archived product keeps its SKU, barcodes and history.', examples: ['active'] }),
  ...plainFields,
  dangerousGoods: nullable(Type.Object(dangerousGoodsFields, { additionalProperties: false })),
  attributes,
  barcodes: Type.Array(ref(ProductBarcode)),
  uoms: Type.Array(ref(ProductUom)),
  version: Type.Integer({ description: 'Counts changes; the ETag.', examples: [1] }),
  createdAt: Timestamp(),
  updatedAt: Timestamp({ description: 'When its last change began.' })
}, { $id: 'Product', additionalProperties: false })
export type ProductView = Static<typeof Product>

/** What an operator's setting decided. */
export const AppliedPolicy = Type.Object({
  field: oneOf(['trackBatch', 'trackExpiry'], { description: 'The field of the product that the setting decided.', examples: ['trackBatch'] }),
  policy: oneOf(['always', 'never'], { description: 'The setting.', examples: ['always'] }),
  value: Type.Boolean({ description: 'What the field became.', examples: [true] }),
  detail: Type.String({
    description: 'One sentence for a person.',
    examples: ['By the operator\'s settings every product written by API requires a batch, whatever the caller says.']
  })
}, { $id: 'AppliedPolicy', additionalProperties: false })
export type Applied = Static<typeof AppliedPolicy>

/** The answer to a change. */
export const ChangedProduct = Type.Object({
  product: ref(Product),
  applied: Type.Array(ref(AppliedPolicy), {
    description: 'What the operator\'s settings made different from what the call alone would have done; empty when nothing was.'
  })
}, { $id: 'ChangedProduct', additionalProperties: false })

export const ProductPage = pageOf(Product, 'ProductPage')

const written = {
  ...plainFields,
  status: oneOf(['active', 'inactive'], { description: 'Default active. Only product.archive archives.', examples: ['active'] }),
  dangerousGoods: nullable(dangerousGoodsInput),
  attributes,
  barcodes: Type.Array(barcodeInput, { maxItems: 50 }),
  uoms: Type.Array(uomInput, { maxItems: 20, description: 'Packages of the product, besides its base unit.' })
}
const { name } = written
const optional = Type.Partial(Type.Object(written)).properties

export const CreateProduct = strictObject({ ...optional, sku, name }, { $id: 'CreateProduct' })
export type ProductInput = Static<typeof CreateProduct>

export const UpsertProduct = strictObject({ ...optional, name, sku: Type.Optional(sku) }, { $id: 'UpsertProduct' })
export type UpsertInput = Static<typeof UpsertProduct>

export const UpdateProduct = strictObject({
  ...optional,
  sku: Type.Optional(sku),
  dangerousGoods: Type.Optional(nullable(strictObject(Type.Partial(dangerousGoodsInput).properties)))
}, { $id: 'UpdateProduct' })
export type ProductPatch = Static<typeof UpdateProduct>

export const AddBarcode = strictObject(barcodeInput.properties, { $id: 'AddBarcode' })
export type BarcodeInput = Static<typeof AddBarcode>

const { code: unitCode, ...unitFields } = uomInput.properties
export const PutUnit = strictObject(unitFields, { $id: 'PutUnit' })
export type UnitInput = Static<typeof PutUnit> & { code: string }

const plainText = (maxLength: number) =>
  Type.String({ minLength: 1, maxLength, pattern: '^[^\\x00-\\x1f\\x7f-\\x9f]+$', errorMessage: 'must have no control characters' })
const query = (maxLength: number, description: string, example: string) =>
  Type.Optional(Type.String({ ...plainText(maxLength), description, examples: [example] }))
const several = (maxLength: number, description: string) => severalOf(plainText(maxLength), description)

export const SORTS = ['updatedAt', '-updatedAt', 'sku', '-sku'] as const

export const ListProducts = strictObject({
  ...listParameters,
  updatedSince: Type.Optional(Timestamp({ description: 'Only products changed at or after this timestamp.' })),
  q: query(100, 'Start of the SKU or of the name, without regard to case.', 'lant'),
  createdSince: Type.Optional(Timestamp({ description: 'Only products made at or after this timestamp.' })),
  sku: several(64, 'With this SKU, without regard to case.'),
  barcode: several(64, 'With this barcode; a GTIN in any of its lengths.'),
  externalRef: several(128, 'With this reference.'),
  status: severalOf(oneOf(STATUSES), 'With this status.'),
  sort: Type.Optional(oneOf(SORTS, {
    default: 'updatedAt', description: 'By last change, oldest first, if not given: who stops halfway can go on later.'
  }))
})
export type ProductFilters = Static<typeof ListProducts>

export const ProductParams = strictObject({
  id: Type.String({
    minLength: 1,
    maxLength: 200,
    pattern: '^[^\\x00-\\x1f\\x7f-\\x9f]+$',
    errorMessage: 'must have no control characters',
    description: 'Id, or an alias: `sku:…` (without regard to case), `gtin:…`, `ref:…` (your externalRef), URL-encoded.',
    examples: ['prd_01JB3ZK6Q0T8X4M2N7C9V5W1YD']
  })
})

const policy = (title: string, what: string) => oneOf(['caller', 'always', 'never'], {
  default: 'caller', title, description: `Whether products created, updated or upserted by API require ${what}: as the caller says, always, or never.`
})

export const ProductSettings = strictObject({
  batchPolicy: policy('Batch policy', 'a batch'),
  expiryPolicy: policy('Expiry policy', 'an expiry date'),
  onPolicyConflict: oneOf(['override', 'reject'], {
    default: 'override', title: 'When a caller says otherwise', description: 'Override and say so in the answer, or reject the call with 422.'
  })
})
export type ProductSettingsValues = Static<typeof ProductSettings>

export const BarcodeParams = strictObject({
  ...ProductParams.properties,
  value: Type.String({
    minLength: 1,
    maxLength: 64,
    pattern: '^[^\\x00-\\x1f\\x7f-\\x9f]+$',
    errorMessage: 'must have no control characters',
    description: 'The code; a GTIN in any of its lengths.',
    examples: ['4006381333931']
  })
})

export const UnitParams = strictObject({ ...ProductParams.properties, code: unitCode })

// Labels as callers see them.
import { Timestamp, listParameters, nullable, pageOf, strictObject, Type, type Static } from 'logistics-wms-api-webhooks/plugin'

export const ReturnLabel = strictObject({
  id: Type.String({ examples: ['rlb_01JB3ZK6Q0T8X4M2N7C9V5W1YD'] }),
  number: Type.String({ description: 'What stands on the label.', examples: ['RET-000042'] }),
  orderRef: Type.String({ examples: ['WEB-536365'] }),
  carrier: Type.String({ examples: ['Royal Mail'] }),
  reason: nullable(Type.String(), { examples: ['Too small'] }),
  qrCode: Type.String({ description: 'The one that shows it may send a parcel at the warehouse\'s cost.', examples: ['RL1:RET-000042'] }),
  version: Type.Integer({ examples: [1] }),
  createdAt: Timestamp(),
  updatedAt: Timestamp()
}, { $id: 'ReturnLabel' })

export const ReturnLabelPage = pageOf(ReturnLabel, 'ReturnLabelPage')

/** No control characters, and at least one that is not white space. */
const PRINTABLE = {
  pattern: '^[^\\x00-\\x1f\\x7f-\\x9f]*[^\\x00-\\x1f\\x7f-\\x9f\\s][^\\x00-\\x1f\\x7f-\\x9f]*$',
  errorMessage: 'must have a character that is not white space, and no control characters'
}

export const CreateReturnLabel = strictObject({
  orderRef: Type.String({ ...PRINTABLE, maxLength: 100, description: 'Your own reference of the order.', examples: ['WEB-536365'] }),
  reason: Type.Optional(Type.String({ ...PRINTABLE, maxLength: 200, description: 'Why the goods come back.', examples: ['Too small'] }))
})

export const ListReturnLabels = strictObject(listParameters)

export type ReturnLabelView = Static<typeof ReturnLabel>
export type ReturnLabelDraft = Static<typeof CreateReturnLabel>

// Owners of goods.
import { Type, type Static } from '#kernel'

export const Owners = Type.Object({
  data: Type.Array(Type.Object({
    id: Type.String({ examples: ['own_00000000000000000000000000'] }),
    code: Type.String({ examples: ['default'] }),
    name: Type.String({ examples: ['Default owner'] })
  }, { additionalProperties: false }))
}, { $id: 'Owners', additionalProperties: false })
export type OwnerView = Static<typeof Owners>['data'][number]

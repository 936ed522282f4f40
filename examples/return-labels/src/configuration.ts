// What this plugin reads of the process environment.
import { Type, type Static } from 'logistics-wms-api-webhooks/plugin'

export const configuration = Type.Object({
  carrier: Type.String({ env: 'RETURN_LABELS_CARRIER', default: 'Royal Mail', maxLength: 50, accepts: 'the name of a carrier, at most 50 characters' })
})

export type Configuration = Static<typeof configuration>

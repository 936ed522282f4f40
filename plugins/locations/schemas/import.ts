// Many locations at once, from a CSV file.
import { Type, oneOf, strictObject, type Static } from '#kernel'
import { CsvText } from '../domain/csv.js'

export const ImportLocations = strictObject({
  csv: CsvText,
  apply: Type.Boolean({ description: 'False: only say what would change.', examples: [false] })
}, { $id: 'ImportLocations' })
export type ImportInput = Static<typeof ImportLocations>

export const ImportedLocations = Type.Object({
  applied: Type.Boolean({ examples: [false] }),
  created: Type.Integer({ examples: [2] }),
  updated: Type.Integer({ examples: [0] }),
  unchanged: Type.Integer({ examples: [0] }),
  changes: Type.Array(Type.Object({
    line: Type.Integer({ description: 'Of the file.', examples: [2] }),
    code: Type.String({ examples: ['A-01-1'] }),
    change: oneOf(['create', 'update'], { examples: ['create'] }),
    fields: Type.Array(Type.Object({
      name: Type.String({ examples: ['zone'] }), from: Type.Unknown({ examples: [null] }), to: Type.Unknown({ examples: ['A'] })
    }, { additionalProperties: false }))
  }, { additionalProperties: false }), { description: 'What is created or differs, in the order of the file.' })
}, { $id: 'ImportedLocations', additionalProperties: false })
export type ImportAnswer = Static<typeof ImportedLocations>

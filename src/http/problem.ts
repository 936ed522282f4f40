// The schemas of an error's body.
import { Type } from '@sinclair/typebox'
import { oneOf, ref } from '../kernel/contract/schema.js'

/** One wrong part of a request. */
export const ProblemDetail = Type.Object({
  in: oneOf(['body', 'query', 'path', 'header']),
  pointer: Type.String({ description: 'JSON pointer into that part, e.g. `/barcodes/0/value`.' }),
  code: Type.String(),
  message: Type.String()
}, { $id: 'ProblemDetail', additionalProperties: false })

/** The body of every error: RFC 9457, with a stable dotted `code`. */
export const Problem = Type.Object({
  type: Type.String({ description: '`about:blank`: the code says what happened (RFC 9457, section 4.2.1).' }),
  title: Type.String(),
  status: Type.Integer(),
  code: Type.String({ description: 'Stable, dotted, made for programs.' }),
  detail: Type.String({ description: 'One sentence for a person.' }),
  requestId: Type.String({ description: 'Find the call in the audit with it.' }),
  errors: Type.Optional(Type.Array(ref(ProblemDetail)))
}, {
  $id: 'Problem',
  additionalProperties: false,
  examples: [{
    type: 'about:blank',
    title: 'Bad Request',
    status: 400,
    code: 'request.invalid',
    detail: 'body /sku is required',
    requestId: 'req_01JB3ZK6Q0T8X4M2N7C9V5W1YD',
    errors: [{ in: 'body', pointer: '/sku', code: 'required', message: 'is required' }]
  }]
})

import { strictObject, Type } from '#kernel'

const text = (maxLength: number, examples: string[], description?: string): ReturnType<typeof Type.String> =>
  Type.String({ maxLength, examples, ...(description === undefined ? {} : { description }) })

const ID = 'wmsc_4fJ8sK2mQx9LrTzB7nVcYd'
const SECRET = 'wmss_ShownOnceShownOnceShownOnceShownOnceShownOnce0000'

export const TokenRequest = Type.Object({
  grant_type: Type.Optional(text(100, ['client_credentials'], 'Default in JSON; needed in a form.')),
  client_id: Type.Optional(text(200, [ID], 'Or `clientId`, or HTTP Basic.')),
  client_secret: Type.Optional(text(200, [SECRET], 'Or `clientSecret`, or HTTP Basic.')),
  clientId: Type.Optional(text(200, [ID])),
  clientSecret: Type.Optional(text(200, [SECRET])),
  scope: Type.Optional(text(10_000, ['product.create products:read'], 'Operations or groups, separated by spaces. Default: all that the client was granted.'))
}, {
  $id: 'TokenRequest',
  additionalProperties: true,
  description: 'Other parameters are ignored (RFC 6749, section 3.2).',
  examples: [{ client_id: ID, client_secret: SECRET }]
})

export const TokenAnswer = strictObject({
  access_token: Type.String({ examples: ['eyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiIifQ.c2lnbmF0dXJl'] }),
  token_type: Type.Literal('Bearer', { examples: ['Bearer'] }),
  expires_in: Type.Integer({ examples: [3600] }),
  scope: Type.String({ description: 'What was granted, separated by spaces.', examples: ['product.create product.get product.list'] })
}, { $id: 'TokenAnswer' })

export const Jwks = Type.Object({
  keys: Type.Array(Type.Object({
    kty: Type.String({ examples: ['RSA'] }),
    use: Type.String({ examples: ['sig'] }),
    alg: Type.String({ examples: ['RS256'] }),
    kid: Type.String({ examples: ['NzbLsXh8uDCcd-6MNwXF4W_7noWXFZAfHkxZsRGC9Xs'] }),
    n: Type.String({ examples: ['0vx7agoebGcQSuuPiLJXZptN9nndrQmbXEps2aiAFbWhM78LhWx4'] }),
    e: Type.String({ examples: ['AQAB'] })
  }))
}, { $id: 'Jwks' })

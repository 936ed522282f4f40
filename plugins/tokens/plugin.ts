// Tokens for API clients: minted for a secret, good for one hour, and only while their client is.
import { definePlugin, withErrors } from '#kernel'
import { errors, errorsOf } from './error-codes.js'
import type { ClientsService } from '../clients/public.js'
import { configuration, type TokensConfig } from './configuration.js'
import { createTokens } from './jwt.js'
import { openKeyRing } from './signing-keys.js'
import { createTokenLimits } from './limits.js'
import { tokenRoutes } from './routes.js'
import { authenticate } from './service.js'
import { Jwks, TokenAnswer, TokenRequest } from './schemas.js'

export default definePlugin({
  id: 'tokens',
  title: 'Tokens',
  summary: 'Exchanges the secret of an API client for a token that lives one hour.',
  category: 'Other Integrations',
  requires: ['external-api', 'clients'],
  operations: withErrors(errorsOf, {
    'auth.token': {
      title: 'Get a token',
      description: 'OAuth 2.0 client credentials (RFC 6749, section 4.4) as JSON, form or HTTP Basic. Errors are RFC 6749 JSON: `error`, `error_description`.',
      access: 'public',
      locked: true,
      recordedFields: ['client_id', 'clientId', 'grant_type', 'grantType', 'scope', 'token_type', 'expires_in', 'error', 'error_description', 'status', 'code',
        'title', 'requestId']
    },
    'auth.jwks': { title: 'Read the public keys of tokens', description: 'JSON Web Key Set (RFC 7517).', access: 'public', locked: true }
  }),
  configuration,
  errors,
  schemas: [TokenRequest, TokenAnswer, Jwks],
  async register (app, kernel) {
    const clients = kernel.services.use<ClientsService>('clients')
    const keys = await openKeyRing(kernel)
    const tokens = await createTokens(app, kernel, keys)
    kernel.ports.access.provide('client', {
      authenticate: async request => await authenticate(clients, tokens, request),
      securitySchemes: {
        clientCredentials: {
          type: 'oauth2', description: 'Id and secret of an API client.', flows: { clientCredentials: { tokenUrl: '/api/external/v1/auth/token', scopes: {} } }
        },
        bearer: { type: 'http', scheme: 'bearer', bearerFormat: 'JWT' }
      }
    })
    const limits = createTokenLimits(() => kernel.clock.now(), kernel.plugin.config<TokensConfig>())
    kernel.ports.limits.provide(limits.provider)
    tokenRoutes(app, clients, { tokens, keys, limits })
  }
})

// The answer to a test: the whole exchange with the receiver.
import { Type, Timestamp, nullable, type Static } from '#kernel'

const headers = (description: string) => Type.Record(Type.String(), Type.String(), { description, examples: [{ 'content-type': 'application/json' }] })

export const WebhookTestResult = Type.Object({
  succeeded: Type.Boolean({ description: 'The receiver answered 2xx.', examples: [true] }),
  attemptId: Type.String({ description: 'Its `requestId` in the audit.', examples: ['att_01JB3ZK6Q0T8X4M2N7C9V5W1YD'] }),
  eventId: Type.String({ description: 'Sent as `webhook-id`.', examples: ['evt_01JB3ZK6Q0T8X4M2N7C9V5W1YD'] }),
  startedAt: Timestamp(),
  durationMs: Type.Number({ examples: [38.2] }),
  timings: Type.Record(Type.String(), Type.Number(), { description: 'Milliseconds per phase.', examples: [{ connectMs: 20.1, ttfbMs: 15.3, totalMs: 38.2 }] }),
  remoteAddress: nullable(Type.String(), { description: 'The address that was dialled.', examples: ['203.0.113.7'] }),
  request: Type.Object({
    method: Type.String({ examples: ['POST'] }),
    url: Type.String({ examples: ['https://erp.example.com/hooks/wms'] }),
    headers: headers('As sent, except for the credentials.'),
    body: Type.String({ description: 'The envelope, as sent.', examples: ['{"type":"webhook.test"}'] })
  }, { additionalProperties: false }),
  response: nullable(Type.Object({
    status: Type.Integer({ examples: [204] }),
    headers: headers('As received; credentials are blanked.'),
    body: Type.String({ description: 'At most the first 16 KiB; credentials are blanked.', examples: [''] }),
    truncated: Type.Boolean({ examples: [false] })
  }, { additionalProperties: false }), { description: 'Null when no answer came.' }),
  errorClass: nullable(Type.String(), { description: 'As of an attempt; null on success.', examples: [null] }),
  errorMessage: nullable(Type.String(), { examples: [null] })
}, { $id: 'WebhookTestResult', additionalProperties: false })
export type WebhookTestResultView = Static<typeof WebhookTestResult>

// What this plugin reads of the process environment.
import { nullable, Type, type Static } from '#kernel'
import { PASSWORD_MAX, PASSWORD_MIN } from './password.js'

export const configuration = Type.Object({
  email: Type.String({ env: 'OPERATOR_EMAIL', default: 'admin@localhost', pattern: '^[^\\s@]{1,64}@[^\\s@]{1,190}$', accepts: 'an e-mail address' }),
  /** Null: one is generated and printed once. */
  password: nullable(Type.String({
    env: 'OPERATOR_PASSWORD',
    default: null,
    minLength: PASSWORD_MIN,
    maxLength: PASSWORD_MAX,
    secret: true,
    accepts: `${PASSWORD_MIN} to ${PASSWORD_MAX} characters`
  })),
  /** log2 of scrypt's N. */
  passwordCost: Type.Integer({
    env: 'PASSWORD_COST', default: 15, minimum: 14, maximum: 20, accepts: 'a whole number from 14 to 20: each step doubles the time and the memory of a sign-in'
  })
})

export type OperatorsConfig = Static<typeof configuration>

// The environment becomes a typed configuration, or a line per mistake.
import t from 'tap'
import { ConfigError, loadConfig as load, pluginNames, type Config } from '../src/config.js'
import { Type, definePlugin } from '../src/kernel/contract/index.js'
import { plugins } from '../plugins/index.js'

const loadConfig = (env: NodeJS.ProcessEnv): Readonly<Config> => load(plugins, env)
const KEY = Buffer.alloc(32, 7)
const NOTHING = Object.fromEntries(plugins.map(({ id }) => [id, {}]))
const CLUSTER = { DATABASE_URL: 'postgresql://wms:secret@db.example.com/wms', PUBLIC_URL: 'https://wms.example.com', ENCRYPTION_KEY: KEY.toString('base64') }

function mistakes (env: NodeJS.ProcessEnv): readonly string[] {
  try {
    loadConfig(env)
  } catch (error) {
    if (error instanceof ConfigError) return error.lines
    throw error
  }
  return []
}

t.test('nothing set – the defaults of a laptop', async t => {
  const config = loadConfig({})
  t.strictSame(config, {
    host: '127.0.0.1',
    port: 3000,
    publicUrl: null,
    dataDir: './data',
    databaseUrl: null,
    databasePoolSize: 12,
    databaseWaitMs: 60_000,
    encryptionKey: null,
    diskReserve: 1_073_741_824,
    roles: ['api', 'worker'],
    outboundAllowCidrs: [],
    trustedProxies: [],
    logLevel: 'info',
    of: { ...NOTHING, operators: { email: 'admin@localhost', password: null, passwordCost: 15 }, tokens: { mintsPerMinute: 30, callsPerMinute: 0 } }
  })
  t.ok(Object.isFrozen(config))
})

t.test('an empty variable counts as unset', async t => {
  const names = ['HOST', 'PORT', 'PUBLIC_URL', 'DATA_DIR', 'DATABASE_URL', 'ENCRYPTION_KEY', 'OPERATOR_EMAIL', 'OPERATOR_PASSWORD', 'PASSWORD_COST',
    'DISK_RESERVE_MB', 'ROLES', 'WEBHOOK_ALLOW_CIDRS', 'TRUSTED_PROXIES', 'LOG_LEVEL']
  t.strictSame(loadConfig(Object.fromEntries(names.map(name => [name, ' ']))), loadConfig({}))
})

t.test('everything set is taken over in its type', async t => {
  const config = loadConfig({
    ...CLUSTER,
    HOST: '[::1]',
    PORT: '0',
    DATA_DIR: '/srv/wms data',
    DATABASE_POOL_SIZE: '25',
    OPERATOR_EMAIL: 'ops@example.com',
    OPERATOR_PASSWORD: ' twelve letters ',
    PASSWORD_COST: '17',
    DISK_RESERVE_MB: '200',
    ROLES: 'worker, api',
    WEBHOOK_ALLOW_CIDRS: '10.0.0.0/8, 192.168.7.5,fd00::/8',
    TRUSTED_PROXIES: '::1',
    LOG_LEVEL: 'debug'
  })
  t.strictSame(config, {
    host: '::1',
    port: 0,
    publicUrl: 'https://wms.example.com',
    dataDir: '/srv/wms data',
    databaseUrl: CLUSTER.DATABASE_URL,
    databasePoolSize: 25,
    databaseWaitMs: 60_000,
    encryptionKey: KEY,
    diskReserve: 209_715_200,
    roles: ['worker', 'api'],
    outboundAllowCidrs: ['10.0.0.0/8', '192.168.7.5', 'fd00::/8'],
    trustedProxies: ['::1'],
    logLevel: 'debug',
    of: {
      ...NOTHING, operators: { email: 'ops@example.com', password: ' twelve letters ', passwordCost: 17 }, tokens: { mintsPerMinute: 30, callsPerMinute: 0 }
    }
  })
})

for (const [form, text] of [['base64', KEY.toString('base64')], ['base64url', KEY.toString('base64url')], ['hex', KEY.toString('hex')]] as const) {
  t.test(`ENCRYPTION_KEY may be ${form}`, async t => t.strictSame(loadConfig({ ENCRYPTION_KEY: text }).encryptionKey, KEY))
}

for (
  const [given, expected] of [['https://wms.example.com/', 'https://wms.example.com'], ['http://wms.example.com:8080/', 'http://wms.example.com:8080'], [
    'HTTPS://WMS.example.com:443',
    'https://wms.example.com'
  ]] as const
) {
  t.test(`PUBLIC_URL ${given} has no slash at its end`, async t => t.equal(loadConfig({ PUBLIC_URL: given }).publicUrl, expected))
}

for (const url of ['postgres://db/wms', 'postgresql://wms@localhost/wms?host=%2Ftmp%2Fsocket', 'postgresql:///wms?host=/var/run/postgresql']) {
  t.test(`DATABASE_URL may be ${url}`, async t => t.equal(loadConfig({ ...CLUSTER, DATABASE_URL: url }).databaseUrl, url))
}

const wrong: Record<string, readonly string[]> = {
  HOST: ['a b', 'http://x', '-x', 'a/b', 'x:80'],
  PORT: ['-1', '65536', '80a', '1.5', '0x50'],
  PUBLIC_URL: ['wms.example.com', 'ftp://x', 'https://x/?a=b', 'https://x/#a', 'https://user@x'],
  DATABASE_URL: ['mysql://x/y', 'db.example.com', '/var/run'],
  DATABASE_POOL_SIZE: ['3', '201', 'many'],
  ENCRYPTION_KEY: ['short', KEY.toString('hex').slice(1), KEY.subarray(1).toString('base64'), `${KEY.toString('base64')}AAAA`],
  OPERATOR_EMAIL: ['admin', 'a b@c', '@x', 'a@'],
  PASSWORD_COST: ['13', '21', 'much'],
  OPERATOR_PASSWORD: ['elevenchars', 'x'.repeat(257)],
  ROLES: ['api,boss', ',', 'API'],
  WEBHOOK_ALLOW_CIDRS: ['10.0.0.0/33', 'intranet', '10.0.0.0/8;10.1.0.0/16', '10.0.0/8'],
  TRUSTED_PROXIES: ['*', 'true', '1.2.3.4,x'],
  LOG_LEVEL: ['loud', 'INFO']
}
for (const [name, values] of Object.entries(wrong)) {
  for (const value of values) {
    t.test(`${name}=${value.slice(0, 30)} is refused with one line`, async t => {
      const lines = mistakes({ ...(name === 'DATABASE_URL' ? CLUSTER : {}), [name]: value })
      t.equal(lines.length, 1, lines.join('\n'))
      t.match(lines[0], new RegExp(`^${name} must be `))
    })
  }
}

t.test('a secret is never repeated on the terminal', async t => {
  const lines = mistakes({ OPERATOR_PASSWORD: 'hunter2', ENCRYPTION_KEY: 'hunter2', DATABASE_URL: 'mysql://u:hunter2@x/y', PUBLIC_URL: 'https://x' })
  t.equal(lines.length, 3)
  t.notMatch(lines.join('\n'), /hunter2/)
})

t.test('DATABASE_URL needs PUBLIC_URL and ENCRYPTION_KEY', async t => {
  const lines = mistakes({ DATABASE_URL: CLUSTER.DATABASE_URL })
  t.equal(lines.length, 2)
  t.match(lines[0], /^PUBLIC_URL must be set/)
  t.match(lines[1], /^ENCRYPTION_KEY must be set/)
  t.strictSame(mistakes(CLUSTER), [])
})

for (const host of ['0.0.0.0', '::', '[::]', '0', '::0', '0:0:0:0:0:0:0:0']) {
  t.test(`HOST=${host} listens everywhere and needs PUBLIC_URL`, async t => {
    const lines = mistakes({ HOST: host })
    t.equal(lines.length, 1)
    t.match(lines[0], /^PUBLIC_URL must be set/)
    t.strictSame(mistakes({ HOST: host, PUBLIC_URL: 'https://x' }), [])
  })
}

t.test('all mistakes are reported at once', async t => {
  t.strictSame(mistakes({ PORT: 'x', LOG_LEVEL: 'x', ROLES: 'x', HOST: '::' }).map(line => line.split(' ')[0]), ['PORT', 'ROLES', 'LOG_LEVEL', 'PUBLIC_URL'])
})

t.test('PLUGINS – names separated by commas', async t => {
  t.strictSame(pluginNames({ PLUGINS: ' ./return-labels, wms-plugin-x ,' }), ['./return-labels', 'wms-plugin-x'])
  t.strictSame(pluginNames({}), [])
})

t.test('what a plugin reads of the environment – in its type, with defaults; wrong and unknown ones in a line each', async t => {
  const labels = definePlugin({
    id: 'return-labels',
    title: 'Return labels',
    summary: 'A toy.',
    category: 'Toys',
    requires: [],
    operations: {},
    configuration: Type.Object({
      url: Type.String({ env: 'RETURN_LABELS_URL', default: 'https://labels.example.com', pattern: '^https://', accepts: 'an https URL' }),
      colours: Type.Array(Type.String({ enum: ['red', 'blue'] }), { env: 'RETURN_LABELS_COLOURS', default: [], accepts: 'red, blue or both' }),
      isFast: Type.Boolean({ env: 'RETURN_LABELS_FAST', default: false, accepts: 'true or false' }),
      key: Type.String({ env: 'RETURN_LABELS_KEY', default: '', minLength: 8, accepts: 'at least 8 characters', secret: true })
    }),
    register () {}
  })
  const read = (env: NodeJS.ProcessEnv): unknown => load([labels], env).of['return-labels']
  t.strictSame(read({}), { url: 'https://labels.example.com', colours: [], isFast: false, key: '' })
  t.strictSame(read({ RETURN_LABELS_COLOURS: 'red, blue', RETURN_LABELS_FAST: 'true', RETURN_LABELS_KEY: ' with space ' }), {
    url: 'https://labels.example.com',
    colours: ['red', 'blue'],
    isFast: true,
    key: ' with space '
  })
  const lines = (env: NodeJS.ProcessEnv): readonly string[] => {
    try { read(env) } catch (error) { return (error as ConfigError).lines }
    return []
  }
  t.strictSame(lines({ RETURN_LABELS_URL: 'ftp://x', RETURN_LABELS_COLOURS: 'green', RETURN_LABELS_FAST: 'yes', RETURN_LABELS_KEY: 'short' }), [
    'RETURN_LABELS_URL must be an https URL; it is "ftp://x".',
    'RETURN_LABELS_COLOURS must be red, blue or both; it is "green".',
    'RETURN_LABELS_FAST must be true or false; it is "yes".',
    'RETURN_LABELS_KEY must be at least 8 characters.'
  ])
  t.match(lines({ RETURN_LABELS_COLOUR: 'red' }), [/^RETURN_LABELS_COLOUR is not known: plugin return-labels reads RETURN_LABELS_URL, /])
})

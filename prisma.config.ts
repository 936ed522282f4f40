import { fileURLToPath } from 'node:url'
import { defineConfig } from 'prisma/config'

// This file serves the Prisma command line only (the service reads its own settings in src/config.ts).
// `prisma generate` looks for a native schema engine that it never calls and would download one; any existing file satisfies
// it. Only for `generate`: `prisma migrate deploy` needs the real engine and may fetch it.
if (process.argv.includes('generate')) process.env['PRISMA_SCHEMA_ENGINE_BINARY'] ??= fileURLToPath(import.meta.url)

export default defineConfig({
  schema: 'prisma/models',
  migrations: { path: 'prisma/migrations' },
  datasource: { url: process.env['DATABASE_URL'] ?? 'postgresql://localhost/unset' }
})

import { defineConfig } from 'drizzle-kit'

export default defineConfig({
  dialect: 'sqlite',
  schema: ['./db/schema.ts', './db/access/schema.ts', './db/github/schema.ts', './db/billing/schema.ts'],
  out: './db/migrations',
})

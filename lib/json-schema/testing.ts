import type { SchemaChecker } from '@/lib/core/ports/ports'
import { check, checkSchema } from './schema-check'

/** The checks that ship, in this thread: for tests whose schemas are their own. */
export const inlineSchemas: SchemaChecker = {
  checkSchema: async (schema) => checkSchema(schema),
  check: async (schema, value) => check(schema, value),
}

import type { Json } from '@/lib/core/base/json'
import type { SchemaComplaint } from '@/lib/core/ports/ports'
import { plainSchema } from '@/lib/core/schema/answer-schema'
import { compileSchema, complaintsOf } from './compile-schema'
import { findContradiction } from './schema-contradictions'

/**
 * Complaints about a schema itself: that it is none, or that nothing could ever fit it. Blocks its thread:
 * only for the untrusted worker.
 */
export function checkSchema(schema: Json): SchemaComplaint[] {
  const found = compileSchema(schema)
  const contradiction = findContradiction(plainSchema(schema))
  // Ajv says of a lost reference only that it is lost, not where it is.
  if ('complaints' in found && found.complaints.some(({ path }) => path !== '')) return found.complaints
  if (contradiction !== null) return [contradiction]
  return 'complaints' in found ? found.complaints : []
}

/** Complaints about a value, or about the schema when that is no schema. Blocks its thread. */
export function check(schema: Json, value: Json): SchemaComplaint[] {
  const found = compileSchema(schema)
  if ('complaints' in found) return found.complaints
  return found.validate(value) === true ? [] : complaintsOf(found.validate.errors)
}

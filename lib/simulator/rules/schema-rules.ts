import type { JsonObject } from '@/lib/core/base/json'
import { propertiesOf } from '@/lib/core/schema/schema-keywords'
import { allSchemas } from '@/lib/core/schema/schema-walk'
import { invalid } from '../wire/errors'

const PROPERTY_NAME = /^[a-zA-Z0-9_.-]{1,64}$/

/**
 * A tool's input is an object, has no alternatives at its top, and plain names for its properties, however
 * deep.
 */
export function checkInputSchema(schema: JsonObject, index: number): void {
  const at = `tools.${index}.custom.input_schema`
  if (schema.type !== 'object') throw invalid(`${at}.type: Input should be 'object'`)
  if (schema.anyOf !== undefined || schema.oneOf !== undefined || schema.allOf !== undefined)
    throw invalid(`${at}: input_schema does not support oneOf, allOf, or anyOf at the top level`)
  if (
    allSchemas(schema).some(({ schema: one }) =>
      Object.keys(propertiesOf(one)).some((name) => !PROPERTY_NAME.test(name)),
    )
  )
    throw invalid(`${at}.properties: Property keys should match pattern '^[a-zA-Z0-9_.-]{1,64}$'`)
}

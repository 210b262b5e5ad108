import { isJsonObject, type Json, type JsonObject } from '@/lib/core/base/json'
import { withMovedReference } from '@/lib/core/schema/schema-references'
import { allSchemas, mapSchemas } from '@/lib/core/schema/schema-walk'
import { compileSchema, readPattern } from '@/lib/json-schema/compile-schema'

/**
 * Whether a value obeys a schema whose references lead into `root`. A schema that cannot be compiled judges
 * nothing: any answer to it is as good as another.
 */
export function isValid(value: Json, schema: Json | undefined, root: JsonObject): boolean {
  const compiled = compileSchema(schema === root ? root : asDocument(schema ?? true, root))
  return 'complaints' in compiled || compiled.validate(value) === true
}

/** Where the document of a part stands in the document made of that part. */
const WHOLE = '/$defs/whole'

/** A part of a document as a document of its own: with the whole beside it if it refers to that. */
function asDocument(part: Json, root: JsonObject): Json {
  if (!allSchemas(part).some(({ schema }) => schema.$ref !== undefined))
    return isJsonObject(part) ? { ...draftOf(root), ...part } : part
  const { $id, ...whole } = root
  const moved = (document: Json) => mapSchemas(document, (schema) => withMovedReference(schema, WHOLE))
  return { ...draftOf(root), allOf: [moved(part)], $defs: { whole: moved(whole) } }
}

function draftOf({ $schema }: JsonObject): JsonObject {
  return $schema === undefined ? {} : { $schema }
}

/** Tests a schema's pattern; one that is no expression at all matches everything. */
export function matches(pattern: string, value: string): boolean {
  try {
    return readPattern(pattern).test(value)
  } catch {
    return true
  }
}

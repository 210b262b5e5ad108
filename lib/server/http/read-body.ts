import { z } from 'zod'
import { cutText } from '@/lib/core/base/cut-text'
import { jsonObjectSchema, jsonSchema } from '@/lib/core/base/json'
import { extentOfJson } from '@/lib/core/base/json-extent'
import { sizeWords } from '@/lib/core/base/size-words'
import { invalid, Refusal } from '@/lib/server/services/problem'

/** Largest body read. A script may have two million characters, and args a little more. */
const LARGEST_BODY_BYTES = 3_000_000

/**
 * Bounds on nesting and number of values, checked before a body is parsed; real requests stay far below them.
 */
const DEEPEST_BODY = 100
const MOST_BODY_PARTS = 400_000

/** Values outside of free JSON (`args`, an answer), each of which is checked by a schema of its own. */
const MOST_CHECKED_PARTS = 10_000

/** The JSON body of a request, checked. Throws a refusal that says where it is wrong. */
export async function readBody<T extends z.ZodType>(request: Request, schema: T): Promise<z.infer<T>> {
  const json = await readJson(request)
  const checked = partsToCheck(schema, json)
  if (checked > MOST_CHECKED_PARTS)
    throw new Refusal(
      'too-large',
      `The body holds ${checked.toLocaleString('en')} values beside free JSON such as \`args\`; at most ${MOST_CHECKED_PARTS.toLocaleString('en')} are read. Send fewer.`,
    )
  return readAs(schema, json)
}

/** The JSON body of a request, within the bounds of size, depth and number of values; `{}` without one. */
export async function readJson(request: Request): Promise<unknown> {
  const text = await readText(request)
  if (text !== '') refuseOtherTypes(request.headers)
  refuseShape(text)
  try {
    return JSON.parse(text === '' ? '{}' : text)
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : 'it does not parse'
    throw new Refusal('bad-request', `The body is not JSON: ${reason}.`)
  }
}

function refuseShape(text: string): void {
  const { depth, parts } = extentOfJson(text)
  if (depth > DEEPEST_BODY)
    throw new Refusal(
      'bad-request',
      `The body is nested ${depth.toLocaleString('en')} levels deep; at most ${DEEPEST_BODY} are read. Flatten it.`,
    )
  if (parts > MOST_BODY_PARTS)
    throw new Refusal(
      'too-large',
      `The body holds ${parts.toLocaleString('en')} names and values; at most ${MOST_BODY_PARTS.toLocaleString('en')} are read. Send fewer, or put them into a file of the workspace.`,
    )
}

/**
 * How many values a schema looks at one by one. What it takes as free JSON is one, however much that holds.
 */
function partsToCheck(schema: z.ZodType, value: unknown): number {
  if (typeof value !== 'object' || value === null) return 1
  const fields: Record<string, unknown> = schema instanceof z.ZodObject ? schema.shape : {}
  let parts = 0
  for (const [name, part] of Object.entries(value)) parts += isFreeJson(fields[name]) ? 1 : partsIn(part)
  return parts
}

function isFreeJson(field: unknown): boolean {
  if (field === jsonSchema || field === jsonObjectSchema) return true
  return (field instanceof z.ZodOptional || field instanceof z.ZodNullable) && isFreeJson(field.unwrap())
}

function partsIn(value: unknown): number {
  let parts = 0
  const open: unknown[] = [value]
  while (open.length > 0) {
    const next = open.pop()
    parts += 1
    if (typeof next === 'object' && next !== null) for (const part of Object.values(next)) open.push(part)
  }
  return parts
}

/**
 * A page of another site can send any text without asking, and JSON only after it has asked, which is
 * refused.
 */
function refuseOtherTypes(headers: Headers): void {
  const type = headers.get('content-type') ?? ''
  if (/^application\/json *(;|$)/i.test(type.trim())) return
  const what =
    type === '' ? 'The body has no content type' : `The body is ${JSON.stringify(cutText(type, 100))}`
  throw new Refusal('unsupported', `${what}. Send JSON with \`content-type: application/json\`.`)
}

/** A value as its schema has it. Throws a refusal that says where it is wrong. */
export function readAs<T extends z.ZodType>(schema: T, value: unknown): z.infer<T> {
  const result = schema.safeParse(value)
  if (!result.success) throw invalid(result.error)
  return result.data
}

async function readText(request: Request): Promise<string> {
  const tooLarge = () =>
    new Refusal('too-large', `The body is larger than ${LARGEST_BODY_BYTES / 1_000_000} MB.`)
  return (await readBounded(request, LARGEST_BODY_BYTES, tooLarge)).toString('utf8')
}

/**
 * The body of an upload, as bytes. Its content type has to be the one that no form of another site can send.
 */
export async function readBytes(request: Request, most: number): Promise<Buffer> {
  const type = request.headers.get('content-type') ?? ''
  if (type.split(';')[0]?.trim().toLowerCase() !== 'application/octet-stream')
    throw new Refusal(
      'unsupported',
      'Send the bytes of the file with the content type application/octet-stream.',
    )
  const tooLarge = () => new Refusal('too-large', `The file is larger than ${sizeWords(most)}.`)
  const read = await readBounded(request, most, tooLarge)
  if (read.length === 0) throw new Refusal('bad-request', 'The file is empty.')
  return read
}

/** The body of a request as it came, of at most so many bytes. Throws what `tooLarge` gives for a larger one. */
export async function readBounded(request: Request, most: number, tooLarge: () => Error): Promise<Buffer> {
  if (Number(request.headers.get('content-length') ?? 0) > most) throw tooLarge()
  const chunks: Uint8Array[] = []
  let bytes = 0
  for await (const chunk of request.body ?? []) {
    bytes += chunk.length
    if (bytes > most) throw tooLarge()
    chunks.push(chunk)
  }
  return Buffer.concat(chunks)
}

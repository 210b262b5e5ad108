import { z } from 'zod'
import { isJson, type Json, type JsonObject } from '../base/json'

/** Longest path, deepest path and most args: a form stays readable, and reading it costs nothing. */
const LONGEST_PATH = 300
const DEEPEST_PATH = 20
const MOST_ARGS = 30

const pathSchema = z
  .string()
  .trim()
  .min(1, 'must not be empty')
  .max(LONGEST_PATH)
  .refine((path) => path.split('.').every((name) => name !== ''), 'has an empty name between its dots')
  .refine((path) => path.split('.').length <= DEEPEST_PATH, `has more than ${DEEPEST_PATH} names`)

const argSchema = z
  .string()
  .trim()
  .regex(/^[A-Za-z]\w{0,99}$/, 'is no name of an arg: a letter first, then letters, digits and _')

/**
 * Which parts of a body become args. `from` is names with dots between, `issue.labels.0.name`, in which a number
 * counts the items of a list; `to` is the name of the arg. Where the body has no such part the launch is left out,
 * or with `isOptional` made without that arg.
 */
export const argMappingSchema = z
  .array(z.strictObject({ from: pathSchema, to: argSchema, isOptional: z.boolean().default(false) }))
  .max(MOST_ARGS)
  .refine((all) => new Set(all.map(({ to }) => to)).size === all.length, 'gives one arg twice')
export type ArgMapping = z.output<typeof argMappingSchema>

/** The args that a body gives, and the paths of a mapping that it has not, but for optional ones. */
export function mapArgs(mapping: ArgMapping, body: unknown): { args: JsonObject; missing: string[] } {
  const args: JsonObject = {}
  const missing: string[] = []
  for (const { from, to, isOptional } of mapping) {
    const found = partAt(body, from)
    if (found !== undefined) args[to] = found
    else if (!isOptional) missing.push(from)
  }
  return { args, missing }
}

/** What stands at a path of names; undefined where nothing does. Only what a body has of its own is found. */
function partAt(body: unknown, path: string): Json | undefined {
  let part: unknown = body
  for (const name of path.split('.')) {
    if (typeof part !== 'object' || part === null || !Object.hasOwn(part, name)) return undefined
    if (Array.isArray(part) && !/^\d+$/.test(name)) return undefined
    part = Object.getOwnPropertyDescriptor(part, name)?.value
  }
  return isJson(part) ? part : undefined
}

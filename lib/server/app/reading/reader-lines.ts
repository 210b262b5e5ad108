import { z } from 'zod'
import { workspaceErrorKinds } from '@/lib/workspace/workspace-error'

const optionsSchema = z.object({
  path: z.string(),
  roots: z.array(z.string()),
  deny: z.array(z.string()),
  privateNames: z.array(z.string()),
})
const enteredSchema = z.object({ root: z.string(), denied: z.array(z.string()) })

/** What the program that reads folders is asked, a line of JSON each on its standard input. */
export const readerOrderSchema = z.discriminatedUnion('kind', [
  /** List a folder, and say what identifies its contents. */
  z.object({ kind: z.literal('open'), id: z.number(), options: optionsSchema }),
  /** Say whether a folder may be opened. */
  z.object({ kind: z.literal('enter'), id: z.number(), options: optionsSchema }),
  /** Follow a path in a folder that was entered. */
  z.object({
    kind: z.literal('locate'),
    id: z.number(),
    entered: enteredSchema,
    privateNames: z.array(z.string()),
    asked: z.string(),
  }),
  /** Throw unless a path lies in one of the roots. */
  z.object({ kind: z.literal('require'), id: z.number(), path: z.string(), roots: z.array(z.string()) }),
  /** Name the folders right below one. */
  z.object({ kind: z.literal('below'), id: z.number(), path: z.string(), most: z.number() }),
  /** Say which commit is checked out. */
  z.object({ kind: z.literal('head'), id: z.number(), path: z.string(), roots: z.array(z.string()) }),
  /** Say that a folder answers. */
  z.object({ kind: z.literal('touch'), id: z.number(), path: z.string() }),
])
export type ReaderOrder = z.infer<typeof readerOrderSchema>

const locatedSchema = z.discriminatedUnion('ok', [
  z.object({
    ok: z.literal(true),
    path: z.string(),
    absolute: z.string(),
    kind: z.enum(['file', 'folder']),
    size: z.number(),
  }),
  z.object({ ok: z.literal(false), reason: z.string() }),
])

const checkedOutSchema = z.object({
  head: z.string(),
  branch: z.string().nullable(),
  objectsFolder: z.string(),
  gitFolder: z.string(),
  index: z.string(),
  top: z.string(),
  within: z.string(),
})

const openedSchema = enteredSchema.extend({
  revision: z.string(),
  isCut: z.boolean(),
  unlistedNames: z.object({ count: z.number(), examples: z.array(z.string()) }),
})

/** What it answers, a line of JSON each; an order ends with the first that is of no kind in `unfinished`. */
export const readerLineSchema = z.discriminatedUnion('kind', [
  /** The folder has answered: it is still being read. */
  z.object({ kind: z.literal('step'), id: z.number() }),
  /** Some files in their order: path, size, time of change. */
  z.object({
    kind: z.literal('files'),
    id: z.number(),
    files: z.array(z.tuple([z.string(), z.number(), z.number()])),
  }),
  /** The folder and those right below it, and then each of them that is the top of a repository. */
  z.object({ kind: z.literal('names'), id: z.number(), paths: z.array(z.string()) }),
  z.object({ kind: z.literal('repository'), id: z.number(), path: z.string() }),
  z.object({ kind: z.literal('opened'), id: z.number(), opened: openedSchema }),
  z.object({ kind: z.literal('entered'), id: z.number(), entered: enteredSchema }),
  z.object({ kind: z.literal('located'), id: z.number(), located: locatedSchema }),
  z.object({ kind: z.literal('head'), id: z.number(), head: checkedOutSchema.nullable() }),
  z.object({ kind: z.literal('done'), id: z.number() }),
  z.object({
    kind: z.literal('refused'),
    id: z.number(),
    why: z.enum(workspaceErrorKinds),
    path: z.string(),
  }),
  z.object({ kind: z.literal('failed'), id: z.number(), message: z.string() }),
])
export type ReaderLine = z.infer<typeof readerLineSchema>

/** Lines after which more are to come. */
export const unfinished: ReadonlySet<ReaderLine['kind']> = new Set(['step', 'files', 'names', 'repository'])

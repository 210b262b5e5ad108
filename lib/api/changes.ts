import { z } from 'zod'
import { conflictSchema, patchSchema, patchStatuses } from '@/lib/core/agent/patch'
import { schemaNames } from './schema-names'
import { diffLineSchema } from './workflows'

const fileChangeSchema = z.object({
  path: z.string(),
  status: z.enum(['added', 'modified', 'deleted']),
  /** Lines; null for a binary file. */
  added: z.number().int().nullable(),
  removed: z.number().int().nullable(),
})

/** `GET /api/runs/{id}/changes`: what a run changed, as merged, and what each of its agents did. */
export const changesSchema = z
  .object({
    /** The commit its agents began from; null outside a repository. */
    head: z.string().nullable(),
    /** Files that were not committed then; null where that cannot be told. */
    dirty: z.number().int().nullable(),
    files: z.array(fileChangeSchema),
    added: z.number().int(),
    removed: z.number().int(),
    agents: z.array(
      z.object({
        agentId: z.string(),
        label: z.string(),
        phase: z.string().nullable(),
        patch: patchSchema,
        status: z.enum(patchStatuses).nullable(),
      }),
    ),
    /** When and by whom they were written to the workspace; null where they are not in it now. */
    applied: z
      .object({ at: z.string(), by: z.string(), files: z.number().int(), isCurrent: z.boolean() })
      .nullable(),
    branches: z.array(z.object({ branch: z.string(), commit: z.string() })),
    /** Whether a branch can be made: the workspace is the top of a git repository. */
    canBranch: z.boolean(),
  })
  .register(schemaNames, { id: 'Changes' })
export type Changes = z.infer<typeof changesSchema>

/** Which changes are meant: those of one agent, or all that were merged. */
export const changesQuerySchema = z.object({ agent: z.string().max(200).optional() })

/** `GET /api/runs/{id}/changes/file`. */
export const fileDiffQuerySchema = changesQuerySchema.extend({ path: z.string().min(1).max(4_100) })

/** One file, before and after, line by line. */
export const fileDiffSchema = z
  .object({
    path: z.string(),
    /** `binary`: no text. `large`: too long to be compared here; it is in the patch. */
    kind: z.enum(['text', 'binary', 'large']),
    before: z.object({ bytes: z.number().int(), mode: z.string() }).nullable(),
    after: z.object({ bytes: z.number().int(), mode: z.string() }).nullable(),
    added: z.number().int(),
    removed: z.number().int(),
    hunks: z.array(z.array(diffLineSchema)),
    isCut: z.boolean(),
  })
  .register(schemaNames, { id: 'FileDiff' })
export type FileDiff = z.infer<typeof fileDiffSchema>

const comparedSideSchema = z.object({
  id: z.string(),
  title: z.string(),
  /** False for a run whose agents only read. */
  changesFiles: z.boolean(),
})

/** What one run did to a file; null where it left it as it was. */
const doneToFileSchema = fileChangeSchema.omit({ path: true }).nullable()

/** The run that another one's changes are compared with. */
export const comparedWithQuerySchema = z.object({ with: z.string().min(1).max(200) })

/** `GET /api/runs/{id}/changes/compare`: how the changes of two runs differ; `from` is the run of the path. */
export const comparedChangesSchema = z
  .object({
    from: comparedSideSchema,
    to: comparedSideSchema,
    /** Whether both began from the same files. Where not, files may differ that neither changed. */
    isSameBase: z.boolean(),
    files: z.array(
      z.object({
        path: z.string(),
        /** `alike`: both changed it, and left it the same. */
        kind: z.enum(['only-from', 'only-to', 'alike', 'different']),
        from: doneToFileSchema,
        to: doneToFileSchema,
      }),
    ),
    /** How many there are of each kind, whether or not they are listed. */
    counts: z.object({
      'only-from': z.number().int(),
      'only-to': z.number().int(),
      alike: z.number().int(),
      different: z.number().int(),
    }),
    isCut: z.boolean(),
  })
  .register(schemaNames, { id: 'ComparedChanges' })
export type ComparedChanges = z.infer<typeof comparedChangesSchema>
export type ComparedFile = ComparedChanges['files'][number]

/** `GET /api/runs/{id}/changes/compare/file`: the file as the run left it, against how the other left it. */
export const comparedFileQuerySchema = comparedWithQuerySchema.extend({ path: z.string().min(1).max(4_100) })

/** `POST /api/runs/{id}/apply`: what became of writing the changes to the workspace. */
export const applyResultSchema = z
  .discriminatedUnion('kind', [
    z.object({ kind: z.literal('applied'), files: z.number().int() }),
    /** Nothing was written: these places of the workspace changed since the run began. */
    z.object({ kind: z.literal('conflict'), conflicts: z.array(conflictSchema) }),
  ])
  .register(schemaNames, { id: 'ApplyResult' })
export type ApplyResult = z.infer<typeof applyResultSchema>

export const undoResultSchema = z
  .object({ files: z.number().int() })
  .register(schemaNames, { id: 'UndoResult' })

/** `POST /api/runs/{id}/branch`. */
export const branchSchema = z
  .strictObject({ branch: z.string().trim().min(1).max(200).optional() })
  .register(schemaNames, { id: 'BranchRequest' })
export type BranchInput = z.infer<typeof branchSchema>
export const branchedSchema = z
  .object({ branch: z.string(), commit: z.string() })
  .register(schemaNames, { id: 'Branched' })

/** Which file of a run, and the line or the page of a document that is meant; its surroundings are told. */
export const runFileQuerySchema = z.object({
  path: z.string().min(1).max(4_100),
  line: z.coerce.number().int().min(1).max(100_000_000).optional(),
  page: z.coerce.number().int().min(1).max(1_000_000).optional(),
})

/** A part of a file as a run left it, or as it is in the run's workspace. */
export const runFileSchema = z
  .object({
    path: z.string(),
    /** `run`: as the run's agents left it. `workspace`: as the folder holds it now. */
    from: z.enum(['run', 'workspace']),
    /** `page`: what was read of a page of a document. `binary`: no text, so no lines. */
    kind: z.enum(['text', 'page', 'binary']),
    bytes: z.number().int(),
    lines: z.array(z.string()),
    /** Number of the first of these lines, and how many the file has. */
    firstLine: z.number().int(),
    totalLines: z.number().int(),
    /** The line that is meant, where that is known; in a text made of a document, where its page begins. */
    line: z.number().int().nullable().default(null),
    /** Number of the page, and how many the document has; null where it has none. */
    page: z.number().int().nullable().default(null),
    totalPages: z.number().int().nullable().default(null),
    /** Why there is no text, in a sentence. */
    problem: z.string().nullable().default(null),
  })
  .register(schemaNames, { id: 'RunFile' })
export type RunFile = z.infer<typeof runFileSchema>

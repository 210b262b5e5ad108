import { z } from 'zod'
import { actorSchema } from '@/lib/core/base/actor'
import { jsonSchema } from '@/lib/core/base/json'
import { workflowOriginSchema } from '@/lib/core/spec/run'
import { phaseSchema, runStatuses } from '@/lib/core/spec/run-status'
import { schemaNames } from './schema-names'

/** One `agent()` call in the source. `many` when it is in a loop or a callback. */
export const plannedCallSchema = z.object({
  line: z.number().int(),
  column: z.number().int(),
  phase: z.string().nullable(),
  label: z.string().nullable(),
  model: z.string().nullable(),
  multiplicity: z.enum(['one', 'many']),
  hasSchema: z.boolean(),
})
export type PlannedCall = z.infer<typeof plannedCallSchema>

/** What is wrong with a source, and where; line and column count from 1. */
export const sourceProblemSchema = z.object({
  message: z.string(),
  line: z.number().int().nullable(),
  column: z.number().int().nullable(),
})
export type SourceProblem = z.infer<typeof sourceProblemSchema>

/** Statistics of the newest hundred runs of this name, and the number of all of them. */
export const workflowUsageSchema = z.object({
  runs: z.number().int(),
  lastRun: z.object({ id: z.string(), status: z.enum(runStatuses), at: z.string() }).nullable(),
  medianCostNanoUsd: z.number().int().nullable(),
  medianDurationMs: z.number().int().nullable(),
  successShare: z.number().nullable(),
  simulated: z.boolean(),
})

export const workflowSummarySchema = z.object({
  name: z.string(),
  description: z.string(),
  whenToUse: z.string().nullable(),
  phases: z.array(phaseSchema),
  argsSchema: jsonSchema.nullable(),
  /** What it cannot run without (`meta.needs`), such as `workspace`. */
  needs: z.array(z.string()),
  origin: workflowOriginSchema,
  /** The file it was imported from, or lies in. */
  originPath: z.string().nullable(),
  /** Null for what has no versions: built-in workflows and files of a workspace. */
  version: z.number().int().nullable(),
  digest: z.string(),
  savedAt: z.string().nullable(),
  savedBy: actorSchema.nullable(),
  usage: workflowUsageSchema,
  /** Why it cannot be launched as it is; null when it can. */
  problem: sourceProblemSchema.nullable(),
})
export type WorkflowSummary = z.infer<typeof workflowSummarySchema>

export const workflowListQuerySchema = z.object({
  /** A folder whose `.claude/workflows` is listed too. */
  workspace: z.string().min(1).max(4096).optional(),
})
export const workflowListSchema = z
  .object({ workflows: z.array(workflowSummarySchema) })
  .register(schemaNames, { id: 'WorkflowList' })

/** `GET /api/deleted-workflows`: what can be restored, the newest deletion first. */
export const deletedWorkflowsSchema = z
  .object({
    workflows: z.array(
      z.object({
        name: z.string(),
        deletedAt: z.string(),
        versions: z.number().int(),
        /** True while a workflow of the library has its name. */
        isNameTaken: z.boolean(),
      }),
    ),
  })
  .register(schemaNames, { id: 'DeletedWorkflows' })
export type DeletedWorkflow = z.infer<typeof deletedWorkflowsSchema>['workflows'][number]

export const workflowVersionSchema = z.object({
  version: z.number().int(),
  digest: z.string(),
  savedAt: z.string(),
  savedBy: actorSchema,
  note: z.string().nullable(),
})

const versionNumber = z.coerce.number().int().positive().max(1_000_000)

export const workflowQuerySchema = z.object({ version: versionNumber.optional() })

/** `GET /api/workflows/{name}`: everything about one workflow, with its plan as read from the syntax tree. */
export const workflowDetailSchema = workflowSummarySchema
  .extend({
    source: z.string(),
    calls: z.array(plannedCallSchema),
    /** Newest first; empty for what has no versions. */
    versions: z.array(workflowVersionSchema),
  })
  .register(schemaNames, { id: 'WorkflowDetail' })
export type WorkflowDetail = z.infer<typeof workflowDetailSchema>

const note = z.string().trim().max(500).optional()

/** `POST /api/workflows`. The name is the one in the script. */
export const newWorkflowSchema = z
  .strictObject({ source: z.string(), note })
  .register(schemaNames, { id: 'NewWorkflow' })
export type NewWorkflowInput = z.infer<typeof newWorkflowSchema>

/** `PUT /api/workflows/{name}`. `basedOn` is the digest of the version that was edited. */
export const workflowEditSchema = z
  .strictObject({ source: z.string(), note, basedOn: z.string().min(1).max(200) })
  .register(schemaNames, { id: 'WorkflowEdit' })
export type WorkflowEdit = z.infer<typeof workflowEditSchema>

/** `POST /api/workflows/import`: one file, or every script in the `.claude/workflows` of a folder. */
export const workflowImportSchema = z
  .strictObject({
    source: z.string().optional(),
    fileName: z.string().trim().min(1).max(1024).optional(),
    workspace: z.string().min(1).max(4096).optional(),
  })
  .refine(
    ({ source, fileName, workspace }) =>
      (source === undefined) === (fileName === undefined) &&
      (source === undefined) !== (workspace === undefined),
    {
      message: 'give either `source` and `fileName`, or `workspace`',
    },
  )
  .register(schemaNames, { id: 'WorkflowImport' })
export type WorkflowImport = z.infer<typeof workflowImportSchema>

const imported = { fileName: z.string(), name: z.string() }
export const importedFileSchema = z.discriminatedUnion('outcome', [
  z.object({ outcome: z.literal('imported'), ...imported }),
  z.object({ outcome: z.literal('updated'), ...imported, version: z.number().int() }),
  z.object({ outcome: z.literal('unchanged'), ...imported }),
  z.object({ outcome: z.literal('refused'), fileName: z.string(), problem: sourceProblemSchema }),
])
export type ImportedFile = z.infer<typeof importedFileSchema>

export const importReportSchema = z
  .object({ files: z.array(importedFileSchema) })
  .register(schemaNames, { id: 'ImportReport' })
export type ImportReport = z.infer<typeof importReportSchema>

export const workflowDiffQuerySchema = z.object({ from: versionNumber, to: versionNumber })

/** One line of a diff. A line that is not on a side has no number there. */
export const diffLineSchema = z.object({
  kind: z.enum(['same', 'added', 'removed']),
  from: z.number().int().nullable(),
  to: z.number().int().nullable(),
  text: z.string(),
})
export type DiffLine = z.infer<typeof diffLineSchema>

/** `GET /api/workflows/{name}/diff`. */
export const workflowDiffSchema = z
  .object({
    from: workflowVersionSchema,
    to: workflowVersionSchema,
    added: z.number().int(),
    removed: z.number().int(),
    hunks: z.array(z.array(diffLineSchema)),
    /** True when there are more lines than the hunks show. */
    isCut: z.boolean(),
  })
  .register(schemaNames, { id: 'WorkflowDiff' })
export type WorkflowDiff = z.infer<typeof workflowDiffSchema>

/** `POST /api/workflows/check`: a source as the editor needs to know it. */
export const workflowCheckInputSchema = z
  .strictObject({ source: z.string() })
  .register(schemaNames, { id: 'WorkflowSource' })

export const workflowCheckSchema = z
  .object({
    meta: z
      .object({
        name: z.string(),
        description: z.string(),
        whenToUse: z.string().nullable(),
        phases: z.array(phaseSchema),
        argsSchema: jsonSchema.nullable(),
        needs: z.array(z.string()),
      })
      .nullable(),
    calls: z.array(plannedCallSchema),
    /** Origin of the workflow that already has this name; null when it is free. */
    nameTakenBy: workflowOriginSchema.nullable(),
    problems: z.array(sourceProblemSchema),
  })
  .register(schemaNames, { id: 'WorkflowCheck' })
export type WorkflowCheck = z.infer<typeof workflowCheckSchema>

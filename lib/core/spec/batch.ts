import { z } from 'zod'
import { timeSchema } from './run-status'

/** How far a batch is, as its provider counts: all stays in `processing` until the whole of it has ended. */
export const batchCountsSchema = z.object({
  processing: z.number().int(),
  succeeded: z.number().int(),
  errored: z.number().int(),
  canceled: z.number().int(),
  expired: z.number().int(),
})
export type BatchCounts = z.infer<typeof batchCountsSchema>

/**
 * `preparing`: recorded and being submitted. `unresolved`: the provider may or may not have accepted it, so
 * nothing of it is sent again. `withdrawing`: we have asked to cancel it. An ended one has no more results to
 * give.
 */
export const batchStatuses = ['preparing', 'unresolved', 'processing', 'withdrawing', 'ended'] as const

/**
 * How a batch ended: its results are there, it was never submitted, it was refused, or the provider has lost
 * it.
 */
export const batchOutcomes = ['ended', 'never-sent', 'refused', 'lost'] as const

/** One batch of turns that leave together, as people see it. */
export const batchSchema = z.object({
  /** Name of the batch within its run: `b1`, `b2`, … */
  batchId: z.string(),
  phase: z.string().nullable(),
  /** The provider's own name for it; null until it was taken. */
  providerBatchId: z.string().nullable(),
  status: z.enum(batchStatuses),
  turns: z.number().int(),
  preparedAt: timeSchema,
  submittedAt: timeSchema.nullable(),
  /** When the provider gives up on what it has not answered. */
  expiresAt: timeSchema.nullable(),
  endedAt: timeSchema.nullable(),
  counts: batchCountsSchema.nullable(),
  /** What keeps it, or how it ended, in words; null when there is nothing to say. */
  detail: z.string().nullable(),
})
export type Batch = z.infer<typeof batchSchema>

/** A turn of an agent that a batch carries, and what is reserved for it until it is booked. */
export const batchedTurnSchema = z.object({
  batchId: z.string(),
  turn: z.number().int(),
  attempt: z.number().int(),
  reservedNanoUsd: z.number().int(),
})

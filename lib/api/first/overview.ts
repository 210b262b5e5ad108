import { z } from 'zod'
import { checkpointBaseSchema } from '@/lib/core/agent/question'
import { schemaNames } from '../schema-names'
import { runSummarySchema } from './run-list'
import { shownAlertSchema } from './shown-alert'

/** A question as far as the overview tells it. */
export const overviewQuestionSchema = checkpointBaseSchema
  .pick({ kind: true, title: true, openedAt: true, dueAt: true, hasDefault: true, default: true })
  .extend({
    /** Asks for yes or no: it can be answered without opening the run. */
    isYesNo: z.boolean(),
    /** The beginning of what is said about it. */
    detail: z.string(),
  })
export type OverviewQuestion = z.infer<typeof overviewQuestionSchema>

/** The pace and the forecast of a run; each is null while there is nothing to base it on. */
export const usageRateSchema = z.object({
  /** Output tokens a second, over the last ten seconds. */
  tokensPerSecond: z.number().nullable(),
  /** Booked spending, over the last minute. */
  nanoUsdPerMinute: z.number().int().nullable(),
  /** Until all known agents have ended; `isAtLeast` while announced phases have no agents yet. */
  left: z.object({ leftMs: z.number(), isAtLeast: z.boolean() }).nullable(),
})
export type UsageRate = z.infer<typeof usageRateSchema>

const calendarSpendSchema = z.object({
  spentNanoUsd: z.number().int(),
  reservedNanoUsd: z.number().int(),
  unsettledNanoUsd: z.number().int(),
  capNanoUsd: z.number().int().nullable(),
})

/** `event: overview` of `GET /api/events`. */
export const overviewFrameSchema = z
  .object({
    runs: z.array(runSummarySchema.extend({ usageRate: usageRateSchema.nullable() })),
    slots: z.object({ used: z.number().int(), max: z.number().int(), waiting: z.number().int() }),
    /** Whether the money of today and this month is the simulator's, which nobody pays and no cap counts. */
    simulated: z.boolean().default(false),
    today: calendarSpendSchema,
    month: calendarSpendSchema,
    headroom: z.array(
      z.object({
        family: z.string(),
        inFlight: z.number().int(),
        window: z.number().int(),
        blockedUntil: z.string().nullable(),
        requestsRemaining: z.number().nullable(),
        requestsLimit: z.number().nullable(),
        outputTokensRemaining: z.number().nullable(),
        outputTokensLimit: z.number().nullable(),
        resetAt: z.string().nullable(),
      }),
    ),
    /** Warnings about money that nobody has dismissed, newest first. */
    alerts: z.array(shownAlertSchema).default([]),
    /** Runs in which something waits for a person, with the sentence that says what. */
    needsPerson: z.array(
      z.object({
        runId: z.string(),
        title: z.string(),
        /** Whether the money of that run is the simulator's, which its sentences do not say. */
        simulated: z.boolean(),
        kind: z.enum(['approval', 'paused', 'budget', 'stalled', 'checkpoint']),
        detail: z.string(),
        /** The question that waits, for one that is a checkpoint. */
        checkpointId: z.string().nullable(),
        /** The part of that question that the overview shows; the run has the rest. */
        question: overviewQuestionSchema.nullable().default(null),
      }),
    ),
  })
  .register(schemaNames, { id: 'Overview' })
export type OverviewFrame = z.infer<typeof overviewFrameSchema>
export type OverviewRun = OverviewFrame['runs'][number]

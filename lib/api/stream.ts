import { z } from 'zod'
import { checkpointBaseSchema } from '@/lib/core/run/checkpoint'
import { envelopeSchema } from '@/lib/core/run/events'
import { shownAlertSchema } from './alerts'
import { runSummarySchema } from './runs'
import { schemaNames } from './schema-names'

/** `event: events`: committed envelopes of one run; the SSE id is the last seq. */
export const eventsFrameSchema = z
  .object({ events: z.array(envelopeSchema) })
  .register(schemaNames, { id: 'EventsFrame' })
export type EventsFrame = z.infer<typeof eventsFrameSchema>

/** `GET /api/runs/{id}/events` as JSON: a page of the journal, and the cursor of the next one. */
export const eventsPageSchema = eventsFrameSchema
  .extend({
    seq: z.number().int(),
    next: z.number().int().nullable(),
  })
  .register(schemaNames, { id: 'EventsPage' })
export type EventsPage = z.infer<typeof eventsPageSchema>

/** `GET /api/runs/{id}/events`: where to begin, as whom, and how many envelopes a JSON page holds. */
export const eventsQuerySchema = z.object({
  /** Seq after which to begin. */
  after: z.coerce.number().int().nonnegative().optional(),
  /** Comma list of the agents whose text is wanted. */
  watch: z.string().max(5000).optional(),
  watcher: z.string().max(100).optional(),
  limit: z.coerce.number().int().min(1).max(5000).default(1000),
})
export type EventsQuery = z.infer<typeof eventsQuerySchema>

/** `event: pulse`: turns in flight. Nothing in it is recorded; it is void once the turn commits. */
export const pulseFrameSchema = z
  .object({
    agents: z.array(
      z.object({
        agentId: z.string(),
        turn: z.number().int(),
        /** An estimate from the text seen so far, until the provider says. */
        outputTokens: z.number().int(),
        costNanoUsd: z.number().int().nullable(),
        lastByteAt: z.string(),
        /** Last line of text, at most 120 characters. */
        line: z.string(),
      }),
    ),
    /**
     * Text of the agents the watcher asked for; `from` is the offset in the turn's text where this piece goes.
     */
    text: z.array(
      z.object({
        agentId: z.string(),
        turn: z.number().int(),
        from: z.number().int(),
        text: z.string(),
        thinking: z.boolean(),
      }),
    ),
    tokensPerSecond: z.number(),
  })
  .register(schemaNames, { id: 'PulseFrame' })
export type PulseFrame = z.infer<typeof pulseFrameSchema>

/** `event: end`: the run has ended and everything was sent. */
export const endFrameSchema = z.object({ seq: z.number().int() }).register(schemaNames, { id: 'EndFrame' })

/** A frame that says something by being there. */
export const emptyFrameSchema = z.object({}).register(schemaNames, { id: 'EmptyFrame' })

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

/**
 * `GET /api/stream`: everything one browser watches, on one connection. Its frames are those of the single
 * streams, with their topic before their name (`overview/overview`, `{run}/events`, `{run}/pulse`,
 * `{run}/end`), `{run}/gone` for a run that is not there, and `beat` every few seconds.
 */
export const streamQuerySchema = z.object({
  /** Runs and the seq up to which each is known: `id~seq,id~seq`. */
  runs: z
    .string()
    .max(20_000)
    .regex(/^([\w-]+~\d{1,15}(,[\w-]+~\d{1,15})*)?$/, 'Name runs as id~seq, with commas between them')
    .default(''),
  /** `1` for the overview as well. */
  overview: z.enum(['0', '1']).default('0'),
  /** The name under which live text is asked for with `PUT /api/runs/{id}/watch`. */
  watcher: z.string().max(100).default(''),
})
export type StreamQuery = z.infer<typeof streamQuerySchema>

/** `PUT /api/runs/{id}/watch`: which agents' text a watcher wants. */
export const watchSchema = z
  .strictObject({
    watcher: z.string().min(1).max(100),
    agents: z.array(z.string().max(100)).max(50),
  })
  .register(schemaNames, { id: 'Watch' })

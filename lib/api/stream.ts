import { z } from 'zod'
import { envelopeSchema } from '@/lib/core/run/events'
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

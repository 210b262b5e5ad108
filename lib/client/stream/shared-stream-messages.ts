import { z } from 'zod'

/** What one open view of a tab subscribes to: a topic is a run's id, or `overview`. */
export const subscriptionSchema = z.object({
  /** Names the subscription among those of its tab. */
  id: z.number().int(),
  topic: z.string(),
  /** The seq up to which the tab knows the run. */
  after: z.number().int(),
  /** Agents whose live text it shows. */
  agents: z.array(z.string()),
})
export type Subscription = z.infer<typeof subscriptionSchema>

const frameSchema = z.object({
  topic: z.string(),
  type: z.string(),
  data: z.string(),
  /** Last seq in it; null for frames that are not recorded. */
  seq: z.number().int().nullable(),
})
export type TopicFrame = z.infer<typeof frameSchema>

/**
 * What tabs tell each other. A leader speaks with its term: of two who believe they lead, the later one does.
 */
export const sharedStreamMessageSchema = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('subscribe'), tab: z.string(), subscriptions: z.array(subscriptionSchema) }),
  z.object({ kind: z.literal('rewatch'), tab: z.string(), topic: z.string() }),
  z.object({ kind: z.literal('bye'), tab: z.string() }),
  z.object({ kind: z.literal('leader'), term: z.number() }),
  z.object({ kind: z.literal('beat'), term: z.number() }),
  z.object({ kind: z.literal('lost'), term: z.number() }),
  /** From here on these subscriptions are served: whatever follows above their cursor is sent. */
  z.object({ kind: z.literal('opened'), term: z.number(), tab: z.string(), ids: z.array(z.number().int()) }),
  z.object({ kind: z.literal('frame'), term: z.number(), frame: frameSchema }),
])
export type SharedStreamMessage = z.infer<typeof sharedStreamMessageSchema>

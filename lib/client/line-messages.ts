import { z } from 'zod'

/** What one open view of a tab wants: a topic is a run's id, or `wall`. */
export const wantSchema = z.object({
  /** Names the want among those of its tab. */
  id: z.number().int(),
  topic: z.string(),
  /** The seq up to which the tab knows the run. */
  after: z.number().int(),
  /** Agents whose live text it shows. */
  agents: z.array(z.string()),
})
export type Want = z.infer<typeof wantSchema>

const frameSchema = z.object({
  topic: z.string(),
  type: z.string(),
  data: z.string(),
  /** Last seq in it; null for frames that are not recorded. */
  seq: z.number().int().nullable(),
})
export type LineFrame = z.infer<typeof frameSchema>

/** What tabs tell each other. A leader speaks with its term: of two who believe they lead, the later one does. */
export const lineMessageSchema = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('want'), tab: z.string(), wants: z.array(wantSchema) }),
  z.object({ kind: z.literal('rewatch'), tab: z.string(), topic: z.string() }),
  z.object({ kind: z.literal('bye'), tab: z.string() }),
  z.object({ kind: z.literal('lead'), term: z.number() }),
  z.object({ kind: z.literal('beat'), term: z.number() }),
  z.object({ kind: z.literal('lost'), term: z.number() }),
  /** From here on these wants are met: whatever follows above their cursor is sent. */
  z.object({ kind: z.literal('opened'), term: z.number(), tab: z.string(), ids: z.array(z.number().int()) }),
  z.object({ kind: z.literal('frame'), term: z.number(), frame: frameSchema }),
])
export type LineMessage = z.infer<typeof lineMessageSchema>

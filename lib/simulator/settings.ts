import * as z from 'zod'
import { faultRuleSchema, faultSchema } from './faults'

const limitsSchema = z.object({
  requestsPerMinute: z.number().positive().default(60_000),
  inputTokensPerMinute: z.number().positive().default(200_000_000),
  outputTokensPerMinute: z.number().positive().default(40_000_000),
  requestsPerSecond: z
    .number()
    .positive()
    .nullable()
    .default(null)
    .describe('above it: 429 ramp_limit_exceeded'),
})

const speed = z.number().min(0).max(1000).describe('1: real pace; 10: ten times faster; 0: no waiting at all')

/** Everything a running simulator can be told; sent whole or in part to `POST /__sim/config`. */
export const settingsSchema = z.object({
  seed: z.coerce.string().default('1'),
  speed: speed.default(1),
  faults: z.array(faultRuleSchema).default([]),
  limits: limitsSchema.default(limitsSchema.parse({})),
  batchMs: z
    .number()
    .min(0)
    .default(3000)
    .describe('simulated time a request of a batch takes, divided by speed'),
  batchExpiryMs: z
    .number()
    .min(0)
    .default(86_400_000)
    .describe('simulated time after which the rest of it expires'),
})

/** The part that `POST /__sim/config` may carry: what is absent stays as it is. */
export const settingsChangeSchema = z.object({
  seed: z.coerce.string().optional(),
  speed: speed.optional(),
  faults: z.array(faultRuleSchema).optional(),
  limits: limitsSchema.partial().optional(),
  batchMs: z.number().min(0).optional(),
  batchExpiryMs: z.number().min(0).optional(),
})

/** What a test author may write into a prompt as `[[sim: {…}]]`, or send by headers, to script one answer. */
export const directiveSchema = z.object({
  text: z.string().optional(),
  tokens: z.int().min(0).optional(),
  tokensPerSecond: z.number().positive().optional(),
  ttftMs: z.number().min(0).optional(),
  thinkSilentTokens: z.int().min(1).optional(),
  toolCalls: z
    .array(z.object({ name: z.string(), input: z.record(z.string(), z.json()).default({}) }))
    .optional(),
  webLookUps: z
    .array(z.union([z.object({ search: z.string() }), z.object({ fetch: z.string() })]))
    .optional()
    .describe('what it looks up with the tools of the web that it is offered, in order'),
  stopReason: z.string().min(1).optional().describe('any word: the real API may come with new ones'),
  fault: faultSchema.optional(),
  speed: speed.optional(),
  batchMs: z.number().min(0).optional().describe('what this request takes in a batch, at any speed'),
})

export type Settings = z.infer<typeof settingsSchema>
export type SettingsInput = z.input<typeof settingsSchema>
export type SettingsChange = z.infer<typeof settingsChangeSchema>
export type Limits = z.infer<typeof limitsSchema>
export type Directive = z.infer<typeof directiveSchema>

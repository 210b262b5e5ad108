import * as z from 'zod'
import { digestOf, randomFrom } from './random'

const tokenPosition = z.int().min(0).describe('after how many output tokens it happens; absent: half way')

/** What can go wrong with one request. A duration that is absent means forever. */
export const faultSchema = z.discriminatedUnion('kind', [
  z.object({
    kind: z.literal('status'),
    status: z.int().min(400).max(599),
    retryAfterSeconds: z.number().positive().optional(),
    errorCode: z.string().optional(),
    message: z.string().optional(),
    html: z.boolean().optional().describe("a gateway's page instead of JSON"),
  }),
  z.object({ kind: z.literal('reset') }).describe('connection reset before any header'),
  z.object({ kind: z.literal('header-stall'), ms: z.number().min(0).optional() }),
  z.object({
    kind: z.literal('body-stall'),
    afterTokens: tokenPosition.optional(),
    ms: z.number().min(0).optional(),
    pings: z.boolean().optional(),
  }),
  z
    .object({ kind: z.literal('truncate'), afterTokens: tokenPosition.optional() })
    .describe('clean close without message_stop'),
  z
    .object({ kind: z.literal('destroy'), afterTokens: tokenPosition.optional() })
    .describe('socket destroyed in mid-stream'),
  z.object({
    kind: z.literal('stream-error'),
    afterTokens: tokenPosition.optional(),
    errorType: z
      .enum(['overloaded_error', 'api_error', 'timeout_error', 'rate_limit_error', 'invalid_request_error'])
      .optional(),
  }),
  z.object({
    kind: z.literal('refusal'),
    category: z
      .enum(['cyber', 'bio', 'frontier_llm', 'reasoning_extraction', 'general_harms'])
      .nullable()
      .optional(),
    afterTokens: tokenPosition.optional(),
  }),
  z
    .object({ kind: z.literal('max-tokens'), tokens: z.int().min(1).optional() })
    .describe('the answer is cut, tool JSON included'),
  z.object({ kind: z.literal('bad-schema') }).describe('an answer that violates its schema'),
  z.object({ kind: z.literal('empty') }).describe('no content, end_turn'),
  z.object({ kind: z.literal('silent-thinking'), tokens: z.int().min(1) }).describe('paid tokens, no text'),
  z.object({ kind: z.literal('pause-turn') }),
])

/** When a rule applies: every condition that is given must hold. */
export const faultConditionSchema = z.object({
  probability: z.number().min(0).max(1).optional(),
  nth: z
    .union([z.int().min(1), z.array(z.int().min(1))])
    .optional()
    .describe('the nth request since the rules were set, from 1'),
  every: z.int().min(1).optional().describe('each nth request'),
  match: z.string().optional().describe('text in the request body, or /a regular expression/'),
  model: z.string().optional(),
  times: z.int().min(1).optional().describe('at most so many times in all'),
})

/** A fault and when it happens. */
export const faultRuleSchema = z.object({ when: faultConditionSchema.default({}), fault: faultSchema })

export type Fault = z.infer<typeof faultSchema>
export type FaultRule = z.infer<typeof faultRuleSchema>

/** What a rule can look at. */
export interface FaultSubject {
  body: string
  model: string
}

/** Chooses the fault of each request: the first rule whose conditions all hold. */
export interface FaultPicker {
  next(subject: FaultSubject): Fault | null
}

/**
 * Chance depends on the seed, the body and how often this body was seen, not on the order of arrival: the
 * same run meets the same faults however its requests interleave, and a request that is tried again has a new
 * chance.
 */
export function createFaultPicker(rules: readonly FaultRule[], seed: string): FaultPicker {
  const seen = new Map<string, number>()
  const used = new Map<FaultRule, number>()
  let ordinal = 0
  return {
    next(subject) {
      ordinal += 1
      if (rules.length === 0) return null
      const digest = digestOf(subject.body)
      const occurrence = (seen.get(digest) ?? 0) + 1
      seen.set(digest, occurrence)
      const rule = rules.find((entry, index) => {
        const { probability, nth, every, match, model, times } = entry.when
        if (times !== undefined && (used.get(entry) ?? 0) >= times) return false
        if (nth !== undefined && ![nth].flat().includes(ordinal)) return false
        if (every !== undefined && ordinal % every !== 0) return false
        if (model !== undefined && model !== subject.model) return false
        if (match !== undefined && !textMatches(subject.body, match)) return false
        if (probability === undefined) return true
        return randomFrom(`${seed} fault ${index} ${digest} ${occurrence}`)() < probability
      })
      if (rule === undefined) return null
      used.set(rule, (used.get(rule) ?? 0) + 1)
      return rule.fault
    },
  }
}

function textMatches(body: string, match: string): boolean {
  const expression = /^\/(.+)\/([a-z]*)$/.exec(match)
  if (expression?.[1] === undefined) return body.includes(match)
  return new RegExp(expression[1], expression[2]).test(body)
}

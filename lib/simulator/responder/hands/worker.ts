import type { JsonObject } from '@/lib/core/base/json'
import type { Situation } from '../situation'
import type { ToolPlan } from '../tools'

/**
 * What comes of work that is more than reading: calls to make next, or an end. `told` is what an answer may be
 * made of, by plain names; `gaps` is what could not be done.
 */
export type Work =
  | { kind: 'calls'; plan: ToolPlan }
  | { kind: 'done'; text: string; told: JsonObject; gaps: string[] }

/** A kind of work; null for a request that is another one's. */
export type Worker = (situation: Situation) => Work | null

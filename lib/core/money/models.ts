import type { Delivery, Effort } from '../spec/run'

/** Short names a script or a person may use, and the model each stands for. Data, editable in settings. */
export const modelAliases: Readonly<Record<string, string>> = {
  opus: 'claude-opus-5-5',
  sonnet: 'claude-sonnet-5-5',
  haiku: 'claude-haiku-5-5',
  fable: 'claude-fable-5-2',
}

/** Subagents run on this unless asked otherwise. */
export const defaultModel = 'claude-sonnet-5-5'

/** What a model accepts, from the model pages of November 2026. */
export type ModelRules = {
  /** Requests of one family share a rate-limit bucket. */
  family: string
  maxOutputTokens: number
  /**
   * Most output of a turn in a batch, where that is more (batch-processing and model pages); null where it is
   * not.
   */
  extendedOutputTokens: number | null
  contextTokens: number
  /** `adaptive`: send `thinking: {type: adaptive}`; `none`: send nothing. */
  thinking: 'adaptive' | 'none'
  effort: boolean
  /** What it does when nobody says (model pages). */
  defaultEffort: Effort
  fast: 'open' | 'header' | 'none'
  structuredOutputs: boolean
  /** Whether it paces itself by a budget of tokens for all its turns (task-budgets page, beta). */
  taskBudgets: boolean
  /** A prefix shorter than this many tokens is never cached. */
  minCacheTokens: number
  known: boolean
}

const modern: Omit<ModelRules, 'family'> = {
  maxOutputTokens: 128_000,
  extendedOutputTokens: null,
  contextTokens: 1_000_000,
  thinking: 'adaptive',
  effort: true,
  defaultEffort: 'high',
  fast: 'none',
  structuredOutputs: true,
  taskBudgets: true,
  minCacheTokens: 512,
  known: true,
}
const older = {
  ...modern,
  maxOutputTokens: 64_000,
  contextTokens: 200_000,
  thinking: 'none',
  effort: false,
  taskBudgets: false,
  minCacheTokens: 4096,
} as const

const extended = { extendedOutputTokens: 300_000 } as const

const rules: Readonly<Record<string, ModelRules>> = {
  'claude-fable-5-2': { ...modern, taskBudgets: false, family: 'fable-5', fast: 'open' },
  'claude-mythos-5-2': { ...modern, taskBudgets: false, family: 'fable-5', fast: 'open' },
  'claude-fable-5-1': { ...modern, family: 'fable-5' },
  'claude-mythos-5-1': { ...modern, family: 'fable-5' },
  'claude-fable-5': { ...modern, family: 'fable-5' },
  'claude-mythos-5': { ...modern, family: 'fable-5' },
  'claude-opus-5-5': { ...modern, ...extended, defaultEffort: 'medium', family: 'opus-5-5', fast: 'open' },
  'claude-opus-5': { ...modern, ...extended, family: 'opus-5', fast: 'header' },
  'claude-opus-4-8': { ...modern, ...extended, family: 'opus-4', fast: 'header', minCacheTokens: 1024 },
  'claude-opus-4-7': { ...modern, ...extended, family: 'opus-4', minCacheTokens: 2048 },
  'claude-opus-4-6': { ...modern, ...extended, taskBudgets: false, family: 'opus-4', minCacheTokens: 4096 },
  'claude-opus-4-5': { ...older, family: 'opus-4' },
  'claude-sonnet-5-5': { ...modern, ...extended, family: 'sonnet-5-5' },
  'claude-sonnet-5': { ...modern, ...extended, taskBudgets: false, family: 'sonnet-5', minCacheTokens: 1024 },
  'claude-sonnet-4-6': {
    ...modern,
    ...extended,
    taskBudgets: false,
    family: 'sonnet-4',
    minCacheTokens: 1024,
  },
  'claude-sonnet-4-5': { ...older, family: 'sonnet-4', minCacheTokens: 1024 },
  'claude-haiku-5-5': { ...modern, ...extended, defaultEffort: 'medium', family: 'haiku-5-5' },
  'claude-haiku-4-5': { ...older, family: 'haiku-4' },
}

/** A model nobody knows (a gateway's, a newer one): nothing optional is sent, and its price is unknown. */
const unknownModel: Omit<ModelRules, 'family'> = {
  ...older,
  effort: false,
  structuredOutputs: false,
  known: false,
}

/** Every model with rules, in the order of the price list. */
export const knownModels: readonly string[] = Object.keys(rules)

/** Rules of a model id, dated snapshots included; careful defaults for an unknown one. */
export function modelRules(model: string): ModelRules {
  const undated = model.replace(/-\d{8}$/, '')
  const known = Object.hasOwn(rules, undated) ? rules[undated] : undefined
  return known ?? { ...unknownModel, family: model }
}

/** Most output tokens of one turn of a model, by how the turn travels. */
export function outputLimit(model: string, delivery: Delivery): number {
  const { maxOutputTokens, extendedOutputTokens } = modelRules(model)
  return delivery === 'batch' ? Math.max(maxOutputTokens, extendedOutputTokens ?? 0) : maxOutputTokens
}

/** The full model id behind an alias; an id stays as it is. `inherit` and nothing give `fallback`. */
export function resolveModel(
  asked: string | null | undefined,
  fallback: string,
  aliases = modelAliases,
): string {
  if (asked === null || asked === undefined || asked === '' || asked === 'inherit') return fallback
  return Object.hasOwn(aliases, asked) ? (aliases[asked] ?? asked) : asked
}

/**
 * Whether a model counts fewer tokens of the same text than the later ones do: all before 4.7 but for the
 * newest Haiku.
 */
export function countsFewerTokens(model: string): boolean {
  return /-4-[56](-\d{8})?$/.test(model)
}

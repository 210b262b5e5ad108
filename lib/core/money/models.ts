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
  /**
   * Tools that the provider runs: `current` ones are those of March 2026, for models from 4.6 on; `basic` those
   * that all models of the API have (web-search and web-fetch pages).
   */
  serverTools: 'current' | 'basic' | 'none'
  /** What it can be shown as it is (vision and PDF pages). */
  sees: { images: boolean; documents: boolean }
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
  serverTools: 'current',
  sees: { images: true, documents: true },
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
  serverTools: 'basic',
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
  serverTools: 'none',
  sees: { images: false, documents: false },
  known: false,
}

/** Every model with rules, in the order of the price list. */
export const knownModels: readonly string[] = Object.keys(rules)

/** What the provider says of one of its models today (Models API); null where it says nothing. */
export type ListedModel = {
  id: string
  contextTokens: number | null
  maxOutputTokens: number | null
  thinksAdaptively: boolean | null
  hasEffort: boolean | null
  structuredOutputs: boolean | null
  seesImages: boolean | null
  seesDocuments: boolean | null
}

/**
 * Rules made of what the provider lists, for models that are not in the table above. Next loads server modules
 * more than once (start-up hook, route bundles), so they are kept on the global object, where all copies of
 * this module see the same.
 */
const LISTED = Symbol.for('skein.listed-models')
const holder: { [LISTED]?: ReadonlyMap<string, ModelRules> } & typeof globalThis = globalThis

/** The least prefix that a listed model is taken to cache, in tokens: the most that a current one asks for. */
const LISTED_MIN_CACHE_TOKENS = 1024

/**
 * Takes in what the provider lists: a model that appeared since this table was written gets its limits,
 * thinking, effort and cache. One of the table keeps what the table says, which knows more; only its limits, and
 * what it sees, are taken over. The list of this process, like the table: the last one counts.
 */
export function learnModels(models: readonly ListedModel[]): void {
  const learnt = new Map<string, ModelRules>()
  for (const one of models) {
    const { id, contextTokens, maxOutputTokens } = one
    const known = tableRules(id)
    const base = known ?? { ...unknownModel, family: familyOf(id), ...(isClaude(id) ? ofListed(one) : {}) }
    learnt.set(id, {
      ...base,
      sees: {
        images: one.seesImages ?? base.sees.images,
        documents: one.seesDocuments ?? base.sees.documents,
      },
      contextTokens: contextTokens ?? base.contextTokens,
      maxOutputTokens: maxOutputTokens ?? base.maxOutputTokens,
    })
  }
  holder[LISTED] = learnt
}

function ofListed({ thinksAdaptively, hasEffort, structuredOutputs }: ListedModel): Partial<ModelRules> {
  return {
    thinking: thinksAdaptively === true ? 'adaptive' : 'none',
    effort: hasEffort === true,
    structuredOutputs: structuredOutputs === true,
    serverTools: 'basic',
    minCacheTokens: LISTED_MIN_CACHE_TOKENS,
    known: true,
  }
}

function isClaude(id: string): boolean {
  return id.startsWith('claude-')
}

/** Which models share a rate limit, by name: `claude-opus-6-1-20270101` and `claude-opus-6` do. */
function familyOf(id: string): string {
  return /^claude-([a-z]+-\d+)/.exec(id)?.[1] ?? id
}

function tableRules(model: string): ModelRules | null {
  const undated = model.replace(/-\d{8}$/, '')
  return Object.hasOwn(rules, undated) ? (rules[undated] ?? null) : null
}

/** Rules of a model id, dated snapshots included; careful defaults for one that nobody knows. */
export function modelRules(model: string): ModelRules {
  return holder[LISTED]?.get(model) ?? tableRules(model) ?? { ...unknownModel, family: model }
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

import type { JsonObject } from '@/lib/core/base/json'
import type { Tokenizer } from './tokens'

export type ModelLine = 'haiku' | 'sonnet' | 'opus' | 'fable' | 'mythos'
export type Effort = 'low' | 'medium' | 'high' | 'xhigh' | 'max'
export type ThinkingType = 'adaptive' | 'between_tools' | 'disabled' | 'enabled'

/** What the simulator knows of one model: enough to refuse what the real one refuses. */
export interface SimulatedModel {
  id: string
  alias: string | null
  name: string
  line: ModelLine
  createdAt: string
  retiresAt: string | null
  contextTokens: number
  maxOutputTokens: number
  /** Whether a beta lets it write more in a batch. */
  extendsOutput: boolean
  minCacheTokens: number
  tokenizer: Tokenizer
  thinking: readonly ThinkingType[]
  efforts: readonly Effort[]
  defaultEffort: Effort
  refusesForcedTools: boolean
  refusesPrefill: boolean
  /** A history whose beginning changed is refused when it carries thinking blocks. */
  bindsThinking: boolean
  takesInferenceGeo: boolean
  fast: 'yes' | 'beta' | 'ignored' | 'no'
}

const EFFORTS: readonly Effort[] = ['low', 'medium', 'high', 'xhigh', 'max']
const ALWAYS: readonly ThinkingType[] = ['adaptive']
const OPTIONAL: readonly ThinkingType[] = ['adaptive', 'disabled']

function model(
  id: string,
  name: string,
  line: ModelLine,
  createdAt: string,
  own: Partial<SimulatedModel> = {},
) {
  const made: SimulatedModel = {
    id,
    name,
    line,
    createdAt,
    alias: null,
    retiresAt: null,
    contextTokens: 1_000_000,
    maxOutputTokens: 128_000,
    extendsOutput: line !== 'fable' && line !== 'mythos',
    minCacheTokens: 512,
    tokenizer: 'current',
    thinking: OPTIONAL,
    efforts: EFFORTS,
    defaultEffort: 'high',
    refusesForcedTools: false,
    refusesPrefill: true,
    bindsThinking: false,
    takesInferenceGeo: true,
    fast: 'no',
    ...own,
  }
  return made
}

const older: Partial<SimulatedModel> = { tokenizer: 'older', thinking: ['adaptive', 'disabled', 'enabled'] }
const oldest: Partial<SimulatedModel> = {
  tokenizer: 'older',
  contextTokens: 200_000,
  maxOutputTokens: 64_000,
  extendsOutput: false,
  minCacheTokens: 4096,
  thinking: ['disabled', 'enabled'],
  efforts: [],
  refusesPrefill: false,
  takesInferenceGeo: false,
}
const fable: Partial<SimulatedModel> = { thinking: ALWAYS }
const forced = { refusesForcedTools: true }

/** The models of the first-party API on 22 November 2026, from its models and pricing pages. */
export const MODELS: readonly SimulatedModel[] = [
  model('claude-fable-5-2', 'Claude Fable 5.2', 'fable', '2026-11-09', {
    ...fable,
    ...forced,
    bindsThinking: true,
    fast: 'yes',
  }),
  model('claude-mythos-5-2', 'Claude Mythos 5.2', 'mythos', '2026-11-09', {
    ...fable,
    ...forced,
    bindsThinking: true,
    fast: 'yes',
  }),
  model('claude-haiku-5-5', 'Claude Haiku 5.5', 'haiku', '2026-10-07', { defaultEffort: 'medium' }),
  model('claude-sonnet-5-5', 'Claude Sonnet 5.5', 'sonnet', '2026-09-28', {
    ...forced,
    thinking: ['adaptive', 'between_tools', 'disabled'],
  }),
  model('claude-opus-5-5', 'Claude Opus 5.5', 'opus', '2026-09-22', {
    ...forced,
    thinking: ALWAYS,
    defaultEffort: 'medium',
    fast: 'yes',
  }),
  model('claude-fable-5-1', 'Claude Fable 5.1', 'fable', '2026-09-01', { ...fable, ...forced }),
  model('claude-mythos-5-1', 'Claude Mythos 5.1', 'mythos', '2026-09-01', { ...fable, ...forced }),
  model('claude-opus-5', 'Claude Opus 5', 'opus', '2026-07-24', { fast: 'beta' }),
  model('claude-sonnet-5', 'Claude Sonnet 5', 'sonnet', '2026-06-30', { minCacheTokens: 1024 }),
  model('claude-fable-5', 'Claude Fable 5', 'fable', '2026-06-09', fable),
  model('claude-mythos-5', 'Claude Mythos 5', 'mythos', '2026-06-09', fable),
  model('claude-opus-4-8', 'Claude Opus 4.8', 'opus', '2026-05-28', { minCacheTokens: 1024, fast: 'beta' }),
  model('claude-opus-4-7', 'Claude Opus 4.7', 'opus', '2026-04-16', { minCacheTokens: 2048 }),
  model('claude-sonnet-4-6', 'Claude Sonnet 4.6', 'sonnet', '2026-02-17', { ...older, minCacheTokens: 1024 }),
  model('claude-opus-4-6', 'Claude Opus 4.6', 'opus', '2026-02-05', {
    ...older,
    minCacheTokens: 4096,
    fast: 'ignored',
  }),
  model('claude-opus-4-5-20251101', 'Claude Opus 4.5', 'opus', '2025-11-24', {
    ...oldest,
    alias: 'claude-opus-4-5',
    efforts: ['low', 'medium', 'high'],
  }),
  model('claude-haiku-4-5-20251001', 'Claude Haiku 4.5', 'haiku', '2025-10-15', {
    ...oldest,
    alias: 'claude-haiku-4-5',
  }),
  model('claude-sonnet-4-5-20250929', 'Claude Sonnet 4.5', 'sonnet', '2025-09-29', {
    ...oldest,
    alias: 'claude-sonnet-4-5',
    minCacheTokens: 1024,
    retiresAt: '2026-11-30T00:00:00Z',
  }),
]

/** The model of an id or alias, or undefined where the real API answers 404. */
export function findModel(id: string): SimulatedModel | undefined {
  return MODELS.find((entry) => entry.id === id || entry.alias === id)
}

/** A model as `GET /v1/models` shows it. */
export function describeModel(entry: SimulatedModel): JsonObject {
  const yes = { supported: true }
  const has = (type: ThinkingType) => ({ supported: entry.thinking.includes(type) })
  const takes = (effort: Effort) => ({ supported: entry.efforts.includes(effort) })
  return {
    type: 'model',
    id: entry.id,
    display_name: entry.name,
    created_at: `${entry.createdAt}T00:00:00Z`,
    line: entry.line,
    lifecycle: entry.retiresAt === null ? 'active' : 'deprecated',
    deprecated_at: entry.retiresAt === null ? null : '2026-09-28T00:00:00Z',
    retires_at: entry.retiresAt,
    max_input_tokens: entry.contextTokens,
    max_tokens: entry.maxOutputTokens,
    capabilities: {
      batch: yes,
      citations: yes,
      code_execution: yes,
      context_management: {
        supported: true,
        clear_thinking_20251015: yes,
        clear_tool_uses_20250919: yes,
        compact_20260112: yes,
      },
      effort: {
        supported: entry.efforts.length > 0,
        low: takes('low'),
        medium: takes('medium'),
        high: takes('high'),
        xhigh: takes('xhigh'),
        max: takes('max'),
      },
      image_input: yes,
      pdf_input: yes,
      server_tools: { supported: true, web_search: yes, code_execution: yes },
      structured_outputs: yes,
      thinking: {
        supported: true,
        types: {
          adaptive: has('adaptive'),
          between_tools: has('between_tools'),
          disabled: has('disabled'),
          enabled: has('enabled'),
        },
      },
    },
  }
}

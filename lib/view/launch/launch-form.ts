import type { RunInput } from '@/lib/api/runs'
import type { Delivery, Speed } from '@/lib/core/spec/run'
import { emptyPermissions, type PermissionForm } from '../permissions/permission-form'
import { goalOf } from './launch-again'
import type { PhaseForm } from './phase-form'

/** What a person typed, as typed: text until it is sent. */
export type LaunchForm = {
  source: 'goal' | 'workflow' | 'script'
  /** What is wanted, in words. */
  goal: string
  /** How a goal is led: a script that is approved first, or wave by wave. */
  mode: 'plan' | 'live'
  workflow: string
  script: string
  workspace: string
  /** Whether agents are told what the workspace says to agents. */
  workspaceNotes: 'told' | 'left-out'
  args: string
  model: string
  /** Models that scripts and agents may choose besides, separated by commas; empty for any. */
  models: string
  effort: string
  /** The model to ask once more when an agent's own declines; empty for none. */
  fallbackModel: string
  /** Whether conversations may grow to where long prompts cost more. */
  longContext: 'summarise' | 'allow'
  concurrency: string
  delivery: Delivery
  usd: string
  tokens: string
  agents: string
  minutes: string
  /** Caps of every single agent. */
  agentUsd: string
  agentTokens: string
  agentMinutes: string
  onLimit: 'pause' | 'end'
  /** Percent of agents that must have answered. */
  minSuccess: string
  /** Failures of one cause that pause the run; empty or 0 for never. */
  breaker: string
  approval: 'auto' | 'ask'
  title: string
  /** Twice the price for up to 2.5 times the pace, on the models that have it. */
  speed: Speed
  /** Seconds that agents with the same beginning wait for the first to fill the cache; 0 for never. */
  cacheWait: string
  /** What agents may do beside reading. */
  permissions: PermissionForm
  /** By title of the phase. */
  phases: Readonly<Record<string, PhaseForm>>
}

export type FieldName = keyof LaunchForm

export const emptyForm: LaunchForm = {
  source: 'workflow',
  goal: '',
  mode: 'plan',
  workflow: '',
  script: '',
  workspace: '',
  workspaceNotes: 'told',
  args: '',
  model: '',
  models: '',
  effort: '',
  fallbackModel: '',
  longContext: 'summarise',
  concurrency: '',
  delivery: 'live',
  usd: '5',
  tokens: '',
  agents: '1000',
  minutes: '',
  agentUsd: '',
  agentTokens: '',
  agentMinutes: '',
  onLimit: 'pause',
  minSuccess: '50',
  breaker: '8',
  approval: 'auto',
  title: '',
  speed: 'standard',
  cacheWait: '',
  permissions: emptyPermissions,
  phases: {},
}

/** Every field. */
export const fieldNames = Object.keys(emptyForm).filter(isFieldName)

function isFieldName(name: string): name is FieldName {
  return name in emptyForm
}

/** What an earlier run was launched with, as fields. A workflow in the address outranks the script. */
export function fromInput(input: RunInput): Partial<LaunchForm> {
  return {
    script: input.script,
    goal: goalOf(input.args) ?? '',
    args: input.args === null ? '' : JSON.stringify(input.args, null, 2),
  }
}

/** What a person calls each field. */
export const fieldLabels: Readonly<Record<FieldName, string>> = {
  source: 'Source',
  goal: 'Goal',
  mode: 'Mode',
  workflow: 'Workflow',
  script: 'Script',
  workspace: 'Workspace folder',
  workspaceNotes: 'Notes for agents',
  args: 'Arguments',
  model: 'Model',
  models: 'Models agents may choose',
  effort: 'Effort',
  fallbackModel: 'Fallback model',
  longContext: 'Long conversations',
  concurrency: 'Max concurrency',
  delivery: 'Delivery',
  usd: 'Max cost ($)',
  tokens: 'Max tokens',
  agents: 'Max agents',
  minutes: 'Max time (min)',
  agentUsd: 'Max $ per agent',
  agentTokens: 'Max tokens per agent',
  agentMinutes: 'Max minutes per agent',
  onLimit: 'At a limit',
  minSuccess: 'Minimum success rate (%)',
  breaker: 'Pause after N identical failures',
  approval: 'Start',
  title: 'Title',
  speed: 'Speed',
  cacheWait: 'Prompt-cache warm-up (s)',
  permissions: 'What agents may do',
  phases: 'By phase',
}

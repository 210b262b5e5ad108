import type { Problem } from '@/lib/api/problem'
import type { LaunchInput, LimitsInput, RunInput } from '@/lib/api/runs'
import { assertNever } from '@/lib/core/assert-never'
import { type Json, jsonValue } from '@/lib/core/json'
import { type Delivery, type Effort, effortSchema, type RehearsalFaults, type Speed } from '@/lib/core/run'
import { goalOf } from './launch-again'
import { parseUsd } from './money'
import { wholeNumber } from './numbers'
import { type PhaseForm, present, readPhases } from './phase-form'

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
  args: string
  model: string
  effort: string
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
  /** Failures alike that pause the run; empty or 0 for never. */
  breaker: string
  approval: 'auto' | 'ask'
  title: string
  /** Twice the price for up to 2.5 times the pace, on the models that have it. */
  speed: Speed
  /** Seconds that agents which begin alike wait for the first to fill the cache; 0 for never. */
  cacheWait: string
  /** By title of the phase. */
  phases: Readonly<Record<string, PhaseForm>>
}

export type FieldName = keyof LaunchForm
export type FieldError = { field: FieldName | null; message: string; line?: number; column?: number }
export type ReadForm = { ok: true; body: LaunchInput } | { ok: false; errors: FieldError[] }

export const emptyForm: LaunchForm = {
  source: 'workflow',
  goal: '',
  mode: 'plan',
  workflow: '',
  script: '',
  workspace: '',
  args: '',
  model: '',
  effort: '',
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
  phases: {},
}

/** What an earlier run was launched with, as fields. A workflow in the address outranks the script. */
export function fromInput(input: RunInput): Partial<LaunchForm> {
  return {
    script: input.script,
    goal: goalOf(input.args) ?? '',
    args: input.args === null ? '' : JSON.stringify(input.args, null, 2),
  }
}

/** The form as a request, or every field that cannot be sent with what is wrong about it. */
export function readForm(form: LaunchForm): ReadForm {
  const errors: FieldError[] = []
  const refuse = (field: FieldName, message: string) => {
    errors.push({ field, message })
    return undefined
  }
  const whole = (field: FieldName, text: string, unit: string) => {
    if (text.trim() === '') return undefined
    const value = wholeNumber(text)
    return value !== undefined && value > 0 ? value : refuse(field, `Give a whole number of ${unit}, 1 or more.`)
  }
  const args: ReadArgs = form.source === 'goal' ? { kind: 'none' } : readArgs(form.args)
  if (args.kind === 'error') errors.push(args.error)
  if (form.source === 'goal' && form.goal.trim() === '')
    refuse('goal', 'Say what is wanted at the end, in a sentence or more.')
  if (form.source === 'workflow' && form.workflow === '') refuse('workflow', 'Pick a workflow, or paste a script.')
  if (form.source === 'script' && form.script.trim() === '') refuse('script', 'Paste a workflow script.')

  const minutes = whole('minutes', form.minutes, 'minutes')
  const agents = whole('agents', form.agents, 'agents')
  const agentMinutes = whole('agentMinutes', form.agentMinutes, 'minutes')
  const agentUsd =
    form.agentUsd.trim() === ''
      ? undefined
      : (parseDollars(form.agentUsd) ?? refuse('agentUsd', 'Give dollars above 0, such as 0.50.'))
  const perAgent = {
    ...present('usd', agentUsd),
    ...present('tokens', whole('agentTokens', form.agentTokens, 'tokens')),
    ...present('wallClockSeconds', agentMinutes === undefined ? undefined : agentMinutes * 60),
  }
  const limits: LimitsInput = {
    usd: form.usd.trim() === '' ? null : (parseDollars(form.usd) ?? refuse('usd', 'Give dollars above 0, such as 5.')),
    tokens: whole('tokens', form.tokens, 'tokens') ?? null,
    ...(agents === undefined ? {} : { agents }),
    wallClockSeconds: minutes === undefined ? null : minutes * 60,
    ...(Object.keys(perAgent).length === 0 ? {} : { perAgent }),
  }
  const share = Number(form.minSuccess.trim() === '' ? '0' : form.minSuccess)
  if (!(share >= 0 && share <= 100)) refuse('minSuccess', 'Give a percentage from 0 to 100.')
  const failures = form.breaker.trim() === '' ? 0 : Number(form.breaker)
  if (!Number.isInteger(failures) || failures < 0) refuse('breaker', 'Give a whole number of agents, or 0 for never.')
  const cacheWait = form.cacheWait.trim() === '' ? null : Number(form.cacheWait)
  if (cacheWait !== null && !(cacheWait >= 0 && cacheWait <= 120)) refuse('cacheWait', 'Give seconds from 0 to 120.')
  const phases = readPhases(form.phases)
  if (!phases.ok) refuse('phases', phases.message)
  const concurrency = whole('concurrency', form.concurrency, 'agents')
  if (errors.length > 0) return { ok: false, errors }
  const effort = readEffort(form.effort)
  return {
    ok: true,
    body: {
      ...sourceOf(form),
      ...(args.kind === 'value' ? { args: args.value } : {}),
      ...optional('workspace', form.workspace),
      ...optional('model', form.model),
      ...(effort === undefined ? {} : { effort }),
      ...(concurrency === undefined ? {} : { concurrency }),
      ...(form.delivery === 'live' ? {} : { delivery: form.delivery }),
      limits: phases.ok && phases.limits !== undefined ? { ...limits, phases: phases.limits } : limits,
      ...(phases.ok && phases.phases !== undefined ? { phases: phases.phases } : {}),
      ...(form.speed === 'standard' ? {} : { speed: form.speed }),
      ...(cacheWait === null ? {} : { cacheWarmUpSeconds: cacheWait }),
      onLimit: form.onLimit,
      minSuccess: share / 100,
      breaker: failures === 0 ? null : { failures },
      approval: form.approval,
      ...optional('title', form.title),
    },
  }
}

function sourceOf({ source, goal, mode, workflow, script }: LaunchForm): LaunchInput {
  switch (source) {
    case 'goal':
      return { goal: goal.trim(), orchestrator: mode }
    case 'workflow':
      return { workflow }
    case 'script':
      return { script }
    default:
      return assertNever(source)
  }
}

/** Shares of what goes wrong in a rehearsal, in percent, as typed. */
export type FaultForm = Record<keyof RehearsalFaults, string>
export const noFaults: FaultForm = { refusals: '', rateLimits: '', errors: '', cuts: '' }

/** Most that may go wrong, in percent: above it a rehearsal teaches nothing. */
const MOST_FAULTS = 90

/** The shares as the API takes them, or the fields that are none. */
export function readFaults(
  form: FaultForm,
): { ok: true; faults: Partial<RehearsalFaults> } | { ok: false; wrong: (keyof RehearsalFaults)[] } {
  const names: (keyof RehearsalFaults)[] = ['refusals', 'rateLimits', 'errors', 'cuts']
  const shares = names.map((name) => [name, form[name].trim() === '' ? 0 : Number(form[name])] as const)
  const wrong = shares.flatMap(([name, share]) => (share >= 0 && share <= MOST_FAULTS ? [] : [name]))
  if (wrong.length > 0) return { ok: false, wrong }
  return {
    ok: true,
    faults: Object.fromEntries(shares.flatMap(([name, share]) => (share > 0 ? [[name, share / 100]] : []))),
  }
}

/** The same launch as a rehearsal: no cap of money, since it shows what the real run would need. */
export function rehearsalBody(
  { limits, approval: _asks, ...body }: LaunchInput,
  faults: Partial<RehearsalFaults>,
): LaunchInput {
  const { usd: _cap, ...others } = limits ?? {}
  return { ...body, limits: others, rehearse: { faults } }
}

const fieldOfPath: Readonly<Record<string, FieldName>> = {
  goal: 'goal',
  orchestrator: 'mode',
  workflow: 'workflow',
  script: 'script',
  workspace: 'workspace',
  args: 'args',
  model: 'model',
  effort: 'effort',
  concurrency: 'concurrency',
  delivery: 'delivery',
  'limits.usd': 'usd',
  'limits.tokens': 'tokens',
  'limits.agents': 'agents',
  'limits.wallClockSeconds': 'minutes',
  'limits.perAgent.usd': 'agentUsd',
  'limits.perAgent.tokens': 'agentTokens',
  'limits.perAgent.wallClockSeconds': 'agentMinutes',
  onLimit: 'onLimit',
  minSuccess: 'minSuccess',
  breaker: 'breaker',
  approval: 'approval',
  title: 'title',
  speed: 'speed',
  cacheWarmUpSeconds: 'cacheWait',
  phases: 'phases',
  'limits.phases': 'phases',
}

/** What a person calls each field. */
export const fieldLabels: Readonly<Record<FieldName, string>> = {
  source: 'Source',
  goal: 'Goal',
  mode: 'How it is led',
  workflow: 'Workflow',
  script: 'Script',
  workspace: 'Workspace folder',
  args: 'Arguments',
  model: 'Model',
  effort: 'Effort',
  concurrency: 'At once, at most',
  delivery: 'Delivery',
  usd: 'Dollars',
  tokens: 'Tokens',
  agents: 'Agents',
  minutes: 'Minutes',
  agentUsd: 'Dollars an agent',
  agentTokens: 'Tokens an agent',
  agentMinutes: 'Minutes an agent',
  onLimit: 'At a limit',
  minSuccess: 'Success needed, %',
  breaker: 'Pause after alike failures',
  approval: 'Start',
  title: 'Title',
  speed: 'Speed',
  cacheWait: 'Wait for the cache',
  phases: 'By phase',
}

/** What the server refused, beside the fields it names. A problem without fields is one for the whole form. */
export function problemErrors(problem: Problem): FieldError[] {
  if (problem.errors === undefined || problem.errors.length === 0) return [{ field: null, message: problem.detail }]
  return problem.errors.map((error) => ({
    field: fieldOf(error.path),
    message: error.message,
    ...(error.line === undefined ? {} : { line: error.line }),
    ...(error.column === undefined ? {} : { column: error.column }),
  }))
}

/** The field of a path, or of the nearest thing it stands in. */
function fieldOf(path: string): FieldName | null {
  const parts = path.split('.')
  for (let length = parts.length; length > 0; length--) {
    const field = fieldOfPath[parts.slice(0, length).join('.')]
    if (field !== undefined) return field
  }
  return null
}

/** `line 3, column 14` for an error that has a place. */
export function placeOf(error: Pick<FieldError, 'line' | 'column'>): string | null {
  if (error.line === undefined) return null
  return error.column === undefined ? `line ${error.line}` : `line ${error.line}, column ${error.column}`
}

type ReadArgs = { kind: 'none' } | { kind: 'value'; value: Json } | { kind: 'error'; error: FieldError }

/** Arguments as JSON. The place of a mistake is read out of what the engine says, where it says one. */
export function readArgs(text: string): ReadArgs {
  if (text.trim() === '') return { kind: 'none' }
  try {
    return { kind: 'value', value: jsonValue(JSON.parse(text)) }
  } catch (cause) {
    const said = cause instanceof Error ? cause.message : String(cause)
    const place = placeInText(text, said)
    const message = said
      .replace(/ in JSON at position.*$| at position.*$/s, '')
      .replace(/, "[\s\S]*" is not valid JSON$/, '')
    return { kind: 'error', error: { field: 'args', message: `Not JSON: ${message}.`, ...place } }
  }
}

function placeInText(text: string, said: string): { line?: number; column?: number } {
  const found = /position (\d+)/.exec(said)
  const at = found?.[1] === undefined ? (/end of JSON/.test(said) ? text.length : null) : Number(found[1])
  if (at === null) return {}
  const before = text.slice(0, at).split('\n')
  return { line: before.length, column: (before.at(-1)?.length ?? 0) + 1 }
}

function parseDollars(text: string): number | undefined {
  const usd = parseUsd(text)
  return usd !== undefined && usd > 0 && usd <= 1_000_000 ? usd : undefined
}

function readEffort(text: string): Effort | undefined {
  return effortSchema.safeParse(text).data
}

function optional<K extends string>(key: K, text: string): Partial<Record<K, string>> {
  const one: Partial<Record<K, string>> = {}
  if (text.trim() !== '') one[key] = text.trim()
  return one
}

import type { LaunchInput, LimitsInput } from '@/lib/api/runs'
import { assertNever } from '@/lib/core/base/assert-never'
import { type Effort, effortSchema } from '@/lib/core/spec/run'
import { parseUsd } from '../format/money'
import { wholeNumber } from '../format/numbers'
import type { FieldError } from './field-errors'
import type { FieldName, LaunchForm } from './launch-form'
import { present, readPhases } from './phase-form'
import { type ReadArgs, readArgs } from './read-args'

/** A launch as a request, or every field that cannot be sent with what is wrong about it. */
export type ReadForm = { ok: true; body: LaunchInput } | { ok: false; errors: FieldError[] }

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
    return value !== undefined && value > 0
      ? value
      : refuse(field, `Enter a whole number of ${unit}, 1 or more.`)
  }
  const args: ReadArgs = form.source === 'goal' ? { kind: 'none' } : readArgs(form.args)
  if (args.kind === 'error') errors.push(args.error)
  if (form.source === 'goal' && form.goal.trim() === '')
    refuse('goal', 'Describe the goal in a sentence or more.')
  if (form.source === 'workflow' && form.workflow === '')
    refuse('workflow', 'Pick a workflow, or paste a script.')
  if (form.source === 'script' && form.script.trim() === '') refuse('script', 'Paste a workflow script.')

  const minutes = whole('minutes', form.minutes, 'minutes')
  const agents = whole('agents', form.agents, 'agents')
  const agentMinutes = whole('agentMinutes', form.agentMinutes, 'minutes')
  const agentUsd =
    form.agentUsd.trim() === ''
      ? undefined
      : (parseDollars(form.agentUsd) ?? refuse('agentUsd', 'Enter dollars above 0, such as 0.50.'))
  const perAgent = {
    ...present('usd', agentUsd),
    ...present('tokens', whole('agentTokens', form.agentTokens, 'tokens')),
    ...present('wallClockSeconds', agentMinutes === undefined ? undefined : agentMinutes * 60),
  }
  const limits: LimitsInput = {
    usd:
      form.usd.trim() === ''
        ? null
        : (parseDollars(form.usd) ?? refuse('usd', 'Enter dollars above 0, such as 5.')),
    tokens: whole('tokens', form.tokens, 'tokens') ?? null,
    ...(agents === undefined ? {} : { agents }),
    wallClockSeconds: minutes === undefined ? null : minutes * 60,
    ...(Object.keys(perAgent).length === 0 ? {} : { perAgent }),
  }
  const share = Number(form.minSuccess.trim() === '' ? '0' : form.minSuccess)
  if (!(share >= 0 && share <= 100)) refuse('minSuccess', 'Enter a percentage from 0 to 100.')
  const failures = form.breaker.trim() === '' ? 0 : Number(form.breaker)
  if (!Number.isInteger(failures) || failures < 0)
    refuse('breaker', 'Enter a whole number of agents, or 0 for never.')
  const cacheWait = form.cacheWait.trim() === '' ? null : Number(form.cacheWait)
  if (cacheWait !== null && !(cacheWait >= 0 && cacheWait <= 120))
    refuse('cacheWait', 'Enter seconds from 0 to 120.')
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
      ...(form.workspaceNotes === 'told' ? {} : { workspaceNotes: false }),
      ...optional('model', form.model),
      ...(form.models.trim() === '' ? {} : { models: namesIn(form.models) }),
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

function parseDollars(text: string): number | undefined {
  const usd = parseUsd(text)
  return usd !== undefined && usd > 0 && usd <= 1_000_000 ? usd : undefined
}

function namesIn(text: string): string[] {
  return text
    .split(',')
    .map((name) => name.trim())
    .filter((name) => name !== '')
}

function readEffort(text: string): Effort | undefined {
  return effortSchema.safeParse(text).data
}

function optional<K extends string>(key: K, text: string): Partial<Record<K, string>> {
  const one: Partial<Record<K, string>> = {}
  if (text.trim() !== '') one[key] = text.trim()
  return one
}

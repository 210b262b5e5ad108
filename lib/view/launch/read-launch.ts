import type { LaunchInput, LimitsInput } from '@/lib/api/runs'
import type { WorkflowDetail } from '@/lib/api/workflows'
import { assertNever } from '@/lib/core/base/assert-never'
import { unmetNeeds } from '@/lib/core/spec/needs'
import { noPermissions, offeredPermissions } from '@/lib/core/spec/permissions'
import { effortSchema } from '@/lib/core/spec/run'
import { parseUsd } from '../format/money'
import { wholeNumber } from '../format/numbers'
import { readPermissions } from '../permissions/permission-form'
import { type ArgField, argError } from '../questions/args-form'
import type { FieldError } from './field-errors'
import type { FieldName, LaunchForm } from './launch-form'
import { present, readPhases } from './phase-form'
import { type ReadArgs, readArgs } from './read-args'

/** A launch as a request, or every field that cannot be sent with what is wrong about it. */
export type ReadForm = { ok: true; body: LaunchInput } | { ok: false; errors: FieldError[] }

type Refuse = (field: FieldName, message: string, isMissing?: true) => undefined

/** The form as a request, or every field that cannot be sent with what is wrong about it. */
export function readForm(form: LaunchForm): ReadForm {
  const errors: FieldError[] = []
  const refuse: Refuse = (field, message, isMissing) => {
    errors.push({ field, message, ...(isMissing === undefined ? {} : { isMissing }) })
    return undefined
  }
  const args = argsOf(form)
  if (args.kind === 'error') errors.push(args.error)
  refuseEmptySource(form, refuse)
  const limits = readLimits(form, refuse)
  const ends = readEnds(form, refuse)
  const cacheWait = form.cacheWait.trim() === '' ? undefined : Number(form.cacheWait)
  if (cacheWait !== undefined && !(cacheWait >= 0 && cacheWait <= 120))
    refuse('cacheWait', 'Enter seconds from 0 to 120.')
  const phases = readPhases(form.phases)
  if (!phases.ok) refuse('phases', phases.message)
  const concurrency = readWhole(form, 'concurrency', 'agents', refuse)
  const permitted = readPermissions(form.permissions, form.workspace.trim() !== '')
  if (!permitted.ok) refuse('permissions', permitted.message)
  if (errors.length > 0 || !phases.ok || !permitted.ok) return { ok: false, errors }
  return {
    ok: true,
    body: {
      ...sourceOf(form),
      ...(args.kind === 'value' ? { args: args.value } : {}),
      ...optional('workspace', form.workspace),
      ...(form.workspaceNotes === 'told' ? {} : { workspaceNotes: false }),
      // Always said: what is left out is what the project grants at first, which may be more.
      permissions: (permitted.ok ? permitted.permissions : undefined) ?? noPermissions,
      whenNotPermitted: asksBeyond(form) ? ('ask' as const) : ('refuse' as const),
      ...optional('model', form.model),
      ...(form.models.trim() === '' ? {} : { models: namesIn(form.models) }),
      ...present('effort', effortSchema.safeParse(form.effort).data),
      ...optional('fallbackModel', form.fallbackModel),
      ...(form.longContext === 'allow' ? { allowsLongContext: true } : {}),
      ...present('concurrency', concurrency),
      ...(form.delivery === 'live' ? {} : { delivery: form.delivery }),
      limits: { ...limits, ...present('phases', phases.limits) },
      ...present('phases', phases.phases),
      ...(form.speed === 'standard' ? {} : { speed: form.speed }),
      ...present('cacheWarmUpSeconds', cacheWait),
      onLimit: form.onLimit,
      ...ends,
      approval: form.approval,
      ...optional('title', form.title),
    },
  }
}

/** Without a folder there is nothing beyond reading that could be asked for. */
function asksBeyond({ permissions, workspace }: LaunchForm): boolean {
  return permissions.beyond === 'ask' && workspace.trim() !== ''
}

/** The field that gives what a workflow needs. */
const fieldsOfNeeds: Readonly<Record<string, FieldName>> = {
  workspace: 'workspace',
  write: 'permissions',
  shell: 'permissions',
  web: 'permissions',
}

/** The form as read, refused also for what the workflow cannot run without. */
export function withNeeds(
  read: ReadForm,
  workflow: Pick<WorkflowDetail, 'name' | 'needs'> | undefined,
): ReadForm {
  if (!read.ok || workflow === undefined || read.body.workflow !== workflow.name) return read
  const { permissions = noPermissions, whenNotPermitted } = read.body
  const given = {
    hasWorkspace: read.body.workspace !== undefined,
    permissions: offeredPermissions({ permissions, whenNotPermitted }),
  }
  const unmet = unmetNeeds(workflow.name, workflow.needs, given)
  if (unmet.length === 0) return read
  const fieldOf = (need: string) => fieldsOfNeeds[need] ?? 'workflow'
  return {
    ok: false,
    errors: unmet.map(({ need, message }) => ({ field: fieldOf(need), message, isMissing: true })),
  }
}

/** The form as read, refused also for what the workflow says of its arguments. */
export function withArgs(read: ReadForm, args: string, fields: readonly ArgField[] | null): ReadForm {
  const wrong = fields === null ? null : argError(fields, args)
  return wrong === null || !read.ok
    ? read
    : { ok: false, errors: [{ field: 'args', message: wrong.message }] }
}

/** A goal has no arguments: what was typed for a workflow before stays aside. */
function argsOf(form: LaunchForm): ReadArgs {
  return form.source === 'goal' ? { kind: 'none' } : readArgs(form.args)
}

function refuseEmptySource({ source, goal, workflow, script }: LaunchForm, refuse: Refuse): void {
  if (source === 'goal' && goal.trim() === '')
    refuse('goal', 'Describe the goal in a sentence or more.', true)
  if (source === 'workflow' && workflow === '')
    refuse('workflow', 'Pick a workflow, or paste a script.', true)
  if (source === 'script' && script.trim() === '') refuse('script', 'Paste a workflow script.', true)
}

/** Caps of the run and of each agent. An empty field lifts a cap of the run, and leaves all others alone. */
function readLimits(form: LaunchForm, refuse: Refuse): LimitsInput {
  const minutes = readWhole(form, 'minutes', 'minutes', refuse)
  const agentMinutes = readWhole(form, 'agentMinutes', 'minutes', refuse)
  const perAgent = {
    ...present(
      'usd',
      readDollars(form.agentUsd, () => refuse('agentUsd', wrongDollars('0.50'))),
    ),
    ...present('tokens', readWhole(form, 'agentTokens', 'tokens', refuse)),
    ...present('wallClockSeconds', inSeconds(agentMinutes)),
  }
  return {
    usd: readDollars(form.usd, () => refuse('usd', wrongDollars('5'))) ?? null,
    tokens: readWhole(form, 'tokens', 'tokens', refuse) ?? null,
    ...present('agents', readWhole(form, 'agents', 'agents', refuse)),
    wallClockSeconds: inSeconds(minutes) ?? null,
    ...(Object.keys(perAgent).length === 0 ? {} : { perAgent }),
  }
}

/** What ends or stops a run beside its caps: too few successes, too many failures in a row. */
function readEnds(form: LaunchForm, refuse: Refuse): Pick<LaunchInput, 'minSuccess' | 'breaker'> {
  const share = Number(form.minSuccess.trim() === '' ? '0' : form.minSuccess)
  if (!(share >= 0 && share <= 100)) refuse('minSuccess', 'Enter a percentage from 0 to 100.')
  const failures = form.breaker.trim() === '' ? 0 : Number(form.breaker)
  if (!Number.isInteger(failures) || failures < 0)
    refuse('breaker', 'Enter a whole number of agents, or 0 for never.')
  return { minSuccess: share / 100, breaker: failures === 0 ? null : { failures } }
}

type WholeField = 'minutes' | 'agents' | 'agentMinutes' | 'agentTokens' | 'tokens' | 'concurrency'

/** A number above 0; undefined for nothing typed, and for what was refused. */
function readWhole(
  form: Pick<LaunchForm, WholeField>,
  field: WholeField,
  unit: string,
  refuse: Refuse,
): number | undefined {
  if (form[field].trim() === '') return undefined
  const value = wholeNumber(form[field])
  return value !== undefined && value > 0
    ? value
    : refuse(field, `Enter a whole number of ${unit}, 1 or more.`)
}

function readDollars(text: string, refuse: () => undefined): number | undefined {
  return text.trim() === '' ? undefined : (parseDollars(text) ?? refuse())
}

function wrongDollars(example: string): string {
  return `Enter dollars above 0, such as ${example}.`
}

function inSeconds(minutes: number | undefined): number | undefined {
  return minutes === undefined ? undefined : minutes * 60
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

function optional<K extends string>(key: K, text: string): Partial<Record<K, string>> {
  const one: Partial<Record<K, string>> = {}
  if (text.trim() !== '') one[key] = text.trim()
  return one
}

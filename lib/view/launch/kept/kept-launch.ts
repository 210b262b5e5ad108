import type { LaunchInput, LimitsInput } from '@/lib/api/runs'
import type { Settings } from '@/lib/api/settings'
import { defaultLimits } from '@/lib/core/spec/run'
import { permissionFields } from '../../permissions/permission-form'
import { emptyForm, type LaunchForm } from '../launch-form'
import { emptyPhase, type PhaseForm } from '../phase-form'

/** What stands for what a launch leaves to the server. */
type Usual = Pick<Settings, 'runCapNanoUsd' | 'initialPermissions' | 'defaultModel'>

/** A launch that is kept, as the fields of the launch form; what it leaves to the server is filled in. */
export function formOfLaunch(launch: LaunchInput, usual: Usual): LaunchForm {
  return {
    ...emptyForm,
    ...sourceFields(launch),
    workspace: launch.workspace ?? '',
    workspaceNotes: launch.workspaceNotes === false ? 'left-out' : 'told',
    ...modelFields(launch, usual),
    ...limitFields(launch.limits ?? {}, usual),
    concurrency: numberText(launch.concurrency),
    delivery: launch.delivery ?? 'live',
    speed: launch.speed ?? 'standard',
    cacheWait: numberText(launch.cacheWarmUpSeconds),
    // Nobody is there to raise a cap, so a launch that is kept ends at it unless it says otherwise.
    onLimit: launch.onLimit ?? 'end',
    minSuccess: launch.minSuccess === undefined ? emptyForm.minSuccess : percent(launch.minSuccess),
    breaker: launch.breaker === undefined ? emptyForm.breaker : String(launch.breaker?.failures ?? 0),
    title: launch.title ?? '',
    permissions: permissionsOf(launch, usual),
    phases: phaseFields(launch),
  }
}

/**
 * What the form says, in place of a launch that is kept: what the form has no field for stays as it was, and so do
 * times that it shows rounded up to minutes, where they were not changed.
 */
export function launchInPlaceOf(before: LaunchInput, said: LaunchInput): LaunchInput {
  const { budget, approved, tags, sampleItems, dryRun } = before
  const rest = {
    ...(budget && { budget }),
    ...(approved && { approved }),
    ...(tags && { tags }),
    // Of scripts alone: a goal has none yet.
    ...(said.goal === undefined && sampleItems !== undefined && { sampleItems }),
    ...(said.goal === undefined && dryRun !== undefined && { dryRun }),
  }
  return { ...rest, ...said, limits: limitsInPlaceOf(before.limits ?? {}, said.limits ?? {}) }
}

function limitsInPlaceOf(before: LimitsInput, said: LimitsInput): LimitsInput {
  const phases = Object.entries(said.phases ?? {}).map(
    ([title, caps]) => [title, { ...caps, ...seconds(before.phases?.[title], caps) }] as const,
  )
  return {
    ...(before.items === undefined ? {} : { items: before.items }),
    ...said,
    ...seconds(before, said),
    ...(said.perAgent && { perAgent: { ...said.perAgent, ...seconds(before.perAgent, said.perAgent) } }),
    ...(said.phases && { phases: Object.fromEntries(phases) }),
  }
}

type Timed = { wallClockSeconds?: number | null | undefined }

/** The time as it was, where the form says the minutes that it is shown as. */
function seconds(before: Timed | undefined, said: Timed): { wallClockSeconds?: number } {
  const was = before?.wallClockSeconds ?? null
  return was !== null && said.wallClockSeconds === wholeMinutes(was) * 60 ? { wallClockSeconds: was } : {}
}

function sourceFields({
  goal,
  orchestrator,
  workflow,
  script,
  args,
}: LaunchInput): Pick<LaunchForm, 'source' | 'goal' | 'mode' | 'workflow' | 'script' | 'args'> {
  const ofWorkflow = workflow === undefined ? 'script' : 'workflow'
  return {
    source: goal === undefined ? ofWorkflow : 'goal',
    goal: goal ?? '',
    mode: orchestrator === 'live' ? 'live' : 'plan',
    workflow: workflow ?? '',
    script: script ?? '',
    args: args === undefined ? '' : JSON.stringify(args, null, 2),
  }
}

function modelFields(
  { model, models, effort, fallbackModel, allowsLongContext }: LaunchInput,
  { defaultModel }: Usual,
): Pick<LaunchForm, 'model' | 'models' | 'effort' | 'fallbackModel' | 'longContext'> {
  return {
    model: model ?? '',
    // An empty list lets agents choose none but the model itself.
    models: models?.length === 0 ? (model ?? defaultModel) : (models ?? []).join(', '),
    effort: effort ?? '',
    fallbackModel: fallbackModel ?? '',
    longContext: allowsLongContext === true ? 'allow' : 'summarise',
  }
}

type LimitField = 'usd' | 'tokens' | 'agents' | 'minutes' | 'agentUsd' | 'agentTokens' | 'agentMinutes'

function limitFields(limits: LimitsInput, { runCapNanoUsd }: Usual): Pick<LaunchForm, LimitField> {
  const { usd = runCapNanoUsd / 1e9, tokens, agents = defaultLimits.agents, perAgent } = limits
  return {
    usd: numberText(usd),
    tokens: numberText(tokens),
    agents: String(agents),
    minutes: minutesText(limits),
    agentUsd: numberText(perAgent?.usd),
    agentTokens: numberText(perAgent?.tokens),
    agentMinutes: minutesText(perAgent),
  }
}

function permissionsOf(
  { permissions, whenNotPermitted }: LaunchInput,
  { initialPermissions }: Usual,
): LaunchForm['permissions'] {
  // Left out, it has what the project grants at first.
  if (permissions !== undefined) return permissionFields(permissions, whenNotPermitted ?? 'refuse')
  return permissionFields(
    { ...initialPermissions, mcp: [] },
    whenNotPermitted ?? initialPermissions.whenNotPermitted,
  )
}

function phaseFields({ phases = {}, limits }: LaunchInput): Record<string, PhaseForm> {
  const caps = limits?.phases ?? {}
  const titles = new Set([...Object.keys(phases), ...Object.keys(caps)])
  return Object.fromEntries(
    [...titles].map((title) => {
      const { model, effort, speed, delivery, maxTokens } = phases[title] ?? {}
      const cap = caps[title]
      const form: PhaseForm = {
        ...emptyPhase,
        model: model ?? '',
        effort: effort ?? '',
        speed: speed ?? '',
        delivery: delivery ?? '',
        maxTokens: numberText(maxTokens),
        usd: numberText(cap?.usd),
        tokens: numberText(cap?.tokens),
        agents: numberText(cap?.agents),
        minutes: minutesText(cap),
      }
      return [title, form]
    }),
  )
}

function minutesText(timed: Timed | undefined): string {
  const was = timed?.wallClockSeconds ?? null
  return was === null ? '' : String(wholeMinutes(was))
}

function wholeMinutes(wallClockSeconds: number): number {
  return Math.ceil(wallClockSeconds / 60)
}

/** Percent with what can be told of it: 0.07 is 7, and not 7.000000000000001. */
function percent(share: number): string {
  return String(Math.round(share * 1e6) / 1e4)
}

function numberText(value: number | null | undefined): string {
  return value == null ? '' : String(value)
}

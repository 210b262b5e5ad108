import type { Plan } from '@/lib/api/plan'
import type { LaunchInput } from '@/lib/api/runs'
import type { Actor } from '@/lib/core/base/actor'
import { utcDay } from '@/lib/core/base/utc-day'
import { recommendation } from '@/lib/core/estimate/estimate'
import { findPrice } from '@/lib/core/money/pricing'
import { retirementNote } from '@/lib/core/money/retirements'
import type { Orchestrator } from '@/lib/core/spec/run-status'
import type { App } from '@/lib/server/app/app'
import { notesOf } from '@/lib/server/app/briefing'
import { usdIn } from '@/lib/view/format/money'
import type { Workspace } from '@/lib/workspace/workspace'
import { calibration } from './calibration'
import { countPrompts } from './counted-prompts'
import { estimateLaunch, type LaunchEstimate, savedEstimate } from './estimate'
import { replacedByWorkspace } from './from-workspace'
import { needsApproval } from './launch'
import { type LaunchRequest, resolveLaunchRequest } from './launch-request'
import { rememberEstimate } from './remembered-estimates'
import { notesOnReach, noteTokens, plannedNotes } from './told-notes'
import { brief, type TrialRun, trialRun } from './trial-run'

/** What follows from what is known of a goal before it is led. */
const adviceOnGoals: Readonly<Record<Exclude<Orchestrator, 'script'>, string>> = {
  plan: 'Review the plan before it runs; its script has its own estimate.',
  live: 'Set limits: the cost is not known in advance.',
}

export type PlanOptions = {
  /** Runs it on the simulator, for the number of agents and their prompts. */
  dryRun: boolean
  /** Without `dryRun`, runs as much of it as little work allows. */
  briefDryRun?: boolean
  /** Has the provider count a prompt of each phase; only with `dryRun`. */
  count?: boolean
  signal: AbortSignal
}

/** What a launch would run, cost at most and need; nothing is spent. */
export async function plan(app: App, body: LaunchInput, actor: Actor, options: PlanOptions): Promise<Plan> {
  const request = await resolveLaunchRequest(app, body, actor)
  const { spec, detail, workspace } = request
  const advice = spec.orchestrator === 'script' ? null : adviceOnGoals[spec.orchestrator]
  const bounds = options.dryRun ? {} : { bounds: brief }
  const isTrial = (options.dryRun || options.briefDryRun === true) && advice === null
  const notes = workspace === null ? null : await notesOf(app, workspace, options.signal)
  const trial = isTrial ? await trialRun(app, body, options.signal, { prompts: true, ...bounds }) : null
  const estimate = await estimateLaunch(
    app,
    { ...request, hasFiles: workspace !== null, noteTokens: noteTokens(spec.workspaceNotes ? notes : null) },
    trial === null ? null : await measured(app, trial, options),
  )
  const kept = savedEstimate(estimate, spec)
  if (trial !== null && kept !== null) rememberEstimate(app, body, kept)
  const { parallelism, historyRuns, rows, deliveries, ...sums } = estimate
  return {
    name: detail.name,
    description: detail.description,
    phases: detail.phases,
    calls: detail.calls,
    workspace: workspace === null ? null : contentsOf(workspace),
    workspaceNotes: plannedNotes(notes, spec.workspaceNotes, rows, (model) =>
      findPrice(app.prices.list(), model, new Date(app.now()).toISOString()),
    ),
    ...sums,
    rows,
    deliveries,
    recommendation: advice ?? recommendation(rows, deliveries),
    calibration: advice === null ? await calibration(app, detail.name, spec.simulated) : null,
    dryRun: trial === null ? null : outcomeOf(trial),
    historyRuns,
    limits: spec.limits,
    parallelism,
    needsApproval: await needsApproval(app, body),
    simulated: spec.simulated,
    notes: [
      ...notesOnReach(request, trial),
      ...(await notesOnWorkspace(app, workspace, options.signal)),
      ...notesOnModels(request),
      ...notesOnRetirements(app, rows),
      ...notesOnCaps(request, rows),
      ...notesOnNeed(request, sums.costNanoUsd),
    ],
  }
}

function contentsOf(workspace: Workspace): Plan['workspace'] {
  const files = workspace.listFiles()
  return {
    root: workspace.root,
    files: files.length,
    bytes: files.reduce((sum, file) => sum + file.size, 0),
  }
}

function outcomeOf({ state, isWhole, error }: TrialRun): Plan['dryRun'] {
  return { agents: state.agents.size, retries: state.totals.retries, isWhole, error }
}

/** What agents get of the folder, and what the folder brings in place of what ships. */
async function notesOnWorkspace(
  app: App,
  workspace: Workspace | null,
  signal: AbortSignal,
): Promise<string[]> {
  if (workspace === null)
    return ['No workspace is chosen: agents get no file tools and answer from their prompts alone.']
  const replaced = await replacedByWorkspace(app, workspace.root, signal)
  return workspace.isCut
    ? ['The folder has more files than are listed; agents can still open the others by path.', ...replaced]
    : replaced
}

/** Which models agents may choose, where it is bounded, or where agents themselves choose. */
function notesOnModels({ spec: { model, models, orchestrator } }: LaunchRequest): string[] {
  if (models !== null) {
    const others = models.filter((one) => one !== model)
    const besides = others.length === 0 ? 'no other' : others.join(', ')
    return [`Agents run on ${model}, and may choose ${besides}; other requests get ${model}.`]
  }
  return orchestrator === 'live'
    ? ['The orchestrator may choose any model for its agents. Restrict it with “Models agents may choose”.']
    : []
}

/** Which models of this plan will not be there for long, or are gone. */
function notesOnRetirements(app: App, rows: LaunchEstimate['rows']): string[] {
  const day = utcDay(app.now())
  const notes = rows.flatMap(({ model, speed }) => retirementNote(model, speed, day) ?? [])
  return [...new Set(notes)]
}

/** What caps and settings of this launch cannot hold, where it can be seen. */
function notesOnCaps({ spec, detail }: LaunchRequest, rows: LaunchEstimate['rows']): string[] {
  const { limits, phaseSettings } = spec
  const isCapped = [limits, limits.perAgent, ...Object.values(limits.phases)].some(
    ({ nanoUsd }) => nanoUsd !== null,
  )
  const unpriced = new Set(
    rows.flatMap(({ model, reservationNanoUsd }) => (reservationNanoUsd === null ? [model] : [])),
  )
  const known = new Set([...detail.phases.map(({ title }) => title), ...rows.map(({ phase }) => phase)])
  const set =
    spec.orchestrator === 'script' ? [...Object.keys(limits.phases), ...Object.keys(phaseSettings)] : []
  const unseen = [...new Set(set)].filter((title) => !known.has(title))
  return [
    ...(isCapped
      ? [...unpriced].map(
          (model) =>
            `${model} has no known price: no dollar cap can hold what it costs, and its agents do not run. Set its price under Costs > Prices, 0 if it costs nothing.`,
        )
      : []),
    ...unseen.map(
      (title) =>
        `No agent of “${title}” is expected: its settings apply only if the script adds agents to that phase at run time.`,
    ),
  ]
}

/** That the launch may need more than its cap lets it spend, with what it may need, before anything is spent. */
function notesOnNeed({ spec }: LaunchRequest, cost: LaunchEstimate['costNanoUsd']): string[] {
  const cap = spec.limits.nanoUsd
  if (cap === null || cost === null || cost.high <= cap) return []
  const usd = usdIn(spec.simulated)
  const atCap = spec.onLimit === 'end' ? 'it ends there' : 'it pauses there until the cap is raised'
  return cost.likely > cap
    ? [`This launch probably needs ${usd(cost.likely)}, more than its cap of ${usd(cap)}: ${atCap}.`]
    : [
        `This launch probably needs ${usd(cost.likely)}, but may need up to ${usd(cost.high)}; with its cap of ${usd(cap)} ${atCap}.`,
      ]
}

/** The simulator's own count is the count there is when the simulator is the provider. */
async function measured(app: App, { prompts, isWhole }: TrialRun, { count, signal }: PlanOptions) {
  const isAsked = count === true && !app.provider.simulated
  return { ...(isAsked ? await countPrompts(app, prompts, signal) : { prompts, counted: 0 }), isWhole }
}

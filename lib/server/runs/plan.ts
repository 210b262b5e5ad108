import type { Plan } from '@/lib/api/plan'
import type { LaunchInput } from '@/lib/api/runs'
import type { PlannedCall } from '@/lib/api/workflows'
import {
  type AgentSample,
  costOfTokens,
  deliveries,
  type EstimateRow,
  historyOf,
  one,
  type Range,
  recommendation,
  sumOf,
  times,
} from '@/lib/core/estimate'
import { unphased } from '@/lib/core/fold'
import { resolveModel } from '@/lib/core/models'
import { findPrice, type Price, worstCaseNanoUsd } from '@/lib/core/pricing'
import type { Orchestrator } from '@/lib/core/run'
import type { App } from '@/lib/server/app'
import { needsApproval } from './launch'
import { understand } from './order'
import { type Sketch, sketch } from './sketch'

/** How often a call in a loop runs when nothing is known: once, the median and the 90th percentile of public workflows. */
const REPEATS: Range = { low: 1, likely: 9, high: 25 }

/** Tokens and seconds of an agent that works with files, over all its turns, when nothing has been measured. */
const WITH_TOOLS = {
  tokens: { low: 20_000, likely: 70_000, high: 120_000 },
  seconds: { low: 30, likely: 90, high: 300 },
}

/** The same of a single answer without tools. */
const PLAIN = { tokens: { low: 1_000, likely: 3_000, high: 10_000 }, seconds: { low: 5, likely: 20, high: 60 } }

/** Prompt of a first turn, for saying how many agents a cap lets fly together. */
const FIRST_PROMPT_TOKENS = 3_000
const TURN_TOKENS = 16_384

/** Newest ended runs of a workflow that its estimates rest on. */
const HISTORY_RUNS = 14

/** What is known of a goal before it is led, and what follows from that. */
const goals: Readonly<Record<Exclude<Orchestrator, 'script'>, { basis: string; recommendation: string }>> = {
  plan: {
    basis:
      'Known is one planner: it surveys the files and writes the script. Then you decide; nothing else is spent before. A change you ask for is one planner more',
    recommendation: 'Read the plan before it runs: it is estimated with its script.',
  },
  live: {
    basis:
      'Known is one orchestrator. How many agents it starts, and what they cost, is decided as it goes; the limits are what holds it',
    recommendation: 'Set the limits to what the answer is worth: more is not known before.',
  },
}

/**
 * What a launch would run, cost at most and need; nothing is spent. Numbers of agents come from a rehearsal where one is
 * asked for, else from earlier runs, else from the source; tokens and time from earlier runs, else from a stated prior.
 */
export async function plan(
  app: App,
  body: LaunchInput,
  actor: string,
  options: { rehearse: boolean; signal: AbortSignal },
): Promise<Plan> {
  const { spec, detail, workspace } = await understand(app, body, actor)
  const at = new Date(app.now()).toISOString()
  const samples = await app.store.agentSamples(detail.name, spec.simulated, HISTORY_RUNS)
  const goal = spec.orchestrator === 'script' ? null : goals[spec.orchestrator]
  const played = options.rehearse && goal === null ? await sketch(app, body, options.signal) : null
  const hasFiles = workspace !== null
  const inSource = () => groupsInSource(detail.calls, spec.model, spec.phases)
  const groups = played !== null ? groupsPlayed(played) : goal === null ? inSource() : inSource().map(once)
  const priceOf = (model: string) => findPrice(app.prices.list(), model, at)
  const listed = groups.map((group) => rowOf(group, samples, hasFiles, priceOf))
  const rows = spec.delivery === 'batch' ? listed.map((row) => inBatches(row, priceOf)) : listed
  const perTurn = worstCaseNanoUsd(
    {
      model: spec.model,
      inputTokens: FIRST_PROMPT_TOKENS,
      maxTokens: TURN_TOKENS,
      fast: false,
      batch: spec.delivery === 'batch',
      cacheWriteKind: spec.delivery === 'batch' ? 'cacheWrite1h' : 'cacheWrite5m',
    },
    app.prices.list(),
    at,
  )
  const { nanoUsd } = spec.limits
  const fliesTogether = nanoUsd === null || perTurn === null ? null : Math.floor(nanoUsd / perTurn)
  const slots = Math.min(spec.concurrency ?? app.env.maxConcurrency, app.env.maxConcurrency, fliesTogether ?? Infinity)
  const offered = deliveries(listed, slots, priceOf)
  const costs = rows.flatMap(({ costNanoUsd }) => (costNanoUsd === null ? [] : [costNanoUsd]))
  const isOpen = spec.orchestrator === 'live'
  const historyRuns = new Set(samples.map(({ runId }) => runId)).size
  const files = workspace?.listFiles() ?? []
  return {
    name: detail.name,
    description: detail.description,
    phases: detail.phases,
    calls: detail.calls,
    workspace: hasFiles
      ? { root: workspace.root, files: files.length, bytes: files.reduce((sum, file) => sum + file.size, 0) }
      : null,
    rows,
    agents: rows.length === 0 || isOpen ? null : sumOf(rows.map((row) => row.agents)),
    costNanoUsd: rows.length === 0 || isOpen || costs.length < rows.length ? null : sumOf(costs),
    basis: basisOf(rows, historyRuns, played !== null, goal?.basis ?? null),
    deliveries: rows.length === 0 || goal !== null ? [] : offered,
    recommendation: goal?.recommendation ?? recommendation(rows, offered),
    rehearsal:
      played === null
        ? null
        : {
            agents: played.state.agents.size,
            retries: played.state.totals.retries,
            isWhole: played.isWhole,
            error: played.error,
          },
    historyRuns,
    limits: spec.limits,
    fliesTogether,
    needsApproval: await needsApproval(app, body),
    simulated: spec.simulated,
    notes: !hasFiles
      ? ['No workspace is chosen: agents get no file tools and answer from their prompts alone.']
      : workspace.isCut
        ? ['The folder has more files than are listed; agents can still open the others by path.']
        : [],
  }
}

/** A fixed number of agents is not what earlier runs had, but what there is. */
type Group = { phase: string; model: string; agents: Range; isFixed: boolean; isPlayed: boolean }

/** A goal begins with one agent, whatever loop its call stands in. */
function once(group: Group): Group {
  return { ...group, agents: one, isFixed: true }
}

function groupsInSource(calls: readonly PlannedCall[], model: string, phases: Plan['phases']): Group[] {
  const groups = new Map<string, Group>()
  for (const call of calls) {
    const phase = call.phase ?? unphased
    const asked = call.model ?? phases.find(({ title }) => title === phase)?.model
    const own = resolveModel(asked, model)
    const agents = call.multiplicity === 'one' ? one : REPEATS
    add(groups, { phase, model: own, agents, isFixed: false, isPlayed: false })
  }
  return [...groups.values()]
}

/** As many as were really started; a real run may find more to do, or less. */
function groupsPlayed({ state }: Sketch): Group[] {
  const groups = new Map<string, Group>()
  for (const { phase, model } of state.agents.values())
    add(groups, { phase: phase ?? unphased, model, agents: one, isFixed: true, isPlayed: true })
  return [...groups.values()]
}

function add(groups: Map<string, Group>, group: Group): void {
  const id = `${group.phase}\n${group.model}`
  const known = groups.get(id)
  groups.set(id, known === undefined ? group : { ...known, agents: sumOf([known.agents, group.agents]) })
}

function rowOf(
  group: Group,
  samples: readonly AgentSample[],
  hasFiles: boolean,
  priceOf: (model: string) => Price | null,
): EstimateRow {
  const known = historyOf(samples, group.phase, group.model)
  const prior = hasFiles ? WITH_TOOLS : PLAIN
  const agents = group.isFixed ? group.agents : (known.agents ?? group.agents)
  const tokens = times(agents, known.tokens ?? prior.tokens)
  const price = priceOf(group.model)
  return {
    phase: group.phase,
    model: group.model,
    agents,
    tokens,
    costNanoUsd:
      price === null
        ? null
        : known.costNanoUsd === null
          ? costOfTokens(tokens, price)
          : times(agents, known.costNanoUsd),
    secondsEach: known.seconds ?? prior.seconds,
    countBasis: group.isPlayed ? 'rehearsal' : group.isFixed || known.agents === null ? 'source' : 'history',
    tokenBasis: known.tokens === null ? 'prior' : 'history',
  }
}

/** The same row at the price of a batch. */
function inBatches(row: EstimateRow, priceOf: (model: string) => Price | null): EstimateRow {
  if (row.costNanoUsd === null || priceOf(row.model)?.batch !== true) return row
  const { low, likely, high } = row.costNanoUsd
  return {
    ...row,
    costNanoUsd: { low: Math.round(low / 2), likely: Math.round(likely / 2), high: Math.round(high / 2) },
  }
}

/** Where the numbers come from, in words. */
function basisOf(rows: readonly EstimateRow[], historyRuns: number, isPlayed: boolean, goal: string | null): string {
  const runs = `${historyRuns} earlier run${historyRuns === 1 ? '' : 's'}`
  const fromHistory = rows.filter(({ tokenBasis }) => tokenBasis === 'history').length
  const counts =
    goal ??
    (isPlayed
      ? 'Agents as a rehearsal with these arguments started them'
      : rows.some(({ countBasis }) => countBasis === 'history')
        ? `Agents as in ${runs}`
        : 'Agents from the source: calls in a loop run 1 to 25 times (median and 90th percentile of public workflows)')
  const prior = 'a stated prior: 20 to 120 thousand tokens for an agent with files, 1 to 10 thousand without'
  const tokens =
    fromHistory === 0
      ? `tokens from ${prior}`
      : fromHistory === rows.length
        ? `tokens, dollars and time from ${runs} (median, 10th and 90th percentile)`
        : `tokens of known phases from ${runs}, of the others from ${prior}`
  return `${counts}; ${tokens}.`
}

import type { Plan } from '@/lib/api/plan'
import type { LaunchInput } from '@/lib/api/runs'
import type { PlannedCall } from '@/lib/api/workflows'
import { unphased } from '@/lib/core/fold'
import { resolveModel } from '@/lib/core/models'
import { priceTable } from '@/lib/core/price-table'
import { findPrice, worstCaseNanoUsd } from '@/lib/core/pricing'
import type { Orchestrator } from '@/lib/core/run'
import type { App } from '@/lib/server/app'
import { needsApproval } from './launch'
import { understand } from './order'

type Range = { low: number; likely: number; high: number }

/** How often a call in a loop runs when nothing is known: once, the median and the 90th percentile of public workflows. */
const REPEATS: Range = { low: 1, likely: 9, high: 25 }

/** Tokens of an agent that works with files, over all its turns, when nothing has been measured. */
const TOKENS_WITH_TOOLS: Range = { low: 20_000, likely: 70_000, high: 120_000 }

/** Tokens of a single answer without tools. */
const TOKENS_PLAIN: Range = { low: 1_000, likely: 3_000, high: 10_000 }

/** Share of those tokens that is output. */
const OUTPUT_SHARE = 0.06

/** Prompt of a first turn, for saying how many agents a cap lets fly together. */
const FIRST_PROMPT_TOKENS = 3_000
const TURN_TOKENS = 16_384

/** Where the numbers of a plan come from, and for a goal what cannot be known yet. */
const bases: Readonly<Record<Orchestrator, string>> = {
  script:
    'Stated prior, nothing measured yet: calls in a loop run 1 to 25 times (median and 90th percentile of public workflows), an agent with files uses 20 to 120 thousand tokens.',
  plan: 'Known is one planner, a stated prior: it surveys the files and writes the script. Then you decide; nothing else is spent before. A change you ask for is one planner more.',
  live: 'Known is one orchestrator. How many agents it starts, and what they cost, is decided as it goes; the limits below are what holds it.',
}

/** What a launch would run, cost at most and need, from the source and stated priors; nothing is spent. */
export async function plan(app: App, body: LaunchInput, actor: string): Promise<Plan> {
  const { spec, detail, workspace } = await understand(app, body, actor)
  const at = new Date(app.now()).toISOString()
  const { orchestrator } = spec
  const calls = orchestrator === 'script' ? detail.calls : detail.calls.map(once)
  const rows = planRows(calls, spec.model, spec.phases, workspace !== null, at)
  const costs = rows.map((row) => row.costNanoUsd)
  const perTurn = worstCaseNanoUsd(
    {
      model: spec.model,
      inputTokens: FIRST_PROMPT_TOKENS,
      maxTokens: TURN_TOKENS,
      fast: false,
      cacheWriteKind: 'cacheWrite5m',
    },
    priceTable,
    at,
  )
  const { nanoUsd } = spec.limits
  const files = workspace?.listFiles() ?? []
  return {
    name: detail.name,
    description: detail.description,
    phases: detail.phases,
    calls,
    workspace:
      workspace === null
        ? null
        : { root: workspace.root, files: files.length, bytes: files.reduce((sum, file) => sum + file.size, 0) },
    rows,
    agents: rows.length === 0 || orchestrator === 'live' ? null : sum(rows.map((row) => row.agents)),
    costNanoUsd:
      rows.length === 0 || orchestrator === 'live' || costs.includes(null)
        ? null
        : sum(costs.filter((cost) => cost !== null)),
    basis: bases[orchestrator],
    limits: spec.limits,
    fliesTogether: nanoUsd === null || perTurn === null ? null : Math.floor(nanoUsd / perTurn),
    needsApproval: await needsApproval(app, body),
    simulated: spec.simulated,
    notes:
      workspace === null
        ? ['No workspace is chosen: agents get no file tools and answer from their prompts alone.']
        : workspace.isCut
          ? ['The folder has more files than are listed; agents can still open the others by path.']
          : [],
  }
}

/** A goal begins with one agent, whatever loop its call stands in. */
function once(call: PlannedCall): PlannedCall {
  return { ...call, multiplicity: 'one' }
}

function planRows(
  calls: readonly PlannedCall[],
  model: string,
  phases: Plan['phases'],
  hasFiles: boolean,
  at: string,
): Plan['rows'] {
  const groups = new Map<string, { phase: string; model: string; agents: Range }>()
  for (const call of calls) {
    const phase = call.phase ?? unphased
    const asked = call.model ?? phases.find(({ title }) => title === phase)?.model
    const own = resolveModel(asked, model)
    const id = `${phase}\n${own}`
    const agents = call.multiplicity === 'one' ? { low: 1, likely: 1, high: 1 } : REPEATS
    const known = groups.get(id)
    groups.set(id, { phase, model: own, agents: known === undefined ? agents : sum([known.agents, agents]) })
  }
  const each = hasFiles ? TOKENS_WITH_TOOLS : TOKENS_PLAIN
  return [...groups.values()].map((group) => {
    const tokens = times(group.agents, each)
    return { ...group, tokens, costNanoUsd: costRange(tokens, group.model, at) }
  })
}

/** Dollars of a token range: at best most input is read from the cache, at worst none is. */
function costRange(tokens: Range, model: string, at: string): Range | null {
  const price = findPrice(priceTable, model, at)
  if (price === null) return null
  const { input, cacheRead, output } = price.rates
  const nano = (count: number, cachedShare: number) =>
    Math.round(
      (count * (1 - OUTPUT_SHARE) * (input * (1 - cachedShare) + cacheRead * cachedShare) +
        count * OUTPUT_SHARE * output) /
        1000,
    )
  return { low: nano(tokens.low, 0.7), likely: nano(tokens.likely, 0.5), high: nano(tokens.high, 0) }
}

function times(a: Range, b: Range): Range {
  return { low: a.low * b.low, likely: a.likely * b.likely, high: a.high * b.high }
}

function sum(ranges: readonly Range[]): Range {
  return ranges.reduce(
    (total, { low, likely, high }) => ({
      low: total.low + low,
      likely: total.likely + likely,
      high: total.high + high,
    }),
    { low: 0, likely: 0, high: 0 },
  )
}

import type { Costs } from '@/lib/api/costs'
import type { RunSummary } from '@/lib/api/first/run-list'
import type { Plan } from '@/lib/api/plan'
import type { Transcript } from '@/lib/api/runs'
import type { Settings } from '@/lib/api/settings'
import type { WorkflowDetail } from '@/lib/api/workflows'
import type { AgentState } from '@/lib/core/agent/agent'
import { leastAtFirst, noBounds } from '@/lib/core/spec/permissions'
import { defaultLimits } from '@/lib/core/spec/run'
import { told } from '@/lib/view/testing'

// Answers of the server that are nothing special, for components that need one; `change` is what a test is about.

export function aWorkflow(name: string, change: Partial<WorkflowDetail> = {}): WorkflowDetail {
  return {
    name,
    description: `What ${name} does.`,
    whenToUse: null,
    phases: [],
    argsSchema: null,
    needs: [],
    origin: 'built-in',
    originPath: null,
    version: null,
    digest: `digest of ${name}`,
    savedAt: null,
    savedBy: null,
    usage: {
      runs: 0,
      lastRun: null,
      medianCostNanoUsd: null,
      medianDurationMs: null,
      successShare: null,
      simulated: true,
    },
    problem: null,
    source: 'export const meta = {}',
    calls: [],
    versions: [],
    ...change,
  }
}

export function aPlan(change: Partial<Plan> = {}): Plan {
  return {
    name: 'code-audit',
    description: 'Audits.',
    phases: [],
    calls: [],
    workspace: null,
    workspaceNotes: null,
    rows: [],
    agents: { low: 2, likely: 4, high: 8 },
    tokens: null,
    costNanoUsd: { low: 1e9, likely: 2e9, high: 3e9 },
    seconds: null,
    basis: 'Agent count from the source.',
    calibration: null,
    deliveries: [],
    recommendation: 'Run it.',
    dryRun: null,
    historyRuns: 0,
    limits: { ...defaultLimits, nanoUsd: 5e9 },
    parallelism: null,
    needsApproval: false,
    simulated: false,
    notes: [],
    ...change,
  }
}

export const someSettings: Settings = {
  provider: 'simulator',
  baseUrl: null,
  hasCredential: false,
  defaultModel: 'claude-sonnet-5-5',
  models: [],
  maxConcurrency: 200,
  workspaceRoots: ['/code'],
  runCapNanoUsd: 10e9,
  dayCapNanoUsd: null,
  monthCapNanoUsd: null,
  dayCapTokens: null,
  dayCapAgents: null,
  simulatorSpeed: 1,
  allowedModels: null,
  permissionBounds: noBounds,
  ownPermissionBounds: noBounds,
  initialPermissions: leastAtFirst,
  sandbox: { available: true, reason: null, note: null },
  you: 'ann',
}

export function aRun(id: string, change: Partial<RunSummary> = {}): RunSummary {
  const { run, totals, phases } = told([])
  const { title, status, reason, simulated, orchestrator, launchedBy, tags } = run
  const { createdAt, startedAt, endedAt, pausedAt, pausedMs } = run
  return {
    ...{ id, title, status, reason, simulated, orchestrator, launchedBy, tags },
    ...{ createdAt, startedAt, endedAt, pausedAt, pausedMs },
    workflow: run.workflow?.name ?? null,
    isDryRun: false,
    isImported: false,
    isAsking: false,
    workspace: run.workspace?.root ?? null,
    capNanoUsd: run.limits.nanoUsd,
    totals,
    phases,
    ...change,
  }
}

export function aTranscript(agent: AgentState, change: Partial<Transcript> = {}): Transcript {
  return {
    agent,
    prompt: 'Read a.txt.',
    system: '',
    tools: [],
    schema: null,
    options: {
      effort: null,
      stallMs: 90_000,
      timeoutMs: null,
      maxTurns: 40,
      maxTokens: 32_000,
      retries: 3,
      nanoUsd: null,
      tokens: null,
      agentType: null,
      delivery: 'live',
    },
    turns: [],
    failedTurns: [],
    result: null,
    ...change,
  }
}

const noSums = {
  costNanoUsd: 0,
  turns: 0,
  unpricedTurns: 0,
  inputTokens: 0,
  outputTokens: 0,
  cacheReadTokens: 0,
  cacheWriteTokens: 0,
  unsettledNanoUsd: 0,
}

/** Spending of November by these rows; a row is its key and its dollars. */
export function someCosts(
  groupBy: Costs['groupBy'],
  rows: readonly { key: Record<string, string>; usd: number; title?: string }[],
): Costs {
  const costNanoUsd = rows.reduce((sum, { usd }) => sum + usd * 1e9, 0)
  return {
    from: '2026-11-01',
    to: '2026-11-30',
    groupBy,
    simulated: false,
    imported: false,
    importedNanoUsd: 0,
    rows: rows.map(({ key, usd, title = null }) => ({
      ...noSums,
      key,
      title,
      costNanoUsd: usd * 1e9,
      turns: 1,
    })),
    omitted: { rows: 0, costNanoUsd: 0 },
    totals: { ...noSums, costNanoUsd, turns: rows.length },
    savedByCacheNanoUsd: 0,
    agents: { succeeded: 0, perSuccessNanoUsd: null },
    projection: null,
    dayCapNanoUsd: null,
    monthCapNanoUsd: null,
  }
}

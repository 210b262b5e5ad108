import type { AgentActName } from '@/lib/api/agent-acts'
import type { RunListQuery } from './run-list-query'

const enc = encodeURIComponent

/** A period of spending and how it is grouped, as the address says it. */
export type PeriodAsked = { from: string; to: string; simulated?: '0' | '1' }
export type CostsAsked = PeriodAsked & { groupBy: string }

/** Every address of the API and of the pages that this wing uses. */
export const api = {
  runs: (query: RunListQuery) => `/api/runs?${new URLSearchParams(query)}`,
  launch: '/api/runs',
  run: (id: string) => `/api/runs/${enc(id)}`,
  input: (id: string) => `/api/runs/${enc(id)}/input`,
  runEstimate: (id: string) => `/api/runs/${enc(id)}/estimate`,
  runCosts: (id: string) => `/api/runs/${enc(id)}/costs`,
  sources: (id: string) => `/api/runs/${enc(id)}/sources`,
  search: (id: string, q: string) => `/api/runs/${enc(id)}/search?${new URLSearchParams({ q })}`,
  result: (id: string) => `/api/runs/${enc(id)}/result`,
  runDiff: (id: string, other: string) => `/api/runs/${enc(id)}/diff?${new URLSearchParams({ with: other })}`,
  act: (id: string, act: RunAct) => `/api/runs/${enc(id)}/${act}`,
  retryFailed: (id: string) => `/api/runs/${enc(id)}/retry-failed`,
  retryPreview: (id: string) => `/api/runs/${enc(id)}/retry-failed/preview`,
  fork: (id: string) => `/api/runs/${enc(id)}/fork`,
  forkPreview: (id: string) => `/api/runs/${enc(id)}/fork/preview`,
  checkpoint: (id: string, checkpointId: string) => `/api/runs/${enc(id)}/checkpoints/${enc(checkpointId)}`,
  watch: (id: string) => `/api/runs/${enc(id)}/watch`,
  stream: (query: Record<string, string>) => `/api/stream?${new URLSearchParams(query)}`,
  journal: (id: string, after: number) => `/api/runs/${enc(id)}/events?after=${after}&limit=5000`,
  agent: (id: string, agentId: string) => `/api/runs/${enc(id)}/agents/${enc(agentId)}`,
  agentAct: (id: string, agentId: string, act: AgentActName) => `/api/runs/${enc(id)}/agents/${enc(agentId)}/${act}`,
  exported: (id: string, format: string, isRedacted: boolean) =>
    `/api/runs/${enc(id)}/export?format=${format}${isRedacted ? '&prompts=redacted' : ''}`,
  estimate: '/api/estimate',
  costs: (query: CostsAsked) => `/api/costs?${new URLSearchParams(query)}`,
  costsCsv: (query: CostsAsked) => `/api/costs.csv?${new URLSearchParams(query)}`,
  costNotes: (query: PeriodAsked) => `/api/costs/notes?${new URLSearchParams(query)}`,
  whatIf: (of: PeriodAsked | { runId: string }) =>
    'runId' in of ? `/api/runs/${enc(of.runId)}/what-if` : `/api/costs/what-if?${new URLSearchParams(of)}`,
  prices: '/api/prices',
  repricings: '/api/prices/repricings',
  repricingPreview: '/api/prices/repricings/preview',
  repricingUndo: (id: string) => `/api/prices/repricings/${enc(id)}/undo`,
  budgets: '/api/budgets',
  alerts: '/api/alerts',
  alertDismiss: '/api/alerts/dismiss',
  webhook: '/api/webhook',
  webhookTest: '/api/webhook/test',
  workflows: '/api/workflows',
  workflowsIn: (workspace: string) => `/api/workflows?${new URLSearchParams({ workspace })}`,
  workflowImport: '/api/workflows/import',
  workflowCheck: '/api/workflows/check',
  workflow: (name: string) => `/api/workflows/${enc(name)}`,
  workflowVersion: (name: string, version: number) => `/api/workflows/${enc(name)}?version=${version}`,
  workflowRestore: (name: string) => `/api/workflows/${enc(name)}/restore`,
  workflowDiff: (name: string, from: number, to: number) => `/api/workflows/${enc(name)}/diff?from=${from}&to=${to}`,
  workflowRuns: (name: string, query: RunListQuery) => `/api/workflows/${enc(name)}/runs?${new URLSearchParams(query)}`,
  settings: '/api/settings',
  workspaces: '/api/workspaces',
  health: '/api/health',
  join: '/api/join',
} as const

export const pages = {
  overview: '/',
  launch: '/launch',
  runs: '/runs',
  join: '/join',
  costs: '/costs',
  budgets: '/costs/budgets',
  prices: '/costs/prices',
  workflows: '/workflows',
  newWorkflow: (query: Record<string, string> = {}) => addressOf('/workflows/new', query),
  workflow: (name: string, query: Record<string, string> = {}) => addressOf(`/workflows/${enc(name)}`, query),
  launchWorkflow: (name: string) => addressOf('/launch', { workflow: name }),
  run: (id: string) => `/runs/${enc(id)}`,
  compareRuns: (a: string, b: string) => addressOf('/runs/compare', { a, b }),
  /** The dialog that forks a run; `agentId` opens it at that agent's prompt. */
  fork: (id: string, agentId = '1') => addressOf(`/runs/${enc(id)}`, { fork: agentId }),
  question: (id: string, checkpointId: string) => addressOf(`/runs/${enc(id)}`, { question: checkpointId }),
  agent: (id: string, agentId: string) => `/runs/${enc(id)}/agents/${enc(agentId)}`,
} as const

export type RunAct = 'approve' | 'pause' | 'resume' | 'cancel'

function addressOf(path: string, query: Record<string, string>): string {
  const text = new URLSearchParams(query).toString()
  return text === '' ? path : `${path}?${text}`
}

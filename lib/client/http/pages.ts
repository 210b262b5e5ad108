import { goalMode } from '@/lib/view/workflows/goal-mode'

const enc = encodeURIComponent

/** Every address of a page. Those of the API are in its contracts. */
export const pages = {
  overview: '/',
  launch: '/launch',
  runs: '/runs',
  importRuns: '/runs/import',
  runsWith: (query: Record<string, string>) => addressOf('/runs', query),
  join: '/join',
  costs: '/costs',
  budgets: '/costs/budgets',
  docs: '/docs',
  doc: (page: string) => `/docs/${enc(page)}`,
  settings: '/settings',
  signIn: '/sign-in',
  invitation: '/invitation',
  reset: '/reset',
  shared: '/shared',
  account: '/settings/account',
  members: '/settings/members',
  projects: '/settings/projects',
  keys: '/settings/keys',
  quotas: '/settings/quotas',
  audit: '/settings/audit',
  prices: '/costs/prices',
  workflows: '/workflows',
  schedules: '/schedules',
  triggers: '/triggers',
  newWorkflow: (query: Record<string, string> = {}) => addressOf('/workflows/new', query),
  workflow: (name: string, query: Record<string, string> = {}) => addressOf(`/workflows/${enc(name)}`, query),
  /** The launch form for a workflow; for one that leads a goal, the form for a goal. */
  launchWorkflow: (name: string) => {
    const mode = goalMode(name)
    return addressOf('/launch', mode === null ? { workflow: name } : { mode })
  },
  /** The launch form with what a schedule launches, to be saved there. */
  launchOfSchedule: (id: string) => addressOf('/launch', { schedule: id }),
  run: (id: string) => `/runs/${enc(id)}`,
  compareRuns: (a: string, b: string) => addressOf('/runs/compare', { a, b }),
  /** The dialog that forks a run; `agentId` opens it at that agent's prompt. */
  fork: (id: string, agentId = '1') => addressOf(`/runs/${enc(id)}`, { fork: agentId }),
  question: (id: string, checkpointId: string) => addressOf(`/runs/${enc(id)}`, { question: checkpointId }),
  /** A run with what people wrote about it. */
  notes: (id: string) => addressOf(`/runs/${enc(id)}`, { notes: 'true' }),
  /** What a run changed; with `agentId` what that agent of it did. */
  changes: (id: string, agentId?: string) =>
    addressOf(`/runs/${enc(id)}`, { view: 'changes', ...(agentId === undefined ? {} : { by: agentId }) }),
  /** What a run cost, by phase, model and agent. */
  runCosts: (id: string) => addressOf(`/runs/${enc(id)}`, { view: 'cost' }),
  /** The turns of one agent with what each cost. */
  agentTurns: (id: string, agentId: string) =>
    addressOf(`/runs/${enc(id)}/agents/${enc(agentId)}`, { tab: 'usage' }),
  agent: (id: string, agentId: string) => `/runs/${enc(id)}/agents/${enc(agentId)}`,
} as const

function addressOf(path: string, query: Record<string, string>): string {
  const text = new URLSearchParams(query).toString()
  return text === '' ? path : `${path}?${text}`
}

const doors: readonly string[] = [pages.signIn, pages.invitation, pages.reset, pages.join, pages.shared]

/** Whether a page tells of no project: whoever is in none sees it all the same. */
export function isOfNoProject(path: string): boolean {
  return isDoor(path) || path === pages.account || path === pages.docs || path.startsWith(`${pages.docs}/`)
}

/** Whether a page is for those too who have not signed in: it asks for nothing that they may not know. */
export function isDoor(path: string): boolean {
  return doors.includes(path)
}

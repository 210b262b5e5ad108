import type { RunListQuery } from './run-list-query'

const enc = encodeURIComponent

/** Every address of the API and of the pages that this wing uses. */
export const api = {
  runs: (query: RunListQuery) => `/api/runs?${new URLSearchParams(query)}`,
  launch: '/api/runs',
  run: (id: string) => `/api/runs/${enc(id)}`,
  input: (id: string) => `/api/runs/${enc(id)}/input`,
  result: (id: string) => `/api/runs/${enc(id)}/result`,
  act: (id: string, act: RunAct) => `/api/runs/${enc(id)}/${act}`,
  watch: (id: string) => `/api/runs/${enc(id)}/watch`,
  events: (id: string, query: Record<string, string>) => `/api/runs/${enc(id)}/events?${new URLSearchParams(query)}`,
  agent: (id: string, agentId: string) => `/api/runs/${enc(id)}/agents/${enc(agentId)}`,
  estimate: '/api/estimate',
  workflows: '/api/workflows',
  workflow: (name: string) => `/api/workflows/${enc(name)}`,
  settings: '/api/settings',
  workspaces: '/api/workspaces',
  health: '/api/health',
  join: '/api/join',
  wall: '/api/events',
} as const

export const pages = {
  wall: '/',
  launch: '/launch',
  runs: '/runs',
  join: '/join',
  run: (id: string) => `/runs/${enc(id)}`,
  agent: (id: string, agentId: string) => `/runs/${enc(id)}/agents/${enc(agentId)}`,
} as const

export type RunAct = 'approve' | 'pause' | 'resume' | 'cancel'

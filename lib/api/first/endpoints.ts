import { endpoint, json } from '../endpoints/endpoint'
import { accessSchema } from './access'
import { healthSchema } from './health'
import { runListQuerySchema, runListSchema } from './run-list'

/** What every page, and the first one, asks for: they load these contracts alone. */
export const firstApi = {
  getHealth: endpoint('GET', '/api/health', 'Health check', {
    access: 'open',
    within: 'installation',
    answer: json(healthSchema, {
      status: 'ok',
      provider: 'simulator',
      simulated: true,
      activeRuns: 0,
      maxConcurrency: 200,
      detail: null,
    }),
  }),
  getAccess: endpoint('GET', '/api/access', 'How one signs in here, and who one is', {
    access: 'open',
    within: 'installation',
    answer: json(accessSchema, { mode: 'team', provider: null, you: null }),
    refusals: ['too-many', 'unauthorized'],
  }),
  listRuns: endpoint('GET', '/api/runs', 'Runs, newest first', {
    access: 'viewer',
    within: 'project',
    query: runListQuerySchema,
    answer: json(runListSchema, { runs: [], total: 0, nextOffset: null }),
  }),
}

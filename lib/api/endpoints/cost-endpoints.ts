import { agentCostsSchema, costPeriodSchema, costsQuerySchema, costsSchema } from '../costs'
import { costNotesSchema, whatIfSchema } from '../what-if'
import { endpoint, json } from './endpoint'

/** What was spent, and what it would have cost otherwise. */
export const costApi = {
  getCosts: endpoint('GET', '/api/costs', 'What was spent in a period, grouped', {
    access: 'viewer',
    within: 'project',
    query: costsQuerySchema,
    answer: json(costsSchema),
  }),
  getCostsCsv: endpoint('GET', '/api/costs.csv', 'The same as a table, for a spreadsheet', {
    access: 'viewer',
    within: 'project',
    query: costsQuerySchema,
    answer: { kind: 'file', types: ['text/csv'] },
  }),
  getAgentCosts: endpoint('GET', '/api/costs/agents', 'Which agents ran on which models, and their cost', {
    access: 'viewer',
    within: 'project',
    query: costPeriodSchema,
    answer: json(agentCostsSchema),
  }),
  getCostNotes: endpoint(
    'GET',
    '/api/costs/notes',
    'Runs that stand out in a period, and interrupted turns',
    { access: 'viewer', within: 'project', query: costPeriodSchema, answer: json(costNotesSchema) },
  ),
  whatIfPeriod: endpoint(
    'GET',
    '/api/costs/what-if',
    'What the tokens of a period would have cost under other prices',
    { access: 'viewer', within: 'project', query: costPeriodSchema, answer: json(whatIfSchema) },
  ),
  whatIfRun: endpoint(
    'GET',
    '/api/runs/{id}/what-if',
    'What the tokens of a run would have cost under other prices',
    { access: 'viewer', within: 'run', answer: json(whatIfSchema) },
  ),
}

import { alertsSchema, dismissSchema, webhookEditSchema, webhookSchema } from '../alerts'
import { budgetsEditSchema, budgetsSchema } from '../budgets'
import { costPeriodSchema, costsQuerySchema, costsSchema } from '../costs'
import {
  pricesEditSchema,
  pricesSchema,
  repricingAskedSchema,
  repricingPreviewSchema,
  repricingSchema,
  repricingsSchema,
} from '../prices'
import { costNotesSchema, whatIfSchema } from '../what-if'
import { body, endpoint, json } from './endpoint'

const examplePeriod = { from: '2026-11-01', to: '2026-11-30', model: 'claude-opus-5-5' }

/** What was spent, and what it would have cost otherwise. */
export const costApi = {
  getCosts: endpoint({
    method: 'GET',
    path: '/api/costs',
    summary: 'What was spent in a period, grouped',
    query: costsQuerySchema,
    answer: json(costsSchema),
  }),
  getCostsCsv: endpoint({
    method: 'GET',
    path: '/api/costs.csv',
    summary: 'The same as a table, for a spreadsheet',
    query: costsQuerySchema,
    answer: { kind: 'file', types: ['text/csv'] },
  }),
  getCostNotes: endpoint({
    method: 'GET',
    path: '/api/costs/notes',
    summary: 'Runs that stand out in a period, and interrupted turns',
    query: costPeriodSchema,
    answer: json(costNotesSchema),
  }),
  whatIfPeriod: endpoint({
    method: 'GET',
    path: '/api/costs/what-if',
    summary: 'What the tokens of a period would have cost under other prices',
    query: costPeriodSchema,
    answer: json(whatIfSchema),
  }),
  whatIfRun: endpoint({
    method: 'GET',
    path: '/api/runs/{id}/what-if',
    summary: 'What the tokens of a run would have cost under other prices',
    answer: json(whatIfSchema),
  }),
}

/** The dated price list, and pricing history anew. */
export const priceApi = {
  getPrices: endpoint({
    method: 'GET',
    path: '/api/prices',
    summary: 'The dated price list, and every change to it',
    answer: json(pricesSchema),
  }),
  setPrices: endpoint({
    method: 'PUT',
    path: '/api/prices',
    summary: 'Replace the price list; recorded costs do not change',
    body: body(pricesEditSchema, {
      prices: [
        {
          model: 'claude-opus-5-5',
          effectiveFrom: '2026-11-01T00:00:00.000Z',
          rates: { input: 5e6, cacheWrite5m: 6.25e6, cacheWrite1h: 10e6, cacheRead: 0.5e6, output: 25e6 },
        },
      ],
      basedOn: 12,
      note: 'New list',
    }),
    answer: json(pricesSchema),
    refusals: ['conflict'],
  }),
  listRepricings: endpoint({
    method: 'GET',
    path: '/api/prices/repricings',
    summary: 'Every repricing of past usage',
    answer: json(repricingsSchema, { repricings: [] }),
  }),
  reprice: endpoint({
    method: 'POST',
    path: '/api/prices/repricings',
    summary: 'Reprice past usage, as a preview showed',
    body: body(repricingSchema, { asked: examplePeriod, digest: '0'.repeat(64) }),
    answer: json(repricingsSchema),
    refusals: ['conflict'],
  }),
  previewRepricing: endpoint({
    method: 'POST',
    path: '/api/prices/repricings/preview',
    summary: 'What a repricing would change',
    body: body(repricingAskedSchema, examplePeriod),
    answer: json(repricingPreviewSchema),
  }),
  undoRepricing: endpoint({
    method: 'POST',
    path: '/api/prices/repricings/{id}/undo',
    summary: 'Undo a repricing',
    answer: json(repricingsSchema),
    refusals: ['conflict'],
  }),
}

/** Caps and budgets, and the warnings about them. */
export const budgetApi = {
  getBudgets: endpoint({
    method: 'GET',
    path: '/api/budgets',
    summary: 'Caps and budgets with their current use',
    answer: json(budgetsSchema),
  }),
  setBudgets: endpoint({
    method: 'PUT',
    path: '/api/budgets',
    summary: 'Set caps and budgets',
    body: body(budgetsEditSchema, {
      dayCapUsd: 50,
      budgets: [{ scope: 'workflow', name: 'code-audit', period: 'month', usd: 200 }],
    }),
    answer: json(budgetsSchema),
  }),
  listAlerts: endpoint({
    method: 'GET',
    path: '/api/alerts',
    summary: 'Alerts, newest first',
    answer: json(alertsSchema, { alerts: [] }),
  }),
  dismissAlert: endpoint({
    method: 'POST',
    path: '/api/alerts/dismiss',
    summary: 'Dismiss an alert',
    body: body(dismissSchema, { id: 'budget:all:day:2026-11-29:80' }),
    answer: json(alertsSchema, { alerts: [] }),
    refusals: ['not-found'],
  }),
  getWebhook: endpoint({
    method: 'GET',
    path: '/api/webhook',
    summary: 'The webhook and its deliveries',
    answer: json(webhookSchema, { url: null, hasSecret: false, allowsLoopback: false, deliveries: [] }),
  }),
  setWebhook: endpoint({
    method: 'PUT',
    path: '/api/webhook',
    summary: 'Set the webhook',
    body: body(webhookEditSchema, {
      url: 'https://hooks.example.com/skein',
      secret: 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw',
    }),
    answer: json(webhookSchema),
  }),
  testWebhook: endpoint({
    method: 'POST',
    path: '/api/webhook/test',
    summary: 'Send a test notice',
    answer: json(webhookSchema),
    refusals: ['conflict'],
  }),
}

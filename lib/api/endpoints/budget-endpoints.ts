import { alertsSchema, dismissSchema, webhookEditSchema, webhookSchema } from '../alerts'
import { budgetsEditSchema, budgetsSchema } from '../budgets'
import { body, endpoint, json } from './endpoint'

/** Caps and budgets, and the warnings about them. */
export const budgetApi = {
  getBudgets: endpoint('GET', '/api/budgets', 'Caps and budgets with their current use', {
    access: 'viewer',
    within: 'project',
    answer: json(budgetsSchema),
  }),
  setBudgets: endpoint('PUT', '/api/budgets', 'Set caps and budgets', {
    access: 'admin',
    within: 'project',
    records: ['runCapUsd', 'dayCapUsd', 'monthCapUsd', 'dayCapTokens', 'dayCapAgents', 'budgets'],
    body: body(budgetsEditSchema, {
      dayCapUsd: 50,
      budgets: [{ scope: 'workflow', name: 'code-audit', period: 'month', usd: 200 }],
    }),
    answer: json(budgetsSchema),
  }),
  listAlerts: endpoint('GET', '/api/alerts', 'Alerts, newest first', {
    access: 'viewer',
    within: 'project',
    answer: json(alertsSchema, { alerts: [] }),
  }),
  dismissAlert: endpoint('POST', '/api/alerts/dismiss', 'Dismiss an alert', {
    access: 'launcher',
    within: 'project',
    records: ['id'],
    body: body(dismissSchema, { id: 'budget:all:day:2026-11-29:80' }),
    answer: json(alertsSchema, { alerts: [] }),
    refusals: ['not-found'],
  }),
  getWebhook: endpoint('GET', '/api/webhook', 'The webhook and its deliveries', {
    access: 'admin',
    within: 'every-project',
    answer: json(webhookSchema, {
      url: null,
      hasSecret: false,
      format: 'json',
      runNotices: [],
      allowsLoopback: false,
      deliveries: [],
    }),
  }),
  setWebhook: endpoint('PUT', '/api/webhook', 'Set the webhook', {
    access: 'admin',
    within: 'every-project',
    body: body(webhookEditSchema, {
      url: 'https://hooks.example.com/skein',
      secret: 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw',
    }),
    answer: json(webhookSchema),
  }),
  testWebhook: endpoint('POST', '/api/webhook/test', 'Send a test notice', {
    access: 'admin',
    within: 'every-project',
    answer: json(webhookSchema),
    refusals: ['conflict'],
  }),
}

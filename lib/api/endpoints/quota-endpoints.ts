import { newQuotaSchema, ownQuotasSchema, quotaPatchSchema, quotasSchema } from '../budgets'
import { body, created, endpoint, json } from './endpoint'

/** What people, keys and projects may use in a day or a month. */
export const quotaApi = {
  listQuotas: endpoint('GET', '/api/quotas', 'Every quota with what is used of it now', {
    access: 'admin',
    within: 'every-project',
    answer: json(quotasSchema, { quotas: [], subjects: [], isSimulator: false }),
  }),
  getOwnQuotas: endpoint('GET', '/api/own-quotas', 'Quotas of what one launches, and what is left of them', {
    access: 'viewer',
    within: 'project',
    forLaunchKeys: true,
    answer: json(ownQuotasSchema, { quotas: [], admins: ['Ann'], isSimulator: false }),
  }),
  addQuota: endpoint('POST', '/api/quotas', 'Set a quota for a person, an API key or a project', {
    access: 'admin',
    within: 'every-project',
    records: ['subject', 'period', 'unit', 'amount'],
    body: body(newQuotaSchema, {
      subject: { kind: 'person', id: 'the id of a member' },
      period: 'day',
      unit: 'usd',
      amount: 20,
    }),
    answer: created(quotasSchema),
    refusals: ['conflict'],
  }),
  changeQuota: endpoint('PATCH', '/api/quotas/{quotaId}', 'Raise or lower a quota', {
    access: 'admin',
    within: 'every-project',
    records: ['unit', 'amount', 'was'],
    body: body(quotaPatchSchema, { unit: 'usd', amount: 30, was: 20 }),
    answer: json(quotasSchema),
    refusals: ['conflict'],
  }),
  deleteQuota: endpoint('DELETE', '/api/quotas/{quotaId}', 'Delete a quota', {
    access: 'admin',
    within: 'every-project',
    answer: { kind: 'nothing' },
  }),
}

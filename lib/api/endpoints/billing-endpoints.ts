import {
  billedQuerySchema,
  billedSchema,
  billingMappingSchema,
  billingNamesSchema,
  billingSchema,
  newAdminKeySchema,
  refreshBilledSchema,
} from '../billing/billed'
import { body, endpoint, json } from './endpoint'

/**
 * What the organisation was billed, beside what is computed here. It tells of all projects at once, so it is for those
 * who may see what every one of them costs.
 */
export const billingApi = {
  getBilling: endpoint('GET', '/api/billing', 'Whether an Admin key is set, and what is of which project', {
    access: 'admin',
    within: 'every-project',
    answer: json(billingSchema, {
      ...{ isSet: false, hint: null, setAt: null, setBy: null },
      baseUrl: 'https://api.anthropic.com',
      projects: [{ project: 'default', name: 'Default', keyIds: [], workspaceIds: [] }],
    }),
  }),
  setAdminKey: endpoint('PUT', '/api/billing/key', 'Set the Admin key; never shown again', {
    access: 'admin',
    within: 'every-project',
    notForKeys: true,
    body: body(newAdminKeySchema, { key: 'the-admin-key-as-the-console-gave-it' }),
    answer: json(billingSchema),
  }),
  deleteAdminKey: endpoint('DELETE', '/api/billing/key', 'Forget the Admin key, and what was read by it', {
    access: 'admin',
    within: 'every-project',
    notForKeys: true,
    answer: { kind: 'nothing' },
    refusals: ['not-found'],
  }),
  getBillingNames: endpoint('GET', '/api/billing/names', 'Keys and workspaces of the organisation', {
    access: 'admin',
    within: 'every-project',
    answer: json(billingNamesSchema, {
      keys: [{ id: 'apikey_01Rj2N8SVvo6BePZj99NhmiT', name: 'skein' }],
      workspaces: [],
      problem: null,
    }),
  }),
  setBillingMapping: endpoint(
    'PUT',
    '/api/billing/mapping',
    'Say which keys and workspaces of the organisation are of which project',
    {
      access: 'admin',
      within: 'every-project',
      notForKeys: true,
      records: ['projects'],
      body: body(billingMappingSchema, {
        projects: [{ project: 'default', keyIds: ['apikey_01Rj2N8SVvo6BePZj99NhmiT'], workspaceIds: [] }],
      }),
      answer: json(billingSchema),
    },
  ),
  getBilled: endpoint('GET', '/api/costs/billed', 'What was computed beside what was billed, explained', {
    access: 'admin',
    within: 'every-project',
    query: billedQuerySchema,
    answer: json(billedSchema),
    refusals: ['conflict'],
  }),
  refreshBilled: endpoint(
    'POST',
    '/api/costs/billed/refresh',
    'The same, after what is missing of it was read',
    {
      access: 'admin',
      within: 'every-project',
      changes: false,
      body: body(refreshBilledSchema, { now: true }),
      answer: json(billedSchema),
      refusals: ['conflict'],
    },
  ),
}

import {
  firedSchema,
  newSecretSchema,
  newTriggerSchema,
  triggerPatchSchema,
  triggerSchema,
  triggersSchema,
  triggerWithSecretSchema,
} from '../automations/triggers'
import { body, created, endpoint, json } from './endpoint'

/** Launches that are made whenever something signed is delivered. */
export const triggerApi = {
  listTriggers: endpoint('GET', '/api/triggers', 'Triggers with what was delivered to them last', {
    access: 'viewer',
    within: 'project',
    answer: json(triggersSchema, { triggers: [] }),
  }),
  addTrigger: endpoint('POST', '/api/triggers', 'Launch something whenever a signed webhook is delivered', {
    access: 'admin',
    within: 'project',
    notForKeys: true,
    records: ['name', 'signedAs', 'mapping', 'monthlyUsd'],
    body: body(newTriggerSchema, {
      name: 'Triage of issues',
      launch: { workflow: 'triage', limits: { usd: 2 } },
      mapping: [{ from: 'issue.title', to: 'title' }],
      monthlyUsd: 30,
    }),
    answer: created(triggerWithSecretSchema),
    refusals: ['not-found', 'conflict'],
  }),
  changeTrigger: endpoint('PATCH', '/api/triggers/{triggerId}', 'Change a trigger, or turn it on or off', {
    access: 'admin',
    within: 'project',
    notForKeys: true,
    records: ['name', 'signedAs', 'mapping', 'monthlyUsd', 'isOn'],
    body: body(triggerPatchSchema, { isOn: false }),
    answer: json(triggerSchema),
    refusals: ['conflict'],
  }),
  deleteTrigger: endpoint('DELETE', '/api/triggers/{triggerId}', 'Delete a trigger; its runs stay', {
    access: 'admin',
    within: 'project',
    notForKeys: true,
    answer: { kind: 'nothing' },
  }),
  renewTriggerSecret: endpoint(
    'POST',
    '/api/triggers/{triggerId}/secret',
    'Make a new secret of a trigger, told this once',
    {
      access: 'admin',
      within: 'project',
      notForKeys: true,
      records: ['formerHours'],
      body: body(newSecretSchema, { formerHours: 24 }),
      answer: json(triggerWithSecretSchema),
      refusals: ['conflict'],
    },
  ),
  fireTrigger: endpoint(
    'POST',
    '/api/triggers/{triggerId}/fire',
    'Deliver a signed body to a trigger, which launches its run',
    {
      access: 'open',
      within: 'installation',
      headers: [
        { name: 'webhook-id', description: 'The sender’s id of the delivery: the same one launches once.' },
        { name: 'webhook-timestamp', description: 'When it was sent, in seconds; at most 5 minutes off.' },
        { name: 'webhook-signature', description: '`v1,` and the signature, as Standard Webhooks says.' },
        {
          name: 'X-Hub-Signature-256',
          description: 'In place of these three, of a trigger that is signed as GitHub does.',
        },
      ],
      answer: json(firedSchema),
      refusals: ['bad-request', 'unauthorized', 'too-large'],
    },
  ),
}

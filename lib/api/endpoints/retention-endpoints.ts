import { retentionInputSchema, retentionPreviewSchema, retentionShownSchema } from '../retention'
import { body, endpoint, json } from './endpoint'

const rules = [
  { project: null, kind: 'dry-run' as const, days: 7 },
  { project: null, kind: null, days: 180 },
]

/** What is deleted by its age. */
export const retentionApi = {
  getRetention: endpoint('GET', '/api/retention', 'How long runs and deliveries are kept', {
    access: 'admin',
    within: 'every-project',
    answer: json(retentionShownSchema, { rules, deliveryDays: 90, swept: null }),
  }),
  setRetention: endpoint('PUT', '/api/retention', 'Set how long runs and deliveries are kept', {
    access: 'admin',
    within: 'every-project',
    notForKeys: true,
    records: ['rules', 'deliveryDays'],
    body: body(retentionInputSchema, { rules, deliveryDays: 90 }),
    answer: json(retentionShownSchema),
  }),
  previewRetention: endpoint('POST', '/api/retention/preview', 'What would be deleted now', {
    access: 'admin',
    within: 'every-project',
    changes: false,
    body: body(retentionInputSchema, { rules, deliveryDays: 90 }),
    answer: json(retentionPreviewSchema, {
      runs: 312,
      bytes: 1_200_000_000,
      isEstimated: false,
      kept: { tag: 4, shared: 1, origin: 0 },
      deliveries: 0,
    }),
  }),
}

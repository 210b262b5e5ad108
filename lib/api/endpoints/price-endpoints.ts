import {
  pricesEditSchema,
  pricesSchema,
  repricingAskedSchema,
  repricingPreviewSchema,
  repricingSchema,
  repricingsSchema,
} from '../prices'
import { body, endpoint, json } from './endpoint'

const examplePeriod = { from: '2026-11-01', to: '2026-11-30', model: 'claude-opus-5-5' }

/** The dated price list, and repricing history. */
export const priceApi = {
  getPrices: endpoint('GET', '/api/prices', 'The dated price list, and every change to it', {
    access: 'viewer',
    within: 'installation',
    answer: json(pricesSchema),
  }),
  setPrices: endpoint('PUT', '/api/prices', 'Replace the price list; recorded costs do not change', {
    access: 'admin',
    within: 'installation',
    records: ['prices', 'basedOn', 'note'],
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
  listRepricings: endpoint('GET', '/api/prices/repricings', 'Every repricing of past usage', {
    access: 'viewer',
    within: 'every-project',
    answer: json(repricingsSchema, { repricings: [] }),
  }),
  reprice: endpoint('POST', '/api/prices/repricings', 'Reprice past usage, as a preview showed', {
    access: 'admin',
    within: 'every-project',
    records: ['asked'],
    body: body(repricingSchema, { asked: examplePeriod, digest: '0'.repeat(64) }),
    answer: json(repricingsSchema),
    refusals: ['conflict'],
  }),
  previewRepricing: endpoint('POST', '/api/prices/repricings/preview', 'What a repricing would change', {
    access: 'admin',
    within: 'every-project',
    changes: false,
    body: body(repricingAskedSchema, examplePeriod),
    answer: json(repricingPreviewSchema),
  }),
  undoRepricing: endpoint('POST', '/api/prices/repricings/{id}/undo', 'Undo a repricing', {
    access: 'admin',
    within: 'every-project',
    answer: json(repricingsSchema),
    refusals: ['conflict'],
  }),
}

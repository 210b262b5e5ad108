import { expect, it } from 'vitest'
import { previewWords } from './retention-words'

const none = { tag: 0, shared: 0, origin: 0 }

it('says how much would be deleted, and what stays and why', () => {
  const much = {
    runs: 1312,
    bytes: 1_200_000_000,
    isEstimated: true,
    deliveries: 2,
    kept: { ...none, tag: 4 },
  }
  expect(previewWords(much)).toBe(
    'Would delete now: 1,312 runs, about 1.2 GB, and 2 deliveries. Old enough, and kept: 4 tagged keep or pinned.',
  )
  const one = { runs: 1, bytes: 2048, isEstimated: false, deliveries: 1, kept: none }
  expect(previewWords(one)).toMatch(/^Would delete now: 1 run, 2(\.\d)? kB, and 1 delivery\.$/i)
  expect(previewWords({ ...one, runs: 0, deliveries: 0 })).toBe('Nothing would be deleted now.')
})

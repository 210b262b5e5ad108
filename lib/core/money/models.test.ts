import { afterEach, expect, test, vi } from 'vitest'
import { learnModels, modelRules, outputLimit } from './models'
import { learnRetirements, retiredSentence } from './retirements'

afterEach(() => {
  learnModels([])
  learnRetirements([])
})

const listed = {
  id: 'claude-opus-6-20270301',
  contextTokens: 2_000_000,
  maxOutputTokens: 256_000,
  thinksAdaptively: true,
  hasEffort: true,
  structuredOutputs: true,
  seesImages: true,
  seesDocuments: false,
}

test('a model that appears tomorrow gets its limits, thinking, effort and cache from the list', () => {
  expect(modelRules(listed.id)).toMatchObject({ known: false, effort: false, thinking: 'none' })
  learnModels([listed])
  expect(modelRules(listed.id)).toMatchObject({
    known: true,
    family: 'opus-6',
    contextTokens: 2_000_000,
    thinking: 'adaptive',
    effort: true,
    fast: 'none',
    taskBudgets: false,
    sees: { images: true, documents: false },
  })
  expect(outputLimit(listed.id, 'live')).toBe(256_000)
  expect(modelRules(listed.id).minCacheTokens).toBeGreaterThan(0)
})

test('a model of the table keeps what the table says, but for its limits', () => {
  learnModels([
    { ...listed, id: 'claude-opus-5-5', contextTokens: null, maxOutputTokens: 200_000, hasEffort: false },
  ])
  expect(modelRules('claude-opus-5-5')).toMatchObject({
    maxOutputTokens: 200_000,
    contextTokens: 1_000_000,
    effort: true,
    fast: 'open',
  })
})

test('a model of a gateway that says little is asked for nothing optional', () => {
  const little = {
    contextTokens: null,
    maxOutputTokens: null,
    thinksAdaptively: null,
    hasEffort: null,
    structuredOutputs: null,
    seesImages: null,
    seesDocuments: null,
  }
  learnModels([{ id: 'qwen3', ...little }])
  expect(modelRules('qwen3')).toMatchObject({
    known: false,
    effort: false,
    thinking: 'none',
    sees: { images: false, documents: false },
  })
})

test('the last list counts, and days of retirement come from it beside our own', () => {
  learnModels([listed])
  learnModels([])
  expect(modelRules(listed.id).known).toBe(false)
  learnRetirements([
    { id: 'claude-sonnet-5', retiresAt: '2027-05-02' },
    { id: 'claude-haiku-4-5', retiresAt: 'soon' },
  ])
  expect(retiredSentence('claude-sonnet-5', 'standard', '2027-05-01')).toBeNull()
  expect(retiredSentence('claude-sonnet-5', 'standard', '2027-05-02')).toContain(
    'claude-sonnet-5 was retired on 2027-05-01',
  )
  expect(retiredSentence('claude-haiku-4-5', 'standard', '2027-05-02')).toBeNull()
})

test('what was learnt is known to every copy of the module that a bundler makes', async () => {
  learnModels([listed])
  vi.resetModules()
  const copy = await import('./models')
  expect(copy.modelRules).not.toBe(modelRules)
  expect(copy.modelRules(listed.id)).toEqual(modelRules(listed.id))
})

import { expect, test } from 'vitest'
import { emptyPermissions } from '../permissions/permission-form'
import { advancedChanges, advancedSummary } from './advanced-changes'
import { emptyForm } from './launch-form'
import { emptyPhase } from './phase-form'

test('a form as it opens says nothing beyond its defaults', () => {
  expect(advancedChanges(emptyForm)).toEqual([])
  expect(advancedSummary([], 'inputs, model, limits')).toBe('inputs, model, limits')
})

test('what is folded is told in a few words each', () => {
  const form = {
    ...emptyForm,
    workspace: '/code',
    speed: 'fast' as const,
    agents: ' 40 ',
    permissions: { ...emptyPermissions, write: true },
    phases: { Read: { ...emptyPhase, model: 'haiku' } },
  }
  expect(advancedSummary(advancedChanges(form), '')).toBe('4 changes: write, fast, 40 agents, 1 phase')
  expect(advancedChanges({ ...emptyForm, agents: '' })).toEqual(['agents'])
})

test('many changes are counted, and the first of them named', () => {
  expect(advancedSummary(['a', 'b', 'c', 'd', 'e', 'f', 'g'], '')).toBe('7 changes: a, b, c, d, e and 2 more')
})

test('writing without a folder changes nothing', () => {
  expect(advancedChanges({ ...emptyForm, permissions: { ...emptyPermissions, write: true } })).toEqual([])
})

import { describe, expect, it } from 'vitest'
import { launchSchema } from '@/lib/api/runs'
import { argFields } from '../questions/args-form'
import { emptyForm, fromInput } from './launch-form'
import { readForm, withArgs, withNeeds } from './read-launch'

const form = { ...emptyForm, workflow: 'code-audit' }

describe('launch form', () => {
  it('becomes a body the server accepts', () => {
    const read = readForm({
      ...form,
      args: '{"focus":"auth"}',
      workspace: ' /src ',
      effort: 'high',
      minutes: '30',
    })
    if (!read.ok) throw new Error('refused')
    expect(launchSchema.parse(read.body)).toMatchObject({
      workflow: 'code-audit',
      args: { focus: 'auth' },
      workspace: '/src',
      effort: 'high',
      limits: { usd: 5, agents: 1000, tokens: null, wallClockSeconds: 1800 },
      minSuccess: 0.5,
      breaker: { failures: 8 },
    })
  })

  it('takes a goal in words, and how it is led', () => {
    const read = readForm({ ...form, source: 'goal', goal: ' Find the leaks ', mode: 'live', args: '{' })
    if (!read.ok) throw new Error('refused')
    expect(launchSchema.parse(read.body)).toMatchObject({ goal: 'Find the leaks', orchestrator: 'live' })
    expect(read.body.workflow).toBeUndefined()
    expect(readForm({ ...form, source: 'goal' })).toMatchObject({ ok: false, errors: [{ field: 'goal' }] })
    expect(fromInput({ script: 's', args: { goal: 'Find the leaks' } }).goal).toBe('Find the leaks')
  })

  it('lifts the dollar cap only when the field is emptied', () => {
    const read = readForm({ ...form, usd: '' })
    expect(read.ok && read.body.limits?.usd).toBeNull()
    expect(readForm({ ...form, usd: '0' })).toMatchObject({ ok: false, errors: [{ field: 'usd' }] })
  })

  it('says what share must succeed and when failures of one cause pause, or neither', () => {
    const read = readForm({ ...form, minSuccess: '', breaker: '0' })
    expect(read.ok && [read.body.minSuccess, read.body.breaker]).toEqual([0, null])
    expect(readForm({ ...form, minSuccess: '120', breaker: 'x' })).toMatchObject({
      ok: false,
      errors: [{ field: 'minSuccess' }, { field: 'breaker' }],
    })
  })

  it('caps every agent where that was asked for, and refuses what is no cap', () => {
    const read = readForm({ ...form, agentUsd: '$0.50', agentTokens: '20_000', agentMinutes: '15' })
    if (!read.ok) throw new Error('refused')
    expect(launchSchema.parse(read.body).limits?.perAgent).toEqual({
      usd: 0.5,
      tokens: 20_000,
      wallClockSeconds: 900,
    })
    expect(readForm(form)).not.toHaveProperty('body.limits.perAgent')
    for (const rubbish of ['-1', '0', 'NaN', '1e9', 'many'])
      expect(
        readForm({ ...form, agentUsd: rubbish, agentTokens: rubbish, agentMinutes: rubbish }),
      ).toMatchObject({
        ok: false,
        errors: [{ field: 'agentMinutes' }, { field: 'agentUsd' }, { field: 'agentTokens' }],
      })
  })

  it('names every field it refuses at once', () => {
    const read = readForm({ ...form, workflow: '', usd: '-3', agents: '1.5', args: '{' })
    expect(read.ok ? [] : read.errors.map((error) => error.field).sort()).toEqual([
      'agents',
      'args',
      'usd',
      'workflow',
    ])
  })
})

describe('a form that is read against its workflow', () => {
  const read = readForm({ ...emptyForm, source: 'workflow', workflow: 'code-audit' })

  it('is refused without the folder that the workflow needs', () => {
    const needy = { name: 'code-audit', needs: ['workspace'] }
    const refused = withNeeds(read, needy)
    expect(refused.ok ? [] : refused.errors.map(({ field }) => field)).toEqual(['workspace'])
    const withFolder = readForm({
      ...emptyForm,
      source: 'workflow',
      workflow: 'code-audit',
      workspace: '/code',
    })
    expect(withNeeds(withFolder, needy)).toBe(withFolder)
    expect(withNeeds(read, undefined)).toBe(read)
  })

  it('is refused for an argument that the workflow does not take so', () => {
    const fields = argFields({
      type: 'object',
      required: ['depth'],
      properties: { depth: { type: 'integer' } },
    })
    const refused = withArgs(read, '', fields)
    expect(refused.ok ? [] : refused.errors.map(({ field }) => field)).toEqual(['args'])
    expect(withArgs(read, '{"depth": 3}', fields)).toBe(read)
    expect(withArgs(read, 'anything', null)).toBe(read)
  })
})

import { describe, expect, it } from 'vitest'
import { launchSchema } from '@/lib/api/runs'
import { emptyForm, placeOf, problemErrors, readArgs, readForm } from './launch-form'

const form = { ...emptyForm, workflow: 'code-audit' }

describe('launch form', () => {
  it('becomes a body the server accepts', () => {
    const read = readForm({ ...form, args: '{"focus":"auth"}', workspace: ' /src ', effort: 'high', minutes: '30' })
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

  it('lifts the dollar cap only when the field is emptied', () => {
    const read = readForm({ ...form, usd: '' })
    expect(read.ok && read.body.limits?.usd).toBeNull()
    expect(readForm({ ...form, usd: '0' })).toMatchObject({ ok: false, errors: [{ field: 'usd' }] })
  })

  it('says what share must succeed and when failures alike pause, or neither', () => {
    const read = readForm({ ...form, minSuccess: '', breaker: '0' })
    expect(read.ok && [read.body.minSuccess, read.body.breaker]).toEqual([0, null])
    expect(readForm({ ...form, minSuccess: '120', breaker: 'x' })).toMatchObject({
      ok: false,
      errors: [{ field: 'minSuccess' }, { field: 'breaker' }],
    })
  })

  it('names every field it refuses at once', () => {
    const read = readForm({ ...form, workflow: '', usd: '-3', agents: '1.5', args: '{' })
    expect(read.ok ? [] : read.errors.map((error) => error.field).sort()).toEqual(['agents', 'args', 'usd', 'workflow'])
  })

  it('points at the place of a mistake in the arguments', () => {
    const read = readArgs('{\n  bad')
    expect(read).toMatchObject({ kind: 'error', error: { field: 'args', line: 2, column: 3 } })
    expect(readArgs(' ')).toEqual({ kind: 'none' })
  })

  it('puts what the server refused beside its field, with line and column', () => {
    const problem = { type: 'x', title: 'No', status: 400, detail: 'Refused' }
    expect(problemErrors(problem)).toEqual([{ field: null, message: 'Refused' }])
    const [error] = problemErrors({ ...problem, errors: [{ path: 'script', message: 'import', line: 3, column: 1 }] })
    expect(error).toMatchObject({ field: 'script', line: 3 })
    expect(placeOf(error ?? {})).toBe('line 3, column 1')
  })
})

import { describe, expect, it } from 'vitest'
import { planAnswer, planProblems } from './plan-decision'

const form = {
  kind: 'plan',
  script: 'a',
  scriptName: 'script',
  decisions: ['run', 'change', 'stop'],
  changeName: 'change',
} as const

describe('the answer to a plan', () => {
  it('carries the script only where it was edited, and not to a plan that is stopped', () => {
    expect(planAnswer(form, { decision: 'run', script: 'a', change: '' })).toEqual({ decision: 'run' })
    const edited = { script: 'b', change: '' }
    expect(planAnswer(form, { decision: 'run', ...edited })).toEqual({ decision: 'run', script: 'b' })
    expect(planAnswer(form, { decision: 'stop', ...edited })).toEqual({ decision: 'stop' })
  })

  it('carries words only with a request for a change', () => {
    const given = { script: 'a', change: ' skip the tests ' }
    expect(planAnswer(form, { decision: 'change', ...given })).toEqual({
      decision: 'change',
      change: 'skip the tests',
    })
    expect(planAnswer(form, { decision: 'run', ...given })).toEqual({ decision: 'run' })
  })
})

describe('what is wrong with the script of a plan', () => {
  const problem = { type: 'about:blank', title: 'Refused', status: 400, detail: 'No.' }
  const unread = { ...problem, errors: [{ path: 'script', message: 'does not parse', line: 3, column: 1 }] }

  it('is what its answer was refused for, before what its plan was', () => {
    const refused = { ...problem, errors: [{ path: 'answer.script', message: 'is empty' }] }
    expect(planProblems(unread, refused, 'script').problem?.message).toMatch(/is empty/i)
    expect(planProblems(unread, null, 'script')).toEqual({
      problem: { message: 'does not parse', line: 3, column: 1 },
      others: [],
    })
  })

  it('leaves every other refusal of the answer beside it', () => {
    const refused = { ...problem, errors: [{ path: 'answer.decision', message: 'is unknown' }] }
    const { problem: own, others } = planProblems(null, refused, 'script')
    expect(own).toBeNull()
    expect(others.map(({ name }) => name)).toEqual(['decision'])
  })
})

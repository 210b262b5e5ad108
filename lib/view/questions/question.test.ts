import { describe, expect, it } from 'vitest'
import { person } from '@/lib/core/base/actor'
import type { Json, JsonObject } from '@/lib/core/base/json'
import { question } from '../testing'
import { answerErrors, answerForm, askedMoney, closingSentence, timeLeft, valueWords } from './question'

const ask = (input: JsonObject | null, given?: JsonObject | string | boolean) =>
  answerForm({ kind: 'question', input, hasDefault: given !== undefined, default: given ?? null })

describe('what is drawn for a question', () => {
  it('is two buttons where nothing but yes or no is asked', () => {
    expect(ask(null)).toEqual({ kind: 'yes-no' })
  })

  it('is a form that begins with the defaults of the schema, under those of the question', () => {
    const input = {
      type: 'object',
      properties: {
        depth: { type: 'string', enum: ['quick', 'deep'], default: 'quick' },
        votes: { type: 'integer', default: 2 },
      },
    }
    const form = ask(input, { votes: 5 })
    expect(form.kind === 'fields' && form.fields.map(({ name, kind }) => [name, kind])).toEqual([
      ['depth', 'choice'],
      ['votes', 'whole'],
    ])
    expect(form.kind === 'fields' && JSON.parse(form.start)).toEqual({ depth: 'quick', votes: 5 })
  })

  it('is one field for an answer that is no object', () => {
    expect(ask({ type: 'string', enum: ['a', 'b'] }, 'b')).toMatchObject({
      kind: 'fields',
      isBare: true,
      fields: [{ name: 'answer', label: 'Answer', kind: 'choice', isRequired: true }],
      start: '{\n  "answer": "b"\n}',
    })
  })

  it('is JSON where a form cannot ask', () => {
    const input = { type: 'object', properties: { nested: { type: 'object' } } }
    expect(ask(input, { nested: {} })).toMatchObject({ kind: 'json', start: '{\n  "nested": {}\n}' })
  })

  it('is a plan for a script with a decision about it, and a form for a script beside other things', () => {
    const script = { type: 'string', format: 'workflow-script', default: 'return 1' }
    const decision = { type: 'string', enum: ['run', 'change', 'stop'] }
    expect(ask({ type: 'object', properties: { decision, script, change: { type: 'string' } } })).toEqual({
      kind: 'plan',
      script: 'return 1',
      scriptName: 'script',
      decisions: ['run', 'change', 'stop'],
      changeName: 'change',
    })
    expect(ask({ type: 'object', properties: { decision, script } })).toMatchObject({
      kind: 'plan',
      changeName: null,
    })
    expect(ask({ type: 'object', properties: { decision, script, votes: { type: 'integer' } } }).kind).toBe(
      'fields',
    )
    const other = { type: 'string', enum: ['yes', 'no'] }
    expect(ask({ type: 'object', properties: { decision: other, script } }).kind).toBe('fields')
  })
})

describe('what a question says', () => {
  const due = { dueAt: '2026-11-22T10:05:00.000Z', hasDefault: true, default: false, isYesNo: true }
  const now = Date.parse('2026-11-22T10:01:00.000Z')

  it('counts the time left down and says what happens then', () => {
    expect(timeLeft(due, now)).toEqual({
      left: '4m 00s left',
      after: 'then the default applies: declined',
      isShort: false,
    })
    expect(timeLeft({ ...due, hasDefault: false }, now + 200_000)).toMatchObject({
      left: '40s left',
      after: 'then it closes without an answer',
      isShort: true,
    })
    expect(timeLeft(due, now + 900_000)?.left).toBe('time is up')
    expect(timeLeft({ ...due, dueAt: null }, now)).toBeNull()
  })

  it('names who closed it, with what', () => {
    const closed = {
      checkpointId: 'c1',
      scope: '',
      kind: 'question',
      title: 'Go on?',
      detail: '',
      input: null,
      dueAt: null,
      hasDefault: false,
      default: null,
      callSite: null,
      openedAt: due.dueAt,
      closedAt: due.dueAt,
    } as const
    const answered = {
      ...closed,
      status: 'answered',
      actor: person('ada'),
      by: 'person',
      value: true,
    } as const
    expect(closingSentence(answered, true)).toBe('was answered by ada: approved')
    const local = { kind: 'local', id: 'local', name: 'local' } as const
    const value = { decision: 'change', change: 'Only look at lib' }
    expect(closingSentence({ ...answered, actor: local, value }, true)).toBe(
      'was answered: a change: Only look at lib',
    )
    expect(closingSentence({ ...answered, by: 'default', actor: null, value: 'wait' }, true)).toBe(
      'timed out and took its default: wait',
    )
    expect(closingSentence({ ...closed, status: 'unanswered' }, true)).toBe('was closed without an answer.')
  })

  it('says in plain words how far a run was let go', () => {
    const asked = {
      ...question,
      kind: 'approval',
      callSite: null,
      openedAt: due.dueAt,
      closedAt: due.dueAt,
    } as const
    const told = (value: Json, simulated = false) =>
      closingSentence({ ...asked, status: 'answered', actor: person('ada'), by: 'person', value }, simulated)
    expect(told({ do: 'go-on' })).toBe('was answered by ada: continued')
    expect(told({ do: 'stop' })).toBe('was answered by ada: stopped')
    expect(told({ do: 'up-to', agents: 1 })).toBe('was answered by ada: up to 1 agent')
    expect(told({ do: 'up-to', usd: 9.5 })).toBe('was answered by ada: up to $9.50')
    expect(told({ do: 'up-to', agents: 60, usd: 12 })).toBe('was answered by ada: up to 60 agents and $12')
    expect(told({ do: 'up-to', agents: 1200, usd: 12 }, true)).toBe(
      'was answered by ada: up to 1,200 agents and sim $12',
    )
    expect(told({ do: 'otherwise' })).toBe('was answered by ada: do otherwise')
  })

  it('marks the simulator’s money in what the run asks, and leaves the words of a script', () => {
    const text = 'It has come to $3.'
    expect(askedMoney({ kind: 'approval' }, true)(text)).toBe('It has come to sim $3.')
    expect(askedMoney({ kind: 'approval' }, false)(text)).toBe(text)
    expect(askedMoney({ kind: 'question' }, true)(text)).toBe(text)
    expect(
      closingSentence(
        {
          ...question,
          status: 'answered',
          openedAt: '',
          closedAt: '',
          actor: person('ada'),
          by: 'person',
          value: 'pay $3',
        },
        true,
      ),
    ).toBe('was answered by ada: pay $3')
  })

  it('tells an answer in a few words, and never a whole script', () => {
    expect(valueWords({ decision: 'run', script: 'const a = 1\nreturn a' })).toBe('run')
    expect(valueWords({ depth: 'deep', votes: 3 })).toBe('depth deep, votes 3')
    expect(valueWords('x'.repeat(300))).toHaveLength(120)
  })

  it('puts what was refused at its field, with the place in a script', () => {
    const problem = { type: 'p', title: 't', status: 400, detail: 'All of it.' }
    expect(answerErrors(problem)).toEqual([{ name: '', message: 'All of it.', line: null, column: null }])
    const errors = [
      { path: 'answer.owner', message: 'must have 2 characters' },
      { path: 'answer.script', message: 'line 2, column 3: no', line: 2, column: 3 },
      { path: 'answer', message: 'must be an object' },
    ]
    expect(
      answerErrors({ ...problem, errors }).map(({ name, message, line }) => [name, message, line]),
    ).toEqual([
      ['owner', 'Must have 2 characters.', null],
      ['script', 'Line 2, column 3: no.', 2],
      ['', 'Must be an object.', null],
    ])
  })
})

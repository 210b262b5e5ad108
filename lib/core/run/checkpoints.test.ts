import { describe, expect, test } from 'vitest'
import { person } from '../base/actor'
import type { Json } from '../base/json'
import { exampleOf } from '../schema/example-of'
import { envelopesOf, plainSpec } from '../testing/journals'
import { openCheckpoints } from './checkpoints'
import type { RunEvent } from './events'
import { foldAll } from './fold'

const asked = (checkpointId: string): RunEvent => ({
  ...{
    type: 'checkpoint.opened',
    kind: 'question',
    scope: '',
    title: 'Go on?',
    detail: '',
    key: checkpointId,
  },
  ...{ checkpointId, input: null, dueAt: null, hasDefault: false, default: null, callSite: null },
})
const after = (...events: RunEvent[]) =>
  foldAll(
    null,
    envelopesOf([
      { type: 'run.created', spec: plainSpec, actor: person('ann') },
      { type: 'run.started' },
      ...events,
    ]),
  )

describe('the checkpoints of a run', () => {
  test('are open until they are answered, and the first answer counts', () => {
    const state = after(
      asked('c1'),
      asked('c2'),
      { type: 'checkpoint.answered', checkpointId: 'c1', value: 1, by: 'person', actor: person('ann') },
      { type: 'checkpoint.answered', checkpointId: 'c1', value: 2, by: 'default', actor: null },
    )
    expect(state.checkpoints).toMatchObject([
      { status: 'answered', value: 1, actor: person('ann') },
      { status: 'open' },
    ])
    expect(openCheckpoints(state).map(({ checkpointId }) => checkpointId)).toEqual(['c2'])
  })

  test('are closed by the end of their run', () => {
    const ended: RunEvent = {
      type: 'run.ended',
      outcome: 'cancelled',
      reason: null,
      error: null,
      resultInputs: [],
      actor: person('ann'),
    }
    expect(after(asked('c1'), ended).checkpoints).toMatchObject([{ status: 'unanswered' }])
    expect(openCheckpoints(after(asked('c1'), ended))).toEqual([])
  })
})

test('an example of a schema takes what the schema says first', () => {
  const schema: Json = {
    type: 'object',
    properties: {
      pick: { enum: ['b', 'a'] },
      note: { type: 'string', minLength: 3 },
      list: { type: 'array', minItems: 2, items: { type: 'integer', minimum: 4 } },
      ok: { type: 'boolean' },
      either: { anyOf: [{ const: 7 }, { type: 'null' }] },
      left: { type: 'string' },
    },
    required: ['pick', 'note', 'list', 'ok', 'either'],
  }
  expect(exampleOf(schema)).toEqual({ pick: 'b', note: 'xxx', list: [4, 4], ok: true, either: 7 })
})

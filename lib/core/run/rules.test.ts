import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { type CallIdentity, callDigest, callKey, OccurrenceCounter } from '../agent/call-key'
import { afterFailedTurn, defaultRetryPolicy } from '../agent/failed-turn'
import { failure, failureKinds, failureRules } from '../agent/failure'
import { canonicalJson, jsonValue } from '../base/json'
import { modelAliases, modelRules, resolveModel } from '../money/models'

describe('a retry', () => {
  const policy = { retries: 3, baseDelayMs: 100, maxDelayMs: 350 }

  test('is decided for every kind of failure by the one table', () => {
    for (const kind of failureKinds) {
      const decision = afterFailedTurn(failure(kind, 'x'), 0, policy, 0.5)
      expect(decision.do, kind).toBe(failureRules[kind])
    }
  })

  test('waits longer each time, up to a bound, and never less than it was asked', () => {
    const delays = [0, 1, 2].map((failedBefore) =>
      afterFailedTurn(failure('overloaded', 'x'), failedBefore, policy, 1),
    )
    expect(delays).toEqual([100, 200, 350].map((delayMs) => ({ do: 'retry', delayMs })))
    expect(afterFailedTurn(failure('overloaded', 'x'), 3, policy, 1)).toEqual({ do: 'end' })
    const asked = afterFailedTurn(failure('rate-limit', 'x', { retryAfterMs: 9000 }), 0, policy, 0)
    expect(asked).toEqual({ do: 'retry', delayMs: 9000 })
    fc.assert(
      fc.property(fc.double({ min: 0, max: 0.999, noNaN: true }), fc.nat(6), (random, failedBefore) => {
        const decision = afterFailedTurn(failure('timeout', 'x'), failedBefore, defaultRetryPolicy, random)
        if (decision.do === 'retry') expect(decision.delayMs).toBeLessThanOrEqual(60_000)
      }),
    )
  })

  test('asks a person once nobody has answered three times', () => {
    const nobody = failure('unreachable', 'x')
    expect([0, 1, 2].map((before) => afterFailedTurn(nobody, before, policy, 0).do)).toEqual([
      'retry',
      'retry',
      'pause',
    ])
  })
})

describe('a call key', () => {
  const identity: CallIdentity = {
    prompt: 'p',
    model: 'm',
    effort: null,
    schema: { type: 'object', required: ['a'] },
    tools: ['read', 'list'],
    agentType: null,
    isolation: null,
    workspaceRevision: 'r',
  }
  const same = (text: string) => text

  test('is the same for the same question, in whatever order its parts are written', () => {
    const other = { ...identity, tools: ['list', 'read'], schema: { required: ['a'], type: 'object' } }
    expect(callDigest(other, same)).toBe(callDigest(identity, same))
  })

  test('differs as soon as anything that is asked differs', () => {
    const others: Partial<CallIdentity>[] = [
      { prompt: 'q' },
      { model: 'n' },
      { effort: 'low' },
      { schema: null },
      { tools: ['read'] },
      { agentType: 'x' },
      { isolation: 'worktree' },
      { workspaceRevision: null },
    ]
    const digests = [identity, ...others.map((other) => ({ ...identity, ...other }))].map((one) =>
      callDigest(one, same),
    )
    expect(new Set(digests).size).toBe(digests.length)
  })

  test('counts occurrences by scope', () => {
    const counter = new OccurrenceCounter()
    expect([
      counter.next('', 'd'),
      counter.next('', 'd'),
      counter.next('s', 'd'),
      counter.next('', 'e'),
    ]).toEqual([0, 1, 0, 0])
    expect(callKey('d', 's', 1)).toBe('s:d:1')
  })
})

describe('canonical JSON', () => {
  test('is one text for equal values, and parses back to the value', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        const json = jsonValue(JSON.parse(JSON.stringify(value)))
        expect(JSON.parse(canonicalJson(json))).toEqual(json)
        expect(canonicalJson(jsonValue(JSON.parse(canonicalJson(json))))).toBe(canonicalJson(json))
      }),
    )
    expect(canonicalJson({ b: 1, a: { d: [1, { z: 1, y: 2 }], c: 'ü' } })).toBe(
      '{"a":{"c":"ü","d":[1,{"y":2,"z":1}]},"b":1}',
    )
  })
})

describe('a model', () => {
  test('is resolved from its alias, kept as an id, and inherited only when asked', () => {
    for (const [alias, id] of Object.entries(modelAliases)) expect(resolveModel(alias, 'x')).toBe(id)
    for (const nothing of [null, undefined, '', 'inherit']) expect(resolveModel(nothing, 'x')).toBe('x')
    for (const id of ['constructor', '__proto__', 'claude-opus-4-8']) expect(resolveModel(id, 'x')).toBe(id)
  })

  test('that nobody knows has careful rules and a family of its own', () => {
    expect(modelRules('gateway-model')).toMatchObject({
      known: false,
      family: 'gateway-model',
      thinking: 'none',
    })
    expect(modelRules('claude-opus-4-8-20260528').family).toBe('opus-4')
    expect(modelRules('constructor').known).toBe(false)
  })
})

import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { foldAll } from '../run/fold'
import { noPhaseLimits } from '../spec/phase-settings'
import { defaultLimits, noAgentLimits } from '../spec/run'
import { envelopesOf, plainSpec } from '../testing/journals'
import { noRoomForCall, noRoomForWave, noRoomToday, tightAgentCap } from './agent-cap'
import { ownLimits } from './own-limits'
import { isUseful, largestFitting, SMALLEST_USEFUL_TOKENS } from './room'
import { isNearCap, timeOver } from './time-cap'
import { type Cap, firstBroken, tooLittle, unableToHold } from './turn-caps'

function stateWith(limits: Partial<typeof defaultLimits>) {
  const spec = { ...plainSpec, limits: { ...defaultLimits, ...limits } }
  const state = foldAll(null, envelopesOf([{ type: 'run.created', spec, actor: null }]))
  if (state === null) throw new Error('No run')
  return state
}

describe('room under caps', () => {
  test('the largest output that fits is found, wherever the bound lies', () => {
    fc.assert(
      fc.property(fc.nat(100_000), fc.nat(120_000), (most, bound) => {
        expect(largestFitting(most, (output) => output <= bound)).toBe(Math.min(most, bound))
      }),
    )
    expect(largestFitting(500, () => false)).toBe(0)
  })

  test('less than a useful room is none, but for a turn that asked for less', () => {
    expect(isUseful(SMALLEST_USEFUL_TOKENS, 16_000)).toBe(true)
    expect(isUseful(SMALLEST_USEFUL_TOKENS - 1, 16_000)).toBe(false)
    expect(isUseful(200, 200)).toBe(true)
  })

  test('a cap is broken by what was used, what is reserved and what is needed, together', () => {
    const cap: Cap = {
      reason: 'usd-cap',
      line: 'a',
      phase: null,
      unit: 'usd',
      limit: 1_000_000_000,
      used: 600_000_000,
      reserved: 300_000_000,
      owner: "the run's",
      quota: null,
    }
    expect(firstBroken([cap], { nanoUsd: 100_000_000, tokens: 9e9 })).toBeNull()
    expect(firstBroken([cap], { nanoUsd: 100_000_001, tokens: 0 })).toBe(cap)
    // What has no price cannot be reserved in dollars, whatever is left.
    expect(unableToHold([cap], { nanoUsd: null, tokens: 0 })).toBe(cap)
    expect(unableToHold([cap], { nanoUsd: 0, tokens: 0 })).toBeNull()
    expect(unableToHold([{ ...cap, unit: 'tokens' }], { nanoUsd: null, tokens: 9e9 })).toBeNull()
    expect(tooLittle(cap, { nanoUsd: 500_000_000, tokens: 0 }).detail).toBe(
      "The run's cap of $1 leaves $0.40, too little for the next turn ($0.50 at least).",
    )
  })

  test('the narrower of what a call and the launch allow bounds an agent', () => {
    const call = { nanoUsd: 5, tokens: null, timeoutMs: 9_000 }
    expect(ownLimits(call, noAgentLimits)).toEqual(call)
    expect(ownLimits(call, { nanoUsd: 3, tokens: 70, wallClockSeconds: 10 })).toEqual({
      nanoUsd: 3,
      tokens: 70,
      timeoutMs: 9_000,
    })
  })
})

describe('caps of agents', () => {
  test('agents that are being written down count already, for the run and for their phase', () => {
    const state = stateWith({ agents: 3, phases: { Read: { ...noPhaseLimits, agents: 1 } } })
    expect(tightAgentCap(state, [], ['Read', null, null])).toBeNull()
    expect(tightAgentCap(state, ['Read'], ['Read'])).toEqual({ cap: 1, left: 0, asked: 1, phase: 'Read' })
    expect(tightAgentCap(state, ['Read', 'Write'], [null, null])).toEqual({
      cap: 3,
      left: 1,
      asked: 2,
      phase: null,
    })
  })

  test('a phase whose title is a word of the language has no cap of its own', () => {
    expect(tightAgentCap(stateWith({}), [], ['constructor', '__proto__', 'toString'])).toBeNull()
  })

  test('each refusal names the cap, what is left of it and what was asked', () => {
    expect(noRoomForCall({ cap: 1_000, phase: null })).toContain("The run's limit of 1,000 agents")
    expect(noRoomForCall({ cap: 2, phase: 'Read' })).toContain('the phase “Read”')
    expect(noRoomForWave({ cap: 9, left: 2, asked: 5, phase: null })).toContain(
      'room for 2 more, and 5 were requested',
    )
    expect(noRoomToday(10, 12, 1)).toBe('The daily cap of 10 agents leaves 0, and 1 more was requested.')
  })
})

describe('caps of time and warnings', () => {
  test("a run's own time comes before that of its phases, and a phase at rest stops nobody", () => {
    const state = stateWith({
      wallClockSeconds: 60,
      phases: { Read: { ...noPhaseLimits, wallClockSeconds: 1 } },
    })
    const worked = (totalMs: number) => ({ totalMs: () => totalMs, phaseMs: () => 5_000 })
    expect(timeOver(state, worked(59_999))).toBeNull()
    expect(timeOver(state, worked(60_000))).toMatchObject({ reason: 'wall-clock-cap', phase: null })
    const atWork = { ...state, phases: [phaseAtWork('Read')] }
    expect(timeOver(atWork, worked(0))).toMatchObject({
      reason: 'phase-wall-clock-cap',
      phase: 'Read',
    })
  })

  test('people are warned from four fifths of a cap on', () => {
    expect(isNearCap(79, 100)).toBe(false)
    expect(isNearCap(80, 100)).toBe(true)
  })
})

function phaseAtWork(title: string) {
  const [phase] = stateWithPhase(title).phases
  if (phase === undefined) throw new Error('No phase')
  return { ...phase, workingSince: '2026-01-01T00:00:00.000Z' }
}

function stateWithPhase(title: string) {
  const spec = { ...plainSpec, phases: [{ title, detail: null, model: null }] }
  const state = foldAll(null, envelopesOf([{ type: 'run.created', spec, actor: null }]))
  if (state === null) throw new Error('No run')
  return state
}

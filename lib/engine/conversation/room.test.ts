import { describe, expect, test } from 'vitest'
import type { Json, JsonObject } from '@/lib/core/base/json'
import type { Envelope } from '@/lib/core/run/events'
import { defaultLimits } from '@/lib/core/spec/run'
import { harnessPerTest } from '../testing/per-test'
import { seeded } from '../testing/random'
import { answers, calls, conversations, says } from '../testing/replies'
import type { Reply, Sent } from '../testing/scripted-provider'
import { workspace } from '../testing/scripted-surroundings'
import { followUps } from './follow-ups'

const open = harnessPerTest()
const schema = { type: 'object', properties: { n: { type: 'integer' } }, required: ['n'] }
const ask = (options: { [key: string]: Json } = {}, prompt = 'ask') =>
  `agent(${JSON.stringify(prompt)}, ${JSON.stringify(options)})`

/** A response cut at its room, which it used up. */
function cut({ request }: Sent, ...content: JsonObject[]): Reply {
  const usage = { outputTokens: request.maxTokens }
  return { kind: 'turn', content, stopReason: 'max_tokens', usage, afterMs: 10 }
}
const text = (words: string): JsonObject => ({ type: 'text', text: words })
const rooms = (sent: readonly Sent[]) => sent.map(({ request }) => request.maxTokens)

describe('the room of a turn', () => {
  test.each([
    ['unless asked otherwise', {}, 'claude-sonnet-5-5', 32_000],
    ['that thinks long', { effort: 'xhigh' }, 'claude-sonnet-5-5', 64_000],
    ['that leads others', { spawn: true }, 'claude-sonnet-5-5', 64_000],
    ['of a model that gives less', { effort: 'max' }, 'claude-haiku-4-5', 64_000],
    ['that asks for more', { maxTokens: 100_000 }, 'claude-sonnet-5-5', 100_000],
    ['that asks for more than there is', { maxTokens: 300_000 }, 'claude-sonnet-5-5', 128_000],
  ])('%s', async (_, options, model, most) => {
    const own = open()
    await own.ended(
      await own.launch(`return ${ask(options)}`, { model, limits: { ...defaultLimits, nanoUsd: null } }),
    )
    expect(rooms(own.sent)).toEqual([most])
  })

  test('is what the launch says of the phase, more or less than the call', async () => {
    const settings = { model: null, effort: null, speed: null, delivery: null }
    for (const maxTokens of [2_000, 90_000]) {
      const own = open()
      const phaseSettings = { one: { ...settings, maxTokens } }
      await own.ended(
        await own.launch(`return ${ask({ phase: 'one', maxTokens: 8_000 })}`, {
          phaseSettings,
          limits: { ...defaultLimits, nanoUsd: null },
        }),
      )
      expect(rooms(own.sent)).toEqual([maxTokens])
    }
  })
})

describe('an answer that is cut', () => {
  const free = { limits: { ...defaultLimits, nanoUsd: null } }

  test('goes on in the next turn with twice the room, is one text and carries no flag', async () => {
    const own = open({ reply: (sent) => (sent.answers === 0 ? cut(sent, text('One, ')) : says('two.')) })
    const runId = await own.launch(`return ${ask()}`, free)
    const state = await own.ended(runId)
    expect(await own.result(runId)).toBe('One, two.')
    expect(state.agents.get('a1')).toMatchObject({ status: 'succeeded', flags: [] })
    expect(rooms(own.sent)).toEqual([32_000, 64_000])
  })

  test('and fits a schema is given again, whole, without a flag', async () => {
    const own = open({ reply: (sent) => (sent.answers < 2 ? cut(sent) : answers({ n: 1 })) })
    const runId = await own.launch(`return ${ask({ schema })}`, free)
    expect((await own.ended(runId)).agents.get('a1')).toMatchObject({ status: 'succeeded', flags: [] })
    expect(rooms(own.sent)).toEqual([32_000, 64_000, 128_000])
  })

  test('at all the room there is is asked for shorter, with a flag; and is never asked for five times', async () => {
    const own = open({
      reply: (sent) =>
        sent.answers < 3
          ? cut(sent, { type: 'tool_use', id: 'x', name: 'answer', input: {} })
          : answers({ n: 1 }),
    })
    const runId = await own.launch(`return ${ask({ schema })}`, free)
    expect((await own.ended(runId)).agents.get('a1')).toMatchObject({
      status: 'flagged',
      flags: [{ kind: 'incomplete' }],
    })
    const never = open({ reply: (sent) => cut(sent) })
    const other = await never.launch(`return agent.settled('ask', ${JSON.stringify({ schema })})`, free)
    expect((await never.ended(other)).agents.get('a1')).toMatchObject({
      status: 'failed',
      failure: { kind: 'max-tokens' },
    })
    expect(rooms(never.sent)).toEqual([32_000, 64_000, 128_000, 128_000])
  })

  test('in the middle of a call has the call made again in smaller parts, and ends nothing', async () => {
    const half = { type: 'tool_use', id: 'x', name: 'look', input: {} }
    const own = open({
      reply: (sent) => [cut(sent, half), calls(['look', {}]), says('seen it')][sent.answers] ?? says('?'),
      tools: { look: () => 'seen' },
    })
    const runId = await own.launch(`return ${ask()}`, { ...free, workspace })
    expect((await own.ended(runId)).agents.get('a1')).toMatchObject({ status: 'succeeded', flags: [] })
    expect(await own.told(runId)).toEqual(['ask', followUps.smallerParts, 'seen'])
  })

  test('in the middle of a wave of agents has the wave started in smaller parts', async () => {
    const wave = { agents: [{ label: 'a', prompt: 'child' }] }
    const own = open({
      reply: conversations({}),
    })
    void own
    const lead = open({
      reply: (sent) => {
        if (sent.prompt !== 'lead') return says('child says')
        const half = { type: 'tool_use', id: 'x', name: 'spawn_agents', input: {} }
        return (
          [cut(sent, half), calls(['spawn_agents', wave]), calls(['wait_for_agents', {}]), says('all done')][
            sent.answers
          ] ?? says('?')
        )
      },
    })
    const runId = await lead.launch(`return ${ask({ spawn: true }, 'lead')}`, free)
    const state = await lead.ended(runId)
    expect(state.run.status).toBe('completed')
    expect(await lead.result(runId)).toBe('all done')
    expect(state.agents.size).toBe(2)
  })

  test('goes on after a kill as it would have before', async () => {
    const own = open({
      reply: (sent) => (sent.answers < 2 ? cut(sent, text(`part ${sent.answers} `)) : says('end')),
    })
    const runId = await own.launch(`return ${ask()}`, free)
    await own.until(() => own.sent.length === 2)
    await own.restart()
    await own.ended(runId)
    expect(await own.result(runId)).toBe('part 0 part 1 end')
    expect(rooms(own.sent).at(-1)).toBe(128_000)
  })
})

describe('an agent near a limit of its own', () => {
  const looking = { look: () => 'seen' }
  const looks = calls(['look', {}])

  test('is told to finish before its turns are over, and then that this is the last', async () => {
    const own = open({
      reply: (sent) => (sent.heard === followUps.last ? says('what I have') : looks),
      tools: looking,
    })
    const runId = await own.launch(`return ${ask({ maxTurns: 8 })}`, { workspace })
    const state = await own.ended(runId)
    expect(state.agents.get('a1')).toMatchObject({
      status: 'flagged',
      turns: 9,
      flags: [{ kind: 'incomplete' }],
    })
    expect(await own.result(runId)).toBe('what I have')
    const told = await own.told(runId)
    expect(told.indexOf(followUps.finish)).toBeGreaterThan(0)
    expect(told.indexOf(followUps.last)).toBeGreaterThan(told.indexOf(followUps.finish))
  })

  test('that goes on calling tools is ended with the longest it said', async () => {
    const report = 'What was found so far. '.repeat(20)
    const own = open({
      reply: () => ({ ...looks, content: [text(report), ...looks.content] }),
      tools: looking,
    })
    const runId = await own.launch(`return ${ask({ maxTurns: 3 })}`, { workspace })
    expect((await own.ended(runId)).agents.get('a1')).toMatchObject({ status: 'flagged', turns: 4 })
    expect(await own.result(runId)).toBe(report)
  })

  test('has a schema fitted by what it said, or fails', async () => {
    const said = (words: string) => ({ ...looks, content: [text(words), ...looks.content] })
    const json = '```json\n{"n": 7}\n```'.padEnd(220)
    for (const [words, result] of [
      [json, { n: 7 }],
      ['nothing of the kind '.repeat(20), null],
    ] as const) {
      const own = open({ reply: () => said(words), tools: looking })
      const runId = await own.launch(`return ${ask({ maxTurns: 2, schema })}`, { workspace })
      await own.ended(runId)
      expect(await own.result(runId)).toEqual(result)
    }
  })

  test('of dollars keeps enough of them for a last turn, and never passes it', async () => {
    const own = open({
      reply: (sent) =>
        sent.heard === followUps.last
          ? says('what I have', 10, { inputTokens: 2_000, outputTokens: 500 })
          : { ...looks, usage: { inputTokens: 2_000, outputTokens: 1_000 } },
      tools: looking,
    })
    const runId = await own.launch(`return ${ask({ limits: { usd: 0.2 } })}`, { workspace })
    const state = await own.ended(runId)
    expect(state.agents.get('a1')).toMatchObject({ status: 'flagged', flags: [{ kind: 'incomplete' }] })
    expect(await own.result(runId)).toBe('what I have')
    expect(state.totals.spentNanoUsd).toBeLessThanOrEqual(200_000_000)
    expect(own.sent.length).toBeGreaterThan(5)
  })

  test('of time answers with what it had when the time is up', async () => {
    const report = 'What was found so far. '.repeat(20)
    const own = open({
      reply: (sent) =>
        sent.answers === 0
          ? { ...looks, content: [text(report), ...looks.content] }
          : { ...says('too late'), afterMs: 60_000 },
      tools: looking,
    })
    const runId = await own.launch(`return ${ask({ timeoutMs: 30_000 })}`, { workspace })
    expect((await own.ended(runId)).agents.get('a1')).toMatchObject({
      status: 'flagged',
      flags: [{ kind: 'incomplete', reason: expect.stringContaining('within 30 seconds') }],
    })
    expect(await own.result(runId)).toBe(report)
  })
})

describe('three hundred agents under a cap of 30 % of what they cost', () => {
  /** Dollars a million tokens. */
  const price = { input: 4, output: 20 }
  const nano = (input: number, output: number) => (input * price.input + output * price.output) * 1000

  /**
   * The most turns in flight after so many had come back, and as a share of what the headroom of that moment
   * would allow if each took its input and what 98 of 100 turns took in the end.
   */
  function peakOf(journal: readonly Envelope[], capNanoUsd: number, from: number) {
    const outputs = journal.flatMap(({ event }) =>
      event.type === 'turn.committed' ? [event.usage.outputTokens] : [],
    )
    const p98 = [...outputs].sort((a, b) => a - b)[Math.floor(0.98 * outputs.length)] ?? 0
    let [committed, inFlight, spent, peak] = [0, 0, 0, 0]
    const shares: number[] = []
    for (const { event } of journal) {
      if (event.type === 'turn.started') inFlight += 1
      if (event.type === 'turn.committed') {
        inFlight -= 1
        committed += 1
        spent += event.cost?.totalNanoUsd ?? 0
      }
      if (event.type !== 'turn.started' || committed < from || spent > 0.75 * capNanoUsd) continue
      peak = Math.max(peak, inFlight)
      shares.push(inFlight / Math.floor((capNanoUsd - spent) / nano(120, p98)))
    }
    return { peak, share: [...shares].sort((a, b) => a - b)[Math.floor(shares.length / 2)] ?? 0 }
  }

  /** Milliseconds until a cap is used up where every turn holds 16k tokens of output, as they once did. */
  function withWideHolds(capNanoUsd: number, turnOf: () => { output: number; afterMs: number }): number {
    const hold = nano(120, 16_000)
    const inFlight: { endsAt: number; cost: number }[] = []
    let [now, spent] = [0, 0]
    for (;;) {
      while (spent + (inFlight.length + 1) * hold <= capNanoUsd) {
        const { output, afterMs } = turnOf()
        inFlight.push({ endsAt: now + afterMs, cost: nano(120, output) })
      }
      const next = inFlight.sort((a, b) => a.endsAt - b.endsAt).shift()
      if (next === undefined) return now
      now = next.endsAt
      spent += next.cost
    }
  }

  test('are in flight by the dozen, are hardly ever cut, use the cap up, never pass it, and take a third of the time', async () => {
    const random = seeded(7)
    const sizes = new Map<string, number>()
    const sizeOf = (prompt: string) => {
      const known = sizes.get(prompt) ?? 600 + Math.floor(random() * 600)
      sizes.set(prompt, known)
      return known
    }
    const own = open({
      reply: (sent) => {
        const left = sizeOf(sent.prompt) - sent.answers * 4_096
        const fits = left <= sent.request.maxTokens
        const usage = { inputTokens: 120, outputTokens: Math.min(left, sent.request.maxTokens) }
        const afterMs = 5_000 + Math.floor(random() * 5_000)
        return {
          kind: 'turn',
          content: [text('x')],
          stopReason: fits ? 'end_turn' : 'max_tokens',
          usage,
          afterMs,
        }
      },
    })
    const nanoUsd = Math.round(300 * nano(120, 900) * 0.3)
    const limits = { ...defaultLimits, nanoUsd }
    const beganAt = own.clock.now()
    const runId = await own.launch(
      `return parallel(Array.from({ length: 300 }, (_, at) => () => agent('q' + at)))`,
      { model: 'claude-opus-5-5', limits, onLimit: 'pause' },
    )
    await own.until(async () => (await own.state(runId)).run.status === 'paused')
    const pausedAt = own.clock.now()
    const { totals, run } = await own.state(runId)
    expect(run.pauseReason).toBe('usd-cap')
    expect(totals.spentNanoUsd + totals.unsettledNanoUsd).toBeLessThanOrEqual(nanoUsd)
    expect(totals.spentNanoUsd).toBeGreaterThanOrEqual(0.97 * nanoUsd)
    const journal = await own.journal(runId)
    const { peak, share } = peakOf(journal, nanoUsd, 20)
    expect(peak).toBeGreaterThanOrEqual(40)
    expect(share).toBeGreaterThanOrEqual(0.8)
    const turns = journal.flatMap(({ event }) => (event.type === 'turn.committed' ? [event] : []))
    const cutTurns = turns.filter(({ stopReason }) => stopReason === 'max_tokens')
    expect(cutTurns.length).toBeLessThan(0.03 * turns.length + 1)
    const later = seeded(7)
    const wide = withWideHolds(nanoUsd, () => ({
      output: 600 + Math.floor(later() * 600),
      afterMs: 5_000 + Math.floor(later() * 5_000),
    }))
    expect((pausedAt - beganAt) / wide).toBeLessThan(1 / 3)
  })
})

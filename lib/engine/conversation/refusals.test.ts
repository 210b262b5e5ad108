import { describe, expect, test } from 'vitest'
import type { Json } from '@/lib/core/base/json'
import { defaultLimits } from '@/lib/core/spec/run'
import { harnessPerTest } from '../testing/per-test'
import { answers, says, stops } from '../testing/replies'
import type { Reply, Sent } from '../testing/scripted-provider'

const open = harnessPerTest()
const schema = { type: 'object', properties: { n: { type: 'integer' } }, required: ['n'] }
const ask = (options: { [key: string]: Json } = {}) => `agent('ask', ${JSON.stringify(options)})`
const declines = (category: string | null, text = ''): Reply => ({
  ...stops('refusal', text),
  refusal: { category },
})
const primary = 'claude-sonnet-5-5'
const fallbackModel = 'claude-opus-4-8'
/** The first model declines; the other says this. */
const onlyOther = (reply: Reply) => ({
  reply: ({ request }: Sent) => (request.model === primary ? declines('cyber') : reply),
})

describe('a model that declines', () => {
  test('is named with its category, counted, and costs nothing when it had not said a word', async () => {
    for (const [options, status] of [
      [{}, 'flagged'],
      [{ schema }, 'failed'],
    ] as const) {
      const own = open({ reply: () => declines('cyber') })
      const runId = await own.launch(`return agent.settled('ask', ${JSON.stringify(options)})`)
      const state = await own.ended(runId)
      const agent = state.agents.get('a1')
      expect(agent?.status).toBe(status)
      const said = agent?.failure?.message ?? agent?.flags[0]?.reason
      expect(said).toContain(`${primary} declined to answer (category: cyber).`)
      expect(state.outcomeCounts).toMatchObject({ refused: 1, [status]: 1 })
      expect(state.totals).toMatchObject({ spentNanoUsd: 0, unsettledNanoUsd: 0, inputTokens: 0 })
      await own.checkRows(runId)
    }
  })

  test('after it had begun is paid for', async () => {
    const own = open({ reply: () => declines(null, 'I will') })
    const state = await own.ended(await own.launch(`return ${ask()}`))
    expect(state.totals.spentNanoUsd).toBeGreaterThan(0)
    expect(state.agents.get('a1')?.flags).toMatchObject([
      { kind: 'refused', reason: `${primary} declined to answer.` },
    ])
  })

  test.each([
    ['a text', {}, says('from the other'), 'from the other'],
    ['an object', { schema }, answers({ n: 1 }), { n: 1 }],
  ] as const)(
    'has its agent asked once more on the fallback of the launch, which gives %s',
    async (_, options, reply, result) => {
      const own = open(onlyOther(reply))
      const runId = await own.launch(`return ${ask(options)}`, { fallbackModel })
      const state = await own.ended(runId)
      expect(await own.result(runId)).toEqual(result)
      expect(state.agents.get('a1')).toMatchObject({
        status: 'succeeded',
        attempt: 2,
        model: fallbackModel,
        fellBackFrom: primary,
      })
      expect(state.outcomeCounts.refused).toBe(0)
      expect(state.log.map(({ message }) => message).join()).toContain(`asked once more on ${fallbackModel}`)
      expect(
        (await own.journal(runId)).flatMap(({ event }) => (event.type === 'agent.fell-back' ? [event] : [])),
      ).toMatchObject([{ refusal: { category: 'cyber' } }])
      expect(own.sent.map(({ request }) => [request.model, request.messages.length])).toEqual([
        [primary, 1],
        [fallbackModel, 1],
      ])
      await own.checkRows(runId)
    },
  )

  test('and a fallback that declines too end as declined, asked twice in all', async () => {
    const own = open({ reply: () => declines('bio') })
    const runId = await own.launch(`return ${ask()}`, { fallbackModel })
    const state = await own.ended(runId)
    expect(own.sent).toHaveLength(2)
    expect(state.agents.get('a1')).toMatchObject({ status: 'flagged', flags: [{ kind: 'refused' }] })
    expect(state.agents.get('a1')?.flags[0]?.reason).toContain(fallbackModel)
    expect(state.outcomeCounts.refused).toBe(1)
  })

  test.each(['claude-sonnet-5-5-20260928', primary])(
    'is not asked again under its own name %s',
    async (name) => {
      const own = open({ reply: () => declines('cyber') })
      const state = await own.ended(await own.launch(`return ${ask()}`, { fallbackModel: name }))
      expect(own.sent).toHaveLength(1)
      expect(state.agents.get('a1')).toMatchObject({ status: 'flagged', fellBackFrom: null })
    },
  )

  test.each([
    [
      'is not asked on a fallback without a price under a dollar cap, and says so',
      { ...defaultLimits, nanoUsd: 1e9 },
      1,
    ],
    ['is asked on one without a price where dollars are not capped', { ...defaultLimits, nanoUsd: null }, 2],
  ])('%s', async (_, limits, times) => {
    const own = open({ reply: () => declines('cyber') })
    const state = await own.ended(
      await own.launch(`return ${ask()}`, { fallbackModel: 'a-gateways-own', limits }),
    )
    expect(own.sent).toHaveLength(times)
    const said = state.agents.get('a1')?.flags[0]?.reason ?? ''
    expect(said.includes('a-gateways-own was not asked in its place: its price is unknown')).toBe(times === 1)
  })

  test('is not asked again itself where it is its own fallback', async () => {
    const own = open({ reply: () => declines(null) })
    await own.ended(await own.launch(`return ${ask()}`, { fallbackModel: primary }))
    expect(own.sent).toHaveLength(1)
  })

  test('has its fallback asked once, however often the server dies', async () => {
    const own = open({
      reply: ({ request }) =>
        request.model === primary ? declines('cyber') : { ...says('from the other'), afterMs: 5_000 },
    })
    const runId = await own.launch(`return ${ask()}`, { fallbackModel })
    await own.until(() => own.sent.length === 2)
    await own.restart()
    await own.ended(runId)
    expect(await own.result(runId)).toBe('from the other')
    expect(own.sent.filter(({ request }) => request.model === primary)).toHaveLength(1)
  })
})

test('a turn that only thought is counted as waste, and asked again', async () => {
  const own = open({
    reply: ({ answers: given, request }) =>
      given === 0
        ? { ...stops('max_tokens', ''), usage: { outputTokens: request.maxTokens } }
        : says('now the answer'),
  })
  const state = await own.ended(await own.launch(`return ${ask()}`))
  expect(state.totals.wastedTurns).toBe(1)
  expect(state.totals.wastedNanoUsd).toBeGreaterThan(0)
  expect(state.totals.wastedNanoUsd).toBeLessThan(state.totals.spentNanoUsd)
})

test('models that pace themselves are told what their agent may say in all, others nothing', async () => {
  for (const [limits, model, total] of [
    [{ tokens: 50_000 }, primary, 50_000],
    [{ usd: 1 }, primary, 100_000],
    [{ tokens: 5_000 }, primary, null],
    [{}, primary, null],
  ] as const) {
    const own = open()
    await own.ended(await own.launch(`return ${ask({ limits: { ...limits } })}`, { model }))
    expect(own.sent[0]?.request.taskBudgetTokens).toBe(total)
  }
})

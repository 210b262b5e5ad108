import { describe, expect, test } from 'vitest'
import { MOST_RESULT_TOKENS, roughTokens } from '@/lib/core/agent/context-size'
import type { Json } from '@/lib/core/base/json'
import { defaultLimits } from '@/lib/core/spec/run'
import { harnessPerTest } from '../testing/per-test'
import { answers, calls, fails, says, stops } from '../testing/replies'
import type { Reply, Sent } from '../testing/scripted-provider'
import { workspace } from '../testing/scripted-surroundings'
import { boundedResults } from './bounded-results'
import { followUps } from './follow-ups'

const open = harnessPerTest()
const ask = (options: { [key: string]: Json } = {}) => `agent('ask', ${JSON.stringify(options)})`
const free = { limits: { ...defaultLimits, nanoUsd: null } }
const page = 'a line of some file, with words in it\n'.repeat(1_350)

/** What a request's conversation has in tokens, as a provider would count it here. */
const sizeOf = ({ request }: Sent) => roughTokens(JSON.stringify(request.messages))
/** Reads on and on, until it was told something else; then says this. */
const reader =
  (turns: number, onSummary: (sent: Sent) => Reply = () => says('Found 3 things so far.')) =>
  (sent: Sent): Reply => {
    if (sent.heard === followUps.summarise) return onSummary(sent)
    const usage = { inputTokens: sizeOf(sent), outputTokens: 40 }
    reads += 1
    return reads > turns ? { ...says('the answer'), usage } : { ...calls(['look', {}]), usage }
  }
let reads = 0

describe('what tools give in one turn', () => {
  test('has so many tokens together at most: the longest give way, and each says how to go on', () => {
    const bounded = boundedResults([
      { text: 'short', isWhole: false },
      ...Array.from({ length: 20 }, () => ({ text: 'x'.repeat(30_000), isWhole: false })),
    ])
    expect(bounded[0]).toBe('short')
    expect(roughTokens(bounded.join(''))).toBeLessThan(MOST_RESULT_TOKENS * 1.05)
    expect(bounded[1]).toMatch(/\[Cut here: .* characters\. .*call this again/s)
    expect(boundedResults([{ text: 'x'.repeat(30_000), isWhole: false }])).toEqual(['x'.repeat(30_000)])
  })

  test.each([
    ...['漢字かな交じり文', 'русский текст', 'हिन्दी पाठ', 'emoji 🙂🚀', 'نص عربي', 'ไทย'].map((words) => [
      words,
      '',
    ]),
    ['漢', 'and Latin words behind it '],
  ])('is bounded in %s too', (words = '', behind = '') => {
    const text = words.repeat(20_000) + behind.repeat(50_000)
    const bounded = boundedResults([{ text, isWhole: false }])
    expect(roughTokens(bounded.join(''))).toBeLessThan(MOST_RESULT_TOKENS * 1.05)
    expect(roughTokens(bounded.join(''))).toBeGreaterThan(MOST_RESULT_TOKENS * 0.3)
    expect(bounded.join('').isWellFormed?.() ?? true).toBe(true)
  })

  test('has the same bound beside what stays whole', () => {
    const bounded = boundedResults([
      { text: 'w'.repeat(120_000), isWhole: true },
      { text: 'x'.repeat(300_000), isWhole: false },
    ])
    expect(bounded[0]).toHaveLength(120_000)
    expect(roughTokens(bounded.join(''))).toBeLessThan(MOST_RESULT_TOKENS * 1.05)
  })
})

describe('a conversation that becomes too long', () => {
  test.each([
    ['the window of its model', 'claude-haiku-4-5', 200_000],
    ['where long prompts cost more', 'claude-haiku-5-5', 100_000],
  ])('for %s is summarised before, and goes on from that', async (_, model, most) => {
    reads = 0
    const own = open({ reply: reader(16), tools: { look: () => page } })
    const runId = await own.launch(`return ${ask()}`, { ...free, workspace, model })
    const state = await own.ended(runId)
    expect(await own.result(runId)).toBe('the answer')
    expect(state.agents.get('a1')).toMatchObject({ status: 'succeeded', attempt: 1 })
    expect(state.agents.get('a1')?.compactions).toBeGreaterThan(0)
    expect(Math.max(...own.sent.map(sizeOf))).toBeLessThan(most)
    const told = await own.told(runId)
    expect(told.indexOf(followUps.filling)).toBeGreaterThan(0)
    expect(told.indexOf(followUps.filling)).toBeLessThan(told.indexOf(followUps.summarise))
    const after = own.sent.find(({ heard }) => heard.startsWith('Your earlier work on this was summarised'))
    expect(after?.heard).toContain('Found 3 things so far.')
    expect(after?.request.messages).toHaveLength(2)
    await own.checkRows(runId)
  })

  test('may grow on where the launch allows the long tier', async () => {
    reads = 0
    const own = open({ reply: reader(8), tools: { look: () => page } })
    const runId = await own.launch(`return ${ask()}`, {
      ...free,
      workspace,
      model: 'claude-haiku-5-5',
      allowsLongContext: true,
    })
    expect((await own.ended(runId)).agents.get('a1')?.compactions).toBe(0)
    expect(Math.max(...own.sent.map(sizeOf))).toBeGreaterThan(100_000)
  })

  const looksAgain = calls(['look', {}])
  test.each([
    ['cut', stops('max_tokens', 'Half a summ'), 'Half a summ'],
    [
      'declined',
      { ...stops('refusal', ''), refusal: { category: 'cyber' } },
      'There is no summary of yours.',
    ],
    ['declined with some words', stops('refusal', 'I cannot help.'), 'There is no summary of yours.'],
    ['a call of a tool instead', looksAgain, 'There is no summary of yours.'],
    [
      'a remark beside a call',
      { ...looksAgain, content: [{ type: 'text', text: 'Let me look.' }, ...looksAgain.content] },
      'may not be whole',
    ],
    ['stopped for a reason nobody knows', stops('new_reason', 'Half a summ'), 'may not be whole'],
    ['empty', stops('end_turn', ''), 'There is no summary of yours.'],
  ] satisfies [string, Reply, string][])(
    'goes on from what it saw where its summary is %s',
    async (_, reply, word) => {
      reads = 0
      const own = open({ reply: reader(6, () => reply), tools: { look: () => page } })
      const runId = await own.launch(`return ${ask()}`, { ...free, workspace, model: 'claude-haiku-5-5' })
      await own.ended(runId)
      expect(await own.result(runId)).toBe('the answer')
      const after = own.sent.find(({ heard }) => heard.startsWith('Your earlier work on this was summarised'))
      expect(after?.heard).toContain(word)
      expect(after?.heard).toContain('(it gave: a line of some file')
      expect(after?.heard).not.toContain('I cannot help.')
    },
  )

  /** Replies in this order, whatever the conversation is by then; the last stands for all that follow. */
  const inTurn = (...replies: Reply[]) => {
    let at = 0
    return () => replies[Math.min(at++, replies.length - 1)] ?? says('?')
  }
  const whole = (tokens: number) => ({ ...looksAgain, usage: { inputTokens: tokens, outputTokens: 30 } })
  const halfCall = { ...whole(190_000), stopReason: 'model_context_window_exceeded' }

  test.each([
    ['has grown beyond its window before it could be asked for one', [whole(195_000)], 215_000, {}],
    ['is refused for its length', [whole(20_000), fails('context-window')], 1, {}],
    ['is refused for its bytes', [whole(20_000), fails('too-large')], 1, {}],
    ['filled its window in the middle of a call', [whole(20_000), halfCall], 1, {}],
    ['filled it before an answer in a schema', [whole(20_000), halfCall], 1, { schema: { type: 'object' } }],
  ] as const)('that %s goes on from what was said and seen', async (_, replies, counted, options) => {
    const isShort = (sent: Sent | undefined) => sent?.request.messages.length === 2
    const own = open({
      reply: inTurn(...replies, 'schema' in options ? answers({}) : says('the answer')),
      tools: { look: () => page },
      counts: () => (own.sent.length === 1 && !isShort(own.sent.at(-1)) ? counted : 1),
    })
    const runId = await own.launch(`return ${ask(options)}`, {
      ...free,
      workspace,
      model: 'claude-haiku-4-5',
    })
    const state = await own.ended(runId)
    expect(state.agents.get('a1')).toMatchObject({ status: 'succeeded', compactions: 1 })
    expect(await own.result(runId)).toEqual('schema' in options ? {} : 'the answer')
    expect(own.sent.map(({ heard }) => heard)).not.toContain(followUps.summarise)
    expect(isShort(own.sent.at(-1))).toBe(true)
    expect(own.sent.at(-1)?.heard).toContain('a line of some file')
    await own.checkRows(runId)
  })

  test('that is refused for its length when nothing of it can be left out ends its agent', async () => {
    const own = open({ reply: () => fails('context-window') })
    const runId = await own.launch(`return ${ask()}`, { ...free, minSuccess: 0 })
    expect((await own.ended(runId)).agents.get('a1')?.failure).toMatchObject({ kind: 'context-window' })
    expect(own.sent).toHaveLength(1)
  })

  test.each(['context-window', 'too-large'] as const)(
    'that is refused again (%s) one turn after it was shortened ends its agent',
    async (kind) => {
      const own = open({
        reply: ({ answers: given }) => (given === 0 ? looksAgain : fails(kind)),
        tools: { look: () => page },
      })
      const runId = await own.launch(`return ${ask()}`, { ...free, workspace, minSuccess: 0 })
      const agent = (await own.ended(runId)).agents.get('a1')
      expect(agent).toMatchObject({ status: 'failed', compactions: 1, failure: { kind } })
      expect(own.sent.map(({ answers: given }) => given)).toEqual([0, 1, 0, 1])
    },
  )

  test('goes on from the same summary after a kill, and is not summarised again', async () => {
    reads = 0
    const own = open({ reply: reader(6), tools: { look: () => page } })
    const runId = await own.launch(`return ${ask()}`, { ...free, workspace, model: 'claude-haiku-5-5' })
    await own.killedAfter(({ type }) => type === 'agent.compacted')
    await own.ended(runId)
    expect(await own.result(runId)).toBe('the answer')
    const after = own.sent.filter(({ request }) => request.messages.length === 2)
    expect(after.at(-1)?.heard).toContain('Found 3 things so far.')
    expect(own.sent.filter(({ heard }) => heard === followUps.summarise)).toHaveLength(1)
  })
})

test('a prompt beyond the window is not sent and not paid: the call gives null, and says why', async () => {
  const own = open()
  const runId = await own.launch(`return agent('x '.repeat(700000))`, {
    ...free,
    model: 'claude-haiku-4-5',
    minSuccess: 0,
  })
  const state = await own.ended(runId)
  expect(await own.result(runId)).toBeNull()
  expect(own.sent).toEqual([])
  expect(state.totals.spentNanoUsd).toBe(0)
  expect(state.agents.get('a1')?.failure).toMatchObject({ kind: 'context-window' })
})

test.each([
  [200_000, 1],
  [200_001, 0],
])(
  'a prompt of %i tokens, as its provider counts them, is sent %i times to a window of 200,000',
  async (tokens, times) => {
    const own = open({ counts: () => tokens })
    const model = 'claude-haiku-4-5'
    await own.ended(await own.launch(`return agent('x '.repeat(250000))`, { ...free, model, minSuccess: 0 }))
    expect(own.sent).toHaveLength(times)
  },
)

describe('answers that are too long for a prompt', () => {
  test('stand in it by reference, and are read by the agent they were named to', async () => {
    const long = 'a finding. '.repeat(50_000)
    const own = open({
      reply: (sent) => {
        if (sent.prompt === 'long') return says(long)
        if (sent.answers === 0) return calls(['read_answers', { agents: ['a1'], from: 60_000 }])
        return says(`read ${sent.heard.length}`)
      },
    })
    const runId = await own.launch(
      `const one = await agent.settled('long'); return agent('Sum up ' + answerRef(one))`,
      free,
    )
    const state = await own.ended(runId)
    expect(state.agents.get('a2')).toMatchObject({ status: 'succeeded', dependsOn: ['a1'] })
    const asked = own.sent.find(({ prompt }) => prompt.startsWith('Sum up'))
    expect(asked?.prompt).toContain('550,000 characters')
    expect(asked?.request.tools.map(({ name }) => name)).toContain('read_answers')
    expect(await own.result(runId)).toMatch(/^read 5\d{4}$/)
  })

  test.each([
    ['gave none', `const bad = await agent.settled('bad')`, 'bad', '(“bad”, a1, gave no answer)'],
    ['is still at work', `agent('slow'); const bad = 'a1'`, 'slow', '[[answer of a1]]'],
    ['is asked itself', `const bad = 'a1'`, 'x', '[[answer of a1]]'],
    ['was never there', `const bad = 'a99'`, 'x', '[[answer of a99]]'],
    [
      'another agent led',
      `const bad = (await agent.settled('slow')).agentId + '.7'`,
      'slow',
      '[[answer of a1.7]]',
    ],
  ])('are not read from an agent that %s', async (_, before, first, said) => {
    const own = open({
      reply: ({ prompt }) =>
        prompt === 'bad' ? fails('invalid-request') : says('ok', prompt === 'slow' ? 900 : 5),
    })
    const body = `${before}; return agent('Sum up ' + answerRef(bad))`
    const runId = await own.launch(body, { ...free, minSuccess: 0 })
    await own.ended(runId)
    const asked = own.sent.find(({ prompt }) => prompt.startsWith('Sum up'))
    expect(asked?.prompt).toBe(`Sum up ${said}`)
    expect(asked?.request.tools).toEqual([])
    const notes = (await own.events(runId, 'run.noted')).map(({ message }) => message).join()
    expect(notes.includes('which its script has not been given')).toBe(first !== 'bad')
  })

  test('and were not there yet are not there when the script is led through its past either', async () => {
    const own = open({
      reply: ({ prompt }) => says(`re: ${prompt}`, prompt === 'slow' ? 900 : prompt === 'last' ? 9_000 : 5),
    })
    const runId = await own.launch(
      `const slow = agent('slow'); await agent('fast')
       const early = await agent('Sum up ' + answerRef('a1')); await slow; await agent('last'); return early`,
      free,
    )
    await own.until(() => own.sent.some(({ prompt }) => prompt === 'last'))
    await own.restart()
    expect((await own.ended(runId)).agents.size).toBe(4)
    expect(await own.result(runId)).toBe('re: Sum up [[answer of a1]]')
  })

  test('that are handed to many at once are cut for each, with the way to the rest', async () => {
    const wave = Array.from({ length: 30 }, (_, at) => ({ label: `c${at}`, prompt: `child ${at}` }))
    const ids = wave.map((_, at) => `a1.${at + 1}`)
    const own = open({
      reply: (sent) => {
        if (sent.prompt.startsWith('child')) return says('y'.repeat(40_000))
        if (sent.prompt.startsWith('report')) return says('the report')
        return (
          [
            calls(['spawn_agents', { agents: wave }]),
            calls(['wait_for_agents', {}]),
            calls(['spawn_agents', { agents: [{ label: 'r', prompt: 'report', use_answers_of: ids }] }]),
            calls(['wait_for_agents', {}]),
            says('done'),
          ][sent.answers] ?? says('?')
        )
      },
    })
    const runId = await own.launch(`return agent('lead', { spawn: true })`, free)
    await own.ended(runId)
    const report = own.sent.find(({ prompt }) => prompt.startsWith('report'))
    expect(roughTokens(report?.prompt ?? '')).toBeLessThan(45_000)
    expect(report?.request.tools.map(({ name }) => name)).toContain('read_answers')
    const waits = own.sent.filter(({ heard }) => heard.includes('"still_running"'))
    for (const { heard } of waits) expect(roughTokens(heard)).toBeLessThan(50_000)
  })

  test.each([
    [600, 'English', 'finding of', 450],
    [60, 'Chinese', '发现的问题：', 700],
    [60, 'Arabic', 'نتيجة من ', 500],
  ])('of %i agents with long answers in %s are folded into one report', async (count, _, words, times) => {
    const own = open({
      reply: (sent) => {
        if (sent.prompt.startsWith('part'))
          return answers({ text: `${words} ${sent.prompt}, ${words.repeat(3)}. `.repeat(times) })
        expect(roughTokens(sent.prompt)).toBeLessThan(200_000)
        return says(`report of ${sent.prompt.length}`)
      },
    })
    const schema = { type: 'object', properties: { text: { type: 'string' } }, required: ['text'] }
    const runId = await own.launch(
      `return patterns.mapReduce(Array.from({ length: ${count} }, (_, at) => at),
         (at) => agent('part ' + at, ${JSON.stringify({ schema })}),
         (answers) => agent('Reduce ' + JSON.stringify(answers)), { fold: true })`,
      { ...free, model: 'claude-haiku-4-5' },
    )
    const state = await own.ended(runId)
    expect(state.run.status).toBe('completed')
    expect(await own.result(runId)).toMatch(/^report of \d+$/)
    expect(state.outcomeCounts.failed).toBe(0)
    expect(state.agents.size).toBeGreaterThan(1.03 * count)
  })
})

test.each([
  ['another account, which may not send its thinking, goes on from what was said and seen', 'other', 2],
  ['the same account goes on as it was', 'first', 3],
])('a conversation that is taken up under %s', async (_, later, messages) => {
  let credential = 'first'
  const thought = { type: 'thinking', thinking: 'hm', signature: 'bound' }
  const looks = calls(['look', {}])
  const own = open({
    credential: () => credential,
    reply: (sent) =>
      sent.heard === 'ask' ? { ...looks, content: [thought, ...looks.content] } : says('the answer'),
    tools: { look: () => 'what was seen' },
  })
  const runId = await own.launch(`return ${ask()}`, { ...free, workspace })
  credential = later
  await own.killedAfter(({ type }) => type === 'tool.ended')
  await own.ended(runId)
  expect(await own.result(runId)).toBe('the answer')
  const last = own.sent.at(-1)
  expect(last?.request.messages).toHaveLength(messages)
  expect(JSON.stringify(last?.request.messages)).toContain('what was seen')
  expect(JSON.stringify(last?.request.messages).includes('bound')).toBe(later === 'first')
})

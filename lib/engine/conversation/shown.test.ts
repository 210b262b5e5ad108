import { describe, expect, test } from 'vitest'
import { MOST_SHOWN_TOKENS } from '@/lib/core/agent/context-size'
import { type ShownByTool, shownIn } from '@/lib/core/agent/shown'
import type { JsonObject } from '@/lib/core/base/json'
import { defaultLimits } from '@/lib/core/spec/run'
import type { EnginePorts } from '../context/ports'
import { harnessPerTest } from '../testing/per-test'
import { reopen } from '../testing/reopen'
import { calls, conversations, says } from '../testing/replies'
import { scriptedTools, workspace } from '../testing/scripted-surroundings'
import { promptTokenBound } from '../turn/prompt-size'

const open = harnessPerTest()
const body = `return agent('ask')`
const pageOf = (more: Partial<ShownByTool> = {}): ShownByTool => ({
  kind: 'document',
  mediaType: 'application/pdf',
  title: 'a.pdf, page 1',
  pages: 1,
  tokens: 5_000,
  data: 'JVBERi0x',
  ...more,
})

/** Tools whose `view` shows these, call by call. */
const showing =
  (...shown: ShownByTool[][]): EnginePorts['openTools'] =>
  async () => {
    let at = 0
    return {
      ...scriptedTools({ view: () => '' }),
      call: async () => ({ text: 'its text', isError: false, shown: shown[at++] ?? [] }),
    }
  }

const blockOf = (content: readonly JsonObject[], at = 0) => content[at]?.content

describe('what a tool shows', () => {
  test('stands in the conversation by its digest, and is sent as the block that models see', async () => {
    const own = open({
      reply: conversations({ ask: [calls(['view', {}]), says('seen')] }),
      openTools: showing([pageOf(), pageOf({ kind: 'image', mediaType: 'image/png', data: 'iVBORw0K' })]),
    })
    const runId = await own.launch(body, { workspace })
    await own.ended(runId)
    const [, , stored] = await own.store.loadMessages(runId, 'a1')
    expect(shownIn(stored?.message.content ?? []).map(({ kind, characters }) => [kind, characters])).toEqual([
      ['document', 8],
      ['image', 8],
    ])
    expect(JSON.stringify(stored)).not.toContain('JVBERi0x')
    expect(JSON.stringify(await own.journal(runId))).not.toContain('JVBERi0x')
    expect(blockOf(own.sent[1]?.request.messages[2]?.content ?? [])).toEqual([
      {
        type: 'document',
        source: { type: 'base64', media_type: 'application/pdf', data: 'JVBERi0x' },
        title: 'a.pdf, page 1',
      },
      { type: 'image', source: { type: 'base64', media_type: 'image/png', data: 'iVBORw0K' } },
      { type: 'text', text: 'its text' },
    ])
    await own.checkRows(runId)
  })

  test('is reserved for by its bound, whatever its bytes', async () => {
    const own = open({
      reply: conversations({ ask: [calls(['view', {}]), says('seen')] }),
      openTools: showing([pageOf({ tokens: 12_345, data: 'A'.repeat(400_000) })]),
    })
    const runId = await own.launch(body, { workspace })
    await own.ended(runId)
    const agent = await own.store.loadAgent(runId, 'a1')
    const messages = (await own.store.loadMessages(runId, 'a1')).map(({ message }) => message)
    if (agent === null) throw new Error('There is no agent')
    const bound = (count: number) => promptTokenBound(agent.spec, messages.slice(0, count), null)
    expect(bound(3) - bound(2)).toBeGreaterThan(12_345)
    expect(bound(3) - bound(2)).toBeLessThan(13_000)
  })

  test('stays within what the results of one turn may have, and what is left out is said', async () => {
    const half = pageOf({ tokens: MOST_SHOWN_TOKENS / 2 })
    const own = open({
      reply: conversations({ ask: [calls(['view', {}], ['view', {}]), says('seen')] }),
      openTools: showing([half], [half, pageOf({ tokens: 1, title: 'b.pdf' })]),
    })
    const runId = await own.launch(body, { workspace })
    await own.ended(runId)
    const content = own.sent[1]?.request.messages[2]?.content ?? []
    const types = (at: number) =>
      JSON.stringify(blockOf(content, at)).match(/"type":"(document|text)"/g)?.length
    expect([types(0), types(1)]).toEqual([2, 2])
    expect(JSON.stringify(blockOf(content, 1))).toContain('b.pdf is not shown')
  })

  test('is told to a model that cannot see it as the text alone', async () => {
    const own = open({
      reply: conversations({ ask: [calls(['view', {}]), says('seen')] }),
      openTools: showing([pageOf(), pageOf({ kind: 'image', title: 'c.png' })]),
    })
    const runId = await own.launch(`return agent('ask', { model: 'some-gateway-model' })`, {
      workspace,
      limits: { ...defaultLimits, nanoUsd: null },
    })
    await own.ended(runId)
    const text = blockOf(own.sent[1]?.request.messages[2]?.content ?? [])
    expect(text).toMatch(/^its text\n\[a\.pdf, page 1 is not shown: some-gateway-model cannot be shown pages/)
    expect(text).toMatch(/\[c\.png is not shown: some-gateway-model cannot be shown images/)
  })

  test('is shown again after a crash, as it was', async () => {
    let answers = 0
    const own = open({
      reply: (sent) => {
        if (sent.answers === 1) answers += 1
        const late = sent.answers === 1 && answers === 1
        return late ? says('late', 60_000) : conversations({ ask: [calls(['view', {}]), says('seen')] })(sent)
      },
      openTools: showing([pageOf()]),
    })
    const runId = await own.launch(body, { workspace })
    await own.until(() => own.sent.length === 2)
    await own.restart()
    expect(await own.ended(runId)).toMatchObject({ run: { status: 'completed' } })
    const again = own.sent.filter(({ answers: after }) => after === 1)
    expect(again).toHaveLength(2)
    expect(again[1]?.request.messages).toEqual(again[0]?.request.messages)
  })

  test('costs nothing again when its run is replayed', async () => {
    const own = open({
      reply: conversations({ ask: [calls(['view', {}]), says('seen')] }),
      openTools: showing([pageOf()]),
    })
    const runId = await own.launch(body, { workspace })
    await own.ended(runId)
    await reopen(own, runId)
    await own.ended(runId)
    expect([await own.result(runId), own.sent.length]).toEqual(['seen', 2])
  })
})

import { readFileSync } from 'node:fs'
import { createServer } from 'node:http'
import { join } from 'node:path'
import { afterEach, describe, expect, test } from 'vitest'
import { z } from 'zod'
import { person } from '@/lib/core/base/actor'
import { changeSettings } from '@/lib/server/settings/settings'
import { eventsOf, sim, startTestApp, type TestApp } from '../../testing/test-app'

let app: TestApp | null = null
afterEach(async () => {
  await app?.dispose()
  app = null
})

const repository = {
  'backend/main.py':
    'import os\n\n\ndef laden(pfad):\n    try:\n        return open(pfad).read()\n    except Exception:\n        pass\n\n\ndef rechne(text):\n    return eval(text)\n',
  'backend/util.py': 'def summe(zahlen):\n    return sum(zahlen)\n',
  'web/app.js':
    'export function starte() {\n  // TODO: Fehler melden\n  return fetch("/api").catch(() => {})\n}\n',
  'README.md': '# Beispiel\n',
}

/**
 * The code audit in German: another name, other phases, other labels, other schema keys, other words for
 * verdicts.
 */
const german = `export const meta = {
  name: 'quelltext-pruefung',
  description: 'Prüft einen Quelltext, Ordner für Ordner',
  phases: [{ title: 'Erkunden' }, { title: 'Prüfen' }, { title: 'Gegenprobe' }],
}
phase('Erkunden')
const erkundet = await agent('Sieh dir dieses Projekt an und nenne die Ordner mit eigenem Quelltext.', {
  label: 'kundschafter',
  schema: { type: 'object', properties: { ordner: { type: 'array', items: { type: 'object', properties: { pfad: { type: 'string' }, grund: { type: 'string' } }, required: ['pfad'] } } }, required: ['ordner'] },
})
phase('Prüfen')
const berichte = await parallel(erkundet.ordner.map((eintrag) => () =>
  agent('Prüfe den Ordner \`' + eintrag.pfad + '\` auf Fehler: verschluckte Ausnahmen, eval, offene TODOs. Nenne Datei und Zeile genau.', {
    label: 'prüfe ' + eintrag.pfad,
    schema: { type: 'object', properties: { befunde: { type: 'array', items: { type: 'object', properties: {
      datei: { type: 'string' }, zeile: { type: 'integer', minimum: 1 }, schwere: { enum: ['hoch', 'mittel', 'niedrig'] }, titel: { type: 'string' }, beleg: { type: 'string' },
    }, required: ['datei', 'zeile', 'schwere', 'titel', 'beleg'] } } }, required: ['befunde'] },
  })))
const befunde = berichte.flatMap((bericht) => bericht?.befunde ?? [])
phase('Gegenprobe')
const urteile = await parallel(befunde.map((befund) => () =>
  agent('Versuche diesen Befund zu widerlegen. Lies die Stelle zuerst.\\n' + JSON.stringify(befund), {
    label: 'gegenprobe',
    schema: { type: 'object', properties: { urteil: { enum: ['bestätigt', 'widerlegt', 'ungeprüft'] }, begründung: { type: 'string' } }, required: ['urteil', 'begründung'] },
  })))
return befunde.map((befund, i) => ({ ...befund, urteil: urteile[i]?.urteil ?? 'ungeprüft' }))`

const findings = z.array(
  z.object({ datei: z.string(), zeile: z.number(), beleg: z.string(), urteil: z.string() }),
)

describe('the simulator does honest work', () => {
  test('a renamed and translated audit finds what really stands in a repository nobody has seen', async () => {
    app = await startTestApp({ files: repository })
    const runId = await app.launch(german, { workspace: app.workspace })
    const { run } = await app.ended(runId)
    expect(run).toMatchObject({ status: 'completed', simulated: false })
    const found = findings.parse(await app.result(runId))
    for (const { datei, zeile, beleg } of found) {
      const line = readFileSync(join(app.workspace, datei), 'utf8').split('\n')[zeile - 1]
      expect(line, `${datei}:${zeile}`).toContain(beleg.trim().split('\n')[0])
    }
    const places = found
      .filter(({ urteil }) => urteil === 'bestätigt')
      .map(({ datei, zeile }) => `${datei}:${zeile}`)
    expect(places).toContain('backend/main.py:12')
    expect(places).toContain('web/app.js:2')
    expect(places.some((place) => place === 'backend/main.py:7' || place === 'backend/main.py:8')).toBe(true)
  })
})

describe('untrusted patterns', () => {
  test('a catastrophic pattern is ended while 50 agents stream, and none of them waits for it', async () => {
    app = await startTestApp({ files: { 'trap.txt': `${'a'.repeat(40)}!\n` } })
    const bad = sim(
      { toolCalls: [{ name: 'search_files', input: { pattern: '(a+)+$' } }] },
      { text: 'the search is over' },
    )
    const slow = sim({ tokens: 60, tokensPerSecond: 30, ttftMs: 5, speed: 1 })
    const runId = await app.launch(
      `return await parallel([() => agent(${JSON.stringify(`trap\n${bad}`)}), ...Array.from({ length: 50 }, (_, i) => () => agent('stream ' + i + '\\n' + ${JSON.stringify(slow)}, { tools: [] }))])`,
      { workspace: app.workspace, limits: { usd: null } },
    )
    await app.ended(runId)
    const journal = await app.journal(runId)
    const seqOf = (type: 'tool.started' | 'tool.ended') =>
      journal.find(({ event }) => event.type === type)?.seq ?? 0
    const meanwhile = journal.filter(
      ({ event, seq }) =>
        event.type === 'turn.committed' && seq > seqOf('tool.started') && seq < seqOf('tool.ended'),
    )
    expect(meanwhile.length).toBeGreaterThanOrEqual(50)
    expect(eventsOf(journal, 'tool.ended')).toMatchObject([{ name: 'search_files', isError: true }])
    expect(eventsOf(journal, 'agent.ended').filter(({ outcome }) => outcome === 'succeeded')).toHaveLength(51)
  })
})

describe('prices', () => {
  test('a model without a price is said to have none, once, and its cost is unknown and not zero', async () => {
    const gateway = await startGateway('house-model')
    app = await startTestApp({ env: { ANTHROPIC_BASE_URL: gateway.url } })
    const script = `return await parallel([1, 2].map((i) => () => agent('question ' + i, { model: 'house-model' })))`
    const capped = await app.launch(script)
    expect((await app.ended(capped)).agents.get('a1')?.failure?.message).toContain("the run's cap of $5")
    await changeSettings(app.app, { dayCapUsd: null }, person('ann'))
    const runId = await app.launch(script, { limits: { usd: null } })
    const { log, totals } = await app.ended(runId)
    gateway.close()
    expect(await app.result(runId)).toEqual(['an answer', 'an answer'])
    expect(log.filter(({ message }) => message.includes('price of house-model is unknown'))).toHaveLength(1)
    expect(totals).toMatchObject({ costNanoUsd: null, unpricedTurns: 2, inputTokens: 20, outputTokens: 4 })
  })
})

/**
 * A compatible server of somebody's own: one model that is in no price list, and no header of Anthropic's.
 */
async function startGateway(model: string): Promise<{ url: string; close(): void }> {
  const usage = { input_tokens: 10, output_tokens: 1 }
  const frames = [
    {
      type: 'message_start',
      message: { id: 'm', type: 'message', role: 'assistant', model, content: [], stop_reason: null, usage },
    },
    { type: 'content_block_start', index: 0, content_block: { type: 'text', text: '' } },
    { type: 'content_block_delta', index: 0, delta: { type: 'text_delta', text: 'an answer' } },
    { type: 'content_block_stop', index: 0 },
    {
      type: 'message_delta',
      delta: { stop_reason: 'end_turn', stop_sequence: null },
      usage: { output_tokens: 2 },
    },
    { type: 'message_stop' },
  ]
  const server = createServer((_request, response) => {
    response.writeHead(200, { 'content-type': 'text/event-stream' })
    response.end(frames.map((frame) => `event: ${frame.type}\ndata: ${JSON.stringify(frame)}\n\n`).join(''))
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = z.object({ port: z.number() }).parse(server.address())
  return { url: `http://127.0.0.1:${port}`, close: () => server.close() }
}

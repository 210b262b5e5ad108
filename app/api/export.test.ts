import { afterAll, beforeAll, expect, test } from 'vitest'
import { z } from 'zod'
import { launchedSchema } from '@/lib/api/runs'
import { envelopeSchema } from '@/lib/core/run/events'
import { foldAll } from '@/lib/core/run/fold'
import { toSnapshot } from '@/lib/core/run/state'
import { sim, workflow } from '@/lib/server/testing/test-app'
import { criticalPath } from '@/lib/view/timeline/critical-path'
import { foldHistory, noHistory } from '@/lib/view/timeline/timeline-history'
import { barrierIdle, lifetimeOf } from '@/lib/view/timeline/timeline-sums'
import { startTestApi, type TestApi } from './testing'

let api: TestApi
let id = ''
const key = 'sk-ant-api03-abcdefghijklmnop'
const pem = '-----BEGIN PRIVATE KEY-----\nMIIabc+/=\n-----END PRIVATE KEY-----'

beforeAll(async () => {
  api = await startTestApi({ files: { 'keys.txt': `token ${key}\n${pem}\nafter\n` } })
  const read = sim(
    { toolCalls: [{ name: 'read_file', input: { path: 'keys.txt' } }] },
    { text: `<script>alert(1)</script> <img src="https://evil.example/x.png"> ${key}` },
  )
  const script = workflow(`phase('Read')
const found = await parallel([0, 1, 2].map((at) => () => agent(at + ${JSON.stringify(read)}, { label: 'part <' + at + '>' })))
phase('Write')
return agent('write up ' + found.join(' '), { label: 'writer' })`)
  const { body } = await api.call('POST', '/api/runs', { script, workspace: api.workspace })
  id = launchedSchema.parse(body).id
  await api.ended(id)
})
afterAll(() => api.dispose())

const exportedSchema = z.looseObject({
  format: z.literal('skein-run'),
  agents: z.array(z.looseObject({ id: z.string(), queuedAt: z.string(), endedAt: z.string().nullable() })),
  transcripts: z.array(z.looseObject({ prompt: z.string() })),
  events: z.array(envelopeSchema),
  input: z.looseObject({ script: z.string() }),
})

async function exported(query: string): Promise<z.infer<typeof exportedSchema>> {
  return exportedSchema.parse((await api.call('GET', `/api/runs/${id}/export${query}`)).body)
}

test('a run is exported whole as JSON: its journal folds to its snapshot', async () => {
  const file = await exported('')
  const { run, agents, phases, totals } = toSnapshot(foldAll(null, file.events))
  expect(file).toMatchObject(JSON.parse(JSON.stringify({ run, agents, phases, totals })))
  expect(file.transcripts).toHaveLength(4)
})

test('durations, barrier idle and critical path agree with a reckoning from the exported file alone', async () => {
  const { events, agents } = await exported('')
  const history = foldHistory(noHistory, events)
  const ms = (time: string | null | undefined) => Date.parse(time ?? '')
  for (const agent of agents) {
    const track = history.agents.get(agent.id)
    if (track === undefined) throw new Error(`no track of ${agent.id}`)
    expect(lifetimeOf(track, history.lastAt)).toBe(ms(agent.endedAt) - ms(agent.queuedAt))
  }
  const closed = ms(events.find(({ event }) => event.type === 'barrier.closed')?.at)
  const inBarrier = agents.filter(({ id: agentId }) => agentId !== 'a4')
  const reckoned = inBarrier.reduce((sum, { endedAt }) => sum + closed - ms(endedAt), 0)
  expect(barrierIdle(history, history.lastAt).reduce((sum, { from, until }) => sum + until - from, 0)).toBe(
    reckoned,
  )
  const slowest = Math.max(...inBarrier.map(({ endedAt }) => ms(endedAt)))
  const [first, last] = criticalPath(history)
  expect(first?.until).toBe(slowest)
  expect(last).toEqual({ agentId: 'a4', from: ms(agents[3]?.queuedAt), until: ms(agents[3]?.endedAt) })
})

test.each(['json', 'md', 'html'])(
  'no key leaves in a %s file, and what stands around it does',
  async (format) => {
    const { text, status, headers } = await api.call('GET', `/api/runs/${id}/export?format=${format}`)
    expect(status).toBe(200)
    expect(headers.get('content-disposition')).toContain(`skein-${id}.${format}`)
    expect(text).not.toContain('sk-ant')
    expect(text).not.toContain('MIIabc')
    expect(text).toContain('[redacted]')
    expect(text).toContain('after')
  },
)

test('the HTML file fetches nothing and runs one script of its own, whatever a model wrote', async () => {
  const { text } = await api.call('GET', `/api/runs/${id}/export?format=html`)
  expect(text).toContain("default-src 'none'")
  expect(text).not.toMatch(/<img|<iframe| src="|url\(|href="(?!#|data:image)/)
  expect(text.match(/<script/g)).toHaveLength(1)
  expect(text).toContain('&lt;script&gt;alert(1)&lt;/script&gt;')
  expect(text).toContain('part &lt;0&gt;')
  expect(text).toContain('aria-label="Map of the run. Read: 3 agents; Write: 1 agent"')
  expect(text).toContain('aria-label="Timeline of 4 agents')
  expect(text).toMatch(/Started<\/dt><dd><time datetime="2[^"]+">2[^<]+ UTC<\/time>, took /)
  expect(text.trimEnd().endsWith('</html>')).toBe(true)
})

test('prompts and the script are left out when that is asked for', async () => {
  const file = await exported('?prompts=redacted')
  expect(file.transcripts.every(({ prompt }) => prompt === '[redacted]')).toBe(true)
  expect(file.input.script).toBe('[redacted]')
  expect(JSON.stringify(file)).not.toContain('[[sim:')
  for (const format of ['md', 'html']) {
    const { text } = await api.call('GET', `/api/runs/${id}/export?format=${format}&prompts=redacted`)
    expect(text).not.toContain('[[sim:')
  }
})

test('an agent that nobody named is not called by its prompt where prompts are left out', async () => {
  const prompt = JSON.stringify(`Our secret plan: buy the moon\n${sim({ text: 'done' })}`)
  const script = workflow(`await agent(${prompt}, { label: 'planner' })
return agent(${prompt})`)
  const { body } = await api.call('POST', '/api/runs', { script })
  const { id: nameless } = launchedSchema.parse(body)
  await api.ended(nameless)
  for (const format of ['json', 'md', 'html']) {
    const { text } = await api.call('GET', `/api/runs/${nameless}/export?format=${format}&prompts=redacted`)
    expect(text).toContain('planner')
    expect(text).toContain('agent a2')
    expect(text).not.toContain('buy the moon')
  }
  const whole = await api.call('GET', `/api/runs/${nameless}/export?format=html`)
  expect(whole.text).toContain('buy the moon')
})

test('a report in the result stands in the HTML file as it is read, and links only to the web', async () => {
  const script = workflow(`return {
  report: '# Audit\\n\\n**40** modules, [see](https://example.com) and [not](javascript:alert(1)) ${key}</style><script>x</script>',
}`)
  const { body } = await api.call('POST', '/api/runs', { script })
  const { id: told } = launchedSchema.parse(body)
  await api.ended(told)
  const { text } = await api.call('GET', `/api/runs/${told}/export?format=html`)
  expect(text).toContain('<h1 dir="auto">Audit</h1>')
  expect(text).toContain('<strong>40</strong> modules')
  expect(text).toContain('<a href="https://example.com" rel="noopener noreferrer nofollow">see</a>')
  expect(text).not.toMatch(/href="javascript|sk-ant/)
  // The page's own, and that of its film.
  expect(text.match(/<\/style>|<script/g)).toHaveLength(3)
})

test('report and findings of a result are files of their own, without keys, and refused where there are none', async () => {
  const script = workflow(`return {
  report: '# Found a key: ${key}',
  findings: [{ file: 'src/a b.ts', line: 4, severity: 'high', kind: 'secret', title: 'A key', evidence: '${key}' }],
}`)
  const { body } = await api.call('POST', '/api/runs', { script })
  const { id: found } = launchedSchema.parse(body)
  await api.ended(found)
  const report = await api.call('GET', `/api/runs/${found}/export?format=report`)
  expect(report.text).toBe('# Found a key: [redacted]')
  expect(report.headers.get('content-disposition')).toContain(`skein-${found}-report.md`)
  const sarif = await api.call('GET', `/api/runs/${found}/export?format=sarif`)
  expect(sarif.headers.get('content-type')).toBe('application/sarif+json')
  expect(sarif.headers.get('content-disposition')).toContain(`skein-${found}.sarif`)
  expect(JSON.parse(sarif.text)).toMatchObject({
    version: '2.1.0',
    runs: [{ results: [{ ruleId: 'secret', level: 'error', message: { text: 'A key\n\n[redacted]' } }] }],
  })
  expect(sarif.text).toContain('src/a%20b.ts')
  expect(sarif.text).not.toContain('sk-ant')
  const refused = await api.call('GET', `/api/runs/${id}/export?format=sarif`)
  expect(refused.status).toBe(409)
  expect(refused.text).toContain('holds no list of findings')
})

test('an unknown run or format is refused with a problem', async () => {
  expect((await api.call('GET', '/api/runs/nobody/export')).status).toBe(404)
  expect((await api.call('GET', `/api/runs/${id}/export?format=pdf`)).status).toBe(400)
})

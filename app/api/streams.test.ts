import { afterEach, describe, expect, test } from 'vitest'
import { overviewFrameSchema } from '@/lib/api/first/overview'
import { eventsFrameSchema, type PulseFrame, pulseFrameSchema } from '@/lib/api/stream'
import { person } from '@/lib/core/base/actor'
import type { Envelope } from '@/lib/core/run/events'
import { sim, workflow } from '@/lib/server/testing/test-app'
import { startTestApi, type TestApi } from './testing'

let api: TestApi
afterEach(() => api.dispose())

type Frame = { event: string; id: string | null; data: string }

/** Reads the frames of a stream one by one. */
function reader(response: Response) {
  const source = response.body?.pipeThrough(new TextDecoderStream()).getReader()
  let text = ''
  const next = async (): Promise<Frame | null> => {
    for (;;) {
      const end = text.indexOf('\n\n')
      if (end >= 0) {
        const block = text.slice(0, end)
        text = text.slice(end + 2)
        const field = (name: string) => new RegExp(`^${name}: (.*)$`, 'm').exec(block)?.[1]
        const data = field('data')
        if (data !== undefined) return { event: field('event') ?? 'message', id: field('id') ?? null, data }
        continue
      }
      const { done, value } = (await source?.read()) ?? { done: true, value: undefined }
      if (done) return null
      text += value ?? ''
    }
  }
  return {
    next,
    /** The first frame of a kind that meets a condition. */
    async until(event: string, condition: (data: string) => boolean = () => true): Promise<Frame> {
      for (;;) {
        const frame = await next()
        if (frame === null) throw new Error(`The stream ended before ${event}`)
        if (frame.event === event && condition(frame.data)) return frame
      }
    },
    /** All frames until the stream ends. */
    async all(): Promise<Frame[]> {
      const frames: Frame[] = []
      for (let frame = await next(); frame !== null; frame = await next()) frames.push(frame)
      return frames
    },
    cancel: () => source?.cancel(),
  }
}

const envelopesIn = (frames: readonly Frame[]): Envelope[] =>
  frames.flatMap(({ event, data }) =>
    event === 'events' ? eventsFrameSchema.parse(JSON.parse(data)).events : [],
  )

const many = workflow(`return parallel(Array.from({ length: 20 }, (_, at) => () => agent('question ' + at)))`)
const words = 'words that are said before a long silence begins'
const hang = workflow(
  `return parallel([1, 2].map((at) => () => agent(at + ${JSON.stringify(sim({ text: words, fault: { kind: 'body-stall', afterTokens: 6 } }))})))`,
)

describe('the stream of a run', () => {
  test('carries arrays of envelopes under one cursor, from the first to the end, and then ends', async () => {
    api = await startTestApi()
    const id = await api.launch(many)
    const response = await api.send('GET', `/api/runs/${id}/events`)
    expect(response.headers.get('content-type')).toBe('text/event-stream; charset=utf-8')
    const frames = await reader(response).all()
    const journal = await api.journal(id)
    expect(envelopesIn(frames)).toEqual(journal)
    expect(frames.at(-1)).toEqual({ event: 'end', id: null, data: JSON.stringify({ seq: journal.length }) })
    for (const frame of frames) {
      if (frame.event === 'events') expect(frame.id).toBe(String(envelopesIn([frame]).at(-1)?.seq))
      else expect(frame.id).toBeNull()
    }
    expect(frames.filter(({ event }) => event === 'events').length).toBeLessThan(journal.length / 2)
  })

  test('goes on from any cursor without loss or doubles, live and after the end', async () => {
    api = await startTestApi({ simulator: { speed: 50 } })
    const id = await api.launch(many)
    const seen: Envelope[] = []
    for (let visit = 0; visit < 30; visit++) {
      const cursor = seen.at(-1)?.seq ?? 0
      const headers = visit === 0 ? undefined : { 'last-event-id': String(cursor) }
      const stream = reader(
        await api.send(
          'GET',
          `/api/runs/${id}/events?after=${visit % 2 === 0 ? 0 : cursor}`,
          headers ? { headers } : {},
        ),
      )
      const frame = await stream.next()
      if (frame?.event === 'end' || frame === null) break
      if (frame !== null) seen.push(...envelopesIn([frame]))
      await stream.cancel()
    }
    await api.ended(id)
    const rest = await reader(
      await api.send('GET', `/api/runs/${id}/events?after=${seen.at(-1)?.seq ?? 0}`),
    ).all()
    expect([...seen, ...envelopesIn(rest)]).toEqual(await api.journal(id))
    expect(rest.at(-1)?.event).toBe('end')
    const upToDate = await reader(
      await api.send('GET', `/api/runs/${id}/events?after=${(await api.journal(id)).length}`),
    ).all()
    expect(upToDate.map(({ event }) => event)).toEqual(['end'])
  })

  test('can be read as JSON pages as well', async () => {
    api = await startTestApi()
    const id = await api.launch(many)
    await api.ended(id)
    const all: Envelope[] = []
    for (let after: number | null = 0; after !== null; ) {
      const path: string = `/api/runs/${id}/events?after=${after}&limit=40`
      const { body } = await api.call('GET', path, undefined, { accept: 'application/json' })
      const { events } = eventsFrameSchema.parse(body)
      all.push(...events)
      after = events.at(-1)?.seq ?? null
    }
    expect(all).toEqual(await api.journal(id))
  })

  test('has ended at once for a reader who left before it began, and touches no run', async () => {
    api = await startTestApi()
    const id = await api.launch(hang)
    const gone = AbortSignal.abort()
    const response = await api.send('GET', `/api/runs/${id}/events`, { signal: gone })
    await reader(response).all()
    const stream = reader(await api.send('GET', `/api/runs/${id}/events`))
    await stream.until('pulse')
    expect(api.app.tails.count).toBe(1)
    await stream.cancel()
    expect(api.app.tails.count).toBe(0)
    expect(api.app.sinks.size).toBe(0)
    expect((await api.state(id)).run.status).toBe('running')
  })

  test('drops a watcher that does not read, and the others and the run go on', async () => {
    api = await startTestApi()
    const id = await api.launch(
      workflow(`for (let at = 0; at < 900; at++) log(at + 'é'.repeat(9_990))\nreturn agent('done')`),
    )
    const slow = await api.send('GET', `/api/runs/${id}/events`)
    const quick = await reader(await api.send('GET', `/api/runs/${id}/events`)).all()
    await api.ended(id)
    const late = await reader(slow).all()
    expect(late.at(-1)?.event).not.toBe('end')
    const cursor = late.at(-1)?.id ?? '0'
    const rest: Frame[] = []
    for (
      let after = cursor;
      rest.at(-1)?.event !== 'end';
      after = rest.findLast((frame) => frame.id !== null)?.id ?? after
    )
      rest.push(
        ...(await reader(
          await api.send('GET', `/api/runs/${id}/events`, { headers: { 'last-event-id': after } }),
        ).all()),
      )
    expect([...envelopesIn(late), ...envelopesIn(rest)]).toEqual(await api.journal(id))
    expect(quick.length).toBeGreaterThan(0)
  })
})

describe('a pulse', () => {
  const pulse = (data: string): PulseFrame => pulseFrameSchema.parse(JSON.parse(data))

  test('tells of turns in flight, and of their text only to those who asked, from offset 0', async () => {
    api = await startTestApi()
    const id = await api.launch(hang)
    const plain = reader(await api.send('GET', `/api/runs/${id}/events?watcher=w1`))
    const watching = reader(await api.send('GET', `/api/runs/${id}/events?watch=a2&watcher=w2`))
    const { agents, text } = pulse(
      (await plain.until('pulse', (data) => pulse(data).agents.some(({ outputTokens }) => outputTokens > 1)))
        .data,
    )
    expect(agents[0]).toMatchObject({
      turn: 0,
      costNanoUsd: expect.any(Number),
      line: expect.stringMatching(/^words/),
    })
    expect(text).toEqual([])
    const heard = pulse((await watching.until('pulse', (data) => pulse(data).text.length > 0)).data)
    expect(heard.text).toMatchObject([{ agentId: 'a2', turn: 0, from: 0, thinking: false }])
    expect(words.startsWith(heard.text[0]?.text ?? '-')).toBe(true)
    expect((await api.call('PUT', `/api/runs/${id}/watch`, { watcher: 'w1', agents: ['a1'] })).status).toBe(
      204,
    )
    const later = pulse((await plain.until('pulse', (data) => pulse(data).text.length > 0)).data)
    expect(later.text).toMatchObject([{ agentId: 'a1', from: 0 }])
    expect(
      (await api.call('PUT', `/api/runs/${id}/watch`, { watcher: 'nobody', agents: ['a1'] })).status,
    ).toBe(404)
    expect((await api.call('PUT', `/api/runs/${id}/watch`, { watcher: 'nobody', agents: [] })).status).toBe(
      204,
    )
    await plain.cancel()
    await watching.cancel()
  })

  test('says nothing of a turn once it is committed, and a new try begins at offset 0', async () => {
    const stalls = (ms: number, match: string, nth: number[]) => ({
      when: { match, nth },
      fault: { kind: 'body-stall' as const, afterTokens: 6, ms },
    })
    api = await startTestApi({
      simulator: { faults: [stalls(60_000, 'TWICE', [1]), stalls(400, 'TWICE', [2])] },
    })
    const prompt = `TWICE ${sim({ text: words })}`
    const id = await api.launch(workflow(`return agent(${JSON.stringify(prompt)}, { stallMs: 2000 })`))
    const frames = await reader(await api.send('GET', `/api/runs/${id}/events?watch=a1`)).all()
    const pieces = frames.flatMap(({ event, data }) => (event === 'pulse' ? pulse(data).text : []))
    expect(pieces.filter(({ from }) => from === 0)).toHaveLength(2)
    const committed = frames.findIndex((frame) =>
      envelopesIn([frame]).some(({ event }) => event.type === 'turn.committed'),
    )
    expect(committed).toBeGreaterThan(0)
    const after = frames
      .slice(committed + 1)
      .flatMap(({ event, data }) => (event === 'pulse' ? pulse(data).agents : []))
    expect(after).toEqual([])
    expect(api.app.engine.active(id)).toBeNull()
  })
})

describe('the overview', () => {
  test('shows open runs, capacity, money and what needs a person, and changes as they do', async () => {
    api = await startTestApi()
    const running = await api.launch(hang, { title: 'running' })
    const stream = reader(await api.send('GET', '/api/events'))
    const overview = (data: string) => overviewFrameSchema.parse(JSON.parse(data))
    const first = overview((await stream.until('overview', (data) => overview(data).slots.used === 2)).data)
    expect(first.runs).toMatchObject([{ id: running, title: 'running', status: 'running' }])
    expect(first.today.reservedNanoUsd).toBeGreaterThan(0)
    expect(first.needsPerson).toEqual([])
    const draft = await api.launch(hang, { title: 'draft', approval: 'ask' })
    await api.app.engine.pause(running, person('ann'))
    const second = overview(
      (await stream.until('overview', (data) => overview(data).needsPerson.length === 2)).data,
    )
    expect(second.needsPerson.map(({ runId, kind }) => [runId, kind]).sort()).toEqual(
      [
        [draft, 'approval'],
        [running, 'paused'],
      ].sort(),
    )
    await stream.cancel()
    expect(api.app.sinks.size).toBe(0)
  })
})

describe('one stream for all that a browser looks at', () => {
  test('carries several runs and the overview, each under its own name, and goes on when one of them ends', async () => {
    api = await startTestApi()
    const [short, long] = [await api.launch(many), await api.launch(hang)]
    const stream = reader(await api.send('GET', `/api/stream?runs=${short}~0,${long}~2&overview=1&watcher=w`))
    const frames: Frame[] = []
    const names = () => new Set(frames.map(({ event }) => event))
    const wanted = ['beat', 'overview/overview', `${short}/end`, `${long}/pulse`]
    while (!wanted.every((name) => names().has(name))) {
      const frame = await stream.next()
      if (frame === null) throw new Error('The stream ended with one of its runs')
      frames.push(frame)
    }
    const events = (run: string) =>
      frames
        .filter(({ event }) => event === `${run}/events`)
        .flatMap(({ data }) => eventsFrameSchema.parse(JSON.parse(data)).events)
    expect(events(short)).toEqual(await api.journal(short))
    expect(events(long)[0]?.seq).toBe(3)
    expect((await api.call('PUT', `/api/runs/${long}/watch`, { watcher: 'w', agents: ['a1'] })).status).toBe(
      204,
    )
    await stream.until(`${long}/pulse`, (data) => pulseFrameSchema.parse(JSON.parse(data)).text.length > 0)
    await stream.cancel()
    expect([api.app.tails.count, api.app.sinks.size]).toEqual([0, 0])
  })

  test('says of a run that is not there that it is gone, and of no other', async () => {
    api = await startTestApi()
    const id = await api.launch(hang)
    const stream = reader(await api.send('GET', `/api/stream?runs=nobody~0,${id}~0`))
    const seen = new Set<string>()
    while (!seen.has('nobody/gone') || !seen.has(`${id}/pulse`))
      seen.add((await stream.next())?.event ?? 'over')
    expect([...seen].filter((event) => event.startsWith('nobody/'))).toEqual(['nobody/gone'])
    await stream.cancel()
  })

  test('refuses what is no list of runs, and says how one looks', async () => {
    api = await startTestApi()
    const rubbish = ['a', '~1', 'a~', 'a~x', 'a~1,', 'a~-1', '../x~1', 'a~1;b~2', '"a"~1']
    for (const runs of rubbish) {
      const { status, body } = await api.call('GET', `/api/stream?runs=${encodeURIComponent(runs)}`)
      expect([runs, status, JSON.stringify(body)]).toEqual([runs, 400, expect.stringContaining('id~seq')])
    }
    const many = Array.from({ length: 201 }, (_, at) => `r${at}~0`).join()
    const { status, body } = await api.call('GET', `/api/stream?runs=${many}`)
    expect([status, JSON.stringify(body)]).toEqual([400, expect.stringContaining('200 at most')])
  })
})

describe('places', () => {
  test('one client cannot take every stream, and gives back those it closes', async () => {
    api = await startTestApi()
    const open = (agent: string) => api.send('GET', '/api/events', { headers: { 'user-agent': agent } })
    const taken = await Promise.all(Array.from({ length: 200 }, () => open('greedy')))
    expect(taken.every(({ status }) => status === 200)).toBe(true)
    const refused = await open('greedy')
    expect(refused.status).toBe(429)
    expect(refused.headers.get('content-type')).toBe('application/problem+json')
    expect(await refused.json()).toMatchObject({ detail: expect.stringContaining('Close some') })
    const other = await open('another')
    expect(other.status).toBe(200)
    await taken[0]?.body?.cancel()
    const again = await open('greedy')
    expect(again.status).toBe(200)
    for (const { body } of [...taken.slice(1), other, again]) await body?.cancel()
  })
})

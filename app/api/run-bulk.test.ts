import { strFromU8, unzipSync } from 'fflate'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { bulkResultSchema, MOST_BULK_RUNS } from '@/lib/api/bulk'
import { runListSchema } from '@/lib/api/first/run-list'
import { launchedSchema } from '@/lib/api/runs'
import { parseJson } from '@/lib/core/base/json'
import { snapshotSchema } from '@/lib/core/run/state'
import { sim, workflow } from '@/lib/server/testing/test-app'
import { startTestApi, type TestApi } from './testing'

let api: TestApi

beforeAll(async () => {
  api = await startTestApi()
})
afterAll(() => api.dispose())

async function launched(body: object): Promise<string> {
  return launchedSchema.parse((await api.call('POST', '/api/runs', body)).body).id
}

async function ended(title: string, tags: string[] = []): Promise<string> {
  const id = await launched({
    script: workflow(`return agent('x ${sim({ text: title })}')`, 'b'),
    title,
    tags,
  })
  await api.ended(id)
  return id
}

const endless = workflow('await new Promise((done) => setTimeout(done, 3_600_000))', 'endless')

/** A run that goes on until somebody ends it, once it does. */
async function atWork(title: string): Promise<string> {
  const id = await launched({ script: endless, title })
  const statusNow = async () =>
    snapshotSchema.parse((await api.call('GET', `/api/runs/${id}`)).body).run.status
  await expect.poll(statusNow).toBe('running')
  return id
}

async function bulk(body: object) {
  const answer = await api.call('POST', '/api/runs/bulk', body)
  expect([answer.status, answer.text]).toEqual([200, expect.any(String)])
  return bulkResultSchema.parse(answer.body).results
}

async function tagsOf(title: string): Promise<string[] | undefined> {
  const { body } = await api.call('GET', `/api/runs?${new URLSearchParams({ q: title })}`)
  return runListSchema.parse(body).runs[0]?.tags
}

describe('POST /api/runs/bulk', () => {
  test('cancels what goes on, leaves what has ended, and tells of each', async () => {
    const [over, going] = [await ended('over'), await atWork('going')]
    const results = await bulk({ act: 'cancel', ids: [over, going, 'nobody', over] })
    expect(results).toEqual([
      { id: over, outcome: 'already', detail: null },
      // Its detail says what the end waits for, where that is not at once.
      { id: going, outcome: 'done', detail: results[1]?.detail ?? null },
      { id: 'nobody', outcome: 'failed', detail: 'There is no run nobody.' },
    ])
    expect((await api.ended(going)).run.status).toBe('cancelled')
  })

  test('deletes what it may, and what it may not stays whole', async () => {
    const [over, going] = [await ended('to delete'), await atWork('stays')]
    const results = await bulk({ act: 'delete', ids: [going, over, 'gone'] })
    expect(results.map(({ outcome }) => outcome)).toEqual(['failed', 'done', 'already'])
    expect(results[0]?.detail).toContain('cancel it before')
    expect((await api.call('GET', `/api/runs/${over}`)).status).toBe(404)
    expect((await api.call('GET', `/api/runs/${going}`)).status).toBe(200)
    await bulk({ act: 'cancel', ids: [going] })
    await api.ended(going)
  })

  test('tags and takes tags away; a second time changes nothing', async () => {
    const [one, two] = [await ended('first kite', ['old']), await ended('second kite', ['new'])]
    const asked = { act: 'tag', tag: 'new', ids: [one, two] }
    expect((await bulk(asked)).map(({ outcome }) => outcome)).toEqual(['done', 'already'])
    expect((await bulk(asked)).map(({ outcome }) => outcome)).toEqual(['already', 'already'])
    expect([await tagsOf('first kite'), await tagsOf('second kite')]).toEqual([['old', 'new'], ['new']])
    await bulk({ act: 'untag', tag: 'new', ids: [one, two] })
    expect([await tagsOf('first kite'), await tagsOf('second kite')]).toEqual([['old'], []])
  })

  test('a run that can have no more tags says so, and the others have theirs', async () => {
    const many = Array.from({ length: 20 }, (_, at) => `t${at}`)
    const [full, free] = [await ended('full kite', many), await ended('free kite')]
    const results = await bulk({ act: 'tag', tag: 'more', ids: [full, free] })
    expect(results.map(({ outcome }) => outcome)).toEqual(['failed', 'done'])
    expect(results[0]?.detail).toContain('20 tags')
    expect(await tagsOf('full kite')).toEqual(many)
  })

  test.each([
    [{ act: 'explode', ids: ['a'] }],
    [{ act: 'cancel', ids: [] }],
    [{ act: 'tag', ids: ['a'] }],
    [{ act: 'cancel', tag: 'x', ids: ['a'] }],
    [{ act: 'cancel', ids: Array.from({ length: MOST_BULK_RUNS + 1 }, (_, at) => `r${at}`) }],
  ])('%j is refused before anything is done', async (body) => {
    expect((await api.call('POST', '/api/runs/bulk', body)).status).toBe(400)
  })
})

describe('GET /api/runs/export', () => {
  test('packs every run into a zip with a list of what is in it and what is not', async () => {
    const [one, two] = [await ended('packed one'), await ended('packed two')]
    const response = await api.send('GET', `/api/runs/export?ids=${one},gone,${two}&format=md`)
    expect(response.headers.get('content-type')).toBe('application/zip')
    const files = unzipSync(new Uint8Array(await response.arrayBuffer()))
    const text = (name: string) => strFromU8(files[name] ?? new Uint8Array(0))
    expect(parseJson(text('runs.json'))).toEqual({
      format: 'skein-runs',
      version: 1,
      runs: [
        { id: one, file: `skein-${one}.md` },
        { id: 'gone', problem: 'There is no run gone.' },
        { id: two, file: `skein-${two}.md` },
      ],
    })
    for (const [id, title] of [
      [one, 'packed one'],
      [two, 'packed two'],
    ]) {
      const alone = await (await api.send('GET', `/api/runs/${id}/export?format=md`)).text()
      expect(text(`skein-${id}.md`)).toBe(alone)
      expect(alone).toContain(title)
    }
  })

  test('without a run there is nothing to pack', async () => {
    expect((await api.call('GET', '/api/runs/export?ids=')).status).toBe(400)
  })
})

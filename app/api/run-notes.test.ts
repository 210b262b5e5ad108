import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { z } from 'zod'
import { runListSchema } from '@/lib/api/first/run-list'
import { runNoteSchema, runNotesSchema } from '@/lib/api/people'
import { launchedSchema } from '@/lib/api/runs'
import type { Role } from '@/lib/core/base/role'
import { dummyKey } from '@/lib/server/testing/environment'
import { workflow } from '@/lib/server/testing/test-app'
import { startTeam, type Team } from './members/testing'

let team: Team
let runId = ''
const told = new Set<string>()
beforeAll(async () => {
  team = await startTeam()
})
beforeEach(async () => {
  runId = await launch()
})
afterAll(() => team.dispose())

async function launch(): Promise<string> {
  const body = { script: workflow('return 1'), title: 'A run' }
  const answer = await team.ask('POST', '/api/runs', { cookie: team.cookies.launcher, body })
  const { id } = launchedSchema.parse(await answer.json())
  await team.api.ended(id)
  return id
}

const ask = (as: Role, method: string, path = '', body?: unknown) =>
  team.ask(method, `/api/runs/${runId}/notes${path}`, {
    cookie: team.cookies[as],
    ...(body === undefined ? {} : { body }),
  })
const write = async (as: Role, text: string) => {
  const answer = await ask(as, 'POST', '', { text })
  expect(answer.status).toBe(201)
  told.add(text)
  return runNoteSchema.parse(await answer.json())
}
const list = async (as: Role) => runNotesSchema.parse(await (await ask(as, 'GET')).json())

test('launchers write, viewers read, and each is told what they may change', async () => {
  await write('launcher', 'First\r\nline two')
  await write('admin', 'Second')
  const asLauncher = await list('launcher')
  expect(asLauncher.mayWrite).toBe(true)
  expect(asLauncher.notes).toMatchObject([
    { text: 'First\nline two', by: { kind: 'person', name: 'Lena' }, edited: null, mayChange: true },
    { text: 'Second', mayChange: false },
  ])
  const asViewer = await list('viewer')
  expect(asViewer.mayWrite).toBe(false)
  expect(asViewer.notes.map(({ mayChange }) => mayChange)).toEqual([false, false])
  expect((await list('admin')).notes.map(({ mayChange }) => mayChange)).toEqual([true, true])
  expect((await ask('viewer', 'POST', '', { text: 'no' })).status).toBe(403)
  expect((await team.ask('GET', `/api/runs/${runId}/notes`)).status).toBe(401)
})

test('a note is changed and deleted by who wrote it or an admin, and says so; by nobody else', async () => {
  const own = await write('launcher', 'Mine')
  const others = await write('admin', 'Theirs')
  for (const method of ['PATCH', 'DELETE'])
    expect(
      (await ask('launcher', method, `/${others.id}`, method === 'PATCH' ? { text: 'x' } : undefined)).status,
    ).toBe(403)
  expect((await ask('launcher', 'PATCH', `/${own.id}`, { text: 'Mine' })).status).toBe(200)
  expect((await list('viewer')).notes[0]?.edited).toBeNull()
  const changed = runNoteSchema.parse(
    await (await ask('admin', 'PATCH', `/${own.id}`, { text: 'Better' })).json(),
  )
  expect(changed).toMatchObject({ text: 'Better', by: { name: 'Lena' }, edited: { by: { name: 'Adam' } } })
  expect((await ask('launcher', 'DELETE', `/${own.id}`)).status).toBe(204)
  expect((await ask('launcher', 'DELETE', `/${own.id}`)).status).toBe(404)
  expect((await list('viewer')).notes.map(({ text }) => text)).toEqual(['Theirs'])
})

test.each([
  [{}, 'text'],
  [{ text: ' \n ' }, 'must not be empty'],
  [{ text: 7 }, 'text'],
  [{ text: 'x'.repeat(4_001) }, '4,000'],
  [{ text: 'a\u0000b' }, 'control characters'],
  [{ text: 'a\u202egpj.exe' }, 'direction'],
  [{ text: 'a\ud800' }, 'plain text'],
  [{ text: 'a', by: 'Eve' }, 'by'],
])('%j is refused with why', async (body, why) => {
  const answer = await ask('launcher', 'POST', '', body)
  expect(answer.status).toBe(400)
  expect(answer.headers.get('content-type')).toBe('application/problem+json')
  expect(await answer.text()).toContain(why)
  expect((await list('viewer')).notes).toEqual([])
})

test('a run that is not there has no notes, one that is full takes no more, and they go with their run', async () => {
  expect(
    (await team.ask('POST', '/api/runs/none/notes', { cookie: team.cookies.admin, body: { text: 'x' } }))
      .status,
  ).toBe(404)
  expect((await team.ask('GET', '/api/runs/none/notes', { cookie: team.cookies.admin })).status).toBe(404)
  const { store } = team.api.app
  const note = {
    runId,
    text: 'many',
    by: { kind: 'person', id: 'p', name: 'P' },
    at: '2026-01-01T00:00:00.000Z',
    edited: null,
  } as const
  for (let at = 0; at < 500; at += 1) await store.runNotes.addNote({ ...note, id: `n${at}` }, 500)
  const full = await ask('launcher', 'POST', '', { text: 'one more' })
  expect(full.status).toBe(409)
  expect(await full.text()).toContain('500')
  expect((await team.ask('DELETE', `/api/runs/${runId}`, { cookie: team.cookies.admin })).status).toBe(204)
  expect(await store.runNotes.listNotes(runId)).toEqual([])
  expect(await store.runNotes.addNote({ ...note, id: 'late' }, 500)).toBe('no-run')
})

test('the list of runs counts notes, and finds runs by their words', async () => {
  const words = `zebra 100% ${runId}`
  await write('launcher', words)
  await write('launcher', 'another')
  const found = async (q: string) =>
    runListSchema
      .parse(
        await (
          await team.ask('GET', `/api/runs?${new URLSearchParams({ q })}`, { cookie: team.cookies.viewer })
        ).json(),
      )
      .runs.map(({ id, notes }) => ({ id, notes }))
  expect(await found('ZEBRA 100%')).toEqual([{ id: runId, notes: 2 }])
  expect(await found('zebra 100_')).toEqual([])
  const other = await launch()
  expect(await found('A run')).toContainEqual({ id: other, notes: 0 })
})

test('exports tell of them without keys; a redacted one and a shared link do not', async () => {
  await write('launcher', `Seen at https://ok.example with ${dummyKey}`)
  const read = async (query: string) =>
    (await team.ask('GET', `/api/runs/${runId}/export?${query}`, { cookie: team.cookies.viewer })).text()
  for (const format of ['json', 'md', 'html']) {
    const text = await read(`format=${format}`)
    expect(text, format).toContain('Seen at ')
    expect(text, format).not.toContain(dummyKey)
    expect(await read(`format=${format}&prompts=redacted`), format).not.toContain('Seen at ')
  }
  const shape = z.looseObject({
    notes: z.array(
      z.object({
        id: z.string(),
        text: z.string(),
        by: z.object({ kind: z.string(), id: z.string(), name: z.string() }),
        at: z.string(),
        edited: z.null(),
      }),
    ),
  })
  expect(shape.parse(JSON.parse(await read('format=json'))).notes).toHaveLength(1)
  const shared = await team.ask('POST', `/api/runs/${runId}/shares`, {
    cookie: team.cookies.launcher,
    body: {},
  })
  const token = z
    .object({ path: z.string() })
    .parse(await shared.json())
    .path.replace('/shared#', '')
  expect(await (await team.ask('POST', '/api/shared', { body: { token } })).text()).not.toContain('Seen at ')
})

test('the audit log tells who wrote, changed and deleted, and repeats no note', async () => {
  const { id } = await write('launcher', 'A word for the log')
  await ask('admin', 'PATCH', `/${id}`, { text: 'Another word for the log' })
  await ask('launcher', 'DELETE', `/${id}`)
  const log = await team.api.app.store.audit.search({
    text: null,
    actorId: null,
    operation: null,
    from: null,
    to: null,
    before: null,
    limit: 3,
  })
  expect(log.map(({ operation, actor }) => [operation, actor.name])).toEqual([
    ['deleteNote', 'Lena'],
    ['editNote', 'Adam'],
    ['addNote', 'Lena'],
  ])
  expect(log[0]?.details).toMatchObject({ id: runId, noteId: id })
  for (const text of told) expect(JSON.stringify(log)).not.toContain(text)
})

import { screen, waitFor, within } from '@testing-library/react'
import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { type FakeApi, fakeApi } from '@/components/testing/fake-api'
import { renderRun } from '@/components/testing/render-run'
import type { Changes, FileDiff } from '@/lib/api/changes'
import { changesApi } from '@/lib/api/endpoints/change-endpoints'
import type { RunEvent } from '@/lib/core/run/events'
import { created, ended, told } from '@/lib/view/testing'
import { ChangesView } from './changes-view'

// Nothing has a size in this document, and a list of rows that are drawn on demand would draw none.
beforeEach(() => {
  vi.spyOn(HTMLElement.prototype, 'clientHeight', 'get').mockReturnValue(600)
  vi.spyOn(HTMLElement.prototype, 'clientWidth', 'get').mockReturnValue(900)
})
afterEach(() => vi.restoreAllMocks())

const tree = (digit: string) => digit.repeat(40)
const patch = { base: tree('a'), tree: tree('b'), digest: 'd', files: 1, added: 2, removed: 1 }
const opened: RunEvent = {
  type: 'run.files-opened',
  tree: tree('a'),
  head: tree('c'),
  dirty: 2,
  unreadable: [],
}
const merged: RunEvent = {
  type: 'run.merged',
  agentId: 'a1',
  patch,
  from: tree('a'),
  tree: tree('b'),
  conflicts: [],
}
const refused: RunEvent = {
  type: 'run.merge-refused',
  agentId: 'a2',
  patch: { ...patch, tree: tree('d') },
  from: tree('b'),
  conflicts: [{ path: 'src/a.ts', kind: 'content', detail: '' }],
  why: 'a2.1 was asked to resolve src/a.ts and did not.',
}
const over: RunEvent = {
  type: 'run.ended',
  outcome: 'completed',
  reason: null,
  error: null,
  resultInputs: [],
  actor: null,
}

const atWork = told(['fix'], opened, created('a1', 'fix'), created('a2', 'fix'))
const done = told(
  ['fix'],
  ...[opened, created('a1', 'fix'), created('a2', 'fix'), merged, ended('a1'), refused, ended('a2'), over],
)

const changes: Changes = {
  head: tree('c'),
  dirty: 2,
  files: [
    { path: 'src/a.ts', status: 'modified', added: 2, removed: 1 },
    { path: 'logo.png', status: 'added', added: null, removed: null },
  ],
  added: 2,
  removed: 1,
  agents: [
    { agentId: 'a1', label: 'label a1', phase: 'fix', patch, status: 'merged' },
    { agentId: 'a2', label: 'label a2', phase: 'fix', patch, status: 'conflict' },
  ],
  applied: null,
  branches: [],
  canBranch: true,
}

function serverWith(change: Partial<Changes> = {}): FakeApi {
  const api = fakeApi()
  api.answer(changesApi.getChanges, { ...changes, ...change })
  api.answerEach(changesApi.getFileDiff, ({ path: asked }): FileDiff => {
    const path = new URL(asked, 'http://localhost').searchParams.get('path') ?? ''
    const text = path.endsWith('.ts')
    return {
      path,
      kind: text ? 'text' : 'binary',
      before: null,
      after: { bytes: 2048, mode: '100644' },
      added: 2,
      removed: 1,
      hunks: text
        ? [
            [
              { kind: 'same', from: 1, to: 1, text: 'const kept = 1' },
              { kind: 'removed', from: 2, to: null, text: 'const old = 2' },
              { kind: 'added', from: null, to: 2, text: 'const fresh = 2' },
              { kind: 'added', from: null, to: 3, text: 'const more = 3' },
            ],
          ]
        : [],
      isCut: false,
    }
  })
  return api
}

const fileBox = () => screen.findByRole('listbox', { name: 'Changed files' })

it('names how much was changed from what, lists files, and opens the first', async () => {
  serverWith()
  await renderRun(<ChangesView />, done)
  const files = within(await fileBox())
  expect(files.getAllByRole('option').map((one) => one.title)).toEqual([
    'logo.png, added',
    'src/a.ts, modified',
  ])
  expect(screen.getByText(/from commit cccccccccc with 2 uncommitted files/)).toBeDefined()
  expect(await screen.findByText('Binary file: none → 2 kB. The patch holds it.')).toBeDefined()
})

it('goes from file to file with j and k and the arrows, and changes the layout with s and u', async () => {
  serverWith()
  const { user, search } = await renderRun(<ChangesView />, done)
  await fileBox()
  await user.keyboard('j')
  await waitFor(() => expect(search().get('file')).toBe('src/a.ts'))
  expect(await screen.findByText('const old = 2')).toBeDefined()
  const cellsOf = (text: string) => screen.getByText(text).closest('tr')?.cells.length
  expect(cellsOf('const old = 2')).toBe(4)
  await user.keyboard('s')
  expect(cellsOf('const old = 2')).toBe(6)
  expect(screen.getByText('const old = 2').closest('tr')).toBe(
    screen.getByText('const fresh = 2').closest('tr'),
  )
  await user.keyboard('u')
  expect(cellsOf('const old = 2')).toBe(4)
  ;(await fileBox()).focus()
  await user.keyboard('{ArrowUp}')
  await waitFor(() => expect(search().get('file')).toBe('logo.png'))
})

it('shows the changes of one agent alone, and the way back', async () => {
  const api = serverWith()
  const { user, search } = await renderRun(<ChangesView />, done)
  await user.click(await screen.findByRole('button', { name: '2 agents' }))
  await user.click(await screen.findByRole('button', { name: /^label a2/ }))
  await waitFor(() => expect(search().get('by')).toBe('a2'))
  await waitFor(() => expect(api.asked(changesApi.getChanges).at(-1)?.path).toMatch(/agent=a2$/))
  expect(await screen.findByText(/The changes of this agent alone · Not merged/)).toBeDefined()
  await user.click(screen.getByRole('button', { name: 'All merged changes' }))
  await waitFor(() => expect(search().get('by')).toBeNull())
})

it('names agents whose changes were left out, and why', async () => {
  serverWith()
  await renderRun(<ChangesView />, done)
  await fileBox()
  expect(screen.getByRole('link', { name: 'label a2' })).toBeDefined()
  expect(screen.getByText(/a2.1 was asked to resolve src\/a.ts and did not/)).toBeDefined()
})

it('says how many files go where before it applies them, and what was in the way by path', async () => {
  const api = serverWith()
  api.answer(changesApi.applyChanges, {
    kind: 'conflict',
    conflicts: [{ path: 'src/a.ts', kind: 'content', detail: 'Line 2 is another.' }],
  })
  const { user } = await renderRun(<ChangesView />, done)
  await user.click(await screen.findByRole('button', { name: 'Apply to the workspace' }))
  const asked = within(await screen.findByRole('alertdialog'))
  expect(asked.getByText('Apply 2 changed files?')).toBeDefined()
  await user.click(asked.getByRole('button', { name: 'Apply' }))
  const told = await screen.findByRole('alert')
  expect(within(told).getByText('src/a.ts')).toBeDefined()
  expect(within(told).getByText(/Commit or undo your change, then apply again/)).toBeDefined()
  expect(api.asked(changesApi.applyChanges)).toHaveLength(1)
})

it('says who applied them, offers Undo, and shows what refuses it', async () => {
  const api = serverWith({ applied: { at: '2026-11-22T10:00:00Z', by: 'ann', files: 2, isCurrent: true } })
  api.refuse(changesApi.undoApply, { status: 409, detail: 'src/a.ts changed since.' })
  const { user } = await renderRun(<ChangesView />, done)
  expect(await screen.findByText(/2 files applied by ann/)).toBeDefined()
  expect(screen.queryByRole('button', { name: 'Apply to the workspace' })).toBeNull()
  await user.click(screen.getByRole('button', { name: 'Undo' }))
  expect(await screen.findByText('src/a.ts changed since.')).toBeDefined()
})

it('makes a branch under the suggested name', async () => {
  const api = serverWith()
  api.answer(changesApi.makeBranch, { branch: 'skein/audit-r1', commit: tree('e') })
  const { user } = await renderRun(<ChangesView />, done)
  await user.click(await screen.findByRole('button', { name: 'Make a branch' }))
  await user.click(await screen.findByRole('button', { name: 'Make the branch' }))
  await waitFor(() => expect(api.bodies(changesApi.makeBranch)).toEqual([{ branch: 'skein/audit-r1' }]))
})

it('asks again after a merge, and applies nothing while agents are at work', async () => {
  const api = serverWith()
  const { tell } = await renderRun(<ChangesView />, atWork)
  expect(await screen.findByText('They can be applied once the run has ended.')).toBeDefined()
  expect(api.asked(changesApi.getChanges)).toHaveLength(1)
  tell(merged)
  await waitFor(() => expect(api.asked(changesApi.getChanges)).toHaveLength(2))
})

it('says that nothing was changed, and what the server refuses', async () => {
  serverWith({ files: [], agents: [] })
  await renderRun(<ChangesView />, done)
  expect(await screen.findByText('No files were changed')).toBeDefined()
})

it('shows a refusal of the server, with a way back from an agent that changed nothing', async () => {
  const api = fakeApi()
  api.refuse(changesApi.getChanges, {
    status: 404,
    title: 'Not found',
    detail: 'The agent a9 changed no files.',
  })
  const { user, search } = await renderRun(<ChangesView />, done, { search: 'by=a9' })
  expect(await screen.findByText('The agent a9 changed no files.')).toBeDefined()
  await user.click(screen.getByRole('button', { name: 'All changes' }))
  await waitFor(() => expect(search().get('by')).toBeNull())
})

it('leads from the changes of a fork to how they differ from those of its origin', async () => {
  serverWith()
  const origin = { runId: 'r0', title: 'Audit', isRetry: false }
  await renderRun(<ChangesView />, { ...done, run: { ...done.run, forkedFrom: origin } })
  const link = await screen.findByRole('link', { name: 'Compare with the origin' })
  expect(link.getAttribute('href')).toBe('/runs/compare?a=r0&b=r1')
})

import { screen, within } from '@testing-library/react'
import { expect, it } from 'vitest'
import { fakeApi } from '@/components/testing/fake-api'
import { renderPage } from '@/components/testing/render-page'
import type { ComparedChanges } from '@/lib/api/changes'
import { changesApi } from '@/lib/api/endpoints/change-endpoints'
import { ChangesDiff } from './changes-diff'

const done = (added: number) => ({ status: 'modified' as const, added, removed: 1 })
const side = (id: string, changesFiles = true) => ({ id, title: id, changesFiles })
const compared: ComparedChanges = {
  ...{ from: side('a'), to: side('b'), isSameBase: false, isCut: false },
  files: [
    { path: 'src/parse.ts', kind: 'different', from: done(3), to: done(5) },
    { path: 'src/only.ts', kind: 'only-to', from: null, to: done(2) },
    { path: 'src/same.ts', kind: 'alike', from: done(1), to: done(1) },
  ],
  counts: { different: 1, 'only-from': 0, 'only-to': 1, alike: 1 },
}

it('lists which files differ, opens the lines of one, and shows one kind alone', async () => {
  const api = fakeApi()
  api.answer(changesApi.compareChanges, compared)
  api.answer(changesApi.compareChangedFile, {
    ...{ path: 'src/parse.ts', kind: 'text', added: 1, removed: 1, isCut: false },
    ...{ before: { bytes: 9, mode: '100644' }, after: { bytes: 9, mode: '100644' } },
    hunks: [
      [
        { kind: 'removed', text: 'as A left it', from: 1, to: null },
        { kind: 'added', text: 'as B left it', from: null, to: 1 },
      ],
    ],
  })
  const { user } = renderPage(<ChangesDiff a="a" b="b" areEnded />)
  const rows = await screen.findAllByRole('listitem')
  expect(rows.map((row) => row.textContent)).toEqual([
    'src/parse.tsIn both, differentlyA modified, +3 −1 · B modified, +5 −1',
    'src/only.tsOnly in BB modified, +2 −1',
    'src/same.tsIn both, alikeA modified, +1 −1 · B modified, +1 −1',
  ])
  expect(screen.getByText(/began from different files/)).toBeTruthy()
  // What is alike has nothing to open.
  expect(within(rows[2] ?? document.body).queryByRole('button')).toBeNull()

  await user.click(screen.getByRole('button', { name: /^src\/parse\.ts/ }))
  expect(await screen.findByText('as B left it')).toBeTruthy()
  expect(api.asked(changesApi.compareChangedFile).map(({ path }) => path)).toEqual([
    '/api/runs/a/changes/compare/file?with=b&path=src%2Fparse.ts',
  ])

  await user.click(screen.getByRole('button', { name: 'Only in B (1)' }))
  expect(screen.getAllByRole('listitem').map((row) => row.textContent)).toEqual([
    expect.stringContaining('src/only.ts'),
  ])
})

it('says nothing of runs that only read, and so where both left every file', async () => {
  const none = {
    ...compared,
    files: [],
    counts: { ...compared.counts, different: 0, 'only-to': 0, alike: 0 },
  }
  const api = fakeApi()
  api.answer(changesApi.compareChanges, none)
  const { unmount } = renderPage(<ChangesDiff a="a" b="b" areEnded />)
  expect(await screen.findByText('Both runs left every file as it was.')).toBeTruthy()
  unmount()
  api.answer(changesApi.compareChanges, { ...none, from: side('a', false), to: side('b', false) })
  const { settled } = renderPage(<ChangesDiff a="a" b="b" areEnded />)
  await settled()
  expect(screen.queryByRole('region', { name: 'Changed files' })).toBeNull()
})

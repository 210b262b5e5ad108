import { fireEvent, screen, waitFor, within } from '@testing-library/react'
import { useState } from 'react'
import { expect, it } from 'vitest'
import { type FakeApi, fakeApi } from '@/components/testing/fake-api'
import { renderPage } from '@/components/testing/render-page'
import { sourcesApi } from '@/lib/api/endpoints/source-endpoints'
import type { Source } from '@/lib/api/sources'
import { useGoalSources } from '@/lib/client/queries/use-goal-sources'
import { emptyForm } from '@/lib/view/launch/launch-form'
import { SourcePicker } from '../fields/source-picker'

const id = (at: number) => `00000000-0000-4000-8000-00000000000${at}`
const aSource = (at: number, change: Partial<Source> = {}): Source => ({
  ...{
    id: id(at),
    name: 'Papers',
    path: `/kept/${at}`,
    kind: 'documents',
    createdAt: '2026-11-22T12:00:00Z',
  },
  ...{ project: 'default', bytes: 1, files: [], problems: [], repository: null },
  ...change,
})
const file = (from: string) => ({ path: from, from, kind: 'text', pages: null, notes: [], original: null })

/** A server that keeps what it is given, as the sources of this file's ids. */
function keeping(): FakeApi {
  const api = fakeApi()
  let made = 0
  api.answerEach(sourcesApi.addSource, ({ body }) => {
    made += 1
    const text = JSON.stringify(body)
    const pages = (text.match(/https:[^"]+/g) ?? []).map(file)
    return text.includes('"repository"')
      ? aSource(made, { kind: 'repository', repository: { url: 'u', ref: null, commit: 'c0ffee' } })
      : aSource(made, { files: pages })
  })
  api.answerEach(sourcesApi.addSourceFile, ({ path }) =>
    aSource(made, { files: [file(new URLSearchParams(path.split('?')[1]).get('name') ?? '')] }),
  )
  api.accept(sourcesApi.deleteSource)
  return api
}

function Form({ goal = '' }: { goal?: string }) {
  const [form, setForm] = useState({ ...emptyForm, source: 'goal' as const, goal, workspace: '/code' })
  const setFolder = (workspace: string) => setForm((before) => ({ ...before, workspace }))
  const added = useGoalSources(form.workspace, setFolder)
  return (
    <>
      <SourcePicker
        form={form}
        edit={(field, value) => setForm((before) => ({ ...before, [field]: value }))}
        errorOf={() => undefined}
        added={added}
        workflows={{ data: [], error: null }}
      />
      <output>{form.workspace}</output>
    </>
  )
}

const folder = () => screen.getByText(/^\//, { selector: 'output' }).textContent
const goal = () => screen.getByRole('textbox', { name: 'Goal' })
const files = (...names: string[]) => ({
  types: ['Files'],
  files: names.map((name) => new File(['text'], name)),
  getData: () => '',
})

it('makes files that are dropped on the goal what agents work on, and takes them back', async () => {
  const api = keeping()
  const { user } = renderPage(<Form />)
  fireEvent.drop(goal(), { dataTransfer: files('a.md', 'b.md') })
  await waitFor(() => expect(folder()).toBe('/kept/1'))
  const names = api.asked(sourcesApi.addSourceFile).map(({ path }) => path.split('name=')[1])
  expect(names).toEqual(['a.md', 'b.md'])
  expect(screen.getByText('/code', { selector: 'bdi' })).toBeDefined()
  await user.click(screen.getByRole('button', { name: 'Undo the last addition' }))
  await waitFor(() => expect(folder()).toBe('/code'))
  expect(api.asked(sourcesApi.deleteSource).map(({ path }) => path)).toEqual([`/api/sources/${id(1)}`])
  expect(screen.queryByRole('button', { name: /^Undo/ })).toBeNull()
})

it('keeps what was given before, and goes back by one addition', async () => {
  const api = keeping()
  const { user } = renderPage(<Form goal="Judge a.md by https://example.org/rules." />)
  fireEvent.paste(goal(), { clipboardData: files('a.md') })
  await waitFor(() => expect(folder()).toBe('/kept/1'))
  await user.click(await screen.findByRole('button', { name: 'Read this page as a source' }))
  await waitFor(() => expect(folder()).toBe('/kept/2'))
  expect(api.bodies(sourcesApi.addSource).at(-1)).toEqual({
    name: 'a.md',
    addresses: ['https://example.org/rules'],
  })
  expect(api.asked(sourcesApi.addSourceFile)).toHaveLength(2)
  expect(screen.queryByRole('list', { name: 'Addresses in the goal' })).toBeNull()
  await user.click(screen.getByRole('button', { name: 'Undo the last addition' }))
  await waitFor(() => expect(folder()).toBe('/kept/3'))
  expect(api.bodies(sourcesApi.addSource).at(-1)).toEqual({ name: 'a.md' })
  expect(api.asked(sourcesApi.deleteSource)).toHaveLength(2)
})

it('does nothing about an address before it is pressed, and clones the repository then', async () => {
  const api = keeping()
  const { user } = renderPage(<Form />)
  await user.type(goal(), 'Audit https://github.com/team/repo')
  const offers = await screen.findByRole('list', { name: 'Addresses in the goal' })
  expect(api.asked(sourcesApi.addSource)).toHaveLength(0)
  const clone = within(offers).getByRole('button', { name: 'Work on this repository' })
  expect(clone.getAttribute('aria-describedby')).not.toBeNull()
  await user.click(clone)
  await waitFor(() => expect(folder()).toBe('/kept/1'))
  expect(api.bodies(sourcesApi.addSource)).toEqual([{ repository: { url: 'https://github.com/team/repo' } }])
})

it('leaves the folder as it is where nothing could be read, and says why', async () => {
  const api = keeping()
  const why = 'It has 60 MB; at most 50 MB are read.'
  api.answerEach(sourcesApi.addSourceFile, () => aSource(1, { problems: [{ from: 'big.pdf', why }] }))
  renderPage(<Form />)
  fireEvent.drop(goal(), { dataTransfer: files('big.pdf') })
  expect(await screen.findByText(new RegExp(why))).toBeDefined()
  expect(folder()).toBe('/code')
  await waitFor(() => expect(api.asked(sourcesApi.deleteSource)).toHaveLength(1))
})

it('keeps nothing of an upload that broke off', async () => {
  const api = keeping()
  api.refuse(sourcesApi.addSourceFile, { status: 413, detail: 'It has more than 50 MB.' })
  renderPage(<Form />)
  fireEvent.drop(goal(), { dataTransfer: files('big.pdf') })
  expect((await screen.findByRole('alert')).textContent).toBe('It has more than 50 MB.')
  expect(api.asked(sourcesApi.deleteSource)).toHaveLength(1)
  expect(folder()).toBe('/code')
})

it('says what the server refuses, and leaves words that are pasted to the field', async () => {
  const api = keeping()
  api.refuse(sourcesApi.addSource, { status: 403, detail: 'Viewers add no sources.' })
  renderPage(<Form />)
  fireEvent.paste(goal(), { clipboardData: { ...files('table.png'), getData: () => 'a\tb' } })
  expect(api.asked(sourcesApi.addSource)).toHaveLength(0)
  fireEvent.drop(goal(), { dataTransfer: files('a.md') })
  expect((await screen.findByRole('alert')).textContent).toBe('Viewers add no sources.')
  expect(folder()).toBe('/code')
})

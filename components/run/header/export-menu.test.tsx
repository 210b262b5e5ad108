import { screen, waitFor } from '@testing-library/react'
import { expect, it, onTestFinished, vi } from 'vitest'
import { fakeApi } from '@/components/testing/fake-api'
import { renderRun } from '@/components/testing/render-run'
import { streamApi } from '@/lib/api/endpoints/stream-endpoints'
import { foldAll } from '@/lib/core/run/fold'
import { created, ended, journalFixture } from '@/lib/view/testing'
import { ExportMenu } from './export-menu'

const journal = journalFixture(['Read'], created('a1', 'Read'), created('a2', 'Read'), ended('a1'))
const state = foldAll(null, journal)

/** The files that the page saves from now on: each with the name it is saved under. */
function savedFiles() {
  const saved: { name: string; blob: Blob }[] = []
  let last: Blob | null = null
  vi.spyOn(URL, 'createObjectURL').mockImplementation((blob) => {
    if (blob instanceof Blob) last = blob
    return 'blob:film'
  })
  vi.spyOn(HTMLAnchorElement.prototype, 'click').mockImplementation(function click(this: HTMLAnchorElement) {
    if (last !== null) saved.push({ name: this.download, blob: last })
  })
  onTestFinished(() => void vi.restoreAllMocks())
  return saved
}

/** A server with the journal, in pages of two events. */
function journalServer() {
  const api = fakeApi()
  api.answerEach(streamApi.followRun, ({ path }) => {
    const after = Number(new URLSearchParams(path.split('?')[1]).get('after'))
    return { events: journal.slice(after, after + 2), seq: journal.length, next: null }
  })
  return api
}

it('draws the whole journal as one moving picture and saves it', async () => {
  journalServer()
  const saved = savedFiles()
  const { user } = await renderRun(<ExportMenu />, state)
  await user.click(screen.getByRole('button', { name: /^Replay/ }))
  expect(await screen.findByText(/Saved as/)).toBeDefined()
  expect(saved.map(({ name }) => name)).toEqual(['skein-r1-replay.svg'])
  const svg = (await saved[0]?.blob.text()) ?? ''
  expect(saved[0]?.blob.type).toBe('image/svg+xml')
  expect(svg).toContain('1 of 2 agents')
  expect(svg).toContain('label a2')
})

it('names no agent where prompts are left out', async () => {
  journalServer()
  const saved = savedFiles()
  const { user } = await renderRun(<ExportMenu />, state)
  await user.click(screen.getByRole('checkbox', { name: 'Leave out prompts and the script' }))
  await user.click(screen.getByRole('button', { name: /^Replay/ }))
  await waitFor(() => expect(saved).toHaveLength(1))
  const svg = await saved[0]?.blob.text()
  expect(svg).not.toContain('label a2')
  expect(svg).toContain('agent a2')
})

it('stops where it is cancelled, and saves nothing', async () => {
  fakeApi()
  const saved = savedFiles()
  const { user } = await renderRun(<ExportMenu />, state)
  await user.click(screen.getByRole('button', { name: /^Replay/ }))
  expect(await screen.findByRole('progressbar', { name: /Drawing the run/ })).toBeDefined()
  await user.click(screen.getByRole('button', { name: 'Cancel' }))
  await waitFor(() => expect(screen.queryByRole('progressbar')).toBeNull())
  expect(saved).toHaveLength(0)
})

it('says why, where the journal cannot be read', async () => {
  const api = fakeApi()
  api.refuse(streamApi.followRun, { status: 500, detail: 'The database is locked.' })
  const { user } = await renderRun(<ExportMenu />, state)
  await user.click(screen.getByRole('button', { name: /^Replay/ }))
  expect(await screen.findByText('The database is locked.')).toBeDefined()
})

import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { person } from '@/lib/core/base/actor'
import type { NewWorkflow, WorkflowStore } from '@/lib/core/run/workflow-store'
import { temporaryStore } from '../testing'

let place: ReturnType<typeof temporaryStore>
let workflows: WorkflowStore
beforeEach(() => {
  place = temporaryStore()
  workflows = place.store.workflows
})
afterEach(() => place.dispose())

const at = '2026-11-22T10:00:00.000Z'
const version = (source: string, savedBy = 'ada') => ({
  source,
  digest: `digest of ${source}`,
  savedAt: at,
  savedBy: person(savedBy),
  note: null,
})
const fresh = (name: string, source = 'one', id = name): NewWorkflow => ({
  id,
  name,
  origin: 'saved',
  originPath: null,
  createdAt: at,
  createdBy: person('ada'),
  latest: version(source),
})

describe('the library', () => {
  test('keeps every version of a workflow, and shows the newest', async () => {
    await workflows.create(fresh('w'))
    const saved = await workflows.saveVersion('w', { ...version('two', 'bob'), name: 'w' }, 'digest of one')
    expect(saved).toMatchObject({ kind: 'saved', workflow: { latest: { version: 2 } } })
    workflows = place.reopen().workflows
    expect((await workflows.findSaved('w'))?.latest).toMatchObject({
      version: 2,
      source: 'two',
      savedBy: person('bob'),
    })
    expect((await workflows.versions('w')).map((one) => one.version)).toEqual([2, 1])
    expect(await workflows.version('w', 1)).toMatchObject({ source: 'one' })
    expect(await workflows.version('w', 3)).toBeNull()
    expect((await workflows.list()).map(({ name, latest }) => [name, latest.version])).toEqual([['w', 2]])
  })

  test('has one workflow of a name', async () => {
    expect(await workflows.create(fresh('w'))).toBe(true)
    expect(await workflows.create(fresh('w', 'two', 'other'))).toBe(false)
    await workflows.create(fresh('v'))
    expect(await workflows.saveVersion('v', { ...version('x'), name: 'w' }, null)).toEqual({
      kind: 'name-taken',
    })
    expect((await workflows.findSaved('v'))?.latest.version).toBe(1)
  })

  test('refuses what was edited from an older version, and writes nothing', async () => {
    await workflows.create(fresh('w'))
    await workflows.saveVersion('w', { ...version('bobs', 'bob'), name: 'w' }, 'digest of one')
    const late = await workflows.saveVersion('w', { ...version('adas'), name: 'w' }, 'digest of one')
    expect(late).toMatchObject({ kind: 'stale', workflow: { latest: { savedBy: person('bob') } } })
    expect(await workflows.versions('w')).toHaveLength(2)
  })

  test('makes no version of a source that is the newest already', async () => {
    await workflows.create(fresh('w'))
    const same = await workflows.saveVersion('w', { ...version('one'), name: 'w' }, 'digest of something old')
    expect(same.kind).toBe('unchanged')
    expect(await workflows.versions('w')).toHaveLength(1)
  })

  test('renames, and the old name is free', async () => {
    await workflows.create(fresh('w'))
    await workflows.saveVersion('w', { ...version('two'), name: 'v' }, null)
    expect(await workflows.findSaved('w')).toBeNull()
    expect(await workflows.create(fresh('w', 'new', 'other'))).toBe(true)
    expect((await workflows.findSaved('v'))?.latest.source).toBe('two')
  })

  test('gives a deleted workflow back with its versions, unless its name was taken meanwhile', async () => {
    await workflows.create(fresh('w'))
    await workflows.saveVersion('w', { ...version('two'), name: 'w' }, null)
    expect(await workflows.delete('w', at)).toBe(true)
    expect(await workflows.delete('w', at)).toBe(false)
    expect(await workflows.findSaved('w')).toBeNull()
    expect(await workflows.saveVersion('w', { ...version('three'), name: 'w' }, null)).toEqual({
      kind: 'missing',
    })
    await workflows.create(fresh('w', 'other', 'other'))
    expect(await workflows.restore('w')).toBe('name-taken')
    await workflows.delete('w', '2026-11-22T09:00:00.000Z')
    expect(await workflows.restore('w')).toBe('restored')
    expect((await workflows.findSaved('w'))?.latest).toMatchObject({ version: 2, source: 'two' })
    expect(await workflows.restore('never')).toBe('missing')
  })
})

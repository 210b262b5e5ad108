import { afterEach, describe, expect, test } from 'vitest'
import { fold } from '@/lib/core/fold'
import type { RunState } from '@/lib/core/state'
import { eventsOf, sim, startTestApp, type TestApp, type TestAppOptions } from './testing'

let app: TestApp | null = null
afterEach(async () => {
  await app?.dispose()
  app = null
})

const start = async (options: TestAppOptions = {}) => {
  app = await startTestApp({ files: { 'a.txt': 'alpha\n' }, ...options })
  return app
}
const looking = (text: string) => sim({ toolCalls: [{ name: 'read_file', input: { path: 'a.txt' } }] }, { text })

describe('a run delivered in batches', () => {
  test('takes its agents through their tools in rounds, each round one batch, at half price', async () => {
    const own = await start()
    const script = `return parallel([1, 2, 3, 4].map((n) => () => agent('look ' + n + ' ' + ${JSON.stringify(looking('seen'))})))`
    const id = await own.launch(script, { workspace: own.workspace, delivery: 'batch' })
    const state = await own.ended(id)
    expect(await own.result(id)).toEqual(['seen', 'seen', 'seen', 'seen'])
    const journal = await own.journal(id)
    expect(eventsOf(journal, 'batch.prepared').map(({ turns }) => turns.length)).toEqual([4, 4])
    expect(state.totals.heldNanoUsd).toBe(0)
    expect(state).toEqual(journal.reduce<RunState | null>(fold, null))
  })
})

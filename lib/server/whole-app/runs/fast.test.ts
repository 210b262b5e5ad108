import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { eventsOf, startTestApp, type TestApp } from '../../testing/test-app'

let app: TestApp
beforeAll(async () => {
  app = await startTestApp()
})
afterAll(() => app.dispose())

const faults = async (...rules: object[]) => {
  const body = JSON.stringify({ faults: rules })
  expect((await fetch(`${app.simulator.url}/__sim/config`, { method: 'POST', body })).status).toBe(200)
}
const turns = async (runId: string) => eventsOf(await app.journal(runId), 'turn.committed')
const notes = async (runId: string) =>
  eventsOf(await app.journal(runId), 'run.noted').map(({ message }) => message)

describe('fast mode', () => {
  test.each([
    ['refused', { kind: 'status', status: 400, message: "speed: 'fast' is not supported here" }],
    ['limited', { kind: 'status', status: 429, retryAfterSeconds: 3600 }],
  ])('that is %s falls back to standard at once, and says so', async (word, fault) => {
    await faults({ when: { match: '"speed":"fast"' }, fault })
    const runId = await app.launch(`return await agent('quick ${word}', { model: 'opus', speed: 'fast' })`)
    const state = await app.ended(runId)
    expect(state.agents.get('a1')).toMatchObject({ status: 'succeeded', retries: 1 })
    expect((await turns(runId)).map(({ usage }) => usage.speed)).toEqual(['standard'])
    expect(await notes(runId)).toEqual([
      `Fast mode of claude-opus-5-5 was ${word}; this agent continues at standard speed and price.`,
    ])
    await faults()
  })

  test('whose limit is known to be reached is not waited for', async () => {
    const runId = await app.launch(`return await agent('later', { model: 'opus', speed: 'fast' })`)
    const state = await app.ended(runId)
    expect(state.agents.get('a1')).toMatchObject({ status: 'succeeded', retries: 0 })
    expect((await turns(runId)).map(({ usage }) => usage.speed)).toEqual(['standard'])
    expect(await notes(runId)).toHaveLength(1)
  })
})

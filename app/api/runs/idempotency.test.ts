import { afterAll, beforeAll, expect, test } from 'vitest'
import { launchedSchema } from '@/lib/api/runs'
import { launch } from '@/lib/server/runs/launch'
import { workflow } from '@/lib/server/testing/test-app'
import { startTeam, type Team } from '../members/testing'

let team: Team
beforeAll(async () => {
  team = await startTeam()
})
afterAll(() => team.dispose())

const body = { script: workflow('return 1') }
const headers = { 'idempotency-key': 'nightly' }
const ask = async (cookie: string, more: object = {}) => {
  const answer = await team.ask('POST', '/api/runs', { cookie, headers, body: { ...body, ...more } })
  expect(answer.status).toBe(201)
  return launchedSchema.parse(await answer.json()).id
}

test('a key is its caller alone: the same text of another launches a run of theirs', async () => {
  const first = await ask(team.cookies.launcher)
  const second = await ask(team.cookies.admin, { title: 'Another' })
  expect(second).not.toBe(first)
  expect(await ask(team.cookies.launcher)).toBe(first)
  expect(await ask(team.cookies.admin, { title: 'Another' })).toBe(second)
  const lena = await team.idOf('Lena')
  const guessed = { 'idempotency-key': `${lena} nightly` }
  const answer = await team.ask('POST', '/api/runs', { cookie: team.cookies.admin, headers: guessed, body })
  expect(launchedSchema.parse(await answer.json()).id).not.toBe(first)
})

test('a key that was kept before keys had owners still counts for whoever used it', async () => {
  const lena = { kind: 'person' as const, id: await team.idOf('Lena'), name: 'Lena' }
  const old = { 'idempotency-key': 'old' }
  const { id } = await launch(team.api.app, body, 'old', lena)
  const again = await team.ask('POST', '/api/runs', { cookie: team.cookies.launcher, headers: old, body })
  expect(launchedSchema.parse(await again.json()).id).toBe(id)
  const other = await team.ask('POST', '/api/runs', { cookie: team.cookies.admin, headers: old, body })
  expect(launchedSchema.parse(await other.json()).id).not.toBe(id)
})

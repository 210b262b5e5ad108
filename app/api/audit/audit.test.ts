import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { allEndpoints } from '@/lib/api/endpoints/all-endpoints'
import { changesSomething, type Endpoint } from '@/lib/api/endpoints/endpoint'
import { auditPageSchema, auditVerdictSchema } from '@/lib/api/people'
import { launchedSchema } from '@/lib/api/runs'
import { workflow } from '@/lib/server/testing/test-app'
import { password, startTeam, type Team } from '../members/testing'

let team: Team
beforeAll(async () => {
  team = await startTeam()
})
afterAll(() => team.dispose())

const search = async (query = '') => {
  const answer = await team.ask('GET', `/api/audit${query}`, { cookie: team.cookies.admin })
  return auditPageSchema.parse(await answer.json())
}
const verdict = async () =>
  auditVerdictSchema.parse(
    await (await team.ask('GET', '/api/audit/verify', { cookie: team.cookies.admin })).json(),
  )

describe('the audit log', () => {
  test('tells who did what, where, from where and with what, and repeats no secret', async () => {
    const launched = await team.ask('POST', '/api/runs', {
      cookie: team.cookies.launcher,
      body: { script: workflow('return 1'), tags: ['weekly'], args: { token: 'of-the-args' } },
    })
    const { id } = launchedSchema.parse(await launched.json())
    await team.api.ended(id)
    await team.ask('PUT', '/api/settings', { cookie: team.cookies.admin, body: { runCapUsd: 7 } })
    const { key, shown } = await team.makeKey(team.cookies.launcher, { name: 'ci' })
    await team.ask('DELETE', `/api/runs/${id}`, { key })
    const { entries } = await search()
    const lena = { kind: 'person', id: await team.idOf('Lena'), name: 'Lena' }
    expect(entries.slice(0, 4)).toMatchObject([
      {
        operation: 'deleteRun',
        actor: { kind: 'key', id: shown.id },
        path: `/api/runs/${id}`,
        details: { id },
      },
      { operation: 'makeKey', actor: lena, details: { name: 'ci', role: 'launcher' } },
      { operation: 'changeSettings', actor: { name: 'Adam' }, details: { runCapUsd: 7 } },
      { operation: 'launchRun', actor: lena, client: '127.0.0.1', details: { tags: ['weekly'] } },
    ])
    expect(
      entries.some(({ operation, actor }) => operation === 'acceptInvitation' && actor.name === 'Olga'),
    ).toBe(true)
    const text = JSON.stringify(entries)
    for (const secret of [password, key, 'of-the-args', team.ownerToken, 'session_token'])
      expect(text).not.toContain(secret)
  })

  test('tells nothing of what was refused or only looked at', async () => {
    const before = (await search()).entries[0]?.seq
    await team.ask('POST', '/api/runs', {
      cookie: team.cookies.viewer,
      body: { script: workflow('return 1') },
    })
    await team.ask('PUT', '/api/settings', { cookie: team.cookies.admin, body: { runCapUsd: -1 } })
    await team.ask('POST', '/api/estimate', {
      cookie: team.cookies.launcher,
      body: { script: workflow('return 1') },
    })
    await team.signIn('vera@example.org', 'not the password')
    expect((await search()).entries[0]?.seq).toBe(before)
  })

  test('is searched by text, person, act and time, page by page', async () => {
    const lena = await team.idOf('Lena')
    const byLena = (await search(`?actor=${lena}`)).entries
    expect(new Set(byLena.map(({ actor }) => actor.id))).toEqual(new Set([lena]))
    expect((await search('?q=weekly')).entries.map(({ operation }) => operation)).toEqual(['launchRun'])
    expect((await search('?q=%25')).entries).toEqual([])
    expect((await search('?operation=changeSettings')).entries).toHaveLength(1)
    expect((await search('?to=2020-01-01T00:00:00Z')).entries).toEqual([])
    const all = (await search()).entries.map(({ seq }) => seq)
    const paged: number[] = []
    for (let next: number | null = 1e9; next !== null; ) {
      const page = await search(`?limit=2&before=${next}`)
      paged.push(...page.entries.map(({ seq }) => seq))
      next = page.next
    }
    expect(paged).toEqual(all)
  })

  test('is exported as JSON lines in which the chain can be followed', async () => {
    const answer = await team.ask('GET', '/api/audit/export', { cookie: team.cookies.admin })
    const lines = (await answer.text()).trimEnd().split('\n')
    const { entries, head, broken } = await verdict()
    expect([lines.length, broken]).toEqual([entries, null])
    expect(JSON.parse(lines.at(-1) ?? '{}')).toMatchObject({ seq: entries, digest: head })
  })

  test('has a whole chain after many acts at once', async () => {
    const seq = (await verdict()).entries
    const all = await Promise.all(
      Array.from({ length: 20 }, (_, nth) =>
        team.ask('POST', '/api/keys', { cookie: team.cookies.launcher, body: { name: `at once ${nth}` } }),
      ),
    )
    expect(new Set(all.map(({ status }) => status))).toEqual(new Set([201]))
    expect(await verdict()).toMatchObject({ entries: seq + 20, broken: null })
  })
})

test('no contract has the audit log repeat a field that its body does not have, or a secret', () => {
  const secret = /password|secret|token$|values|headers|env$|source|script|args/i
  const contracts: { operationId: string; endpoint: Endpoint }[] = [...allEndpoints]
  for (const { operationId, endpoint } of contracts) {
    for (const name of endpoint.records ?? []) {
      expect(name, operationId).not.toMatch(secret)
      expect(changesSomething(endpoint), operationId).toBe(true)
      const [outer = '', inner] = name.split('.')
      const odd = { odd: 'one' }
      const fits = endpoint.body?.schema.safeParse({
        ...Object(endpoint.body.example),
        [outer]: inner === undefined ? odd : { [inner]: odd },
      })
      const depth = inner === undefined ? 0 : 1
      const unknown =
        fits?.error?.issues.some(({ code, path }) => code === 'unrecognized_keys' && path.length <= depth) ??
        false
      expect(unknown, `${operationId}: ${name}`).toBe(false)
    }
  }
})

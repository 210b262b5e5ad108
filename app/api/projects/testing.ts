import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { expect } from 'vitest'
import { scheduleSchema } from '@/lib/api/automations/schedules'
import { triggerWithSecretSchema } from '@/lib/api/automations/triggers'
import { allEndpoints } from '@/lib/api/endpoints/all-endpoints'
import { type Endpoint, paramNamesOf } from '@/lib/api/endpoints/endpoint'
import { madeKeySchema, madeShareSchema, runNoteSchema } from '@/lib/api/people'
import { launchedSchema } from '@/lib/api/runs'
import { sourceSchema } from '@/lib/api/sources'
import { workflow } from '@/lib/server/testing/test-app'
import type { Team } from '../members/testing'

/** In the name of everything in the project that others must not know of. */
export const secret = 'initech'

/** Names that the asker gives are in no answer to hold against it. */
export const names = { workflow: 'quiet-plan', deleted: 'quiet-past' }

export const inProject = (id: string) => ({ 'x-skein-project': id })

/** Takes away what the others are tried with, or makes a whole backup each time. */
const ending = new Set(['signOut', 'endSessions', 'endSession', 'changePassword', 'makeBackup'])

/** Every contract that somebody has to be known for, as the rows of a table of tests. */
export const closed = allEndpoints.filter(
  ({ operationId, endpoint }) => endpoint.access !== 'open' && !ending.has(operationId),
)

export type Who = { cookie?: string; key?: string; headers?: Record<string, string> }

/** Something of every kind in a project, made by the owner, with the secret in its name; and ways to ask after it. */
export async function fillProject(team: Team, projectId: string, personId: string) {
  const owner = { cookie: team.cookies.owner }
  const made = async (path: string, body: object, method = 'POST') => {
    const answer = await team.ask(method, path, { ...owner, headers: inProject(projectId), body })
    const text = await answer.text()
    expect(answer.status, `${path} ${text}`).toBeLessThan(300)
    return text === '' ? null : JSON.parse(text)
  }
  const script = workflow("return agent('What of Initech?')", names.workflow)
  const run = launchedSchema.parse(
    await made('/api/runs', {
      script,
      title: 'The merger with Initech',
      tags: ['initech'],
      workspace: team.api.workspace,
    }),
  )
  await team.api.ended(run.id)
  const source = `// Initech\n${script.replace('a test', 'Plans for Initech')}`
  await made('/api/workflows', { source })
  await made('/api/workflows', { source: source.replaceAll(names.workflow, names.deleted) })
  await made(`/api/workflows/${names.deleted}`, {}, 'DELETE')
  const schedule = scheduleSchema.parse(
    await made('/api/schedules', {
      name: 'Initech nightly',
      launch: { workflow: names.workflow },
      cron: '0 3 * * *',
      timeZone: 'UTC',
      monthlyUsd: 9,
    }),
  )
  const { trigger } = triggerWithSecretSchema.parse(
    await made('/api/triggers', {
      name: 'Initech on push',
      launch: { workflow: names.workflow },
      mapping: [],
      monthlyUsd: 9,
    }),
  )
  const note = runNoteSchema.parse(await made(`/api/runs/${run.id}/notes`, { text: 'Of Initech' }))
  const key = madeKeySchema.parse(await made('/api/keys', { name: 'initech-ci', role: 'admin' }))
  const share = madeShareSchema.parse(await made(`/api/runs/${run.id}/shares`, { days: 3 }))
  const added = sourceSchema.parse(
    await made('/api/sources', { name: 'Initech papers', texts: [{ name: 'initech.txt', text: 'Initech' }] }),
  )
  const folder = join(team.api.app.env.dataDir, '..', 'initech-ledgers')
  mkdirSync(folder, { recursive: true })
  await made('/api/folders', { path: folder })
  await made('/api/mcp', { kind: 'http', name: 'initech', url: 'https://initech.example/mcp', headers: [] })
  const budget = { scope: 'workflow', name: 'initech', period: 'day', usd: 1 }
  await made('/api/budgets', { budgets: [budget] }, 'PUT')
  const { store, alerts } = team.api.app
  const outlier = { kind: 'outlier', runId: run.id, title: 'Initech', workflow: 'initech' } as const
  const at = new Date().toISOString()
  await store.money.addAlert(
    `["outlier","real","${run.id}"]`,
    at,
    { ...outlier, spentNanoUsd: 9, medianNanoUsd: 1 },
    null,
  )
  await alerts.start()
  return askingAfter(team, added.path, {
    id: run.id,
    agentId: 'a1',
    checkpointId: 'c1',
    shareId: share.id,
    name: names.workflow,
    scheduleId: schedule.id,
    triggerId: trigger.id,
    noteId: note.id,
    keyId: key.shown.id,
    projectId,
    personId,
    sourceId: added.id,
    quotaId: `project:${projectId}:day:usd`,
    accountId: 'none',
    sessionId: 'none',
    passkeyId: 'none',
    invitationId: 'none',
  })
}
export type Filled = Awaited<ReturnType<typeof fillProject>>

/** `theirs`: what there is in the project, by the parameter of a path that leads to it. */
function askingAfter<Theirs extends Record<string, string>>(team: Team, sourcePath: string, theirs: Theirs) {
  const byName: Record<string, string> = theirs

  function addressOf(endpoint: Endpoint, isThere: boolean): string {
    return endpoint.path.replaceAll(/\{(\w+)\}/g, (_, name: string) => {
      const id = byName[keyOf(name, endpoint.path)]
      if (id === undefined) throw new Error(`Say in this test what {${name}} of ${endpoint.path} leads to.`)
      return isThere ? id : unknownAs(id)
    })
  }

  async function ask(operationId: string, endpoint: Endpoint, who: Who, isThere = true) {
    const { query, body = bodyFor(endpoint) } = naming(operationId, theirs.id ?? '', sourcePath)
    const accept: Record<string, string> =
      endpoint.answer.kind === 'stream' ? { accept: 'application/json' } : {}
    const path = addressOf(endpoint, isThere) + (query === undefined ? '' : `?${query}`)
    const answer = await team.ask(endpoint.method, path, {
      ...who,
      ...(endpoint.method === 'GET' || body === undefined ? {} : { body }),
      headers: { ...accept, ...who.headers },
    })
    if (!answer.headers.get('content-type')?.startsWith('text/event-stream'))
      return { status: answer.status, text: await answer.text() }
    return { status: answer.status, text: await streamText(answer) }
  }

  /** An answer without what the asker named themselves. */
  function told(text: string, isThere: boolean): string {
    let without = text
    for (const id of [sourcePath, ...Object.values(theirs)])
      for (const one of isThere ? [id] : [id, unknownAs(id)])
        if (one.length > 3) without = without.replaceAll(one, '…')
    return without
  }

  /** Every way of a stranger to ask an endpoint is answered as if the project were not there. */
  async function expectWall(operationId: string, endpoint: Endpoint, role: string, cookie: string) {
    const { projectId = '' } = byName
    const there = await ask(operationId, endpoint, { cookie })
    expect(told(there.text, true).toLowerCase(), role).not.toContain(secret)
    if (endpoint.within === 'run' || endpoint.within === 'named-project')
      expect([403, 404], `${role}: ${there.text}`).toContain(there.status)
    if (paramNamesOf(endpoint).length > 0) {
      const unknown = await ask(operationId, endpoint, { cookie }, false)
      expect({ status: there.status, text: told(there.text, true) }, role).toEqual({
        status: unknown.status,
        text: told(unknown.text, false),
      })
    }
    const named = await ask(operationId, endpoint, { cookie, headers: inProject(projectId) })
    const nowhere = { cookie, headers: inProject(unknownAs(projectId)) }
    const asUnknown = await ask(operationId, endpoint, nowhere)
    expect(told(named.text, true).toLowerCase(), role).not.toContain(secret)
    if (endpoint.within === 'project' || endpoint.within === 'run') {
      expect(named.status, `${role}: ${named.text}`).toBe(404)
      expect(told(named.text, true)).toBe(told(asUnknown.text, false))
    }
    const kept = { cookie: `${cookie}; skein_project=${projectId}` }
    expect(told((await ask(operationId, endpoint, kept)).text, true).toLowerCase()).not.toContain(secret)
  }

  return { theirs, ask, told, expectWall }
}

/** The parameter by which a path leads to something: what `{id}` is depends on what it is the id of. */
function keyOf(name: string, path: string): string {
  if (name === 'personId' && path.startsWith('/api/members')) return 'accountId'
  return name === 'id' && path.startsWith('/api/sources') ? 'sourceId' : name
}

/** An id of the same shape that is nobody's. */
export function unknownAs(id: string): string {
  return id.replace(/[0-9a-f](?=[^0-9a-f]*$)/, (digit) => (digit === '0' ? '1' : '0'))
}

/** Queries and bodies that name something of the project, where the path does not. */
function naming(operationId: string, run: string, sourcePath: string): { query?: string; body?: object } {
  const given: Record<string, { query?: string; body?: object }> = {
    bulkAct: { body: { act: 'tag', tag: 'seen', ids: [run] } },
    exportRuns: { query: `ids=${run}` },
    compareResults: { query: `with=${run}` },
    compareChanges: { query: `with=${run}` },
    compareChangedFile: { query: `with=${run}&path=a.txt` },
    getFileDiff: { query: 'path=a.txt' },
    getRunFile: { query: 'path=a.txt' },
    searchAgents: { query: 'q=Initech' },
    followAll: { query: `runs=${run}~0&overview=1` },
    launchRun: { body: { workflow: names.workflow } },
    estimateLaunch: { body: { script: workflow('return 1'), workspace: sourcePath } },
    addSchedule: {
      body: { name: 'Mine', launch: { workflow: names.workflow }, cron: '@daily', timeZone: 'UTC' },
    },
    lookAtFolder: { query: `path=${encodeURIComponent(sourcePath)}` },
    listMcpServers: { query: `workspace=${encodeURIComponent(sourcePath)}` },
    listWorkflows: { query: `workspace=${encodeURIComponent(sourcePath)}` },
    approveMcpServer: { body: { workspace: sourcePath, digest: '0'.repeat(64), values: {} } },
    testMcpServer: { body: { workspace: sourcePath } },
    importWorkflows: { body: { workspace: sourcePath } },
    addSource: { body: { name: 'Mine', texts: [{ name: 'a', text: 'b' }] } },
    addSourceFile: { query: 'name=a.txt' },
    addTrigger: {
      body: { name: 'Mine', launch: { workflow: names.workflow }, mapping: [], monthlyUsd: 1 },
    },
    dismissAlert: { body: { id: `["outlier","real","${run}"]` } },
    compareVersions: { query: 'from=1&to=1' },
    getCosts: { query: 'groupBy=run' },
    getCostsCsv: { query: 'groupBy=run' },
    changeSettings: { body: { allowedModels: null } },
    // What is the installation's is not changed here; what it answers is asked with nothing that fits.
    setBudgets: { body: { budgets: [] } },
  }
  return given[operationId] ?? {}
}

/** What a contract shows of itself; what belongs to no project is asked with nothing that fits, and changes nothing. */
function bodyFor(endpoint: Endpoint): unknown {
  if (endpoint.within === 'installation') return endpoint.body === undefined ? undefined : []
  return endpoint.body?.example
}

/** The beginning of a stream, until it said that the run is gone or twice that it is there. */
async function streamText(answer: Response): Promise<string> {
  let text = ''
  const reader = answer.body?.pipeThrough(new TextDecoderStream()).getReader()
  while (!(text.includes('/gone') && text.includes('overview/overview')) && !/\/events/.test(text)) {
    const piece = await reader?.read()
    if (piece === undefined || piece.done) break
    text += piece.value
  }
  await reader?.cancel()
  return text
}

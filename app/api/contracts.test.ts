import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmdirSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Webhook } from 'standardwebhooks'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { scheduleSchema } from '@/lib/api/automations/schedules'
import { triggerWithSecretSchema } from '@/lib/api/automations/triggers'
import { quotasSchema } from '@/lib/api/budgets'
import { agentApi } from '@/lib/api/endpoints/agent-endpoints'
import { allEndpoints } from '@/lib/api/endpoints/all-endpoints'
import { backupApi } from '@/lib/api/endpoints/backup-endpoints'
import { billingApi } from '@/lib/api/endpoints/billing-endpoints'
import { budgetApi } from '@/lib/api/endpoints/budget-endpoints'
import { changesApi } from '@/lib/api/endpoints/change-endpoints'
import { costApi } from '@/lib/api/endpoints/cost-endpoints'
import {
  addressOf,
  answerSchemaOf,
  type CallOf,
  type Endpoint,
  paramNamesOf,
} from '@/lib/api/endpoints/endpoint'
import { folderApi } from '@/lib/api/endpoints/folder-endpoints'
import { githubApi } from '@/lib/api/endpoints/github-endpoints'
import { importApi } from '@/lib/api/endpoints/import-endpoints'
import { mcpApi } from '@/lib/api/endpoints/mcp-endpoints'
import { noteApi } from '@/lib/api/endpoints/note-endpoints'
import { accountApi, auditApi, keyApi, shareApi } from '@/lib/api/endpoints/people-endpoints'
import { priceApi } from '@/lib/api/endpoints/price-endpoints'
import { projectApi } from '@/lib/api/endpoints/project-endpoints'
import { quotaApi } from '@/lib/api/endpoints/quota-endpoints'
import { retentionApi } from '@/lib/api/endpoints/retention-endpoints'
import { runApi } from '@/lib/api/endpoints/run-endpoints'
import { scheduleApi } from '@/lib/api/endpoints/schedule-endpoints'
import { serverApi } from '@/lib/api/endpoints/server-endpoints'
import { sourcesApi } from '@/lib/api/endpoints/source-endpoints'
import { streamApi } from '@/lib/api/endpoints/stream-endpoints'
import { triggerApi } from '@/lib/api/endpoints/trigger-endpoints'
import { workflowApi } from '@/lib/api/endpoints/workflow-endpoints'
import { mcpServersSchema } from '@/lib/api/mcp'
import { madeKeySchema, madeShareSchema, runNoteSchema } from '@/lib/api/people'
import { pricesSchema, repricingPreviewSchema, repricingsSchema } from '@/lib/api/prices'
import { launchedSchema } from '@/lib/api/runs'
import { sourceSchema } from '@/lib/api/sources'
import { workflowDetailSchema } from '@/lib/api/workflows'
import { utcDay } from '@/lib/core/base/utc-day'
import { writeClaudeRun } from '@/lib/imports/testing/claude-folder'
import { sim, workflow } from '@/lib/server/testing/test-app'
import { type Answer, allRoutes, startTestApi, type TestApi } from './testing'

describe('the contracts', () => {
  test('are those of the route files, method by method', async () => {
    const handled = [...(await allRoutes())].flatMap(([path, methods]) =>
      [...methods.keys()].map((method) => `${method} ${path}`),
    )
    const declared = allEndpoints.map(({ endpoint: { method, path } }) => `${method} ${path}`)
    expect(declared.sort()).toEqual(handled.sort())
  })

  test('have a name each that no other has', () => {
    const names = allEndpoints.map(({ operationId }) => operationId)
    expect(names).toEqual([...new Set(names)])
  })

  test.each(allEndpoints.map(({ operationId, endpoint }) => [operationId, endpoint] as const))(
    'show examples that fit: %s',
    (_, { body, answer }) => {
      if (body !== undefined) expect(body.schema.safeParse(body.example).error).toBeUndefined()
      if (answer.kind === 'json' && answer.example !== undefined)
        expect(answer.schema.safeParse(answer.example).error).toBeUndefined()
    },
  )

  test('make addresses: parameters are encoded, and what is undefined is left out', () => {
    expect(addressOf(runApi.getRun, { params: { id: '../a b' } })).toBe('/api/runs/..%2Fa%20b')
    expect(addressOf(runApi.listRuns, { query: { q: 'a&b', workflow: undefined, limit: 25 } })).toBe(
      '/api/runs?q=a%26b&limit=25',
    )
    const anyEndpoint: Endpoint = runApi.getRun
    expect(() => addressOf(anyEndpoint, {})).toThrow('`id`')
    expect(paramNamesOf(agentApi.skipAgent)).toEqual(['id', 'agentId'])
  })
})

describe('an app', () => {
  let api: TestApi
  const asked = new Set<Endpoint>()
  beforeAll(async () => {
    api = await startTestApi({
      files: { 'a.txt': 'alpha\n' },
      simulator: {
        faults: [{ when: { match: 'FAILS' }, fault: { kind: 'status', status: 400, message: 'no' } }],
      },
    })
  })
  afterAll(() => api.dispose())

  /** Asks one endpoint, which has to answer with what its contract says; `call` checks it. */
  async function ask<E extends Endpoint>(endpoint: E, to: CallOf<E>): Promise<Answer> {
    const answer = await api.call(endpoint.method, addressOf(endpoint, to), to.body, {
      accept: 'application/json',
    })
    expect(answer.status, answer.text).toBeLessThan(300)
    asked.add(endpoint)
    return answer
  }
  const launch = async (script: string, more: object = {}) =>
    launchedSchema.parse((await ask(runApi.launchRun, { body: { script: workflow(script), ...more } })).body)
      .id

  test('answers what the contracts say: of runs and agents', async () => {
    const id = await launch(`return [await agent('one'), await agent('FAILS')]`, { workspace: api.workspace })
    await api.ended(id)
    const params = { id }
    for (const endpoint of [
      ...[runApi.getRun, runApi.getRunInput, runApi.getRunResult, runApi.getRunCosts, runApi.getRunSources],
      ...[runApi.listCheckpoints, costApi.whatIfRun, streamApi.followRun],
    ])
      await ask(endpoint, { params })
    await ask(agentApi.getTranscript, { params: { id, agentId: 'a1' } })
    await ask(runApi.listRuns, {})
    await ask(runApi.listRunFilters, {})
    await ask(workflowApi.listDeletedWorkflows, {})
    await ask(runApi.bulkAct, { body: { act: 'tag', tag: 'audit', ids: [id, 'nobody'] } })
    await ask(runApi.searchAgents, { params, query: { q: 'one' } })
    await ask(runApi.compareResults, { params, query: { with: id } })
    await ask(runApi.changeRun, { params, body: { title: 'Renamed', tags: ['audit'] } })
    await ask(runApi.estimateLaunch, { body: { script: workflow(`return agent('one')`) } })
    await ask(runApi.previewFork, { params, body: {} })
    await ask(runApi.forkRun, { params, body: {} })
    await ask(runApi.previewRetry, { params, body: {} })
    await ask(runApi.retryFailed, { params, body: {} })

    const dry = await launch(`return agent('one')`, { dryRun: true })
    await api.ended(dry)
    await ask(runApi.getRunEstimate, { params: { id: dry } })
  })

  test('answers what the contracts say: of what agents changed, and of what they are given', async () => {
    const git = (...args: string[]) =>
      execFileSync('git', ['-c', 'user.name=t', '-c', 'user.email=t@localhost', ...args], {
        cwd: api.workspace,
      })
    git('init', '-q', '-b', 'main')
    git('add', '-A')
    git('commit', '-q', '-m', 'first')
    const turns = [{ toolCalls: [{ name: 'write_file', input: { path: 'a.txt', content: 'beta\n' } }] }, {}]
    const id = await launch(`return agent(${JSON.stringify(`Write. [[sim: ${JSON.stringify(turns)}]]`)})`, {
      workspace: api.workspace,
      permissions: { write: true },
    })
    await api.ended(id)
    const params = { id }
    await ask(changesApi.getChanges, { params })
    await ask(changesApi.getFileDiff, { params, query: { path: 'a.txt' } })
    await ask(changesApi.compareChanges, { params, query: { with: id } })
    await ask(changesApi.compareChangedFile, { params, query: { with: id, path: 'a.txt' } })
    await ask(changesApi.getRunFile, { params, query: { path: 'a.txt', line: 1 } })
    await ask(changesApi.applyChanges, { params })
    await ask(changesApi.undoApply, { params })
    await ask(changesApi.makeBranch, { params, body: {} })
    await ask(changesApi.getPatch, { params })

    const added = await ask(sourcesApi.addSource, { body: { texts: [{ name: 'a.md', text: '# A' }] } })
    const source = { id: sourceSchema.parse(added.body).id }
    await ask(sourcesApi.listSources, {})
    await ask(sourcesApi.getSource, { params: source })
    await ask(sourcesApi.deleteSource, { params: source })
  })

  test('answers what the contracts say: of acts', async () => {
    const held = sim({ text: 'words before silence', fault: { kind: 'body-stall', afterTokens: 2 } })
    const calls = [1, 2, 3].map((at) => `() => agent(${JSON.stringify(`${at} ${held}`)})`)
    const id = await launch(`return parallel([${calls.join()}])`, { approval: 'ask' })
    const params = { id }
    const heard = api.heard(id, 3)
    await ask(runApi.approveRun, { params, body: {} })
    await heard
    await ask(agentApi.steerAgent, { params: { id, agentId: 'a1' }, body: { message: 'Be brief.' } })
    await ask(agentApi.retryAgent, { params: { id, agentId: 'a1' }, body: {} })
    await ask(agentApi.skipAgent, { params: { id, agentId: 'a2' } })
    await ask(agentApi.cancelAgent, { params: { id, agentId: 'a3' } })
    await ask(runApi.pauseRun, { params })
    await ask(runApi.resumeRun, { params })
    await ask(runApi.cancelRun, { params })

    const question = await launch(`return checkpoint({ title: 'Go on?' })`)
    await api.until(question, ({ event }) => event.type === 'checkpoint.opened')
    await ask(runApi.answerCheckpoint, {
      params: { id: question, checkpointId: 'c1' },
      body: { answer: true },
    })
  })

  test('answers what the contracts say: of workflows', async () => {
    const source = workflow('return 1')
    await ask(workflowApi.listWorkflows, {})
    await ask(workflowApi.checkWorkflow, { body: { source } })
    const { name, digest } = workflowDetailSchema.parse(
      (await ask(workflowApi.createWorkflow, { body: { source } })).body,
    )
    const params = { name }
    await ask(workflowApi.saveWorkflow, { params, body: { source: workflow('return 2'), basedOn: digest } })
    await ask(workflowApi.importWorkflows, { body: { source, fileName: 'a.js' } })
    await ask(workflowApi.getWorkflow, { params })
    await ask(workflowApi.compareVersions, { params, query: { from: 1, to: 2 } })
    await ask(workflowApi.listWorkflowRuns, { params })
    await ask(workflowApi.deleteWorkflow, { params })
    await ask(workflowApi.restoreWorkflow, { params })
  })

  test('answers what the contracts say: of money', async () => {
    await api.ended(await launch(`return agent('priced')`))
    for (const endpoint of [
      costApi.getCosts,
      costApi.getAgentCosts,
      costApi.getCostNotes,
      costApi.whatIfPeriod,
    ])
      await ask(endpoint, {})
    await ask(budgetApi.getBudgets, {})
    await ask(budgetApi.setBudgets, { body: budgetApi.setBudgets.body.example })
    await ask(budgetApi.listAlerts, {})
    await ask(budgetApi.getWebhook, {})
    await ask(budgetApi.setWebhook, {
      body: { url: 'https://hooks.example.com/skein', secret: budgetApi.setWebhook.body.example.secret },
    })

    const { prices } = pricesSchema.parse((await ask(priceApi.getPrices, {})).body)
    const dearer = prices.map((row) => ({ ...row, rates: { ...row.rates, output: 9e7 } }))
    await ask(priceApi.setPrices, { body: { prices: dearer } })
    const today = utcDay(api.app.now())
    const period = { from: today, to: today }
    const preview = await ask(priceApi.previewRepricing, { body: period })
    const { digest } = repricingPreviewSchema.parse(preview.body)
    const done = await ask(priceApi.reprice, { body: { asked: period, digest } })
    const id = repricingsSchema.parse(done.body).repricings[0]?.id ?? ''
    await ask(priceApi.listRepricings, {})
    await ask(priceApi.undoRepricing, { params: { id } })

    await ask(billingApi.getBilling, {})
    await ask(billingApi.getBillingNames, {})
    await ask(billingApi.setBillingMapping, { body: billingApi.setBillingMapping.body.example })
    await ask(billingApi.getBilled, {})
    await ask(billingApi.refreshBilled, { body: {} })
    await ask(billingApi.setAdminKey, { body: { key: 'sk-ant-admin01-nobody-has-this-0123' } })
    await ask(billingApi.refreshBilled, { body: { now: true } })
    await ask(billingApi.deleteAdminKey, {})
  })

  test('answers what the contracts say: of the installation', async () => {
    for (const endpoint of [
      serverApi.getSettings,
      serverApi.listModels,
      serverApi.getLimits,
      serverApi.listWorkspaces,
    ])
      await ask(endpoint, {})
    await ask(serverApi.getHealth, {})
    await ask(serverApi.getLiveness, {})
    await ask(serverApi.getReadiness, {})
    await ask(serverApi.getMetrics, {})
    await ask(serverApi.changeSettings, { body: { runCapUsd: 4 } })
    await ask(streamApi.followOverview, {})
  })

  test('answers what the contracts say: of folders', async () => {
    const path = mkdtempSync(join(tmpdir(), 'skein-folder-'))
    await ask(folderApi.addFolder, { body: { path } })
    await ask(folderApi.listFolders, {})
    await ask(folderApi.lookAtFolder, { query: { path } })
    await ask(folderApi.removeFolder, { query: { path } })
    rmdirSync(path)
  })

  test('answers what the contracts say: of MCP servers', async () => {
    const { workspace } = api
    const mcpServers = { found: { command: 'no-such-program', env: { KEY: '$' + '{KEY}' } } }
    writeFileSync(join(workspace, '.mcp.json'), JSON.stringify({ mcpServers }))
    const own = { kind: 'http', name: 'own', url: 'http://127.0.0.1:1/mcp' } as const
    const secret = [{ name: 'Authorization', secret: 'of-this-test-alone' }]
    const answers = [
      await ask(mcpApi.addMcpServer, { body: { ...own, headers: secret } }),
      await ask(mcpApi.changeMcpServer, {
        params: { name: 'own' },
        body: { ...own, headers: [{ name: 'Authorization' }] },
      }),
      await ask(mcpApi.testMcpServer, { params: { name: 'own' }, body: {} }),
    ]
    const listed = await ask(mcpApi.listMcpServers, { query: { workspace } })
    const digest =
      mcpServersSchema.parse(listed.body).servers.find(({ name }) => name === 'found')?.digest ?? ''
    const values = { KEY: 'of-this-test-alone' }
    const params = { name: 'found' }
    answers.push(listed, await ask(mcpApi.approveMcpServer, { params, body: { workspace, digest, values } }))
    expect(JSON.stringify(answers)).not.toContain('of-this-test-alone')
    await ask(mcpApi.deleteMcpServer, { params: { name: 'own' } })
  })

  test('answers what the contracts say: of quotas', async () => {
    const subject = { kind: 'person', id: 'local' } as const
    await ask(quotaApi.addQuota, { body: { subject, period: 'month', unit: 'agents', amount: 100_000 } })
    const listed = await ask(quotaApi.listQuotas, {})
    const [{ id } = { id: '' }] = quotasSchema.parse(listed.body).quotas
    await ask(quotaApi.getOwnQuotas, {})
    await ask(quotaApi.changeQuota, { params: { quotaId: id }, body: { unit: 'agents', amount: 200_000 } })
    await ask(quotaApi.deleteQuota, { params: { quotaId: id } })
  })

  test('answers what the contracts say: of backups', async () => {
    await ask(backupApi.setBackups, { body: { schedule: { cron: '@daily' } } })
    await ask(backupApi.makeBackup, {})
    await ask(backupApi.getBackups, {})
  })

  test('answers what the contracts say: of how long runs are kept', async () => {
    const body = { rules: [{ days: 3650 }], deliveryDays: 365 }
    await ask(retentionApi.previewRetention, { body })
    await ask(retentionApi.setRetention, { body })
    await ask(retentionApi.getRetention, {})
  })

  test('answers what the contracts say: of triggers', async () => {
    const { trigger, secret } = triggerWithSecretSchema.parse(
      (await ask(triggerApi.addTrigger, { body: { name: 'Told', launch: { script: workflow('return 1') } } }))
        .body,
    )
    const params = { triggerId: trigger.id }
    const at = new Date(api.app.now())
    const answer = await api.call('POST', trigger.path, '{}', {
      'webhook-id': 'msg_1',
      'webhook-timestamp': String(Math.floor(at.getTime() / 1000)),
      'webhook-signature': new Webhook(secret).sign('msg_1', at, '{}'),
    })
    expect(answer.status).toBe(200)
    asked.add(triggerApi.fireTrigger)
    await ask(triggerApi.changeTrigger, { params, body: { isOn: false } })
    await ask(triggerApi.renewTriggerSecret, { params, body: {} })
    await ask(triggerApi.listTriggers, {})
    await ask(triggerApi.deleteTrigger, { params })
  })

  test('answers what the contracts say: of schedules', async () => {
    const cadence = { cron: '@daily', timeZone: 'UTC' }
    await ask(scheduleApi.previewCadence, { body: cadence })
    const launch = { script: workflow('return 1') }
    const { id } = scheduleSchema.parse(
      (await ask(scheduleApi.addSchedule, { body: { name: 'Daily', launch, ...cadence } })).body,
    )
    const params = { scheduleId: id }
    await ask(scheduleApi.changeSchedule, { params, body: { isOn: false } })
    await ask(scheduleApi.runSchedule, { params })
    await ask(scheduleApi.listSchedules, {})
    await ask(scheduleApi.deleteSchedule, { params })
  })

  test('answers what the contracts say: of keys, imports and of who changed what', async () => {
    await ask(accountApi.getAccess, {})
    await ask(projectApi.listProjects, {})
    await ask(projectApi.getProviderKey, {})
    await ask(projectApi.setProviderKey, { body: { key: 'sk-ant-nobody-has-this-key-0123' } })
    await ask(projectApi.deleteProviderKey, {})
    await ask(githubApi.getGithub, {})
    await ask(githubApi.checkGithub, { body: {} })
    await ask(githubApi.setGithub, { body: { kind: 'token', token: 'nobody-has-this-token-0123' } })
    await ask(githubApi.deleteGithub, {})
    const { shown } = madeKeySchema.parse((await ask(keyApi.makeKey, { body: { name: 'ci' } })).body)
    await ask(keyApi.listKeys, {})
    await ask(keyApi.revokeKey, { params: { keyId: shown.id } })
    const id = await launch('return 1')
    await ask(githubApi.getRunGithub, { params: { id } })
    const made = madeShareSchema.parse((await ask(shareApi.shareRun, { params: { id }, body: {} })).body)
    await ask(shareApi.listShares, { params: { id } })
    await ask(shareApi.readShared, { body: { token: made.path.split('#')[1] ?? '' } })
    const written = await ask(noteApi.addNote, { params: { id }, body: { text: 'One.' } })
    const note = { id, noteId: runNoteSchema.parse(written.body).id }
    await ask(noteApi.editNote, { params: note, body: { text: 'Two.' } })
    await ask(noteApi.listNotes, { params: { id } })
    await ask(noteApi.deleteNote, { params: note })
    const from = api.workspace
    const place = writeClaudeRun(from, { agents: [{ prompt: 'Say yes', answer: 'yes' }] })
    await ask(importApi.findClaudeRuns, { query: { from } })
    await ask(importApi.importClaudeRun, { body: { ...place, from } })
    await ask(auditApi.searchAudit, { query: { q: 'ci' } })
    await ask(auditApi.verifyAudit, {})
    await ask(auditApi.exportAudit, {})
  })

  test('was asked for every JSON there is, but for what needs a receiver, bytes or accounts', () => {
    const json = allEndpoints.filter(({ endpoint }) => answerSchemaOf(endpoint) !== null)
    const left = json.filter(({ endpoint }) => !asked.has(endpoint)).map(({ operationId }) => operationId)
    // Two are asked in the tests of budgets, with a receiver and a warning of their own, and checked in the
    // same way. The body of an upload is no JSON: it is asked in the tests of sources; what is handed over to GitHub
    // is asked in its own, with a stand-in.
    const ofAPerson = ['beginOidc', 'beginPasskeySignIn', 'getAccount', 'beginPasskey', 'linkProvider']
    const ofATeam = [...ofAPerson, 'listMembers', 'changeMember', 'makePasswordLink', 'invite']
    const ofProjects = ['makeProject', 'changeProject', 'listProjectMembers', 'setProjectMember']
    const ofGithub = ['openPullRequest', 'retryHandover']
    const first = ['addSourceFile', 'dismissAlert', 'testWebhook']
    expect(left).toEqual([...first, ...ofATeam, ...ofProjects, ...ofGithub])
  })

  test('gives files and streams the content types that the contracts name', async () => {
    const id = await launch(`await agent('exported')
return { report: '# Found', findings: [{ file: 'a.ts', line: 1, title: 'odd' }] }`)
    await api.ended(id)
    for (const format of ['json', 'md', 'html', 'report', 'sarif'] as const)
      await ask(runApi.exportRun, { params: { id }, query: { format } })
    await ask(costApi.getCostsCsv, {})
    await ask(serverApi.getOpenApi, {})
    for (const address of [
      addressOf(streamApi.followRun, { params: { id } }),
      addressOf(streamApi.followOverview, {}),
      addressOf(streamApi.followAll, {}),
    ]) {
      const response = await api.send('GET', address)
      expect(response.headers.get('content-type')).toMatch(/^text\/event-stream/)
      await response.body?.cancel()
    }
  })
})

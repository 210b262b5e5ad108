import { agentStateSchema } from '@/lib/core/agent/agent'
import { jsonSchema } from '@/lib/core/base/json'
import { checkpointSchema } from '@/lib/core/run/checkpoint'
import { envelopeSchema } from '@/lib/core/run/events'
import { runHeaderSchema, snapshotSchema } from '@/lib/core/run/state'
import { savedEstimateSchema } from '@/lib/core/spec/calibration'
import { schemaNames } from '../schema-names'
import { agentApi } from './agent-endpoints'
import { backupApi } from './backup-endpoints'
import { billingApi } from './billing-endpoints'
import { budgetApi } from './budget-endpoints'
import { changesApi } from './change-endpoints'
import { costApi } from './cost-endpoints'
import type { Endpoint } from './endpoint'
import { folderApi } from './folder-endpoints'
import { githubApi } from './github-endpoints'
import { importApi } from './import-endpoints'
import { mcpApi } from './mcp-endpoints'
import { noteApi } from './note-endpoints'
import { accountApi, auditApi, keyApi, memberApi, shareApi } from './people-endpoints'
import { priceApi } from './price-endpoints'
import { projectApi } from './project-endpoints'
import { quotaApi } from './quota-endpoints'
import { retentionApi } from './retention-endpoints'
import { runApi } from './run-endpoints'
import { scheduleApi } from './schedule-endpoints'
import { serverApi } from './server-endpoints'
import { sourcesApi } from './source-endpoints'
import { streamApi } from './stream-endpoints'
import { triggerApi } from './trigger-endpoints'
import { workflowApi } from './workflow-endpoints'

/**
 * The groups of endpoints, each with its tag. An endpoint that is not here is not served, and a route file
 * for it fails a test.
 */
export const endpointGroups: readonly {
  tag: string
  description: string
  endpoints: Readonly<Record<string, Endpoint>>
}[] = [
  { tag: 'runs', description: 'Launching runs, reading, changing and forking them', endpoints: runApi },
  { tag: 'changes', description: 'What agents changed, and what became of it', endpoints: changesApi },
  {
    tag: 'sources',
    description: 'Documents, web pages and repositories that runs work on',
    endpoints: sourcesApi,
  },
  { tag: 'notes', description: 'What people write about runs', endpoints: noteApi },
  { tag: 'agents', description: 'Agents of a run, and acts on them', endpoints: agentApi },
  { tag: 'streams', description: 'Runs and the overview as they change', endpoints: streamApi },
  { tag: 'workflows', description: 'The library of workflows and its versions', endpoints: workflowApi },
  { tag: 'schedules', description: 'Launches that are made again and again', endpoints: scheduleApi },
  { tag: 'triggers', description: 'Launches that signed webhooks make', endpoints: triggerApi },
  { tag: 'costs', description: 'What was spent, and what it would have cost otherwise', endpoints: costApi },
  {
    tag: 'billing',
    description: 'What was billed, beside what is computed here',
    endpoints: billingApi,
  },
  { tag: 'prices', description: 'The dated price list, and repricing of past usage', endpoints: priceApi },
  { tag: 'folders', description: 'Folders of this machine that runs may open', endpoints: folderApi },
  { tag: 'imports', description: 'Runs of Claude Code, imported from its folder', endpoints: importApi },
  { tag: 'mcp', description: 'MCP servers whose tools agents may call', endpoints: mcpApi },
  { tag: 'budgets', description: 'Caps, budgets, alerts and the webhook', endpoints: budgetApi },
  { tag: 'quotas', description: 'What people, keys and projects may use', endpoints: quotaApi },
  { tag: 'retention', description: 'What is deleted by its age', endpoints: retentionApi },
  { tag: 'backups', description: 'Backups that are made by themselves', endpoints: backupApi },
  { tag: 'account', description: 'Signing in, and one’s own account', endpoints: accountApi },
  { tag: 'members', description: 'Who is in the team, with which role', endpoints: memberApi },
  { tag: 'projects', description: 'Projects, and who is in them', endpoints: projectApi },
  {
    tag: 'github',
    description: 'The connection to GitHub, and what is handed over to it',
    endpoints: githubApi,
  },
  { tag: 'keys', description: 'Keys with which programs ask', endpoints: keyApi },
  { tag: 'shares', description: 'Runs read by a link, without an account', endpoints: shareApi },
  { tag: 'audit', description: 'Who changed what, in order', endpoints: auditApi },
  {
    tag: 'server',
    description: 'Settings, models, folders and health of this installation',
    endpoints: serverApi,
  },
]

/** Every endpoint with its name, which is its `operationId`, and its tag. */
export const allEndpoints: readonly { operationId: string; tag: string; endpoint: Endpoint }[] =
  endpointGroups.flatMap(({ tag, endpoints }) =>
    Object.entries(endpoints).map(([operationId, endpoint]) => ({ operationId, tag, endpoint })),
  )

const names = new Map(allEndpoints.map(({ operationId, endpoint }) => [endpoint, operationId]))

/** The name of an endpoint: its `operationId`. */
export function nameOf(endpoint: Endpoint): string {
  const name = names.get(endpoint)
  if (name === undefined) throw new Error(`${endpoint.method} ${endpoint.path} is in no group.`)
  return name
}

// Answers that are the ground's own schemas; the schemas of this module name themselves.
schemaNames.add(jsonSchema, { id: 'Json' })
schemaNames.add(runHeaderSchema, { id: 'Run' })
schemaNames.add(snapshotSchema, { id: 'Snapshot' })
schemaNames.add(agentStateSchema, { id: 'Agent' })
schemaNames.add(checkpointSchema, { id: 'Checkpoint' })
schemaNames.add(envelopeSchema, { id: 'Envelope' })
schemaNames.add(savedEstimateSchema, { id: 'SavedEstimate' })

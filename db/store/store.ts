import { defaultProject } from '@/lib/core/base/project'
import type { EngineStore, Store } from '@/lib/core/ports/store'
import { createKeyStore } from '../access/api-keys'
import { createAuditStore } from '../access/audit'
import { createPeopleStore } from '../access/people'
import { createProjectStore } from '../access/projects'
import { createRunNoteStore } from '../access/run-notes'
import { createShareStore } from '../access/shares'
import { type ListsOfProject, withinProject } from '../access/within-project'
import { createScheduleStore } from '../automations/schedules'
import { createTriggerStore } from '../automations/triggers'
import { createBillingStore } from '../billing/billed-days'
import { createGithubStore } from '../github/handovers'
import { createImportStore } from '../imports/import-store'
import { type Connection, type Queries, queriesOver } from '../open'
import { createRetentionStore } from '../retention/retention'
import { createAgentStore } from './agents'
import { createAlertStore } from './alerts'
import { createHistoryStore } from './history'
import { createJournalStore } from './journal'
import { createPriceStore } from './prices'
import { createRepricingStore } from './repricing'
import { createRunStore } from './runs'
import { createSettingStore } from './settings'
import { createSpendingStore } from './spending'
import { createWorkflowStore } from './workflows'

/** Longest a statement blocks the process for somebody else's lock. */
const LOCK_WAIT_MS = 100

/**
 * The store in one SQLite file. Every call is one statement or one transaction; `release` closes the file.
 */
export function createStore(connection: Connection, release: () => void): Store {
  // Waiting for a lock here would hold up everything else; the recorder waits instead, and tries again.
  connection.pragma(`busy_timeout = ${LOCK_WAIT_MS}`)
  const queries = queriesOver(connection)
  const within = new Map<string, Store>()
  return {
    ...listsOf(connection, queries, null),
    within(project) {
      const known = within.get(project) ?? withinProject(listsOf(connection, queries, project), project)
      within.set(project, known)
      return known
    },
    close: release,
  }
}

/** Everything that is stored, its lists and sums those of one project, or (null) of all. */
function listsOf(connection: Connection, queries: Queries, project: string | null): ListsOfProject {
  return {
    ...createEngineStore(connection, queries, project),
    ...createSpendingStore(connection, queries, project),
    ...createHistoryStore(connection, project),
    ...createSettingStore(queries),
    // Names are those of one library: asked of none in particular it is that of Default.
    workflows: createWorkflowStore(connection, queries, project ?? defaultProject),
    money: {
      ...createPriceStore(queries),
      ...createAlertStore(queries, project),
      ...createRepricingStore(connection, queries),
    },
    people: createPeopleStore(queries),
    keys: createKeyStore(queries, project),
    audit: createAuditStore(queries),
    shares: createShareStore(queries),
    runNotes: createRunNoteStore(queries),
    imports: createImportStore(connection, queries),
    schedules: createScheduleStore(queries, project),
    triggers: createTriggerStore(queries, project),
    github: createGithubStore(queries),
    billing: createBillingStore(queries),
    retention: createRetentionStore(connection, queries),
    projects: createProjectStore(queries),
  }
}

/** The part of it that an engine needs; lists are those of one project, or (null) of all. */
export function createEngineStore(
  connection: Connection,
  queries: Queries,
  project: string | null,
): EngineStore {
  return {
    ...createRunStore(connection, queries, project),
    ...createJournalStore(connection, queries),
    ...createAgentStore(queries),
  }
}

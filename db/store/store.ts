import type { EngineStore, Store } from '@/lib/core/ports/store'
import { createKeyStore } from '../access/api-keys'
import { createAuditStore } from '../access/audit'
import { createPeopleStore } from '../access/people'
import { createRunNoteStore } from '../access/run-notes'
import { createShareStore } from '../access/shares'
import { createScheduleStore } from '../automations/schedules'
import { createTriggerStore } from '../automations/triggers'
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
  return {
    ...createEngineStore(connection, queries),
    ...createSpendingStore(connection, queries),
    ...createHistoryStore(connection),
    ...createSettingStore(queries),
    workflows: createWorkflowStore(connection, queries),
    money: {
      ...createPriceStore(queries),
      ...createAlertStore(queries),
      ...createRepricingStore(connection, queries),
    },
    people: createPeopleStore(queries),
    keys: createKeyStore(queries),
    audit: createAuditStore(queries),
    shares: createShareStore(queries),
    runNotes: createRunNoteStore(queries),
    schedules: createScheduleStore(queries),
    triggers: createTriggerStore(queries),
    retention: createRetentionStore(connection, queries),
    close: release,
  }
}

/** The part of it that an engine needs. */
export function createEngineStore(connection: Connection, queries: Queries): EngineStore {
  return {
    ...createRunStore(connection, queries),
    ...createJournalStore(connection, queries),
    ...createAgentStore(queries),
  }
}

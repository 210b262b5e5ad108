import type { MoneyStore } from '../money/money-store'
import type { WorkflowStore } from '../run/workflow-store'
import type { AgentStore } from './agent-store'
import type { AuditStore } from './audit-store'
import type { BillingStore } from './billing-store'
import type { GithubStore } from './github-store'
import type { HistoryStore } from './history-store'
import type { ImportStore } from './import-store'
import type { JournalStore } from './journal-store'
import type { KeyStore } from './key-store'
import type { PeopleStore } from './people-store'
import type { ProjectStore } from './project-store'
import type { RetentionStore } from './retention-store'
import type { RunNoteStore } from './run-note-store'
import type { RunStore } from './run-store'
import type { ScheduleStore } from './schedule-store'
import type { SettingStore } from './setting-store'
import type { ShareStore } from './share-store'
import type { SpendingStore } from './spending-store'
import type { TriggerStore } from './trigger-store'

/** What the life of a run is kept in: all that an engine needs. */
export type EngineStore = RunStore & JournalStore & AgentStore

/**
 * Everything that is stored, as the composition holds it; callers take only the part they need.
 * Asynchronous whatever lies beneath, so a server database can stand in for the file.
 */
export type Store = EngineStore &
  SpendingStore &
  HistoryStore &
  SettingStore & {
    workflows: WorkflowStore
    money: MoneyStore
    people: PeopleStore
    keys: KeyStore
    audit: AuditStore
    shares: ShareStore
    runNotes: RunNoteStore
    imports: ImportStore
    schedules: ScheduleStore
    triggers: TriggerStore
    github: GithubStore
    billing: BillingStore
    retention: RetentionStore
    projects: ProjectStore
    /**
     * The same of one project: what belongs to another is not there, and sums and lists hold none of it. What
     * tells of all projects at once rejects.
     */
    within(project: string): Store
    close(): void
  }

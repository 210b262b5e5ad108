import type { AppCallbacks } from '../app/app'
import { appWithin } from '../app/within-project'
import { createBackupWatch, noteBackup } from '../backups/backups'
import { pruneAtStart } from '../changes/delete-run'
import { createHandoverWatch } from '../github/handover-watch'
import { finishRepricings } from '../money/repricing'
import { createRetentionSweep } from '../retention/retention-sweep'
import { checkWorkflow } from '../runs/check-workflow'
import { createScheduleWatch } from '../schedules/schedule-watch'

/** The verbs that every app gives its engine, or goes on with when it starts. */
export const appCallbacks: AppCallbacks = {
  checkWorkflow,
  finishRepricings,
  pruneAtStart,
  createScheduleWatch,
  appWithin,
  createBackupWatch,
  createHandoverWatch,
  noteBackup,
  createRetentionSweep,
}

import { DatabaseError } from '@/db/open'
import { log, logError, setLog } from '../log/log'
import { EnvironmentError, processEnvironment } from '../services/env'
import { installRequestGuard } from './request-guard'
import { getApp } from './the-app'

/** How long turns in flight may take to finish when the server is told to stop. */
const GRACE_MS = 4_000

/** Beyond the grace, the process ends whatever is still open. */
const DEADLINE_MS = 8_000

/**
 * Puts the app together before the first request, so open runs go on by themselves. What the operator
 * can mend is said in one sentence and ends the process; so do signals, after streams are closed and commits
 * are on disk.
 */
export async function startUp(): Promise<void> {
  try {
    const { log: asked, secrets, trustedProxies } = processEnvironment()
    const format = asked.format ?? (process.stderr.isTTY ? 'text' : 'json')
    setLog({ format, level: asked.level, secrets })
    installRequestGuard(trustedProxies)
    const app = await getApp()
    if (app.access.mode === 'token')
      log(
        'warn',
        'SKEIN_TEAM_TOKEN is deprecated: everybody who has it may do nearly everything, under any name. Set SKEIN_AUTH=team to give everybody an account; docs/team.md says how.',
      )
    let isStopping = false
    const stop = (code: number) => {
      if (isStopping) return
      isStopping = true
      setTimeout(() => process.exit(code), DEADLINE_MS).unref()
      app
        .close(GRACE_MS)
        .then(() => process.exit(code))
        .catch((error) => {
          log('error', 'Could not stop cleanly.', {}, error)
          process.exit(1)
        })
    }
    process.on('SIGTERM', () => stop(0))
    process.on('SIGINT', () => stop(0))
  } catch (error) {
    const isOurs = error instanceof EnvironmentError || error instanceof DatabaseError
    if (isOurs) log('error', error.message)
    else logError(error)
    process.exit(2)
  }
}

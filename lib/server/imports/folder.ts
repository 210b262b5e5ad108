import { isAbsolute } from 'node:path'
import { cutText } from '@/lib/core/base/cut-text'
import type { App } from '@/lib/server/app/app'
import { Refusal } from '@/lib/server/services/problem'

/**
 * The folder that runs are imported from: the one that is configured, or one that runs may open. Throws, with what to
 * do, where there is none or it is not to be read.
 */
export async function importFolder(app: App, from: string | undefined): Promise<string> {
  const { claudeDir } = app.env
  if (from === undefined || from === claudeDir) {
    if (claudeDir !== null) return claudeDir
    throw new Refusal(
      'conflict',
      'Nothing says where the folder of Claude Code is. Set SKEIN_CLAUDE_DIR to it and restart.',
    )
  }
  if (!isAbsolute(from)) {
    const message = `${cutText(from, 300)} is not an absolute path. Give the whole path, from / on.`
    throw new Refusal('bad-request', message, [{ path: 'from', message }])
  }
  await app.requireAllowed(from)
  return from
}

import type { Skipped } from '@/lib/core/spec/imported'
import type { ClaudeConversation, ClaudePlace } from '../claude-run'
import { BoundedFiles, Unreadable } from './bounded-files'
import { agentFile, isName, pathsOf } from './places'
import { readConversation } from './read-conversation'
import { Skips } from './skips'

/** Conversations by agent, in the order asked for; null where an agent left none that can be read. */
export type ReadAgents = { conversations: (ClaudeConversation | null)[]; skipped: Skipped[] }

/** Reads the conversations of some agents of a run. */
export function readAgents(folder: string, place: ClaudePlace, ids: readonly string[]): ReadAgents {
  const files = new BoundedFiles(folder)
  const skips = new Skips()
  const conversations = ids.map((id) => {
    const file = agentFile(id)
    const path = [...pathsOf(place).agents, file]
    if (!isName(file) || files.stat(...path) === null) {
      skips.add('agents without a transcript')
      return null
    }
    try {
      return readConversation(files, path, skips)
    } catch (error) {
      if (!(error instanceof Unreadable)) throw error
      skips.add(`transcripts: ${error.message}`)
      return null
    }
  })
  return { conversations, skipped: skips.list() }
}

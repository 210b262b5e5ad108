import { textOfJson } from '@/lib/core/base/json'
import type { Needs } from '../context/active-run'

/** How a script names an answer in a prompt without its text: what `answerRef()` gives. */
const REFERENCE = /\[\[answer of (a[0-9]+(?:\.[0-9]+)*)\]\]/g

/** A prompt with its references read. */
type References = {
  /** Ids of the agents whose answers it refers to; only answers that exist. */
  ids: string[]
  /** Ids of agents that it names and whose answers its script has not been told. */
  unread: string[]
  /** As it is sent: each reference says whose answer it is, how long, and how to read it. */
  prompt: string
  /**
   * The prompt as part of the call key: references are replaced by the answers' digests, so equal answers
   * give equal keys, whichever agents gave them.
   */
  keyed: string
}

/**
 * Reads the references of a prompt to agents whose end its script has been told: what else has ended by now may
 * not have when the script is led through its past again. One that gave no answer is said to have given none; any
 * other reference stays as it is, and is named in `unread`.
 */
export function answerRefs(
  run: Needs<'answers' | 'journal' | 'ports'>,
  prompt: string,
  knows: (agentId: string) => boolean,
): References {
  const ids = new Set<string>()
  const unread = new Set<string>()
  if (!prompt.includes('[[answer of ')) return { ids: [], unread: [], prompt, keyed: prompt }
  const replaced = (as: (id: string, text: string | null) => string) =>
    prompt.replace(REFERENCE, (whole, id: string) => {
      if (!knows(id) || !run.journal.state.agents.has(id)) {
        unread.add(id)
        return whole
      }
      if (!run.answers.has(id)) return as(id, null)
      ids.add(id)
      return as(id, textOfJson(run.answers.get(id) ?? null))
    })
  const sent = replaced((id, text) => {
    const { label } = run.journal.agent(id)
    if (text === null) return `(“${label}”, ${id}, gave no answer)`
    return `(the answer of “${label}”, ${id}: ${text.length.toLocaleString('en')} characters; read it with \`read_answers\`)`
  })
  const keyed = replaced((_, text) =>
    text === null ? '[[no answer]]' : `[[answer ${run.ports.digest(text)}]]`,
  )
  return { ids: [...ids], unread: [...unread], prompt: sent, keyed }
}

import { textOfJson } from '@/lib/core/base/json'
import type { Needs } from '../context/active-run'

/** How a script names an answer in a prompt without its text: what `answerRef()` gives. */
const REFERENCE = /\[\[answer of (a[0-9]+(?:\.[0-9]+)*)\]\]/g

/** A prompt with its references read. */
type References = {
  /** Ids of the agents whose answers it refers to; only answers that exist. */
  ids: string[]
  /** As it is sent: each reference says whose answer it is, how long, and how to read it. */
  prompt: string
  /**
   * The prompt as part of the call key: references are replaced by the answers' digests, so equal answers
   * give equal keys, whichever agents gave them.
   */
  keyed: string
}

/** Reads the references of a prompt to answers of agents that have ended; any other stays as it is. */
export function answerRefs(run: Needs<'answers' | 'journal' | 'ports'>, prompt: string): References {
  const ids = new Set<string>()
  const replaced = (as: (id: string, text: string) => string) =>
    prompt.replace(REFERENCE, (whole, id: string) => {
      if (!run.answers.has(id)) return whole
      ids.add(id)
      return as(id, textOfJson(run.answers.get(id) ?? null))
    })
  if (!prompt.includes('[[answer of ')) return { ids: [], prompt, keyed: prompt }
  const sent = replaced((id, text) => {
    const { label } = run.journal.agent(id)
    return `(the answer of “${label}”, ${id}: ${text.length.toLocaleString('en')} characters; read it with \`read_answers\`)`
  })
  const keyed = replaced((_, text) => `[[answer ${run.ports.digest(text)}]]`)
  return { ids: [...ids], prompt: sent, keyed }
}

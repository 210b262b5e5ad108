import { setMaxListeners } from 'node:events'
import { BoundedCache } from '@/lib/core/base/bounded-cache'
import type { Timeline } from '@/lib/core/ports/clock'
import type { Asked, Asker } from '@/lib/threads/pool'
import type { AskDocuments, DocumentAnswer, DocumentCall } from './document-protocol'

/** What is kept of all documents together, in UTF-16 units: the text of six of the longest ones. */
const MOST_UNITS = 32_000_000
/** What an answer takes beside its text. */
const UNITS_OF_ITS_OWN = 1_000
/**
 * How long a file that could not be read is not tried again, in awake milliseconds: long enough that a hundred agents
 * who ask for the same bomb cost one thread, short enough for a machine that had no room just then.
 */
const FAILURE_MS = 600_000

type Answered = Asked<DocumentAnswer>
type Kept = { answer: Answered; untilMs: number }
/** What is read once: not the same for two documents, and the same for two askers. */
type Once = Exclude<DocumentCall, { kind: 'find-quotes' }>

/**
 * Asks the threads once for what a document says and for pages of it, by the digest of its bytes: who asks
 * while it is being read waits for the same, and who comes later is told what is kept. The reading goes on until
 * nobody waits for it. Files of a zip are kept one by one, a zip is not; nor is what was stopped.
 */
export function rememberAnswers(
  ask: AskDocuments,
  awake: Timeline,
  mostUnits: number = MOST_UNITS,
): AskDocuments {
  const kept = new BoundedCache<Kept>(mostUnits)
  const underWay = new Map<string, SharedCall>()

  function begin(key: string, call: Once, owner: string): SharedCall {
    const shared = new SharedCall((signal) => ask(call, { owner, signal }))
    underWay.set(key, shared)
    const forget = () => {
      if (underWay.get(key) === shared) underWay.delete(key)
    }
    shared.onLeft = forget
    void shared.answer.then((answer) => {
      forget()
      const untilMs = isGood(answer) ? Number.POSITIVE_INFINITY : awake.now() + FAILURE_MS
      if (isLasting(answer)) kept.set(key, { answer, untilMs }, unitsOf(answer))
    })
    return shared
  }

  return async (call, asker) => {
    if (call.kind === 'find-quotes') return ask(call, asker)
    const key = await keyOf(call)
    const known = kept.get(key)
    if (known !== undefined && awake.now() < known.untilMs) return named(known.answer, call)
    const shared = underWay.get(key) ?? begin(key, call, asker.owner)
    return named(await shared.join(asker.signal), call)
  }
}

/** A call that several wait for; it is stopped when the last of them has gone. */
class SharedCall {
  readonly answer: Promise<Answered>
  onLeft: () => void = () => {}
  readonly #stop = new AbortController()
  #waiting = 0

  constructor(begin: (signal: AbortSignal) => Promise<Answered>) {
    this.answer = begin(this.#stop.signal)
  }

  join(signal: Asker['signal']): Promise<Answered> {
    this.#waiting += 1
    return new Promise((resolve) => {
      const leave = () => {
        resolve(stopped)
        this.#waiting -= 1
        if (this.#waiting > 0) return
        this.onLeft()
        this.#stop.abort()
      }
      if (signal?.aborted) return leave()
      // A whole run may share one signal; Node would warn of a leak at the eleventh.
      if (signal !== undefined) setMaxListeners(0, signal)
      signal?.addEventListener('abort', leave, { once: true })
      void this.answer.then((answer) => {
        signal?.removeEventListener('abort', leave)
        resolve(answer)
      })
    })
  }
}

const stopped: Answered = { ok: false, why: 'stopped', reason: 'It was stopped.' }

/** By the bytes, and by all else that an answer depends on: of its name, how it ends. */
async function keyOf(call: Once): Promise<string> {
  if (call.kind === 'extract-pages')
    return [await digestOf(call.bytes), 'pages', call.first, call.last].join(' ')
  const { name, bytes, mediaType } = call.upload
  const ending = /\.[a-z]+$/i.exec(name)?.[0].toLowerCase() ?? ''
  const opens = isZip(bytes) && call.opensZips
  return [await digestOf(bytes), ending, mediaType, opens, JSON.stringify(call.limits)].join(' ')
}

function isZip(bytes: Uint8Array): boolean {
  return bytes[0] === 0x50 && bytes[1] === 0x4b
}

/** In a thread of the system's: fifty megabytes would hold up everybody else. */
async function digestOf(bytes: Uint8Array): Promise<string> {
  return Buffer.from(await crypto.subtle.digest('SHA-256', new Uint8Array(bytes))).toString('hex')
}

function isGood(answer: Answered): boolean {
  return answer.ok && answer.answer.kind !== 'unreadable'
}

function isLasting(answer: Answered): boolean {
  return answer.ok ? answer.answer.kind !== 'unpacked' : answer.why === 'too-much'
}

function unitsOf(asked: Answered): number {
  if (!asked.ok) return UNITS_OF_ITS_OWN
  const { answer } = asked
  if (answer.kind === 'extracted') return UNITS_OF_ITS_OWN + answer.base64.length
  if (answer.kind !== 'document') return UNITS_OF_ITS_OWN
  return answer.document.pages.reduce((sum, { text }) => sum + text.length + 100, UNITS_OF_ITS_OWN)
}

/** The same bytes may have come under another name. */
function named(asked: Answered, call: Once): Answered {
  if (!asked.ok || asked.answer.kind !== 'document' || call.kind !== 'read-document') return asked
  const { document } = asked.answer
  return { ok: true, answer: { kind: 'document', document: { ...document, name: call.upload.name } } }
}

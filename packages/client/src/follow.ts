import { framesOf, type RawFrame } from './frames.js'
import { delayBefore, pause } from './pause.js'
import { SkeinProblem, SkeinUnreachable } from './problem.js'
import { ask, type CallOptions, type ClientOptions, type Input, type Operation } from './request.js'

/** Options of a stream. */
export type FollowOptions = CallOptions & {
  /** How often in a row to open it again in vain before giving up; 10 if left out, which is about three minutes. */
  reconnects?: number | undefined
  /** Silence, in milliseconds, after which a stream is taken for dead; 45 seconds if left out. The server says something every 15. */
  silenceMs?: number | undefined
}

/** A stream: iterate over its frames, or take its JSON in place of them where it has one. */
export interface Followed<Frame, Page> extends AsyncIterable<Frame> {
  /** The same as one JSON answer, without a stream. */
  asJson(): Promise<Page>
}

const RECONNECT_MS = 1_000
const LONGEST_RECONNECT_MS = 30_000
const RECONNECTS = 10
const SILENCE_MS = 45_000

/** A frame as it is handed over: its data is read, its id the cursor of where the stream stands. */
type Frame = { event: string; data: unknown; id: string | null }

/** Follows an endpoint that streams. Nothing is sent before it is iterated over or its JSON is asked for. */
export function follow(
  client: ClientOptions,
  operation: Operation,
  input: Input,
  options: FollowOptions,
): Followed<Frame, unknown> {
  return {
    [Symbol.asyncIterator]: () => stream(client, operation, input, options),
    asJson: async () => (await ask(client, { ...operation, answer: 'json' }, input, options)).json(),
  }
}

/**
 * Opens the stream, and again whenever it breaks off, from where it stood. Ends with a frame named `end`. Throws
 * what the server refuses, `SkeinUnreachable` when it stays away, and the reason of the signal.
 */
async function* stream(
  client: ClientOptions,
  operation: Operation,
  input: Input,
  options: FollowOptions,
): AsyncGenerator<Frame> {
  const cursor = cursorOf(operation, input)
  let waitMs = RECONNECT_MS
  let failures = 0
  for (;;) {
    try {
      for await (const frame of once(client, operation, cursor, options, (ms) => {
        waitMs = ms
      })) {
        failures = 0
        yield frame
        if (frame.event === 'end') return
      }
    } catch (error) {
      if (options.signal?.aborted === true || isFinal(error)) throw error
      if (failures >= (options.reconnects ?? RECONNECTS)) throw error
    }
    if (failures > (options.reconnects ?? RECONNECTS))
      throw new SkeinUnreachable('The stream was closed again and again before it said anything.')
    await pause(delayBefore(failures, waitMs, LONGEST_RECONNECT_MS), options.signal)
    failures += 1
  }
}

/** A refusal stays one; what is busy may have a place a moment later. */
function isFinal(error: unknown): boolean {
  return error instanceof SkeinProblem && !['busy', 'too-many', 'unknown'].includes(error.kind)
}

/** One connection, until it ends, breaks off or falls silent. */
async function* once(
  client: ClientOptions,
  operation: Operation,
  cursor: Cursor,
  { silenceMs = SILENCE_MS, ...options }: FollowOptions,
  onRetry: (ms: number) => void,
): AsyncGenerator<Frame> {
  const silent = new AbortController()
  const signal = options.signal ? AbortSignal.any([options.signal, silent.signal]) : silent.signal
  const silence = () => silent.abort(new SkeinUnreachable('The stream has fallen silent.'))
  let timer = setTimeout(silence, silenceMs)
  const onBytes = () => {
    clearTimeout(timer)
    timer = setTimeout(silence, silenceMs)
  }
  try {
    const headers = { ...options.headers, ...cursor.headers() }
    const answer = await ask(client, operation, cursor.input(), { ...options, signal, headers, retries: 0 })
    if (answer.body === null) return
    for await (const raw of framesOf(answer.body, { onRetry, onBytes })) yield cursor.take(raw)
  } catch (error) {
    if (signal.aborted) throw signal.reason
    if (error instanceof SkeinProblem || error instanceof SkeinUnreachable) throw error
    throw new SkeinUnreachable('The stream broke off.', { cause: error })
  } finally {
    clearTimeout(timer)
  }
}

/** Where a stream stands, told by its frames, and how that is said when it is opened again. */
type Cursor = { headers(): Record<string, string>; input(): Input; take(raw: RawFrame): Frame }

function cursorOf({ resumes }: Operation, input: Input): Cursor {
  if (resumes === 'cursors') return cursorOfRuns(input)
  let last: string | null = null
  return {
    headers() {
      const headers: Record<string, string> = {}
      if (resumes === 'last-event-id' && last !== null) headers['last-event-id'] = last
      return headers
    },
    input: () => input,
    take(raw) {
      if (raw.id !== null) last = raw.id
      return { ...raw, data: JSON.parse(raw.data) }
    },
  }
}

/** The cursors of several runs on one stream, `id~seq,id~seq`; a run that has ended leaves them. */
function cursorOfRuns(input: Input): Cursor {
  const named = String(input.runs ?? '')
  const seqs = new Map(named.split(',').flatMap((one) => (one === '' ? [] : [pairOf(one)])))
  return {
    headers: () => ({}),
    input: () => ({ ...input, runs: [...seqs].map(([id, seq]) => `${id}~${seq}`).join(',') }),
    take(raw) {
      const [run = '', event = ''] = raw.event.split('/')
      if (event === 'events' && raw.id !== null) seqs.set(run, raw.id)
      if (event === 'end' || event === 'gone') seqs.delete(run)
      return { ...raw, data: JSON.parse(raw.data) }
    },
  }
}

function pairOf(one: string): [string, string] {
  const [id = '', seq = '0'] = one.split('~')
  return [id, seq]
}

import { isIP, type LookupFunction } from 'node:net'
import { Agent, request } from 'undici'
import { checkAddress, checkResolved, hostOf, type Reach } from './allowed-address'
import { type Body, encodingsOf, readBody } from './response-body'

/** The addresses a name stands for; empty where it stands for none. */
export type Resolve = (host: string) => Promise<readonly string[]>

/** What says which address is fetched, by what it was reached, and what may come back. */
export type Guard = Reach & { resolve: Resolve; userAgent: string; mostBytes: number; accept: string }

export type Answered =
  | { kind: 'answer'; status: number; contentType: string; body: Body }
  /** `location` as the server wrote it. */
  | { kind: 'redirect'; location: string }
  /** Nothing was sent, or nothing came back. */
  | { kind: 'problem'; problem: string }

/** Larger heads are no head of a page. */
const MOST_HEAD_BYTES = 32_768

/**
 * Asks one address for what is there, without following it further. The name is resolved once, every address it
 * stands for has to be allowed, and the connection goes to the one that was checked: a name that means another
 * machine a moment later leads nowhere else. Rejects only when the signal ends it.
 */
export async function guardedRequest(text: string, guard: Guard, signal: AbortSignal): Promise<Answered> {
  const checked = checkAddress(text, guard)
  if (!checked.ok) return { kind: 'problem', problem: checked.problem }
  const url = checked.value
  const host = hostOf(url)
  const addresses = isIP(host) === 0 ? await resolved(host, guard, signal) : [host]
  const pinned = checkResolved(url, addresses, guard)
  if (!pinned.ok) return { kind: 'problem', problem: pinned.problem }
  const agent = new Agent({
    connect: { lookup: alwaysAnswering(pinned.value) },
    connections: 1,
    maxHeaderSize: MOST_HEAD_BYTES,
    // Limits are ours, on awake time.
    headersTimeout: 0,
    bodyTimeout: 0,
  })
  try {
    return await exchange(url, agent, guard, signal)
  } catch (error) {
    signal.throwIfAborted()
    return { kind: 'problem', problem: `${host} could not be reached: ${reasonOf(error)}.` }
  } finally {
    await agent.destroy().catch(() => {})
  }
}

async function exchange(url: URL, agent: Agent, guard: Guard, signal: AbortSignal): Promise<Answered> {
  const { statusCode, headers, body } = await request(url, {
    dispatcher: agent,
    method: 'GET',
    headers: {
      'user-agent': guard.userAgent,
      accept: guard.accept,
      'accept-encoding': 'gzip, deflate, br',
    },
    signal,
  })
  const header = (name: string) => [headers[name] ?? ''].flat().join(',')
  const location = header('location')
  if ([301, 302, 303, 307, 308].includes(statusCode) && location !== '') {
    body.on('error', () => {})
    body.destroy()
    return { kind: 'redirect', location }
  }
  const read = await readBody(body, encodingsOf(header('content-encoding')), guard.mostBytes)
  return { kind: 'answer', status: statusCode, contentType: header('content-type'), body: read }
}

async function resolved(host: string, { resolve }: Guard, signal: AbortSignal): Promise<readonly string[]> {
  const ended = new Promise<never>((_, reject) => {
    signal.throwIfAborted()
    signal.addEventListener('abort', () => reject(signal.reason), { once: true })
  })
  // A resolver may hang longer than anybody waits; what it says then is of no use.
  return await Promise.race([resolve(host).catch(() => []), ended])
}

/** A look-up that knows one answer, whatever it is asked. */
function alwaysAnswering(address: string): LookupFunction {
  const family = isIP(address)
  return (_host, options, tell) => {
    if (options.all === true) tell(null, [{ address, family }])
    else tell(null, address, family)
  }
}

function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return 'no reason given'
  return 'code' in error && typeof error.code === 'string' ? error.code : error.message
}

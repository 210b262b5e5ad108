import { type ChildProcess, spawn } from 'node:child_process'
import { createServer, type RequestListener } from 'node:http'
import type { AddressInfo } from 'node:net'
import { createInterface } from 'node:readline'
import type { RateLimits, TurnObserver, TurnRequest } from '@/lib/core/ports/ports'

/** A request of no consequence; give what matters to the test. */
export function aRequest(more: Partial<TurnRequest> = {}): TurnRequest {
  return {
    model: 'claude-sonnet-5-5',
    maxTokens: 1000,
    system: 'You are a test.',
    tools: [],
    messages: [{ role: 'user', content: [{ type: 'text', text: 'Go on.' }] }],
    effort: null,
    taskBudgetTokens: null,
    speed: 'standard',
    cache: 'none',
    ...more,
  }
}

/** An observer that remembers what it heard. */
export type Heard = TurnObserver & {
  text: string
  thinking: string
  models: string[]
  limits: RateLimits[]
  bytes: number
}

export function listen(): Heard {
  return {
    text: '',
    thinking: '',
    models: [],
    limits: [],
    bytes: 0,
    onHeaders(limits) {
      this.limits.push(limits)
    },
    onStart(model) {
      this.models.push(model)
    },
    onText(text) {
      this.text += text
    },
    onThinking(text) {
      this.thinking += text
    },
    onByte() {
      this.bytes += 1
    },
  }
}

/** Turn options with a limit no test reaches. */
export function calmly(more: { signal?: AbortSignal; idleLimitMs?: number } = {}) {
  return { signal: new AbortController().signal, idleLimitMs: 60_000, ...more }
}

/** A server on a free loopback port; `close` also cuts what is open. */
export async function serve(listener: RequestListener): Promise<{ url: string; close(): Promise<void> }> {
  const server = createServer(listener)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    url: `http://127.0.0.1:${portOf(server.address())}`,
    close: () =>
      new Promise((resolve) => {
        server.closeAllConnections()
        server.close(() => resolve())
      }),
  }
}

/** Starts a replay script on a free port and waits until it says where it listens. */
export async function startReplay(script: string, seed: number): Promise<{ url: string; close(): void }> {
  const port = await freePort()
  const args = [
    script,
    '--port',
    String(port),
    '--split',
    'random',
    '--max-chunk',
    '300',
    '--seed',
    String(seed),
  ]
  const child: ChildProcess = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] })
  const lines = createInterface({ input: child.stdout ?? process.stdin })
  await new Promise<void>((resolve, reject) => {
    lines.once('line', () => resolve())
    child.once('exit', (code) =>
      reject(new Error(`The replay server ended with code ${code} before it listened.`)),
    )
  })
  return { url: `http://127.0.0.1:${port}`, close: () => void child.kill() }
}

async function freePort(): Promise<number> {
  const probe = await serve((_request, response) => response.end())
  await probe.close()
  return Number(new URL(probe.url).port)
}

function portOf(address: string | AddressInfo | null): number {
  if (address === null || typeof address === 'string') throw new Error('The test server has no port.')
  return address.port
}

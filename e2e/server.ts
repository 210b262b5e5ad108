import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { freePort } from './free-port.mjs'

const root = fileURLToPath(new URL('..', import.meta.url))
const READY_MS = 120_000

export type ServerSettings = {
  port: number
  dataDir: string
  /** How many times faster than a real model the simulator speaks; the suite's own pace when left out. */
  simulatorSpeed?: number
  /** Its money counts as real: a simulator of the test's own stands in for Anthropic. */
  isReal?: boolean
  /** `{port}` in a value stands for the port. */
  env?: Record<string, string>
}

/** What a server under test is given: the simulator, and nothing of the person who runs the tests. */
export function plainEnvironment({
  port,
  dataDir,
  simulatorSpeed,
  env = {},
}: ServerSettings): Record<string, string> {
  const own = Object.entries(env).map(([name, value]) => [name, value.replaceAll('{port}', String(port))])
  // Empty, not absent: a `.env` file in the checkout fills in what is absent.
  return {
    ANTHROPIC_API_KEY: '',
    ANTHROPIC_AUTH_TOKEN: '',
    ANTHROPIC_BASE_URL: '',
    SKEIN_PROVIDER: 'simulator',
    SKEIN_WORKSPACE_ROOTS: '',
    SKEIN_MAX_CONCURRENCY: '',
    SKEIN_AUTH: '',
    SKEIN_TEAM_TOKEN: '',
    SKEIN_ALLOWED_HOSTS: '',
    SKEIN_SIMULATOR_SPEED: String(simulatorSpeed ?? process.env.SKEIN_SIMULATOR_SPEED ?? 20),
    SKEIN_DATA_DIR: dataDir,
    HOST: '127.0.0.1',
    PORT: String(port),
    ...Object.fromEntries(own),
  }
}

/** A server process of its own, with its own port and data folder, that can be killed and started again. */
export class OwnServer {
  readonly origin: string
  readonly dataDir: string
  #port: number
  #settings: Omit<ServerSettings, 'port' | 'dataDir'>
  #child: ChildProcess | null = null
  #model: ChildProcess | null = null
  #output = ''

  private constructor(port: number, settings: Omit<ServerSettings, 'port' | 'dataDir'>) {
    this.#port = port
    this.#settings = settings
    this.origin = `http://127.0.0.1:${port}`
    this.dataDir = mkdtempSync(join(tmpdir(), 'skein-own-'))
  }

  static async create(settings: Omit<ServerSettings, 'port' | 'dataDir'> = {}): Promise<OwnServer> {
    const server = new OwnServer(await freePort(), settings)
    await server.start()
    return server
  }

  /** Starts the process; resolves when it says it is healthy. */
  async start(): Promise<void> {
    if (this.#child !== null) throw new Error('The server is running already.')
    const real = this.#settings.isReal === true ? await this.#startModel() : {}
    const settings = { ...this.#settings, env: { ...real, ...this.#settings.env } }
    const env = plainEnvironment({ ...settings, port: this.#port, dataDir: this.dataDir })
    const child = spawn(process.execPath, ['lib/bin/start.mjs'], {
      cwd: root,
      // `next.config.js` says what that is for.
      env: { ...process.env, ...env, E2E_ON_DEMAND: '1' },
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    this.#child = child
    const keep = (text: Buffer) => {
      this.#output = (this.#output + text.toString()).slice(-4_000)
    }
    child.stdout.on('data', keep)
    child.stderr.on('data', keep)
    await this.#healthy(child)
  }

  /** What it printed that fits, as soon as it has. */
  async said(pattern: RegExp): Promise<RegExpExecArray> {
    const signal = AbortSignal.timeout(READY_MS)
    for (;;) {
      const found = pattern.exec(this.#output)
      if (found !== null) return found
      const stdout = this.#child?.stdout
      if (stdout == null) throw new Error(`The server never said ${pattern}. It said:\n${this.#output}`)
      await once(stdout, 'data', { signal })
    }
  }

  /** `kill -9`: no handler runs, as in a crash. */
  kill(): Promise<void> {
    return this.#end('SIGKILL')
  }

  /** Asks the process to end and waits until it has. */
  stop(): Promise<void> {
    return this.#end('SIGTERM')
  }

  async remove(): Promise<void> {
    await this.kill()
    this.#model?.kill('SIGKILL')
    rmSync(this.dataDir, { recursive: true, force: true })
  }

  /** Starts what stands in for Anthropic, and gives what the server has to know of it. */
  async #startModel(): Promise<Record<string, string>> {
    const speed = String(this.#settings.simulatorSpeed ?? process.env.SKEIN_SIMULATOR_SPEED ?? 20)
    const child = spawn(process.execPath, ['dist/simulator.mjs', '--port', '0', '--speed', speed], {
      cwd: root,
      stdio: ['pipe', 'pipe', 'inherit'],
    })
    this.#model = child
    const port = await new Promise<number>((resolve, reject) => {
      child.stdout.once('data', (line: Buffer) => resolve(Number(/"port":(\d+)/.exec(line.toString())?.[1])))
      child.once('exit', () => reject(new Error('The stand-in for Anthropic did not start.')))
    })
    return {
      SKEIN_PROVIDER: 'anthropic',
      ANTHROPIC_API_KEY: 'sk-ant-nobodys-key',
      ANTHROPIC_BASE_URL: `http://127.0.0.1:${port}`,
    }
  }

  async #end(signal: 'SIGKILL' | 'SIGTERM'): Promise<void> {
    const child = this.#child
    this.#child = null
    if (child === null || child.exitCode !== null || child.signalCode !== null) return
    const ended = new Promise((resolve) => child.once('exit', resolve))
    child.kill(signal)
    await ended
  }

  async #healthy(child: ChildProcess): Promise<void> {
    const deadline = Date.now() + READY_MS
    while (Date.now() < deadline) {
      if (child.exitCode !== null) break
      const response = await fetch(`${this.origin}/api/health`).catch(() => null)
      if (response?.ok) return
      await new Promise((resolve) => setTimeout(resolve, 100))
    }
    await this.kill()
    throw new Error(`The server did not come up. It said:\n${this.#output}`)
  }
}

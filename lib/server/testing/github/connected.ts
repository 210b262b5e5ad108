import type { LaunchInput } from '@/lib/api/runs'
import { person } from '@/lib/core/base/actor'
import type { Json } from '@/lib/core/base/json'
import { connectGithub } from '@/lib/server/github/connection'
import { getRunGithub, openPullRequest } from '@/lib/server/github/run-github'
import { addSource } from '@/lib/server/sources/add-source'
import { sim, startTestApp, type TestAppOptions } from '../test-app'
import { startGithub } from './stand-in'

const admin = person('ann')

/** The permission to write, as a launch names it. */
const mayWrite = { write: true, shell: false, hosts: [], web: false, mcp: [] }

/** A try that is as near is waited for; others are an hour away. */
const SOON_MS = 1_000

/** An app whose project is connected to a stand-in of GitHub that has the repository `octo/app`. */
export async function startConnected(options: TestAppOptions = {}) {
  const github = await startGithub()
  const commit = github.repositories.add('octo/app', { 'a.txt': 'a\n', 'src/b.ts': 'const b = 1\n' })
  const test = await startTestApp({
    ...options,
    env: { SKEIN_PRIVATE_HOSTS: '127.0.0.1', ...options.env },
    // Two tries, of which the second comes at once.
    tuning: { deliveryDelaysMs: [1], ...options.tuning },
  })
  await connectGithub(test.app, { kind: 'token', apiUrl: github.apiUrl, token: github.token }, admin)
  /** How far each handover of a run is, once nothing of it is due. */
  const settled = async (runId: string) => {
    for (;;) {
      await test.app.handovers.atRest()
      const { handovers } = await getRunGithub(test.app, runId)
      // One that waits for its next try holds up what builds on it.
      const times = handovers.flatMap(({ nextAt }) => (nextAt === null ? [] : [Date.parse(nextAt)]))
      if (times.length === 0 || Math.max(...times) > test.app.now() + SOON_MS)
        return Object.fromEntries(handovers.map((one) => [one.kind, one]))
      test.app.handovers.wake()
    }
  }
  return {
    github,
    test,
    commit,
    settled,
    connectAsApp: () =>
      connectGithub(
        test.app,
        { kind: 'app', apiUrl: github.apiUrl, appId: github.appId, privateKey: github.privateKey.trim() },
        admin,
      ),
    /** A run on the repository, added as a source, to its end: its agent makes the calls, and `result` is returned. */
    async run(calls: readonly Json[], result = "'done'", more: Partial<LaunchInput> = {}): Promise<string> {
      const repository = { url: github.gitUrl('octo/app') }
      const source = await addSource(test.app, { repository }, new AbortController().signal)
      const runId = await test.launch(`await agent(${JSON.stringify(doing(calls))})\nreturn ${result}`, {
        workspace: source.path,
        permissions: mayWrite,
        ...more,
      })
      await test.ended(runId)
      return runId
    },
    /** Presses *Open a pull request*, and waits until what can be done of it is done. */
    async open(runId: string) {
      await openPullRequest(test.app, runId)
      return settled(runId)
    },
    async dispose() {
      await test.dispose()
      github.close()
    },
  }
}
export type Connected = Awaited<ReturnType<typeof startConnected>>

/** A call of an agent that writes a file. */
export function write(path: string, content: string): Json {
  return { name: 'write_file', input: { path, content } }
}

/** A prompt that has the simulator make these calls, one a turn. */
export function doing(calls: readonly Json[]): string {
  return `Do it. ${sim(...calls.map((one) => ({ toolCalls: [one] })), { text: 'done' })}`
}

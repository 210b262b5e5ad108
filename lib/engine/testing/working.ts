import { mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join, relative } from 'node:path'
import { afterAll, beforeAll } from 'vitest'
import type { ToolBox } from '@/lib/core/ports/ports'
import { noPermissions } from '@/lib/core/spec/permissions'
import { type Check, type OpenUntrustedRunner, openFileTools, openUntrustedRunner } from '@/lib/tools/testing'
import type { HarnessOptions } from './harness'
import { harnessPerTest } from './per-test'
import type { Reply, Sent } from './scripted-provider'

/** Writing, and nothing else. */
export const mayWrite = { ...noPermissions, write: true }

/**
 * An engine for each test of a file whose agents change real files: a folder, the tools that ship, and git
 * below them.
 */
export function workingPerTest() {
  const open = harnessPerTest()
  let base = ''
  let untrusted: OpenUntrustedRunner
  beforeAll(async () => {
    untrusted = openUntrustedRunner(20_000)
    base = await mkdtemp(join(tmpdir(), 'files-'))
  })
  afterAll(async () => {
    await untrusted.close()
    await rm(base, { recursive: true, force: true })
  })
  return async (
    files: Readonly<Record<string, string>>,
    reply: (sent: Sent) => Reply,
    { check = null, ...more }: HarnessOptions & { check?: Check | null } = {},
  ) => {
    const root = await mkdtemp(join(base, 'root-'))
    for (const [path, text] of Object.entries(files)) {
      await mkdir(dirname(join(root, path)), { recursive: true })
      await writeFile(join(root, path), text)
    }
    const entries = await readdir(root, { recursive: true, withFileTypes: true })
    const paths = entries
      .filter((one) => one.isFile())
      .map((one) => relative(root, join(one.parentPath, one.name)))
      .sort()
    const folder = await mkdtemp(join(base, 'store-'))
    const tools = openFileTools(untrusted, { root, folder, paths: () => paths })
    let box: ToolBox | null = null
    const own = open({
      reply,
      opensRealFiles: true,
      openTools: async (_, owner, permissions) => {
        box = await tools.open(owner, permissions, check)
        return box
      },
      ...more,
    })
    const workspace = { root, revision: 'r' }
    return {
      own,
      root,
      launch: (body: string, spec = {}) => own.launch(body, { workspace, permissions: mayWrite, ...spec }),
      /** A fork of a run that begins from its files, as forks do. */
      async fork(runId: string, body: string, spec = {}) {
        const tree = (await own.state(runId)).run.files?.base
        return own.launch(body, {
          workspace: { ...workspace, ...(tree === undefined ? {} : { tree }) },
          permissions: mayWrite,
          forkedFrom: { runId, title: 'o', isRetry: false },
          ...spec,
        })
      },
      /** The text of a file as the run has it. */
      async fileOf(runId: string, path: string): Promise<string | null> {
        const { files: known } = (await own.state(runId)).run
        const bytes = known === null ? null : await box?.files?.trees.read(known.tree, path)
        return bytes == null ? null : Buffer.from(bytes).toString('utf8')
      },
    }
  }
}

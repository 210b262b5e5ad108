import { opendir, readdir, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { assertNever } from '@/lib/core/base/assert-never'
import { parseJson } from '@/lib/core/base/json'
import { isNamed } from '@/lib/core/base/named-error'
import { checkedOut } from '@/lib/workspace/revision'
import { enterFolder, locateIn, readFolder, requireInside } from '@/lib/workspace/workspace'
import type { WorkspaceError } from '@/lib/workspace/workspace-error'
import { type ReaderLine, type ReaderOrder, readerOrderSchema } from './reader-lines'

/** Files told in one line: who reads them has its turn between two. */
const FILES_A_LINE = 1_000
/** A sign of life at most so often, in milliseconds. */
const STEP_MS = 500

// A program of its own: a file system that answers nothing holds up whoever asks it, and a process can be ended.
const say = (line: ReaderLine) => process.stdout.write(`${JSON.stringify(line)}\n`)

const input = createInterface({ input: process.stdin })
input.on('line', (line) => void follow(readerOrderSchema.parse(parseJson(line))))
// Whoever started it has ended. An exit would wait for threads that wait for a disk.
input.on('close', () => process.kill(process.pid, 'SIGKILL'))

async function follow(order: ReaderOrder): Promise<void> {
  try {
    await answer(order)
  } catch (error) {
    if (isNamed<WorkspaceError>(error, 'WorkspaceError'))
      say({ kind: 'refused', id: order.id, why: error.kind, path: pathOf(order) })
    else say({ kind: 'failed', id: order.id, message: error instanceof Error ? error.message : 'no reason' })
  }
}

function pathOf(order: ReaderOrder): string {
  if (order.kind === 'locate') return order.asked
  return 'options' in order ? order.options.path : order.path
}

async function answer(order: ReaderOrder): Promise<void> {
  const { id } = order
  switch (order.kind) {
    case 'open':
      return open(order)
    case 'enter':
      return void say({ kind: 'entered', id, entered: await enterFolder(order.options) })
    case 'locate': {
      const located = await locateIn(order.entered, { privateNames: order.privateNames }, order.asked)
      return void say({ kind: 'located', id, located })
    }
    case 'require':
      await requireInside(order.path, order.roots)
      return void say({ kind: 'done', id })
    case 'below':
      return sayBelow(order)
    case 'head':
      return void say({ kind: 'head', id, head: await checkedOut(order.path, order.roots) })
    case 'touch':
      await touch(order.path)
      return void say({ kind: 'done', id })
    default:
      return assertNever(order)
  }
}

/** Reads one name: what is known of the folder itself may be remembered by the system. One that is not there answers, too. */
async function touch(path: string): Promise<void> {
  try {
    const folder = await opendir(path, { bufferSize: 1 })
    await folder.read()
    await folder.close()
  } catch {
    // It says no, and so it says something.
  }
}

async function open({ id, options }: Extract<ReaderOrder, { kind: 'open' }>): Promise<void> {
  let saidMs = 0
  const { files, ...opened } = await readFolder(options, () => {
    const nowMs = performance.now()
    if (nowMs - saidMs < STEP_MS) return
    saidMs = nowMs
    say({ kind: 'step', id })
  })
  for (let at = 0; at < files.length; at += FILES_A_LINE) {
    const some = files.slice(at, at + FILES_A_LINE)
    say({ kind: 'files', id, files: some.map(({ path, size, modifiedMs }) => [path, size, modifiedMs]) })
  }
  const { root, denied, revision, isCut, unlistedNames } = opened
  const { count, examples } = unlistedNames
  const told = { root, denied, revision, isCut, unlistedNames: { count, examples: [...examples] } }
  say({ kind: 'opened', id, opened: told })
}

/** What is known is said at once: one of the folders may be the place of a mount that does not answer. */
async function sayBelow({ id, path, most }: Extract<ReaderOrder, { kind: 'below' }>): Promise<void> {
  const entries = await readdir(path, { withFileTypes: true }).catch(() => [])
  const below = entries
    .filter((entry) => entry.isDirectory())
    .map(({ name }) => name)
    .filter((name) => !name.startsWith('.') && name !== 'node_modules' && name !== 'dist')
    .sort()
    .slice(0, most)
    .map((name) => join(path, name))
  const paths = [path, ...below]
  say({ kind: 'names', id, paths })
  await Promise.all(
    paths.map(async (one) => {
      const isRepository = await stat(join(one, '.git')).then(
        () => true,
        () => false,
      )
      if (isRepository) say({ kind: 'repository', id, path: one })
    }),
  )
  say({ kind: 'done', id })
}

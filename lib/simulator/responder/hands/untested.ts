import { SOURCE_FILE } from '../paths'
import { parseListing } from '../results'
import { type Situation, toolOf } from '../situation'
import { wholeFiles } from './acting'
import { looksPure, offeredIn } from './functions'
import { itemNames } from './told-answer'
import type { Work, Worker } from './worker'

const MOST_FILES = 40
const READS_A_TURN = 8
const TEST_FILE = /(?:^|\/)(?:tests?|__tests__|spec)\/|[._-](?:test|spec)\.\w+$|(?:^|\/)test_\w+\.py$/

/** Finds functions that no test names, and how the tests of the project are run. */
export const findUntested: Worker = (situation) => {
  const names = itemNames(situation.schema, 'targets')
  if (!names.includes('name') || !names.includes('path') || !/\btests?\b/i.test(situation.task)) return null
  const listed = listing(situation)
  if ('kind' in listed) return listed
  const manifests = listed.filter((path) => /^(?:package\.json|pyproject\.toml|pytest\.ini)$/.test(path))
  const code = listed.filter(
    (path) => SOURCE_FILE.test(path) && !/node_modules|\.config\.|\.d\.ts$/.test(path),
  )
  const { calls, files, gone } = wholeFiles(situation, [...manifests, ...code.slice(0, MOST_FILES)])
  if (calls.length > 0)
    return {
      kind: 'calls',
      plan: { thought: 'I will read sources and tests.', calls: calls.slice(0, READS_A_TURN) },
    }
  const tests = [...files].filter(([path]) => TEST_FILE.test(path)).map(([, lines]) => lines.join('\n'))
  const targets = [...files]
    .filter(([path]) => !TEST_FILE.test(path) && !manifests.includes(path))
    .flatMap(([path, lines]) => offeredIn(path, lines).map((one) => ({ path, ...one })))
    .filter(({ name }) => !tests.some((text) => new RegExp(`\\b${name}\\b`).test(text)))
    .map((one) => ({
      path: one.path,
      name: one.name,
      line: one.line,
      kind: 'function',
      reason: `No test names it${looksPure(one) ? '' : '; it does more than give a value'}.`,
    }))
  const gaps = [
    ...gone.map(({ path, why }) => `${path}: ${why}`),
    ...(code.length > MOST_FILES ? [`${code.length - MOST_FILES} files were not read.`] : []),
  ]
  const summary = `${targets.length} functions are named by no test.`
  return {
    kind: 'done',
    text: summary,
    told: { targets, ...commandsOf(files, listed), unread: gaps, summary },
    gaps: [],
  }
}

function listing(situation: Situation): string[] | Extract<Work, { kind: 'calls' }> {
  const tool = toolOf(situation, 'list')
  if (tool === undefined) return []
  const made = situation.calls.filter(({ kind }) => kind === 'list')
  if (made.length > 0)
    return made
      .flatMap(({ text }) => parseListing(text, '.'))
      .flatMap(({ path, isFolder }) => (isFolder ? [] : [path]))
  const input = tool.arguments.depth === undefined ? {} : { [tool.arguments.depth]: 8 }
  return { kind: 'calls', plan: { thought: 'I will see what there is.', calls: [{ tool, input }] } }
}

/** How the tests are run, by what the project's own files say. */
function commandsOf(files: ReadonlyMap<string, readonly string[]>, listed: readonly string[]) {
  const manifest = files.get('package.json')?.join('\n')
  if (manifest !== undefined && /"vitest"\s*:/.test(manifest))
    return {
      framework: 'vitest',
      testCommand: 'npx vitest run',
      coverageCommand: 'npx vitest run --coverage',
    }
  if (manifest !== undefined || listed.some((path) => /\.[cm]?js$/.test(path)))
    return {
      framework: 'node:test',
      testCommand: 'node --test',
      coverageCommand: 'node --test --experimental-test-coverage',
    }
  return {
    framework: 'pytest',
    testCommand: 'python3 -m pytest -q',
    coverageCommand: 'python3 -m pytest -q --cov',
  }
}

// npm run bench:files: what it takes to let many agents change many files: the files stored, a copy for each agent,
// checkouts for commands, merges, a search, and what is left on disk at the end. No server, no provider.
import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { build } from 'esbuild'
import { root } from '../processes.mjs'

const AGENTS = 100
const FILES = Number(process.env.BENCH_FILES ?? 10_000)
const CHECKOUTS = 5

/** What is wanted, in milliseconds; a checkout in files a second. */
const wanted = { ready: 10_000, merge: 10_000, search: 2_000, searchAll: 5_000, filesASecond: 5_000 }

const folder = mkdtempSync(join(tmpdir(), 'skein-files-'))
let missed = 0
// What reads git's objects keeps no process alive, and nothing else is here.
const stay = setInterval(() => {}, 60_000)
try {
  const {
    createFileStores,
    processesHere,
    storeFolder,
    editTree,
    checkOut,
    removeCheckouts,
    narrow,
    search,
  } = await modules()
  const workspace = join(folder, 'workspace')
  const paths = Array.from({ length: FILES }, (_, at) => `d${at % 100}/f${at}.ts`)
  for (let at = 0; at < 100; at++) mkdirSync(join(workspace, `d${at}`), { recursive: true })
  for (const [at, path] of paths.entries())
    writeFileSync(join(workspace, path), `export const x${at} = ${at}\n`.repeat(50))
  const stores = createFileStores(join(folder, 'store'), processesHere)
  const stored = await stores.of(workspace)
  const { objects } = stored.repository
  const signal = new AbortController().signal
  console.log(`\n${FILES.toLocaleString('en')} files, ${AGENTS} agents that write`)

  const store = () => storeFolder(stored, workspace, paths, null, signal)
  const began = performance.now()
  const { tree } = await measured('stored for the first time', null, store)
  const write = async (at) => {
    const blob = await objects.write('blob', Buffer.from(`changed by ${at}\n`))
    const edits = [`d${at}/f${at}.ts`, `new/by-${at}.ts`].map((path) => ({
      path,
      file: { mode: '100644', blob },
    }))
    return editTree(objects, tree, edits)
  }
  const trees = await measured('each agent has written two files', null, () =>
    Promise.all(Array.from({ length: AGENTS }, (_, at) => write(at))),
  )
  check('ready together', performance.now() - began, wanted.ready)
  await measured('stored again, nothing changed', null, store)
  const merged = await measured(`${AGENTS} patches merged`, wanted.merge, async () => {
    let ours = tree
    for (const theirs of trees) ours = (await stored.trees.merge(tree, ours, theirs, signal)).tree
    return ours
  })
  const patch = await stored.trees.patch(tree, merged)
  if (patch.files !== 2 * AGENTS) throw new Error(`${patch.files} files were merged`)
  await measured('search by git', wanted.search, () =>
    narrow(stored.repository, tree, 'x77\\d\\d = ', { caseSensitive: true, under: '', signal }),
  )
  // A pattern that git reads otherwise than JavaScript: every file is read, and the first time unpacked.
  const listed = [...(await stored.listings.of(tree)).values()]
  const readAll = async () => {
    const places = await stored.spool.placesOf(listed, 5_000_000)
    const { findings } = search({
      root: workspace,
      files: listed.map(({ path }) => path).join('\0'),
      pieces: {
        file: stored.spool.path,
        places: Float64Array.from(places.flatMap(({ from, size }) => [from, size])),
      },
      pattern: '(?<=x)77\\d\\d = ',
      caseSensitive: true,
      glob: null,
      under: '',
      output: 'files',
      before: 0,
      after: 0,
      skip: 0,
      maxResults: 2_000,
    })
    if (findings.filesSearched !== FILES || findings.results === 0) throw new Error(JSON.stringify(findings))
  }
  await measured('search by reading all, first time', wanted.searchAll, readAll)
  await measured('search by reading all, again', wanted.searchAll, readAll)
  const checkouts = join(folder, 'checkouts')
  await checkOut(stored.repository, tree, checkouts)
  const beganCheckouts = performance.now()
  for (let at = 0; at < CHECKOUTS; at++) await checkOut(stored.repository, tree, checkouts)
  const seconds = (performance.now() - beganCheckouts) / 1000
  const rate = (CHECKOUTS * FILES) / seconds
  console.log(
    `  checkouts                            ${Math.round(rate).toLocaleString('en').padStart(8)} files a second (wanted: ${wanted.filesASecond.toLocaleString('en')})`,
  )
  if (rate < wanted.filesASecond) missed += 1
  await removeCheckouts(checkouts)
  const left = readdirSync(folder).filter((name) => name === 'checkouts')
  console.log(`  left of ${CHECKOUTS + 1} checkouts: ${left.length}`)
  stores.close()
  process.exitCode = missed + left.length > 0 ? 1 : 0
} finally {
  clearInterval(stay)
  rmSync(folder, { recursive: true, force: true })
}

function check(what, ms, most) {
  const bound = most === null ? '' : ` (wanted: ${most.toLocaleString('en')})`
  console.log(`  ${what.padEnd(36)} ${Math.round(ms).toLocaleString('en').padStart(8)} ms${bound}`)
  if (most !== null && ms > most) missed += 1
}

async function measured(what, most, run) {
  const began = performance.now()
  const result = await run()
  check(what, performance.now() - began, most)
  return result
}

/** The modules themselves, without the server around them. */
async function modules() {
  const outfile = join(folder, 'files.mjs')
  const revisions = ['file-stores', 'store-folder', 'trees', 'checkouts', 'narrow']
  await build({
    stdin: {
      contents: [...revisions.map((name) => `revisions/${name}`), 'processes/here', 'tools/search']
        .map((name) => `export * from '@/lib/${name}'`)
        .join('\n'),
      resolveDir: root,
      loader: 'ts',
    },
    outfile,
    bundle: true,
    platform: 'node',
    format: 'esm',
    alias: { '@': root.replace(/\/$/, '') },
    logLevel: 'error',
  })
  return import(outfile)
}

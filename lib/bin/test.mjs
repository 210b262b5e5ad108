#!/usr/bin/env node
// `npm test`: on a fresh clone installs what is needed, then runs every check and ends with the tally.
//
// `npm test -- quick`: types, lint and the tests of the rooms that start neither threads nor servers.
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { bringPackages, bringRest } from './bootstrap.mjs'
import { at } from './place.mjs'
import { conclude, runNode, Stop, say, spell } from './run.mjs'
import { fromPlaywright, fromVitest, slowest, sum, tallyLine } from './tally.mjs'

const nothing = { passed: 0, failed: 0, skipped: 0 }
const reports = mkdtempSync(join(tmpdir(), 'skein-test-'))
const cli = (...parts) => at('node_modules', ...parts)

const types = {
  title: 'Types',
  run: (hear) => plain(cli('typescript', 'bin', 'tsc'), ['--noEmit'], hear),
}
const lint = {
  title: 'Lint',
  run: (hear) => plain(cli('@biomejs', 'biome', 'bin', 'biome'), ['check', '.'], hear),
}
const deadCode = {
  title: 'Dead code',
  run: (hear) => plain(cli('knip', 'bin', 'knip.js'), ['--no-progress', '--no-config-hints'], hear),
}
const duplicates = { title: 'Duplicates', run: (hear) => plain(cli('jscpd', 'bin', 'jscpd'), [], hear) }
/** What takes a compiler or another machine, and none of the checks beside it. */
const rest = { title: 'Everything else that tests need', run: () => orFailed(bringEverything) }
const build = { title: 'Production build', run: (hear) => plain(at('lib', 'bin', 'build.mjs'), [], hear) }

/**
 * Stages follow one another; the checks of a stage run at the same time, the first of them in front of whoever
 * looks on. Each resolves with its tally; a check without tests of its own fails as one.
 */
const allStages = [
  [types, rest, lint, deadCode, duplicates],
  // Unit tests leave a good part of two cores to whoever else wants it: they wait for each other's threads.
  [{ title: 'Tests', run: () => unit([]) }, build],
  [{ title: 'Browser tests', run: browser }],
  // Last and alone: it takes every core there is.
  [{ title: 'A starved machine', run: starved }],
]

const quickStages = [
  [
    { title: 'Tests of the pure rooms', run: () => unit(['--project=pure', '--project=components']) },
    types,
    lint,
  ],
]

await conclude(async () => {
  const asked = process.argv.slice(2)
  if (asked.length > 1 || (asked.length === 1 && asked[0] !== 'quick'))
    throw new Stop(
      `npm test runs everything, and npm test -- quick the inner loop; it does not know ${asked.join(' ')}.`,
      2,
    )
  const stages = asked[0] === 'quick' ? quickStages : allStages
  forgetSettings()
  await bringPackages({ readsEnvFiles: false })
  if (stages === quickStages) await bringRest()
  const tallies = []
  for (const [shown, ...beside] of stages) {
    say(`\n── ${[shown, ...beside].map(({ title }) => title).join(', ')}`)
    const held = beside.map(inBackground)
    tallies.push(await timed(shown, null, say))
    for (const one of held) {
      const { text, tally } = await one
      process.stdout.write(text)
      tallies.push(tally)
    }
    if (sum(tallies).failed > 0) break
  }
  rmSync(reports, { recursive: true, force: true })
  const total = sum(tallies)
  say(`\n${tallyLine(total)}`)
  process.exitCode = total.failed === 0 ? 0 : 1
})

/** Tests mean the same on every machine: no key, port or folder of the person who runs them reaches them. */
function forgetSettings() {
  const isSetting = (name) => /^(ANTHROPIC|SKEIN)_/.test(name) || name === 'PORT' || name === 'HOST'
  for (const name of Object.keys(process.env).filter(isSetting)) delete process.env[name]
}

/** Runs a check, and tells how it went and how long it took. `hear`: see `run`. */
async function timed({ title, run }, hear, tell) {
  const startedAt = Date.now()
  const tally = await run(hear)
  tell(`── ${title}: ${tally.failed === 0 ? 'passed' : 'FAILED'} in ${spell(Date.now() - startedAt)}`)
  return tally
}

/** Runs a check and keeps what it says until it can be read in one piece. */
async function inBackground(check) {
  const said = []
  const tally = await timed(
    check,
    (bytes) => said.push(bytes),
    (line) => said.push(Buffer.from(`${line}\n`)),
  )
  return { text: Buffer.concat(said), tally }
}

async function plain(file, args, hear) {
  return (await runNode(file, args, { hear })) === 0 ? nothing : { ...nothing, failed: 1 }
}

async function unit(chosen) {
  const file = join(reports, 'vitest.json')
  const args = ['run', ...chosen, '--reporter=default', '--reporter=json', `--outputFile.json=${file}`]
  const code = await runNode(cli('vitest', 'vitest.mjs'), args)
  if (existsSync(file)) say(slowest(JSON.parse(readFileSync(file, 'utf8')), 20))
  return judged(code, file, fromVitest)
}

async function bringEverything() {
  await bringRest()
  const { bringBrowser } = await import('./browser.mjs')
  await bringBrowser()
}

async function browser() {
  const file = join(reports, 'playwright.json')
  const env = { ...process.env, PLAYWRIGHT_JSON_OUTPUT_FILE: file }
  return judged(await runNode(cli('@playwright', 'test', 'cli.js'), ['test'], { env }), file, fromPlaywright)
}

async function starved() {
  const file = join(reports, 'starved.json')
  const code = await runNode(at('e2e', 'bench', 'starved.mjs'), ['--short', `--report=${file}`])
  return judged(code, file, ({ passed, failed }) => ({ passed, failed, skipped: 0 }))
}

/** A check that stops with a sentence has failed; the tally is still told. */
async function orFailed(work) {
  try {
    await work()
    return nothing
  } catch (error) {
    if (!(error instanceof Stop)) throw error
    say(error.message)
    return { ...nothing, failed: 1 }
  }
}

/**
 * The counts of a report. A missing report, or an exit code that says failure, is a failure whatever was
 * counted.
 */
function judged(code, file, read) {
  if (!existsSync(file)) return { ...nothing, failed: 1 }
  const tally = read(JSON.parse(readFileSync(file, 'utf8')))
  return code !== 0 && tally.failed === 0 ? { ...tally, failed: 1 } : tally
}

// npm run bench:audit: precision and recall of `code-audit` on the corpus of thirty planted defects and thirty traps, with
// a real model. It needs a key and says what it may cost before anything is spent; without a key it says so and ends.
import { cpSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline/promises'
import { scoresOf } from './audit-scores.mjs'
import { freePort, root, startSkein } from './processes.mjs'
import { call, follow } from './skein.mjs'

const CAP_USD = 3
const audited = join(root, 'e2e', 'audit')
const key = process.env.ANTHROPIC_API_KEY ?? ''

if (key === '') {
  console.error(
    'Recall is a figure of a real model: set ANTHROPIC_API_KEY to measure it. Nothing was asked or spent.',
  )
  process.exit(1)
}
if (!existsSync(join(root, '.next/BUILD_ID'))) {
  console.error('Build first: npm run build')
  process.exit(1)
}

const planted = (list) => JSON.parse(readFileSync(join(audited, `${list}.json`), 'utf8'))
const home = mkdtempSync(join(tmpdir(), 'skein-audit-'))
// A copy in a folder of its own: the lists of what was planted lie beside the corpus.
const workspace = join(home, 'repository')
cpSync(join(audited, 'corpus'), workspace, { recursive: true })
const server = await startSkein({
  baseUrl: process.env.ANTHROPIC_BASE_URL ?? '',
  dataDir: join(home, 'data'),
  port: await freePort(),
  more: { ANTHROPIC_API_KEY: key, SKEIN_WORKSPACE_ROOTS: workspace },
})
try {
  const launch = { workflow: 'code-audit', workspace, limits: { usd: CAP_USD }, onLimit: 'end' }
  const { costNanoUsd } = await call(server.url, 'POST', '/api/estimate?dryRun=1', launch)
  const dollars = (nano) => `$${(nano / 1e9).toFixed(2)}`
  const range =
    costNanoUsd === null
      ? 'An unknown sum'
      : `${dollars(costNanoUsd.likely)} (${dollars(costNanoUsd.low)} to ${dollars(costNanoUsd.high)})`
  console.log(
    `An audit of ${workspace} with a real model is about to be paid for. Estimate: ${range}; it ends at $${CAP_USD}.`,
  )
  if (await isAgreed()) await measured(launch)
  else console.log('Nothing was spent.')
} finally {
  await server.kill()
  rmSync(home, { recursive: true, force: true })
}

/** `--yes` stands for the answer where nobody is there to give it. */
async function isAgreed() {
  if (process.argv.includes('--yes')) return true
  const terminal = createInterface({ input: process.stdin, output: process.stdout })
  const said = await terminal.question('Go on? (yes) ')
  terminal.close()
  return said.trim().toLowerCase() === 'yes'
}

async function measured(launch) {
  const { id, status } = await call(server.url, 'POST', '/api/runs', launch)
  if (status === 'draft') await call(server.url, 'POST', `/api/runs/${id}/approve`, {})
  await follow(server.url, id, () => {})
  const { run, totals } = await call(server.url, 'GET', `/api/runs/${id}`)
  const { result } = await call(server.url, 'GET', `/api/runs/${id}/result`)
  console.log(`\nThe run ${run.status}, and cost $${(totals.spentNanoUsd / 1e9).toFixed(2)}.`)
  if (result === null) return
  writeFileSync('code-audit-report.md', result.report)
  const scores = scoresOf(result, planted('defects'), planted('traps'))
  const percent = (share) => (Number.isNaN(share) ? '–' : `${(share * 100).toFixed(0)} %`)
  console.log(
    `  recall      ${percent(scores.recall)}   of ${planted('defects').length} defects, unverified ones included; confirmed ${scores.confirmed}, unverified ${scores.unverified}`,
  )
  console.log(
    `  precision   ${percent(scores.precision)}   of what was confirmed and stands in one of the lists; ${scores.trapsConfirmed} traps were confirmed, ${scores.trapsRefuted} refuted`,
  )
  console.log(
    `  severity    ${percent(scores.severity)}   of the defects found have the severity of the list`,
  )
  console.log(`  unlisted    ${scores.unlisted.length}   findings that nobody planted, for a person to judge`)
  for (const { file, line, why } of scores.missed) console.log(`  missed      ${file}:${line} ${why}`)
  console.log('  The report is in code-audit-report.md.')
}

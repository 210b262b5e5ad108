import { mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { corpus, honest, hostileFolder } from '../attacks/corpus.mjs'
import { throwAll } from '../attacks/throw.mjs'
import { expect, test } from '../fixtures'

test('hostile text comes to an end, and the server answers others meanwhile', async ({ newServer }) => {
  // Everything that is thrown has its own bounds; a busy machine only takes longer to get through it.
  test.setTimeout(600_000)
  const home = mkdtempSync(join(tmpdir(), 'skein-attacked-'))
  try {
    const workspace = join(home, 'workspace')
    mkdirSync(workspace)
    hostileFolder(workspace, { isSmall: true })
    const server = await newServer({ env: { SKEIN_WORKSPACE_ROOTS: home }, simulatorSpeed: 0 })
    // The first request loads what the server needs for it, which is nobody's attack.
    const plain = join(home, 'plain')
    mkdirSync(plain)
    await throwAll({ base: server.origin, workspace: plain, attacks: honest })
    const attacks = corpus.filter(({ isShort }) => isShort === true)
    const results = await throwAll({ base: server.origin, workspace, attacks })
    for (const { name, answer, tookMs, worstMs, asked } of results) {
      expect(answer, name).not.toBeNull()
      expect(answer, name).not.toMatch(/^broke/)
      // What is answered in a moment leaves no time to ask in; health was answered while the others went on.
      if (tookMs > 2_000) expect(asked, name).toBeGreaterThan(1)
      if (tookMs > 2_000) expect(worstMs, name).toBeLessThan(tookMs)
    }
    const said = new Map(results.map(({ name, answer }) => [name, answer]))
    expect(said.get('a body of wide args')).toMatch(/^413/)
    expect(said.get('86,000 phases and agents written out')).toMatch(/more than 5,000 agent\(\) calls/)
    expect(said.get('a workflow that is looked for in a loop of links')).toMatch(/^completed/)
    expect(said.get('a line of fifty megabytes')).toBe('completed')
    expect(said.get('every event stream that one client can get')).toBe('200 given, 200 refused')
    expect(said.get('a cancel while links are walked')).toBe('cancel answered 200')
  } finally {
    rmSync(home, { recursive: true, force: true, maxRetries: 5 })
  }
})

test('a phase an item is drawn as a few groups, and a long line folded', async ({ page, api }) => {
  const phases = await api.launch({
    script: `export const meta = { name: 'a-phase-an-item', description: 'names a phase after each file' }
      return (await pipeline(Array.from({ length: 60 }, (_, i) => 'packages/app-' + i + '/index.ts'),
        (f) => agent('review ' + f + ' [[sim: {"text":"ok"}]]', { phase: 'Review ' + f, label: f }),
        (x, f) => agent('verify ' + f + ' [[sim: {"text":"ok"}]]', { phase: 'Verify ' + f, label: f }))).length`,
  })
  await api.ended(phases)
  await page.goto(`/runs/${phases}?view=table`)
  const strip = page.getByRole('list', { name: 'Phases' })
  await expect(strip.getByRole('listitem')).toHaveCount(2)
  await expect(strip).toContainText('Review …')
  await page.goto(`/runs/${phases}?view=map`)
  await expect(page.getByRole('region', { name: 'Review …, 60 agents' })).toBeVisible()
  await page.goto(`/runs/${phases}?view=cost`)
  await expect(page.getByRole('rowheader', { name: 'Verify …' })).toBeVisible()

  const line = await api.launch({
    script:
      "export const meta = { name: 'one-long-line', description: 'd' }\nlog('x'.repeat(100000))\nreturn 'y'.repeat(90000)",
  })
  await api.ended(line)
  await page.goto(`/runs/${line}?view=log`)
  const log = page.getByRole('log')
  await log.getByRole('button', { name: /Show the other 9,0\d\d characters/ }).click()
  await expect(log).toContainText('(90,000 more characters)')
  await page.goto(`/runs/${line}?view=result`)
  await expect(page.getByRole('button', { name: 'Show 20,000 more of 70,000 characters' })).toBeVisible()
})

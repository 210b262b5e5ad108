import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { RunCosts } from '@/lib/api/run-costs'
import { costTable } from '../costs/run-cost-table'
import { percentWords } from '../format/numbers'
import { mapGraph } from '../map/map-graph'
import { layoutMap } from '../map/map-layout'
import { layoutBounds } from '../map/placed-map'
import { created, told } from '../testing'
import { phaseSpan } from '../timeline/phase-progress'
import { agentRows, noFilter, rowsByPhase, tableLines } from './agent-rows'
import { phaseGroups } from './phase-groups'

const files = Array.from({ length: 400 }, (_, at) => `packages/app-${at}/src/index.ts`)
const state = told(
  [],
  ...files.flatMap((file, at) => [created(`r${at}`, `Review ${file}`), created(`v${at}`, `Verify ${file}`)]),
)
const groups = phaseGroups(state.phases)

test('a run that names a phase after each of its files is drawn as two groups, with every agent in one of them', () => {
  expect(state.phases).toHaveLength(800)
  expect(groups.of(state.phases).map(({ title, detail, counts }) => [title, detail, counts.queued])).toEqual([
    ['Review …', '400 phases', 400],
    ['Verify …', '400 phases', 400],
  ])
  const graph = mapGraph(state)
  expect(graph.groups.map(({ title, agentIds }) => [title, agentIds.length])).toEqual([
    ['Review …', 400],
    ['Verify …', 400],
  ])
  expect(
    layoutBounds(layoutMap(graph, { toggled: new Set(), direction: 'right', room: null, mayRearrange: true }))
      .width,
  ).toBeLessThan(3_000)
})

test('a group filters, sorts and spans as a phase does', () => {
  const filter = { ...noFilter, phase: 'Review …', groups }
  expect(agentRows(state, filter)).toHaveLength(400)
  const lines = tableLines(rowsByPhase(state, noFilter), true, groups.titleOf)
  expect(lines.filter(({ kind }) => kind === 'phase')).toMatchObject([
    { title: 'Review …', count: 400 },
    { title: 'Verify …', count: 400 },
  ])
  expect(phaseSpan(state, 'Verify …')).not.toBeNull()
})

test('the costs of a group are those of its phases, and a small share is not called nothing', () => {
  const line = (phase: string, nano: number): RunCosts['lines'][number] => ({
    phase,
    model: 'claude-sonnet-5-5',
    delivery: 'live',
    turns: 1,
    isPriced: true,
    isMetered: true,
    cacheSavedNanoUsd: 1,
    kinds: [{ kind: 'output', count: 10, costNanoUsd: nano }],
  })
  const lines = [
    ...files.map((file) => line(`Review ${file}`, 1000)),
    ...files.map((file) => line(`Verify ${file}`, 1)),
  ]
  const totals = {
    spentNanoUsd: 400_400,
    unsettledNanoUsd: 0,
    reservedNanoUsd: 0,
    turns: 800,
    unpricedTurns: 0,
    wastedTurns: 0,
    wastedNanoUsd: 0,
  }
  const table = costTable({ lines, unsettled: [], totals }, groups)
  expect(table.rows.map(({ phase, turns, costNanoUsd }) => [phase, turns, costNanoUsd])).toEqual([
    ['Review …', 400, 400_000],
    ['Verify …', 400, 400],
  ])
  expect(table.isSettled).toBe(true)
  expect(table.rows.map(({ share }) => percentWords(share, 1))).toEqual(['>99 %', '<1 %'])
  expect([percentWords(0, 5), percentWords(1, 3), percentWords(5, 5)]).toEqual(['0 %', '33 %', '100 %'])
})

test('a few phases stand each for itself, whatever their titles', () => {
  const few = told(['Review a', 'Review b', 'Review c'])
  expect(phaseGroups(few.phases).isGrouped).toBe(false)
  expect(phaseGroups(few.phases).of(few.phases)).toEqual(few.phases)
})

test('titles that are numbered, quoted or have nothing in common are still grouped', () => {
  const titles = (of: (at: number) => string) => Array.from({ length: 60 }, (_, at) => ({ title: of(at) }))
  const drawn = (phases: { title: string }[]) =>
    new Set(phases.map(({ title }) => phaseGroups(phases).titleOf(title)))
  expect(drawn(titles((at) => `phase-${at}`))).toEqual(new Set(['phase …']))
  expect(drawn(titles((at) => `${at}`))).toEqual(new Set(['Phase …']))
  expect(drawn(titles((at) => `[${at}] "check"`)).size).toBeLessThan(25)
  expect(
    drawn(titles((at) => `${String.fromCharCode(97 + (at % 26))}${String.fromCharCode(97 + at / 26)} x`))
      .size,
  ).toBe(1)
})

test('whatever the titles, no more groups are drawn than stand side by side, and no agent is counted twice', () => {
  fc.assert(
    fc.property(fc.uniqueArray(fc.string(), { minLength: 1, maxLength: 80 }), (titles) => {
      const run = told(titles)
      const drawn = phaseGroups(run.phases).of(run.phases)
      expect(drawn.length).toBeLessThanOrEqual(24)
      expect(new Set(drawn.map(({ title }) => title)).size).toBe(drawn.length)
      for (const { title } of run.phases)
        expect(drawn.map((group) => group.title)).toContain(phaseGroups(run.phases).titleOf(title))
    }),
  )
})

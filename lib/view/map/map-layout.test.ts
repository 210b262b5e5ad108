import fc from 'fast-check'
import { describe, expect, it, test } from 'vitest'
import { edgeRoutes, mapBounds } from './arched-edges'
import { cellAt, cellGrid, cellOrigin, moveCell } from './cell-grid'
import { agentPoint, type LayoutChoice, layoutMap } from './map-layout'
import type { MapGraph } from './map-shape'
import { layoutBounds, type MapLayout } from './placed-map'
import { leastText } from './zoom-level'

const graph = (...sizes: number[]): MapGraph => ({
  groups: sizes.map((size, at) => ({
    id: `group:P${at}`,
    title: `P${at}`,
    detail: null,
    hostId: null,
    frames: [],
    rounds: [],
    agentIds: Array.from({ length: size }, (_, index) => `${at}.${index}`),
  })),
  edges: [],
  idle: { sumMs: 0, worstMs: 0 },
})
const none: LayoutChoice = { toggled: new Set(), direction: 'right', room: null, mayRearrange: true }

describe('map layout', () => {
  it('leaves earlier groups where they are when a later phase appears', () => {
    const before = layoutMap(graph(3, 120), none)
    const after = layoutMap(graph(3, 120, 40), none)
    expect(after.groups.slice(0, 2)).toEqual(before.groups)
  })

  it('leaves a large group its size while a few agents join', () => {
    expect(layoutMap(graph(92), none).groups[0]?.box).toEqual(layoutMap(graph(125), none).groups[0]?.box)
  })

  it('opens small groups into cards, and any up to forty on request', () => {
    const kinds = (toggled: Set<string>) =>
      layoutMap(graph(5, 30, 300), { ...none, toggled }).groups.map((group) => group.body.kind)
    expect(kinds(new Set())).toEqual(['cards', 'cells', 'cells'])
    expect(kinds(new Set(['P0', 'P1', 'P2']))).toEqual(['cells', 'cards', 'cells'])
  })

  it('never lets two boxes touch, in either direction', () => {
    for (const direction of ['right', 'down'] as const) {
      const { orchestrator, groups } = layoutMap(graph(5, 300, 1, 1000), { ...none, direction })
      const boxes = [orchestrator, ...groups.map((group) => group.box)]
      const ends = boxes.map((box) =>
        direction === 'right' ? [box.x, box.x + box.width] : [box.y, box.y + box.height],
      )
      for (const [index, [from]] of ends.slice(1).entries())
        expect(from).toBeGreaterThan(ends[index]?.[1] ?? 0)
    }
  })

  it('counts the arched edges over other groups into the picture, and nothing else above the heads', () => {
    const arched = {
      from: 'group:P0',
      to: 'group:P2',
      kind: 'data',
      flow: 'plain',
      links: 1,
      answers: 1,
    } as const
    const edge = { ...arched, id: 'e', flagged: 0, flaggedLabels: [], idle: null }
    const flat = graph(3, 120, 40)
    const layout = layoutMap(flat, none)
    expect(mapBounds(flat, layout, 'right')).toEqual(layoutBounds(layout))
    const over = { ...flat, edges: [edge] }
    expect(edgeRoutes(over, layout, 'right').get('e')).toEqual({ kind: 'arched' })
    expect(mapBounds(over, layout, 'right').y).toBeLessThan(layoutBounds(layout).y)
    expect(mapBounds(over, layout, 'down')).toEqual(layoutBounds(layout))
  })

  it('keeps every agent inside its group', () => {
    for (const size of [1, 12, 40, 120, 1000]) {
      const group = layoutMap(graph(size), none).groups[0]
      if (group === undefined) throw new Error('no group')
      for (let index = 0; index < size; index++) {
        const { x, y } = agentPoint(group, index)
        expect(x > group.box.x && x < group.box.x + group.box.width).toBe(true)
        expect(y > group.box.y && y < group.box.y + group.box.height).toBe(true)
      }
    }
  })

  it('never moves a group that has agents, whatever comes, and lets nobody overlap', () => {
    const growth = fc.array(fc.array(fc.nat({ max: 40 }), { minLength: 6, maxLength: 6 }), {
      minLength: 1,
      maxLength: 8,
    })
    fc.assert(
      fc.property(growth, fc.integer({ min: 1, max: 4 }), (waves, declared) => {
        const sizes = Array.from({ length: declared }, () => 0)
        let last: MapLayout | null = null
        for (const wave of waves) {
          for (const [at, more] of wave.entries()) if (at <= sizes.length) sizes[at] = (sizes[at] ?? 0) + more
          const next = layoutMap(graph(...sizes), none, last)
          for (const before of last?.groups ?? []) {
            const after = next.groups.find(({ id }) => id === before.id)
            if (before.agentIds.length > 0)
              expect([after?.box.x, after?.box.y]).toEqual([before.box.x, before.box.y])
          }
          const boxes = next.groups.map(({ box }) => box).sort((a, b) => a.x - b.x)
          for (const [at, box] of boxes.slice(1).entries()) {
            const left = boxes[at]
            expect(box.x).toBeGreaterThan((left?.x ?? 0) + (left?.width ?? 0))
          }
          last = next
        }
      }),
    )
  })

  it('bounds everything', () => {
    const layout = layoutMap(graph(5, 1000), none)
    const bounds = layoutBounds(layout)
    expect(bounds.x).toBe(0)
    const lowest = Math.max(...layout.groups.map(({ box }) => box.y + box.height))
    expect(bounds.y + bounds.height).toBe(lowest)
    expect(bounds.y).toBe(layout.orchestrator.y)
  })
})

describe('an arrangement', () => {
  const screens = [
    { width: 1360, height: 600 },
    { width: 940, height: 480 },
    { width: 1800, height: 900 },
  ]
  const fitted = (layout: MapLayout, room: { width: number; height: number }) => {
    const { width, height } = layoutBounds(layout)
    return Math.min(1.15, room.width / width, room.height / height)
  }

  it('draws the runs people have so large that heads keep their words, at every size of screen', () => {
    const runs = [graph(1, 20, 1), graph(1, 40, 60, 40), graph(200, 300, 200, 200, 100), graph(12)]
    for (const run of runs)
      for (const room of screens) {
        const layout = layoutMap(run, { ...none, room })
        expect(fitted(layout, room)).toBeGreaterThan(0.5)
        const plain = fitted(layoutMap(run, none), room)
        expect(fitted(layout, room)).toBeGreaterThanOrEqual(Math.min(0.72, plain) * 0.99)
      }
  })

  it('fills a screen with the cells of a thousand agents', () => {
    const [room] = screens
    if (room === undefined) throw new Error('no screen')
    const layout = layoutMap(graph(200, 300, 200, 200, 100), { ...none, room })
    const zoom = fitted(layout, room)
    const pitches = layout.groups.flatMap(({ body }) =>
      body.kind === 'cells' ? [body.grid.pitch * zoom] : [],
    )
    expect(Math.min(...pitches)).toBeGreaterThan(12)
  })

  it('never lets two boxes touch, in as many rows as there are', () => {
    fc.assert(
      fc.property(
        fc.array(fc.nat({ max: 400 }), { minLength: 1, maxLength: 30 }),
        fc.constantFrom(...screens),
        (sizes, room) => {
          const { groups } = layoutMap(graph(...sizes), { ...none, room })
          expect(groups.map(({ id }) => id)).toEqual(sizes.map((_, at) => `group:P${at}`))
          for (const [at, { box }] of groups.entries())
            for (const { box: other } of groups.slice(at + 1))
              expect(
                box.x + box.width <= other.x ||
                  other.x + other.width <= box.x ||
                  box.y + box.height <= other.y ||
                  other.y + other.height <= box.y,
              ).toBe(true)
        },
      ),
      { numRuns: 40 },
    )
  })

  it('stays for whoever moved the map, and until another is clearly better for everybody else', () => {
    const [room] = screens
    if (room === undefined) throw new Error('no screen')
    const first = layoutMap(graph(10, 20), { ...none, room })
    const grown = graph(10, 20, 300, 300, 300)
    const held = layoutMap(grown, { ...none, room, mayRearrange: false }, first)
    expect(held.arrangement).toEqual(first.arrangement)
    for (const { id, box } of first.groups) {
      const after = held.groups.find((group) => group.id === id)?.box
      expect([after?.x, after?.y]).toEqual([box.x, box.y])
    }
    const free = layoutMap(grown, { ...none, room }, first)
    expect(fitted(free, room)).toBeGreaterThan(fitted(held, room))
    expect(layoutMap(grown, { ...none, room }, free).arrangement).toEqual(free.arrangement)
  })

  it('leads edges to another row through the gap above it', () => {
    const room = { width: 700, height: 700 }
    const plain = graph(300, 300, 300, 300)
    const layout = layoutMap(plain, { ...none, room })
    const [first, last] = [layout.groups[0], layout.groups.at(-1)]
    if (first === undefined || last === undefined) throw new Error('no groups')
    expect(last.box.y).toBeGreaterThan(first.box.y + first.box.height)
    const ends = { id: 'e', from: first.id, to: last.id }
    const edge = { ...ends, kind: 'data', flow: 'plain', links: 1, answers: 1, flagged: 0 } as const
    const run = { ...plain, edges: [{ ...edge, flaggedLabels: [], idle: null }] }
    const route = edgeRoutes(run, layout, 'right').get('e')
    if (route?.kind !== 'gap') throw new Error(`it goes ${route?.kind}`)
    expect(route.y).toBeLessThan(last.box.y)
    for (const { box } of layout.groups) expect(route.y > box.y && route.y < box.y + box.height).toBe(false)
  })
})

test('no word on the map is smaller on the screen than is legible', () => {
  for (let zoom = 0.08; zoom < 2; zoom *= 1.03) {
    const onScreen = leastText(zoom) * zoom
    expect(onScreen).toBeGreaterThanOrEqual(10.1)
    expect(onScreen).toBeLessThan(11.3)
  }
})

describe('cell grid', () => {
  it('has room for everybody and finds each cell again', () => {
    for (const count of [1, 7, 40, 120, 999, 10_000, 12_345]) {
      const grid = cellGrid(count)
      expect(grid.columns * grid.rows).toBeGreaterThanOrEqual(count)
      const { x, y } = cellOrigin(grid, count - 1)
      expect(cellAt(grid, count, x + 1, y + 1)).toBe(count - 1)
    }
  })

  it('finds nobody past the last agent or outside', () => {
    const grid = cellGrid(5)
    expect(cellAt(grid, 5, grid.width - 1, grid.height - 1)).toBeNull()
    expect(cellAt(grid, 5, -1, 0)).toBeNull()
  })

  it('moves with arrow keys and stops at the edges', () => {
    const grid = cellGrid(20)
    expect(moveCell(grid, 20, 0, 'left')).toBe(0)
    expect(moveCell(grid, 20, 0, 'down')).toBe(grid.columns)
    expect(moveCell(grid, 20, 19, 'down')).toBe(19)
    expect(moveCell(grid, 20, 4, 'last')).toBe(19)
  })
})

it('gives each round a row of its own, and finds every cell and its neighbour again', () => {
  const rounds = [
    { from: 0, count: 7 },
    { from: 7, count: 2 },
    { from: 9, count: 9 },
  ]
  const grid = cellGrid(18, rounds)
  for (let index = 0; index < 18; index++) {
    const { x, y } = cellOrigin(grid, index)
    expect(cellAt(grid, 18, x + 1, y + 1)).toBe(index)
  }
  expect(cellOrigin(grid, 7).x).toBe(0)
  expect(cellOrigin(grid, 9).x).toBe(0)
  expect(moveCell(grid, 18, 7, 'down')).toBe(9)
  expect(moveCell(grid, 18, 9, 'up')).toBe(7)
  expect(moveCell(grid, 18, 6, 'right')).toBe(7)
})

import { expect, test } from 'vitest'
import { createVirtualClock } from '@/lib/core/testing/virtual-clock'
import { BatchSlot } from '../context/batch-slot'
import { harnessPerTest } from '../testing/per-test'
import { silence } from '../testing/replies'
import { BatchCollector } from './batch-collector'

const open = harnessPerTest()

const slotOf = (position: number, bytes = 1000) =>
  new BatchSlot(
    { agentId: `a${position + 1}`, turn: 0, attempt: 1 },
    'm',
    null,
    { maxTokens: 1, nanoUsd: null, tokens: 1, clampedBy: null },
    null,
    [],
    position,
    bytes,
    () => {},
  )

/** A collector of a run whose agents have all ended, on a clock of its own; with what has left it so far. */
async function collecting(may = { submit: true, handOut: false }) {
  const own = open({ reply: () => silence })
  const runId = await own.launch(`return checkpoint({ title: 'Go on?' })`)
  await own.happened(runId, ({ type }) => type === 'checkpoint.opened')
  const run = own.engine.active(runId)
  if (run === null) throw new Error('Nobody works on the run')
  const clock = createVirtualClock()
  const stop = new AbortController()
  const left: number[][] = []
  const collector = new BatchCollector({ ...run, ports: { ...run.ports, clock } }, null, stop.signal, {
    maySubmit: () => may.submit,
    isHandedOut: () => may.handOut,
    submit: (slots) => void left.push(slots.map(({ position }) => position)),
  })
  return { own, run, clock, stop, collector, left }
}

test('turns leave together once it has been quiet for a moment, in the order of their agents', async () => {
  const { clock, collector, left } = await collecting()
  for (const position of [2, 0, 1]) {
    collector.add(slotOf(position))
    clock.advance(9)
  }
  expect(left).toEqual([])
  clock.advance(1)
  expect(left).toEqual([[0, 1, 2]])
  clock.advance(10_000)
  expect(left).toHaveLength(1)
})

test('a batch takes so many bytes and so many turns, and the rest leaves in another one at once', async () => {
  const { clock, collector, left } = await collecting()
  for (const [position, bytes] of [60e6, 39e6, 2e6, 200e6, 1].entries())
    collector.add(slotOf(position, bytes))
  clock.advance(10)
  expect(left).toEqual([[0, 1], [2], [3], [4]])
  for (let position = 0; position < 10_001; position++) collector.add(slotOf(position, 1))
  clock.advance(10)
  expect(left.slice(4).map(({ length }) => length)).toEqual([10_000, 1])
})

test('a batch that is being handed out is waited for, up to the latest moment', async () => {
  const { clock, collector, left } = await collecting({ submit: true, handOut: true })
  collector.add(slotOf(0))
  clock.advance(990)
  expect(left).toEqual([])
  clock.advance(20)
  expect(left).toEqual([[0]])
})

test('a batch of which nobody knows whether it was taken is waited for however long it takes', async () => {
  const may = { submit: false, handOut: false }
  const { clock, collector, left } = await collecting(may)
  collector.add(slotOf(0))
  clock.advance(600_000)
  expect(left).toEqual([])
  may.submit = true
  clock.advance(10)
  expect(left).toEqual([[0]])
})

test('while the run is paused nothing leaves: who is here is told so, and waits at the gate', async () => {
  const { run, clock, collector, left } = await collecting()
  const slot = slotOf(0)
  collector.add(slot)
  run.gate.shut()
  clock.advance(10)
  expect(left).toEqual([])
  expect(await slot.result(new AbortController().signal)).toEqual({ kind: 'not-submitted' })
  run.gate.open()
})

test('who goes away before it leaves is in no batch', async () => {
  const { clock, collector, left } = await collecting()
  const [gone, stays] = [slotOf(0), slotOf(1)]
  collector.add(gone)
  collector.add(stays)
  expect(collector.remove(gone)).toBe(true)
  expect(collector.remove(gone)).toBe(false)
  clock.advance(10)
  expect(left).toEqual([[1]])
  expect(collector.remove(stays)).toBe(false)
})

test('a server that stops lets nothing leave any more', async () => {
  const { clock, stop, collector, left } = await collecting()
  collector.add(slotOf(0))
  stop.abort()
  clock.advance(10_000)
  expect(left).toEqual([])
})

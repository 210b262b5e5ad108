import type { ServerResponse } from 'node:http'
import type { Fault } from '../faults'
import type { Pace, Ticker } from '../pace'
import { type Frame, PING, sse } from './wire'

/** How a response left: whole, cut by a fault, or dropped because the client went away. */
export type Delivery = 'delivered' | 'cut' | 'aborted'

/** What performing a stream needs. */
export interface Performance {
  frames: Iterator<Frame>
  totalTokens: number
  pace: Pace
  /** 1 is real pace, 0 is without waiting. */
  speed: number
  fault: Fault | null
  requestId: string
  ticker: Ticker
  onBegun(): void
}

/** Writes closer together than this are joined: a client cannot see the difference, and the loop can. */
const WRITE_GAP_MS = 20
/** Silence after which the API sends a ping; its documentation names no figure. */
const PING_AFTER_MS = 12_000
/** Part of the time to the first token that passes before `message_start`. */
const START_PART = 0.25

/** Sends the frames when their tokens are due, until the end, a fault, or the client's departure. */
export function playStream(response: ServerResponse, performance: Performance): Promise<Delivery> {
  const { ticker, frames, fault, pace, speed } = performance
  const startedAt = ticker.now()
  const cutAt = cutPosition(fault, performance.totalTokens)
  const dueAt = (frame: Frame) => {
    if (speed === 0) return startedAt
    if (frame.afterTokens < 0) return startedAt + (pace.ttftMs * START_PART) / speed
    return startedAt + (pace.ttftMs + (frame.afterTokens / pace.tokensPerSecond) * 1000) / speed
  }

  return new Promise((resolve) => {
    let next = frames.next()
    let wroteAt = startedAt
    let delayMs = 0
    let stalled = false
    let sentTokens = -1
    let undo = () => {}
    let settled = false

    const finish = (delivery: Delivery) => {
      if (settled) return
      settled = true
      undo()
      resolve(delivery)
    }
    response.once('close', () => finish(response.writableFinished ? 'delivered' : 'aborted'))

    const wake = (now: number) => {
      if (settled) return
      let text = ''
      while (!next.done && dueAt(next.value) + delayMs <= now) {
        if (cutAt !== null && !stalled && (sentTokens >= cutAt || next.value.isLast)) {
          if (text !== '') response.write(text)
          strike(now)
          return
        }
        if (next.value.afterTokens < 0) performance.onBegun()
        text += next.value.text
        sentTokens = next.value.afterTokens
        next = frames.next()
      }
      if (next.done) {
        response.end(text)
        return
      }
      if (text === '' && now - wroteAt > PING_AFTER_MS) text = PING
      if (text === '') return sleep(now)
      wroteAt = now
      if (response.write(text)) sleep(now)
      else response.once('drain', () => wake(ticker.now()))
    }

    const sleep = (now: number) => {
      if (next.done) return
      const due = dueAt(next.value) + delayMs
      undo = ticker.at(Math.min(Math.max(due, now + WRITE_GAP_MS), wroteAt + PING_AFTER_MS + 1), wake)
    }

    const strike = (now: number) => {
      stalled = true
      if (fault?.kind === 'body-stall') {
        if (fault.ms === undefined) return
        delayMs = fault.ms
        if (fault.pings) return wake(now)
        undo = ticker.at(now + fault.ms, wake)
      } else if (fault?.kind === 'stream-error') {
        const type = fault.errorType ?? 'overloaded_error'
        const error = {
          type,
          message: type === 'overloaded_error' ? 'Overloaded' : 'Simulated error in mid-stream',
        }
        response.end(sse({ type: 'error', error, request_id: performance.requestId }))
        finish('cut')
      } else if (fault?.kind === 'truncate') {
        response.end()
        finish('cut')
      } else {
        // What was written before must reach the client first, else it sees a reset without a beginning.
        response.write('', () => setImmediate(() => response.destroy()))
        finish('cut')
      }
    }

    wake(startedAt)
  })
}

function cutPosition(fault: Fault | null, totalTokens: number): number | null {
  if (fault === null || !CUTTING.has(fault.kind)) return null
  return 'afterTokens' in fault && fault.afterTokens !== undefined ? fault.afterTokens : totalTokens / 2
}

const CUTTING: ReadonlySet<Fault['kind']> = new Set(['body-stall', 'stream-error', 'truncate', 'destroy'])

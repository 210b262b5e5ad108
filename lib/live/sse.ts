import { type Clock, every } from '@/lib/core/ports/clock'

/** Bytes a watcher may be behind before it is dropped; it comes back from its cursor. */
const MAX_UNREAD_BYTES = 8_000_000

/** Silence after which a comment is sent, so proxies keep the connection. */
const KEEP_ALIVE_MS = 15_000

/** One server-sent event. `data` is JSON already, so it is made once for all who get it. */
export type SseEvent = { name: string; data: string; id?: number }

/** One open stream: where events go in, and how it ends. */
export type Sink = { send(event: SseEvent): void; close(): void; readonly isOpen: boolean }

/** An event as it stands on the wire; the only place that writes one. */
function wireText({ name, data, id }: SseEvent): string {
  return `event: ${name}\n${id === undefined ? '' : `id: ${id}\n`}data: ${data}\n\n`
}

const headers = {
  'content-type': 'text/event-stream; charset=utf-8',
  'cache-control': 'no-cache, no-transform',
  'x-accel-buffering': 'no',
}

/**
 * A response that streams server-sent events. `begin` gets the sink and returns what to do when the stream
 * ends, by either side, exactly once.
 */
export function sseResponse(
  { signal, open, clock }: { signal: AbortSignal; open: Set<Sink>; clock: Clock },
  begin: (sink: Sink) => () => void,
): Response {
  const encoder = new TextEncoder()
  let close = () => {}
  const stream = new ReadableStream<Uint8Array>(
    {
      start(controller) {
        let isOpen = true
        let finish = () => {}
        const write = (text: string) => {
          if (!isOpen) return
          if ((controller.desiredSize ?? 0) <= 0) return sink.close()
          controller.enqueue(encoder.encode(text))
        }
        const sink: Sink = {
          get isOpen() {
            return isOpen
          },
          send: (event) => write(wireText(event)),
          close() {
            if (!isOpen) return
            isOpen = false
            rest()
            open.delete(sink)
            signal.removeEventListener('abort', close)
            finish()
            try {
              controller.close()
            } catch {
              // The reader has gone already; there is nobody left to tell.
            }
          },
        }
        const rest = every(clock, KEEP_ALIVE_MS, () => write(': still here\n\n'))
        close = () => sink.close()
        signal.addEventListener('abort', close, { once: true })
        open.add(sink)
        write('retry: 1000\n\n')
        try {
          finish = begin(sink)
        } catch (error) {
          sink.close()
          throw error
        }
        // Who left before we began is told nothing more, and no event will say so again.
        if (signal.aborted) close()
        else if (!isOpen) finish()
      },
      cancel: () => close(),
    },
    new ByteLengthQueuingStrategy({ highWaterMark: MAX_UNREAD_BYTES }),
  )
  return new Response(stream, { headers })
}

import { type Clock, every } from '@/lib/core/ports/clock'
import { openSink, type Sink } from './event-sink'

/** Bytes a watcher may leave unread before it is dropped; it reconnects from its cursor. */
const MAX_UNREAD_BYTES = 8_000_000

/** Silence after which a comment is sent, so proxies keep the connection. */
const KEEP_ALIVE_MS = 15_000

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
  let close = () => {}
  const stream = new ReadableStream<Uint8Array>(
    {
      start(controller) {
        let finish = () => {}
        const sink = openSink(controller, () => {
          rest()
          open.delete(sink)
          signal.removeEventListener('abort', close)
          finish()
        })
        const rest = every(clock, KEEP_ALIVE_MS, () => sink.write(': still here\n\n'))
        close = () => sink.close()
        signal.addEventListener('abort', close, { once: true })
        open.add(sink)
        sink.write('retry: 1000\n\n')
        try {
          finish = begin(sink)
        } catch (error) {
          sink.close()
          throw error
        }
        // A watcher that left before `begin` returned gets no further abort event, so finish for it here.
        if (signal.aborted) close()
        else if (!sink.isOpen) finish()
      },
      cancel: () => close(),
    },
    new ByteLengthQueuingStrategy({ highWaterMark: MAX_UNREAD_BYTES }),
  )
  return new Response(stream, { headers })
}

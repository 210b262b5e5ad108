/** One server-sent event. `data` is JSON already, so it is made once for all who get it. */
export type SseEvent = { name: string; data: string; id?: number }

/** One open stream: where events go in, and how it ends. */
export type Sink = { send(event: SseEvent): void; close(): void; readonly isOpen: boolean }

const encoder = new TextEncoder()

/** What is made of an event goes with it: hundreds of watchers get the same bytes. */
const encoded = new WeakMap<SseEvent, Uint8Array<ArrayBuffer>>()
const renamed = new WeakMap<SseEvent, Map<string, SseEvent>>()

/** An event in the format of the wire; the only place that writes one. */
function wireBytes(event: SseEvent): Uint8Array<ArrayBuffer> {
  const before = encoded.get(event)
  if (before !== undefined) return before
  const { name, data, id } = event
  const bytes = encoder.encode(`event: ${name}\n${id === undefined ? '' : `id: ${id}\n`}data: ${data}\n\n`)
  encoded.set(event, bytes)
  return bytes
}

/** The event as one of a topic, for a stream that carries several; the same object whenever it is asked for. */
export function underTopic(event: SseEvent, topic: string): SseEvent {
  const names = renamed.get(event) ?? new Map<string, SseEvent>()
  renamed.set(event, names)
  const before = names.get(topic)
  if (before !== undefined) return before
  const under = { ...event, name: `${topic}/${event.name}` }
  names.set(topic, under)
  return under
}

/**
 * A sink over the controller of a response's stream; it closes itself when the reader is too far behind.
 * `onClose` is called exactly once. `write` puts a comment or a field of the protocol between events.
 */
export function openSink(
  controller: ReadableStreamDefaultController<Uint8Array>,
  onClose: () => void,
): Sink & { write(text: string): void } {
  let isOpen = true
  const enqueue = (bytes: () => Uint8Array) => {
    if (!isOpen) return
    if ((controller.desiredSize ?? 0) <= 0) return sink.close()
    controller.enqueue(bytes())
  }
  const sink = {
    get isOpen() {
      return isOpen
    },
    send: (event: SseEvent) => enqueue(() => wireBytes(event)),
    write: (text: string) => enqueue(() => encoder.encode(text)),
    close() {
      if (!isOpen) return
      isOpen = false
      onClose()
      try {
        controller.close()
      } catch {
        // The reader has gone already; there is nobody left to tell.
      }
    },
  }
  return sink
}

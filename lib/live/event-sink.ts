/** One server-sent event. `data` is JSON already, so it is made once for all who get it. */
export type SseEvent = { name: string; data: string; id?: number }

/** One open stream: where events go in, and how it ends. */
export type Sink = { send(event: SseEvent): void; close(): void; readonly isOpen: boolean }

/** An event in the format of the wire; the only place that writes one. */
function wireText({ name, data, id }: SseEvent): string {
  return `event: ${name}\n${id === undefined ? '' : `id: ${id}\n`}data: ${data}\n\n`
}

/**
 * A sink over the controller of a response's stream; it closes itself when the reader is too far behind.
 * `onClose` is called exactly once. `write` puts a comment or a field of the protocol between events.
 */
export function openSink(
  controller: ReadableStreamDefaultController<Uint8Array>,
  onClose: () => void,
): Sink & { write(text: string): void } {
  const encoder = new TextEncoder()
  let isOpen = true
  const sink = {
    get isOpen() {
      return isOpen
    },
    send: (event: SseEvent) => sink.write(wireText(event)),
    write(text: string) {
      if (!isOpen) return
      if ((controller.desiredSize ?? 0) <= 0) return sink.close()
      controller.enqueue(encoder.encode(text))
    },
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

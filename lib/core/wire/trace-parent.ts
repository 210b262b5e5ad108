/** The trace that somebody asks in, and the span in it that asks. Ids are lower-case hexadecimal. */
export type TraceParent = { traceId: string; parentId: string; isSampled: boolean }

/** A W3C `traceparent` of version 00; null where a text is none. */
export function readTraceParent(text: string): TraceParent | null {
  const [, traceId = '', parentId = '', flags = ''] =
    /^00-([0-9a-f]{32})-([0-9a-f]{16})-([0-9a-f]{2})$/.exec(text.trim()) ?? []
  // Ids of nothing but zeros name nothing.
  if (!/[^0]/.test(traceId) || !/[^0]/.test(parentId)) return null
  return { traceId, parentId, isSampled: (Number.parseInt(flags, 16) & 1) === 1 }
}

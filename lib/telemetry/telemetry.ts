import { ROOT_CONTEXT, SpanKind, SpanStatusCode, TraceFlags, trace } from '@opentelemetry/api'
import { OTLPMetricExporter } from '@opentelemetry/exporter-metrics-otlp-http'
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-http'
import { detectResources, envDetector, resourceFromAttributes } from '@opentelemetry/resources'
import { MeterProvider, PeriodicExportingMetricReader } from '@opentelemetry/sdk-metrics'
import { BatchSpanProcessor, type IdGenerator, NodeTracerProvider } from '@opentelemetry/sdk-trace-node'
import type { Clock } from '@/lib/core/ports/clock'
import type { Envelope } from '@/lib/core/run/events'
import type { RunState } from '@/lib/core/run/state'
import { trialRunPrefix } from '@/lib/core/spec/run'
import { createInstruments } from './instruments'
import { attribute, conventions } from './names'
import { type EndedSpan, RunSpans } from './spans'

/** Spans that wait to be sent, at most; what comes while they wait in vain is left out. A thousand agents make ten times as many. */
const MOST_WAITING = 16_384

/** Longest that one sending may take, and that the end of the server waits for the last one. */
const SENDING_MS = 5_000
const LAST_SENDING_MS = 2_000

/** How long spans are gathered before they are sent together. */
const GATHERING_MS = 1_000

/** Where it is sent: `endpoint` is the base that `/v1/traces` and `/v1/metrics` follow. */
export type TelemetrySettings = {
  endpoint: string
  /** Whether labels and the beginnings of answers are sent, too. */
  showsContent: boolean
  version: string
  clock: Clock
}

/** What is sent of runs to a collector. */
export type Telemetry = {
  /** Takes what a commit tells of a run; it only puts something into a bounded queue. */
  onEvent(runId: string, envelopes: readonly Envelope[], state: RunState): void
  /** Sends what waits, for a bounded time. */
  close(): Promise<void>
}

/** Opens the way to a collector. Nothing is sent before something happens, and nobody waits for it. */
export function openTelemetry({ endpoint, showsContent, version, clock }: TelemetrySettings): Telemetry {
  const base = endpoint.replace(/\/+$/, '')
  const own = { 'service.name': 'skein', 'service.version': version, 'skein.conventions': conventions }
  // What the operator names in OTEL_SERVICE_NAME and OTEL_RESOURCE_ATTRIBUTES goes before.
  const resource = resourceFromAttributes(own).merge(detectResources({ detectors: [envDetector] }))
  const ids = new GivenIds()
  const tracers = new NodeTracerProvider({
    resource,
    idGenerator: ids,
    spanProcessors: [
      new BatchSpanProcessor(new OTLPTraceExporter({ url: `${base}/v1/traces`, timeoutMillis: SENDING_MS }), {
        maxQueueSize: MOST_WAITING,
        scheduledDelayMillis: GATHERING_MS,
        exportTimeoutMillis: SENDING_MS,
      }),
    ],
  })
  const meters = new MeterProvider({
    resource,
    readers: [
      new PeriodicExportingMetricReader({
        exporter: new OTLPMetricExporter({ url: `${base}/v1/metrics`, timeoutMillis: SENDING_MS }),
      }),
    ],
  })
  const tracer = tracers.getTracer('skein', version)
  const instruments = createInstruments(meters.getMeter('skein', version))
  const spans = new RunSpans(showsContent)

  function send(span: EndedSpan): void {
    const { traceId, spanId, parentId, isSampled, name, kind, startMs, endMs } = span
    if (!isSampled) return
    ids.next = { traceId, spanId }
    const parent = parentId && { traceId, spanId: parentId, traceFlags: TraceFlags.SAMPLED, isRemote: true }
    const context = parent ? trace.setSpanContext(ROOT_CONTEXT, parent) : ROOT_CONTEXT
    const made = tracer.startSpan(
      name,
      {
        kind: kind === 'client' ? SpanKind.CLIENT : SpanKind.INTERNAL,
        startTime: startMs,
        attributes: { [attribute.operation]: span.operation, ...span.attributes },
      },
      context,
    )
    if (span.errorType !== null) {
      made.setAttribute(attribute.errorType, span.errorType)
      made.setStatus({ code: SpanStatusCode.ERROR })
    }
    made.end(Math.max(startMs, endMs))
  }

  return {
    onEvent(runId, envelopes, state) {
      if (runId.startsWith(trialRunPrefix)) return
      for (const span of spans.take(runId, envelopes, state)) {
        send(span)
        instruments.record(span)
      }
    },
    async close() {
      const late = new Promise<void>((resolve) => clock.awake.after(LAST_SENDING_MS, resolve))
      await Promise.race([Promise.allSettled([tracers.shutdown(), meters.shutdown()]), late])
    },
  }
}

/** Gives spans the ids that follow from what they are about. */
class GivenIds implements IdGenerator {
  next = { traceId: '', spanId: '' }
  generateTraceId = () => this.next.traceId
  generateSpanId = () => this.next.spanId
}

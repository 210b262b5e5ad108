import type { Meter } from '@opentelemetry/api'
import { attribute, bounds, metric, operation } from './names'
import type { EndedSpan } from './spans'

/** What metrics are told by; ids of runs and agents are in none, since each would be a line of its own. */
const kept = [
  ...[attribute.provider, attribute.requestModel, attribute.responseModel, attribute.toolName],
  ...[attribute.project, attribute.simulated],
]

/** The metrics, all of them made of spans, so that both say the same. */
export function createInstruments(meter: Meter): { record(span: EndedSpan): void } {
  const seconds = (name: string, description: string) =>
    meter.createHistogram(name, {
      unit: 's',
      description,
      advice: { explicitBucketBoundaries: bounds.seconds },
    })
  const tokens = (name: string, description: string) =>
    meter.createCounter(name, { unit: '{token}', description })
  const agents = seconds(metric.agentSeconds, 'How long agents, and whole runs, took')
  const durations: Record<string, ReturnType<typeof seconds>> = {
    [operation.chat]: seconds(metric.operationSeconds, 'How long requests to models took'),
    [operation.agent]: agents,
    [operation.workflow]: agents,
    [operation.tool]: seconds(metric.toolSeconds, 'How long tools took'),
  }
  const usage = meter.createHistogram(metric.tokenUsage, {
    unit: '{token}',
    description: 'Tokens of a request, by whether they went in or came out',
    advice: { explicitBucketBoundaries: bounds.tokens },
  })
  const counters = [
    [attribute.inputTokens, tokens(metric.inputTokens, 'Tokens of prompts, cached ones included')],
    [attribute.outputTokens, tokens(metric.outputTokens, 'Tokens of answers, thinking included')],
    [attribute.cacheReadTokens, tokens(metric.cacheReadTokens, 'Tokens read from the prompt cache')],
    [attribute.cacheWriteTokens, tokens(metric.cacheWriteTokens, 'Tokens written to the prompt cache')],
  ] as const
  const dollars = meter.createCounter(metric.dollars, {
    unit: '{USD}',
    description: 'What requests to models cost',
  })

  return {
    record(span) {
      const about = Object.fromEntries(
        kept.flatMap((name) => (span.attributes[name] === undefined ? [] : [[name, span.attributes[name]]])),
      )
      const by = { ...about, [attribute.operation]: span.operation }
      const failed = span.errorType === null ? {} : { [attribute.errorType]: span.errorType }
      durations[span.operation]?.record(Math.max(0, span.endMs - span.startMs) / 1000, { ...by, ...failed })
      if (span.operation !== operation.chat) return
      for (const [name, counter] of counters) counter.add(amount(span, name), by)
      for (const [type, name] of [
        ['input', attribute.inputTokens],
        ['output', attribute.outputTokens],
      ] as const)
        if (span.attributes[name] !== undefined)
          usage.record(amount(span, name), { ...by, [attribute.tokenType]: type })
      dollars.add(amount(span, attribute.costUsd), by)
    },
  }
}

function amount({ attributes }: EndedSpan, name: string): number {
  const value = attributes[name]
  return typeof value === 'number' ? value : 0
}

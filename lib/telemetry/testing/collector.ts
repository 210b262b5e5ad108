import { createServer } from 'node:http'
import { buffer } from 'node:stream/consumers'
import { z } from 'zod'

const valueSchema = z.object({
  stringValue: z.string().optional(),
  intValue: z.union([z.string(), z.number()]).optional(),
  doubleValue: z.number().optional(),
  boolValue: z.boolean().optional(),
  arrayValue: z.object({ values: z.array(z.object({ stringValue: z.string().optional() })) }).optional(),
})
const attributesSchema = z
  .array(z.object({ key: z.string(), value: valueSchema }))
  .transform((list) => Object.fromEntries(list.map(({ key, value }) => [key, plain(value)])))

const spanSchema = z.object({
  traceId: z.string(),
  spanId: z.string(),
  parentSpanId: z.string().optional(),
  name: z.string(),
  kind: z.number(),
  startTimeUnixNano: z.string(),
  endTimeUnixNano: z.string(),
  attributes: attributesSchema,
  status: z.object({ code: z.number().optional() }),
})
export type ReceivedSpan = z.infer<typeof spanSchema>

const tracesSchema = z.object({
  resourceSpans: z.array(
    z.object({
      resource: z.object({ attributes: attributesSchema }),
      scopeSpans: z.array(z.object({ spans: z.array(spanSchema) })),
    }),
  ),
})

const pointSchema = z.object({
  attributes: attributesSchema,
  sum: z.number().optional(),
  count: z.union([z.string(), z.number()]).optional(),
  asDouble: z.number().optional(),
  asInt: z.union([z.string(), z.number()]).optional(),
})
const dataSchema = z.object({ dataPoints: z.array(pointSchema) }).optional()
const metricsSchema = z.object({
  resourceMetrics: z.array(
    z.object({
      scopeMetrics: z.array(
        z.object({
          metrics: z.array(
            z.object({ name: z.string(), unit: z.string(), histogram: dataSchema, sum: dataSchema }),
          ),
        }),
      ),
    }),
  ),
})

function plain({ stringValue, intValue, doubleValue, boolValue, arrayValue }: z.infer<typeof valueSchema>) {
  if (arrayValue !== undefined) return arrayValue.values.map((one) => one.stringValue)
  return stringValue ?? boolValue ?? doubleValue ?? Number(intValue)
}

/** A collector on this machine that keeps what it is sent. `answer` is the status it answers with; null never answers. */
export async function startCollector(answer: number | null = 200) {
  const spans: ReceivedSpan[] = []
  const metrics: { name: string; unit: string; points: z.infer<typeof pointSchema>[] }[] = []
  const services: unknown[] = []
  let asked = 0
  let hopes: (() => void)[] = []
  const server = createServer(async (request, response) => {
    const told: unknown = JSON.parse((await buffer(request)).toString('utf8'))
    asked += 1
    if (request.url === '/v1/traces')
      for (const { resource, scopeSpans } of tracesSchema.parse(told).resourceSpans) {
        services.push(resource.attributes['service.name'])
        spans.push(...scopeSpans.flatMap((scope) => scope.spans))
      }
    else
      for (const { scopeMetrics } of metricsSchema.parse(told).resourceMetrics)
        for (const { name, unit, histogram, sum } of scopeMetrics.flatMap((scope) => scope.metrics))
          metrics.push({ name, unit, points: (histogram ?? sum)?.dataPoints ?? [] })
    for (const look of hopes) look()
    if (answer !== null) response.writeHead(answer, { 'content-type': 'application/json' }).end('{}')
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = z.object({ port: z.number() }).parse(server.address())
  return {
    url: `http://127.0.0.1:${port}`,
    spans,
    metrics,
    services,
    get asked() {
      return asked
    },
    /** Resolves once what has been received meets a condition. */
    until: (isMet: () => boolean) =>
      new Promise<void>((resolve) => {
        const look = () => {
          if (!isMet()) return
          hopes = hopes.filter((other) => other !== look)
          resolve()
        }
        hopes.push(look)
        look()
      }),
    close() {
      server.close()
      server.closeAllConnections()
    },
  }
}
export type Collector = Awaited<ReturnType<typeof startCollector>>

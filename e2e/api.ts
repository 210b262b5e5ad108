import { type APIRequestContext, expect } from '@playwright/test'
import { z } from 'zod'
import { runListSchema } from '@/lib/api/first/run-list'
import { planSchema } from '@/lib/api/plan'
import {
  type LaunchInput,
  launchedSchema,
  type RunPatch,
  runResultSchema,
  transcriptSchema,
} from '@/lib/api/runs'
import { type Envelope, envelopeSchema } from '@/lib/core/run/events'
import { type Snapshot, snapshotSchema } from '@/lib/core/run/state'
import { hasEnded } from '@/lib/core/spec/run-status'

const pageSchema = z.object({ events: z.array(envelopeSchema), next: z.number().nullable() })
const longestRunMs = 120_000

/**
 * What a test asks the server behind the page's back: to prepare a scene, or to check that the page told the
 * truth.
 */
export class Api {
  constructor(
    private readonly request: APIRequestContext,
    readonly origin = '',
    private readonly headers: Record<string, string> = {},
  ) {}

  async launch(body: LaunchInput): Promise<string> {
    const answer = await this.request.post(`${this.origin}/api/runs`, { data: body, headers: this.headers })
    expect(answer.status(), await answer.text()).toBe(201)
    return launchedSchema.parse(await answer.json()).id
  }

  run(id: string): Promise<Snapshot> {
    return this.#get(`/api/runs/${id}`, snapshotSchema)
  }

  result(id: string) {
    return this.#get(`/api/runs/${id}/result`, runResultSchema)
  }

  transcript(id: string, agentId: string) {
    return this.#get(`/api/runs/${id}/agents/${agentId}`, transcriptSchema)
  }

  async plan(body: LaunchInput) {
    const answer = await this.request.post(`${this.origin}/api/estimate`, { data: body })
    return planSchema.parse(await answer.json())
  }

  runs() {
    return this.#get('/api/runs?limit=200', runListSchema)
  }

  async patch(id: string, body: RunPatch): Promise<void> {
    expect((await this.request.patch(`${this.origin}/api/runs/${id}`, { data: body })).ok()).toBe(true)
  }

  async act(id: string, act: 'approve' | 'pause' | 'resume' | 'cancel'): Promise<void> {
    expect((await this.request.post(`${this.origin}/api/runs/${id}/${act}`, { data: {} })).ok()).toBe(true)
  }

  /** The whole journal of a run, page by page. */
  async journal(id: string): Promise<Envelope[]> {
    const all: Envelope[] = []
    for (;;) {
      const page = await this.#get(`/api/runs/${id}/events?after=${all.at(-1)?.seq ?? 0}`, pageSchema)
      all.push(...page.events)
      if (page.next === null) return all
    }
  }

  /** The run once it is as wanted. */
  async until(id: string, isSo: (run: Snapshot) => boolean): Promise<Snapshot> {
    let seen: Snapshot | null = null
    await expect(async () => {
      seen = await this.run(id)
      expect(isSo(seen), `${seen.run.status}: ${seen.run.reason ?? seen.run.error?.message ?? ''}`).toBe(true)
    }).toPass({ intervals: [100], timeout: longestRunMs })
    return seen ?? this.run(id)
  }

  ended(id: string): Promise<Snapshot> {
    return this.until(id, ({ run }) => hasEnded(run.status))
  }

  async #get<S extends z.ZodType>(path: string, schema: S): Promise<z.infer<S>> {
    const headers = { accept: 'application/json', ...this.headers }
    const answer = await this.request.get(this.origin + path, { headers })
    expect(answer.ok(), `${path}: ${answer.status()}`).toBe(true)
    return schema.parse(await answer.json())
  }
}

import { z } from 'zod'
import { actorSchema } from '@/lib/core/base/actor'
import { jsonValue } from '@/lib/core/base/json'
import type { SettingStore } from '@/lib/core/ports/setting-store'
import { gitUrlOf, nameOf, repositoryAt } from '@/lib/github/addresses'
import { type Fetch, type Github, type GithubCredential, openGithub } from '@/lib/github/client'
import { GithubProblem } from '@/lib/github/problem'
import type { Remote } from '@/lib/revisions/remote'
import { withoutSecrets } from '@/lib/view/export/secrets'
import type { Seal } from '../services/seal'
import { inTurn } from './in-turn'

const storedSchema = z.record(
  z.string(),
  z.object({
    kind: z.enum(['token', 'app']),
    sealed: z.string(),
    apiUrl: z.string(),
    /** Of an app. */
    appId: z.string().nullable(),
    setAt: z.string(),
    setBy: actorSchema,
  }),
)
type Stored = z.infer<typeof storedSchema>

const KEY = 'github-connections'

/** What may be told of a project's connection: never its token or private key, nor a part of it. */
export type GithubConnection = Omit<Stored[string], 'sealed'>

/** Passwords of git that are remembered: far more than are good at one time. */
const MOST_PASSING = 400

type Parts = { store: SettingStore; seal: Seal; fetch: Fetch; now: () => number; closing: AbortController }

/**
 * The connections of projects to GitHub. Tokens and private keys are sealed in the database, opened in this process
 * alone, and given to nobody.
 */
export class GithubConnections {
  readonly #secrets = new Set<string>()
  /** What git was let in with last: tokens of installations, which are good for an hour. */
  #passing: string[] = []
  readonly #inTurn = inTurn()

  private constructor(
    private readonly parts: Parts,
    private stored: Stored,
  ) {
    for (const { sealed } of Object.values(stored)) this.#open(sealed)
  }

  static async open(parts: Parts): Promise<GithubConnections> {
    return new GithubConnections(parts, storedSchema.parse((await parts.store.getSetting(KEY)) ?? {}))
  }

  of(project: string): GithubConnection | null {
    const found = this.stored[project]
    if (found === undefined) return null
    const { sealed: _, ...rest } = found
    return rest
  }

  /** Every token and key that was opened since the start, to be taken out of whatever leaves this server. */
  secrets(): string[] {
    return [...this.#secrets, ...this.#passing]
  }

  /** Takes out of a text what it may repeat of a request: words of GitHub and of git are of others. */
  clean(text: string): string {
    return withoutSecrets(text, this.secrets())
  }

  /** GitHub as a project reaches it, with the address of its API. Throws `GithubProblem` where it does not. */
  reach(project: string): { github: Github; apiUrl: string } {
    const found = this.stored[project]
    if (found === undefined)
      throw new GithubProblem(
        'unauthorized',
        'This project is not connected to GitHub. An admin connects it under Settings.',
      )
    const secret = this.#open(found.sealed)
    if (secret === null)
      throw new GithubProblem(
        'unauthorized',
        'The connection to GitHub cannot be read: it was sealed with another SKEIN_SECRETS_KEY, or another skein.key. Bring that back and restart, or connect again.',
      )
    const { fetch, now } = this.parts
    const clean = (text: string) => this.clean(text)
    const credential: GithubCredential =
      found.kind === 'token'
        ? { kind: 'token', token: secret }
        : { kind: 'app', appId: found.appId ?? '', privateKey: secret }
    return {
      github: openGithub(credential, { apiUrl: found.apiUrl, fetch, now, clean }),
      apiUrl: found.apiUrl,
    }
  }

  /** What git is let in with at a repository of the project's GitHub. Throws `GithubProblem`. */
  async remote(project: string, repository: string): Promise<Remote> {
    const { github, apiUrl } = this.reach(project)
    const password = await github.gitPassword(nameOf(repository))
    const basic = Buffer.from(`x-access-token:${password}`).toString('base64')
    this.#passing = [...new Set([...this.#passing, password, basic])].slice(-MOST_PASSING)
    return { url: gitUrlOf(apiUrl, repository), authorization: `Basic ${basic}` }
  }

  /** The `owner/name` that a git address has at the project's GitHub; null without a connection, or elsewhere. */
  repositoryAt(project: string, address: string): string | null {
    const found = this.stored[project]
    return found === undefined ? null : repositoryAt(found.apiUrl, address)
  }

  /** Breaks off what is asked of GitHub, and asks nothing more. */
  close(): void {
    this.parts.closing.abort()
  }

  /** Connects a project. What is begun from now on goes by it. */
  set(project: string, secret: string, connection: GithubConnection): Promise<void> {
    const sealed = this.parts.seal.seal(secret)
    return this.#change((before) => ({ ...before, [project]: { ...connection, sealed } }), sealed)
  }

  /** Forgets the connection of a project. */
  forget(project: string): Promise<void> {
    return this.#change(({ [project]: _, ...others }) => others, null)
  }

  #change(next: (before: Stored) => Stored, sealed: string | null): Promise<void> {
    return this.#inTurn(async () => {
      const after = next(this.stored)
      await this.parts.store.putSetting(KEY, jsonValue(after))
      this.stored = after
      if (sealed !== null) this.#open(sealed)
    })
  }

  #open(sealed: string): string | null {
    const secret = this.parts.seal.open(sealed)
    if (secret !== null) this.#secrets.add(secret)
    return secret
  }
}

import { z } from 'zod'
import { handoverKinds, handoverStatuses, repositoryNameSchema } from '@/lib/core/spec/github'
import { parseUrl } from '@/lib/core/wire/parse-url'
import { schemaNames } from '../schema-names'

/** Where the API of a GitHub is: nothing but `https://host` and a path. */
const apiUrlSchema = z
  .url({ protocol: /^https?$/, error: 'must be the address of an API, such as https://api.github.com' })
  .max(300)
  .refine((text) => {
    const url = parseUrl(text)
    if (url === null) return true
    const { username, password, search, hash } = url
    return `${username}${password}${search}${hash}` === ''
  }, 'must hold no name, password, query or fragment')
  .transform((text) => text.replace(/\/+$/, ''))

const tokenSchema = z
  .string()
  .trim()
  .min(20, 'must have at least 20 characters')
  .max(500)
  .regex(/^[!-~]+$/, 'must be printable ASCII without spaces')

const privateKeySchema = z
  .string()
  .trim()
  .min(100, 'must be the whole key, with its first and last line')
  .max(20_000)
  .regex(
    /^-----BEGIN (?:RSA )?PRIVATE KEY-----[\sA-Za-z0-9+/=]+-----END (?:RSA )?PRIVATE KEY-----$/,
    'must be a private key in PEM, as GitHub gave it',
  )

/** `PUT /api/github`: connects the project by a token, or by an app and its private key. */
export const newGithubSchema = z
  .discriminatedUnion('kind', [
    z.strictObject({ kind: z.literal('token'), apiUrl: apiUrlSchema.optional(), token: tokenSchema }),
    z.strictObject({
      kind: z.literal('app'),
      apiUrl: apiUrlSchema.optional(),
      appId: z
        .string()
        .trim()
        .regex(/^(?:\d{1,12}|Iv[\w.]{5,40})$/, 'must be the number of the app, or its client id'),
      privateKey: privateKeySchema,
    }),
  ])
  .register(schemaNames, { id: 'NewGithubConnection' })
export type NewGithub = z.output<typeof newGithubSchema>

/** `GET /api/github`: how the project is connected. Of token and key nothing is ever told. */
export const githubSchema = z
  .object({
    kind: z.enum(['token', 'app']).nullable(),
    apiUrl: z.string().nullable(),
    appId: z.string().nullable(),
    /** ISO 8601. */
    setAt: z.string().nullable(),
    setBy: z.string().nullable(),
  })
  .register(schemaNames, { id: 'GithubConnection' })
export type GithubShown = z.infer<typeof githubSchema>

/** `POST /api/github/check`. */
export const githubCheckInputSchema = z
  .strictObject({ repository: repositoryNameSchema.optional() })
  .register(schemaNames, { id: 'GithubCheckInput' })

/** Who the connection is at GitHub, and what it may do there; in words where something is amiss. */
export const githubCheckSchema = z
  .object({
    isGood: z.boolean(),
    /** A login, or the name of the app; null where GitHub does not know it. */
    who: z.string().nullable(),
    /** What it may do, and what it may not; in a repository where one was named. */
    may: z.array(z.object({ what: z.string(), isAllowed: z.boolean(), why: z.string().nullable() })),
    problem: z.string().nullable(),
    /** Requests that are left of those of the hour; null where GitHub does not say. */
    requestsLeft: z.number().int().nullable(),
  })
  .register(schemaNames, { id: 'GithubCheck' })
export type GithubCheck = z.infer<typeof githubCheckSchema>

const handoverShownSchema = z.object({
  kind: z.enum(handoverKinds),
  status: z.enum(handoverStatuses),
  attempts: z.number().int(),
  /** ISO 8601. */
  nextAt: z.string().nullable(),
  detail: z.string().nullable(),
  url: z.string().nullable(),
  updatedAt: z.string(),
})
export type HandoverShown = z.infer<typeof handoverShownSchema>

/** `GET /api/runs/{id}/github`: what of a run is, was or can be handed over to GitHub. */
export const runGithubSchema = z
  .object({
    /** Null where its source is no repository of the GitHub that the project is connected to. */
    repository: z.string().nullable(),
    repositoryUrl: z.string().nullable(),
    number: z.number().int().nullable(),
    /** Whether a pull request can be opened, and why not. */
    canOpen: z.boolean(),
    whyNot: z.string().nullable(),
    handovers: z.array(handoverShownSchema),
  })
  .register(schemaNames, { id: 'RunGithub' })
export type RunGithub = z.infer<typeof runGithubSchema>

/** `POST /api/runs/{id}/github/retry`: which handover is tried again. */
export const retryHandoverSchema = z
  .strictObject({ kind: z.enum(handoverKinds) })
  .register(schemaNames, { id: 'RetryHandover' })

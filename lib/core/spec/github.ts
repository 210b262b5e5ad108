import { z } from 'zod'

/** A repository as GitHub writes it, `owner/name`. */
export const repositoryNameSchema = z
  .string()
  .trim()
  .max(140)
  .regex(
    /^[A-Za-z0-9][\w-]{0,99}\/(?!\.{1,2}$)[\w.-]{1,100}$/,
    'must be owner/name, as it stands in the address of the repository',
  )

/** What at GitHub a trigger waits for: a label that is put on an issue or a pull request, or a comment on either. */
export const githubEvents = ['issue-labeled', 'pull-labeled', 'comment'] as const
export type GithubEvent = (typeof githubEvents)[number]

/** Longest name of a label that GitHub takes; a command is as long at most. */
const LONGEST_WORD = 50

const wordSchema = z
  .string()
  .trim()
  .min(1, 'must not be empty')
  .max(LONGEST_WORD)
  .regex(/^\P{C}+$/u, 'must be one line of plain text')

/** What a trigger waits for at GitHub, and what becomes of its runs there. */
export const githubWaitSchema = z
  .strictObject({
    repository: repositoryNameSchema,
    event: z.enum(githubEvents),
    /** The name of the label, whatever its case; or the command with which a comment begins. */
    word: wordSchema,
    /** Whether a comment on the issue or pull request links to the run, and says at its end what came of it. */
    answers: z.boolean().default(true),
    /** Whether what the run leaves is handed over to GitHub at its end: branch, pull request, check, findings. */
    handsOver: z.boolean().default(true),
  })
  .refine(({ event, word }) => event !== 'comment' || /^\/\S/.test(word), {
    path: ['word'],
    message: 'must begin with / where it is a command',
  })
export type GithubWait = z.output<typeof githubWaitSchema>

/** Where an event at GitHub happened, by whom, and, once it was fetched, what its run works on. */
export const githubOccasionSchema = z.object({
  number: z.number().int().positive(),
  isPull: z.boolean(),
  login: z.string(),
  /** Null until it was fetched: the source, its folder, and the branch and commit that it holds. */
  source: z
    .object({ id: z.string(), path: z.string(), branch: z.string(), commit: z.string() })
    .nullable()
    .default(null),
  /** Tries of fetching it so far, and when the next one is due (ISO 8601). */
  tries: z.number().int().default(0),
  nextAt: z.string().nullable().default(null),
})
export type GithubOccasion = z.output<typeof githubOccasionSchema>

/** What a run at GitHub is about: where its source came from, and where it is told of. */
export const githubTargetSchema = z.object({
  repository: repositoryNameSchema,
  /** The branch that its source is of, onto which a pull request goes; null for the repository's default. */
  branch: z.string().nullable(),
  /** The commit that its agents read. */
  commit: z.string(),
  /** The issue or pull request that it was started from; null without one. */
  number: z.number().int().positive().nullable(),
  isPull: z.boolean(),
  answers: z.boolean(),
  handsOver: z.boolean(),
})
export type GithubTarget = z.output<typeof githubTargetSchema>

/**
 * What is handed over to GitHub of a run, in the order in which it is done: the comment that it has begun, its changes
 * as a branch, the pull request, the check on the commit, findings for code scanning, and the comment at its end.
 */
export const handoverKinds = [
  'comment',
  'branch',
  'pull-request',
  'check',
  'code-scanning',
  'end-comment',
] as const
export type HandoverKind = (typeof handoverKinds)[number]

/** `left-out` is done with too: GitHub takes no such thing there, and the detail says why. */
export const handoverStatuses = ['waiting', 'done', 'failed', 'left-out'] as const
export type HandoverStatus = (typeof handoverStatuses)[number]

/** What GitHub calls what was made there, so that it is found again. */
export const handoverMadeSchema = z.object({
  /** Of a comment, a pull request (its number) or a check. */
  id: z.number().int().nullable().default(null),
  branch: z.string().nullable().default(null),
  commit: z.string().nullable().default(null),
})
export type HandoverMade = z.output<typeof handoverMadeSchema>

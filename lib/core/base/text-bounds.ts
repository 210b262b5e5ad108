/**
 * The longest texts of a script that are shown, in characters; longer ones are cut with a mark. Every watcher
 * receives and draws them, so the bounds are what a person would read.
 */
export const longest = {
  /** Titles of phases, labels, names of models and types. */
  name: 200,
  /** Titles of questions. */
  question: 1_000,
  /** Descriptions, and details of phases. */
  detail: 10_000,
  /** A line of the log, and a note. */
  line: 10_000,
  /** Why a script threw. */
  error: 10_000,
  /** A quote that is looked for in a file. */
  quote: 10_000,
  /** What a question says at length: a plan, a list of findings. */
  matter: 200_000,
} as const

/** What a run keeps of what its script says; of what is beyond it says that it is not kept. */
export const scriptOutputLimits = {
  lines: 20_000,
  notes: 2_000,
  /** Of all lines and notes together. */
  characters: 10_000_000,
  /** Most different titles; agents of further ones are put in one phase. */
  phases: 1_000,
} as const

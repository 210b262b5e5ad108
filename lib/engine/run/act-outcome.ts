/** Longest an act makes a person wait before it says what it waits for. */
export const LONGEST_ANSWER_MS = 500

/** The outcome of an act: done, or under way with a sentence about what it waits for. */
export type Acted = { kind: 'done' } | { kind: 'under-way'; waitsFor: string }

/** It is done. */
export const acted: Acted = { kind: 'done' }

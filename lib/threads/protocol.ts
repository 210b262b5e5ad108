/** What a thread of a pool says. */
export type FromThread<Answer> =
  /** It has started; `cpuFile` is where the system tells what it has worked, null where it does not. */
  { type: 'ready'; cpuFile: string | null } | { type: 'answered'; answer: Answer } | { type: 'failed'; message: string }

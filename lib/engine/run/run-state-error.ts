/** A verb that does not fit the state a run is in. The message says which it is, and what would fit. */
export class RunStateError extends Error {
  constructor(
    readonly kind: 'not-found' | 'conflict' | 'busy',
    message: string,
  ) {
    super(message)
    this.name = 'RunStateError'
  }
}

/** The error of a verb that cannot be recorded just now. */
export function unrecordable(trouble: string): RunStateError {
  return new RunStateError('busy', `${trouble} Nothing was changed; work in progress is on hold.`)
}

/** The error of a verb that does not fit; the message goes to people. */
export function conflict(message: string): RunStateError {
  return new RunStateError('conflict', message)
}

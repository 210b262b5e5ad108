/**
 * Fails to compile when a switch misses a member of a union; throws if an unknown one comes in from outside.
 */
export function assertNever(value: never): never {
  throw new Error(`Unhandled value: ${JSON.stringify(value)}`)
}

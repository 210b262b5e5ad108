/**
 * Fails to compile when a union gains a member that a switch does not handle; throws if one slips in from
 * outside.
 */
export function assertNever(value: never): never {
  throw new Error(`Unhandled value: ${JSON.stringify(value)}`)
}

/**
 * Whether an error is one of a class, told by its name: a framework may load a module once for the start-up
 * and again for its routes, and each copy has a class of its own.
 */
export function isNamed<E extends Error>(error: unknown, name: E['name']): error is E {
  return error instanceof Error && error.name === name
}

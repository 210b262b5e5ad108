import type { Endpoint } from '@/lib/api/endpoints/endpoint'

/** A contract that is loaded when it is first called: no page needs all of them. */
export type Later<E extends Endpoint> = () => Promise<E>

type Group = Readonly<Record<string, Endpoint>>

/** The contracts of a group, each loaded, with all of the group, by the first call of one. */
export function laterApi<G extends Group>(
  load: () => Promise<G>,
): { readonly [Name in keyof G]: Later<G[Name]> } {
  return new Proxy(asLater<G>(), {
    get: (_, name) => async () => contractOf(await load(), String(name)),
  })
}

function contractOf(group: Group, name: string): Endpoint {
  const found = group[name]
  if (found === undefined) throw new Error(`There is no endpoint ${name}.`)
  return found
}

/** Nothing is read from it but by the proxy around it, which has a contract for every name of the group. */
function asLater<G extends Group>() {
  return {} as { readonly [Name in keyof G]: Later<G[Name]> }
}

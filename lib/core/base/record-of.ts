/** A record with one value for each of the things given, under the thing's name. */
export function recordOf<T extends { name: string }, V>(
  named: readonly T[],
  toValue: (one: T) => V,
): Record<T['name'], V> {
  return complete(Object.fromEntries(named.map((one) => [one.name, toValue(one)])))
}

/** The same keys with other values. */
export function mapRecord<K extends string, V, W>(
  record: Readonly<Record<K, V>>,
  toValue: (value: V, key: K) => W,
): Record<K, W> {
  return complete(Object.fromEntries(keysOf(record).map((key) => [key, toValue(record[key], key)])))
}

/** `Object.keys` is typed as text, since a value may have more keys than its type says. */
function keysOf<K extends string>(record: Readonly<Record<K, unknown>>): K[] {
  return Object.keys(record) as K[]
}

/** The platform types what `fromEntries` makes by any key; here it was made with every key there is. */
function complete<K extends string, V>(record: { [key: string]: V }): Record<K, V> {
  return record as Record<K, V>
}

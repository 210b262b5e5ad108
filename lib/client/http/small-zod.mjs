// What pages load in place of `zod`: the same parsers from `zod/mini`, with those of zod's methods that contracts are
// written with. Zod itself is three times as large, since its methods keep all it can do.
import {
  _default,
  array,
  boolean,
  config,
  custom,
  discriminatedUnion,
  email,
  enum as enumOf,
  extend,
  gt,
  gte,
  int,
  literal,
  lte,
  maxLength,
  minLength,
  nullable,
  null as nullOf,
  number,
  object,
  omit,
  optional,
  partial,
  pick,
  pipe,
  record,
  refine,
  regex,
  startsWith,
  strictObject,
  string,
  superRefine,
  transform,
  trim,
  union,
  unknown,
  url,
  ZodMiniNumber,
} from 'zod/mini'
import { _coercedNumber } from 'zod/v4/core'

/** Of every schema. */
const methods = {
  default(value) {
    return _default(this, value)
  },
  nullable() {
    return nullable(this)
  },
  optional() {
    return optional(this)
  },
  pipe(next) {
    return pipe(this, next)
  },
  refine(holds, params) {
    return this.check(refine(holds, params))
  },
  superRefine(look) {
    return this.check(superRefine(look))
  },
  describe() {
    return this
  },
  /** Names of schemas, and what is said of them, are for the OpenAPI document, which no page writes. */
  register() {
    return this
  },
  transform(change) {
    return pipe(this, transform(change))
  },
}

const methodsOfLists = {
  max(most, params) {
    return this.check(maxLength(most, params))
  },
  min(least, params) {
    return this.check(minLength(least, params))
  },
}

const methodsOfTexts = {
  ...methodsOfLists,
  regex(pattern, params) {
    return this.check(regex(pattern, params))
  },
  startsWith(beginning, params) {
    return this.check(startsWith(beginning, params))
  },
  trim() {
    return this.check(trim())
  },
}

const methodsOfNumbers = {
  int(params) {
    return this.check(int(params))
  },
  max(most, params) {
    return this.check(lte(most, params))
  },
  min(least, params) {
    return this.check(gte(least, params))
  },
  nonnegative(params) {
    return this.check(gte(0, params))
  },
  positive(params) {
    return this.check(gt(0, params))
  },
}

const methodsOfObjects = {
  extend(shape) {
    return extend(this, shape)
  },
  omit(mask) {
    return omit(this, mask)
  },
  partial(mask) {
    return partial(this, mask)
  },
  pick(mask) {
    return pick(this, mask)
  },
  strict() {
    return z.strictObject(this.shape)
  },
}

/** The same maker, of whose schemas all have these methods. */
function having(make, own = {}) {
  return (...given) => {
    const schema = make(...given)
    const kind = Object.getPrototypeOf(schema)
    if (!Object.hasOwn(kind, 'optional')) Object.assign(kind, methods, own)
    return schema
  }
}

// Those that come from methods alone.
for (const schema of [optional, nullable].map((make) => make(unknown())))
  Object.assign(Object.getPrototypeOf(schema), methods)
for (const schema of [_default(unknown(), null), pipe(unknown(), unknown())])
  Object.assign(Object.getPrototypeOf(schema), methods)

const texts = (make) => having(make, methodsOfTexts)
const numbers = (make) => having(make, methodsOfNumbers)
const objects = (make) => having(make, methodsOfObjects)

/** As much of zod's `z` as the modules of pages use; a test holds all contracts against it. */
export const z = {
  array: having(array, methodsOfLists),
  boolean: having(boolean),
  coerce: { number: numbers((params) => _coercedNumber(ZodMiniNumber, params)) },
  custom: having(custom),
  discriminatedUnion: having(discriminatedUnion),
  email: texts(email),
  enum: having(enumOf),
  int: numbers(int),
  /** No page parses a time; one that is sent is looked at by the server. */
  iso: { datetime: texts(string) },
  literal: having(literal),
  null: having(nullOf),
  number: numbers(number),
  object: objects(object),
  record: having(record),
  registry: () => ({ add() {} }),
  strictObject: objects(strictObject),
  string: texts(string),
  union: having(union),
  unknown: having(unknown),
  url: texts(url),
}

export { config }

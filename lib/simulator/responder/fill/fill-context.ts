import type { Json, JsonObject } from '@/lib/core/base/json'
import type { Random } from '../../random'
import type { Material, Subject } from '../material'
import type { Role } from '../words'

/** How one attempt at an answer goes about it. */
export interface FillContext {
  root: JsonObject
  material: Material
  random: Random
  /** 0 fills everything it can; later attempts leave optional parts out and vary their choices. */
  attempt: number
  /**
   * Fills an inner schema; carried along so that the files of this family need not import each other in a
   * circle.
   */
  fill(schema: Json | undefined, place: FillPlace, context: FillContext): Json
}

/** A place in an answer: what it is called and what it is about. */
export interface FillPlace {
  name: string
  role: Role | null
  subject: Subject
  depth: number
  /** How many strings with unknown names came before in the same object. */
  turn: number
}

import type { ForestBuilder, TestObject } from '#directory'
import { planters } from './planters/index.ts'

/** An object, or the DN of one. */
export type Place = TestObject | string

/** What a planter made: the objects its exposure is now found on, and what else they bring with them. */
export interface Plant {
  readonly on: readonly Place[]
  /** Other exposures that the same thing is, with the objects they are found on. */
  readonly alsoCauses?: Readonly<Record<string, readonly Place[]>>
}

/** Makes one exposure in a forest that does not have it, on objects of its own wherever it can. */
export type Planter = (f: ForestBuilder) => Plant

/** An object of a sample with something planted on it. */
export interface PlantedObject {
  readonly dn: string
  readonly name: string
  readonly sid?: string
}

/** One exposure of a sample. */
export interface Planted {
  readonly id: string
  readonly objects: readonly PlantedObject[]
  /** Exposures that follow from this one. */
  readonly alsoCauses: readonly {
    readonly id: string
    readonly objects: readonly PlantedObject[]
  }[]
}

/** Plants an exposure. @throws RangeError when there is no planter for it. */
export function plant(f: ForestBuilder, id: string): Planted {
  const planter = planters[id]
  if (planter === undefined) throw new RangeError(`nothing is known about planting ${id}`)
  const { on, alsoCauses = {} } = planter(f)
  return {
    id,
    objects: on.map((place) => plantedObject(f, place)),
    alsoCauses: Object.entries(alsoCauses).map(([other, places]) => ({
      id: other,
      objects: places.map((place) => plantedObject(f, place)),
    })),
  }
}

function plantedObject(f: ForestBuilder, place: Place): PlantedObject {
  const object = typeof place === 'string' ? (f.findAt(place) ?? { dn: place, name: place }) : place
  return {
    dn: object.dn,
    name: object.name,
    ...('sid' in object && object.sid !== undefined ? { sid: object.sid } : {}),
  }
}

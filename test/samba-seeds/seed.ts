import type { Ground } from './ground.ts'

/** DNs of objects that an exposure must be found on. */
type On = string | readonly string[]

/** What was planted: where the exposure must be found, and what else comes with it by nature. */
export type Planted =
  | On
  | {
      readonly on: On
      /** Other exposures that the same change is, and on what. */
      readonly alsoCauses: Readonly<Record<string, On>>
      /** Why they are. */
      readonly because: string
    }

/** Seeds that do not disturb each other, planted together in a domain of their own. */
export interface Field {
  readonly title: string
  /** Makes what several seeds need. Stays, and must not be exposed. */
  readonly prepare?: (ground: Ground) => Promise<void>
  /** Exposures of a fresh domain that are gone here, since `prepare` mended them. */
  readonly mends?: readonly string[]
  /** The clock of the rules while the seeds are there, for what comes with age. */
  readonly later?: Date
  /** Exposures of which an ordinary account cannot tell that they were repaired, and why. */
  readonly unseen?: Readonly<Record<string, string>>
  /** By the id of the exposure. */
  readonly seeds: Readonly<Record<string, (ground: Ground) => Promise<Planted>>>
}
